"""Accesses that nobody holds standing: break-glass, and the DPO's control (C-73, §2.4)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class ExceptionalAccess(models.Model):
    """Asked by one person with a reason, confirmed by another, ended by the clock, then reviewed.

    A depositary's sleeping right opens while a confirmed break-glass stands; a DPO's control only
    says why the coordinator signed her a grant of a day.
    """

    class Kind(models.TextChoices):
        """What is asked."""

        BREAK_GLASS = "break_glass", "accès d’urgence"
        DPO = "dpo", "contrôle de la protection des données"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    kind = models.CharField("sorte", max_length=12, choices=Kind.choices)
    sections = ArrayField(
        models.CharField(max_length=12), verbose_name="volets", default=list, blank=True
    )
    reason = models.CharField("motif codé", max_length=40)
    # In words, sealed by the server: who reviews the access holds no key of the situation.
    words = models.BinaryField("motif en mots", null=True, blank=True)
    words_version = models.PositiveIntegerField("version de clé", null=True, blank=True)
    asked_by = models.ForeignKey(USER, models.PROTECT, verbose_name="demandé par", related_name="+")
    asked_at = models.DateTimeField("demandé le")
    # Signed by who asked, then by who confirmed: a column alone opens nothing.
    statement = models.BinaryField("énoncé signé", null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="décidé par", null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    is_confirmed = models.BooleanField("confirmé", null=True, blank=True)
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    ended_at = models.DateTimeField("refermé le", null=True, blank=True)
    followed_up_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="suivi par", null=True, blank=True, related_name="+"
    )
    followed_up_at = models.DateTimeField("suivi le", null=True, blank=True)
    conclusion = models.CharField("conclusion codée", max_length=40, blank=True, default="")
    conclusion_words = models.BinaryField("conclusion en mots", null=True, blank=True)
    conclusion_version = models.PositiveIntegerField("version de clé", null=True, blank=True)

    class Meta:
        verbose_name = "accès exceptionnel"
        verbose_name_plural = "accès exceptionnels"
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                fields=["asked_by", "situation"],
                condition=models.Q(is_confirmed=True, ended_at__isnull=True),
                name="cases_exceptional_live",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["situation", "kind", "asked_by"],
                condition=models.Q(decided_at__isnull=True, ended_at__isnull=True),
                name="cases_exceptional_pending_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    decided_by__isnull=True, decided_at__isnull=True, is_confirmed__isnull=True
                )
                | models.Q(
                    decided_by__isnull=False, decided_at__isnull=False, is_confirmed__isnull=False
                ),
                name="cases_exceptional_decided_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(is_confirmed__isnull=True)
                | models.Q(is_confirmed=False)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="cases_exceptional_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(is_confirmed=True) | models.Q(ends_at__isnull=False),
                name="cases_exceptional_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(followed_up_at__isnull=True)
                | (models.Q(followed_up_by__isnull=False) & ~models.Q(conclusion="")),
                name="cases_exceptional_followed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"accès exceptionnel {self.pk}"
