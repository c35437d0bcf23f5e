"""What keeps keys from being lost, and what two officers do together."""

import uuid

from django.conf import settings
from django.db import models

from cases.domain.sections import Section
from cases.models.commission import Commission
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class KeyShortage(models.Model):
    """A section whose key fewer than two members hold: written by the database alone (§2.5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    section = models.CharField("volet", max_length=12, choices=Section.choices())
    since = models.DateTimeField("depuis")

    class Meta:
        verbose_name = "clé à redonner"
        verbose_name_plural = "clés à redonner"
        constraints = [
            models.UniqueConstraint(fields=["situation", "section"], name="cases_shortage_once")
        ]

    def __str__(self) -> str:
        return f"clé à redonner {self.pk}"


class JointAct(models.Model):
    """An act that takes two people: one asks, another confirms."""

    class Kind(models.TextChoices):
        """What is done once confirmed."""

        FACTOR_RESET = "factor_reset", "réinitialiser le second facteur"
        ERASURE = "erasure", "effacer une situation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    kind = models.CharField("acte", max_length=16, choices=Kind.choices)
    # An account or a situation, by its id: it may outlive what it names.
    subject = models.UUIDField("objet")
    reason = models.CharField("motif codé", max_length=40)
    asked_by = models.ForeignKey(USER, models.PROTECT, verbose_name="demandé par", related_name="+")
    asked_at = models.DateTimeField("demandé le")
    decided_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="décidé par", null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    is_confirmed = models.BooleanField("confirmé", null=True, blank=True)

    class Meta:
        verbose_name = "acte à deux"
        verbose_name_plural = "actes à deux"
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(decided_at__isnull=True),
                name="cases_joint_act_pending_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by"))
                | models.Q(is_confirmed=False),
                name="cases_joint_act_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    decided_by__isnull=True, decided_at__isnull=True, is_confirmed__isnull=True
                )
                | models.Q(
                    decided_by__isnull=False, decided_at__isnull=False, is_confirmed__isnull=False
                ),
                name="cases_joint_act_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"acte à deux {self.pk}"


class Erasure(models.Model):
    """The journal of erasures: copied apart, applied again after a restore (promise 8, T-34).

    The situation's own id: the row outlives nothing that could be read with it.
    """

    situation = models.UUIDField("situation", primary_key=True)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    reason = models.CharField("motif codé", max_length=40)
    erased_at = models.DateTimeField("effacée le")

    class Meta:
        verbose_name = "effacement"
        verbose_name_plural = "effacements"
        ordering = ["erased_at"]

    def __str__(self) -> str:
        return f"effacement {self.pk}"
