"""A situation with its referral, as dates and states: nothing here says what it is about."""

import uuid

from django.conf import settings
from django.db import models

from cases.domain.lifecycle import ReferralState, SituationState
from cases.domain.sections import Section
from cases.models.commission import Commission

USER = settings.AUTH_USER_MODEL


class Situation(models.Model):
    """One situation from its first byte (decisions 19, 28, 29).

    The referral's state is always set; the situation's is null until admitted. Everything that
    tells of somebody is in sealed documents.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    code = models.CharField("code", max_length=16, unique=True)
    referral_state = models.CharField(
        "état de la saisine", max_length=24, choices=ReferralState.choices()
    )
    # Null until admitted: a situation without a state is not an empty state (decision 29).
    state = models.CharField(  # noqa: DJ001
        "état", max_length=12, choices=SituationState.choices(), null=True, blank=True
    )
    is_anonymous = models.BooleanField("évocation anonyme", default=False)
    is_withdrawn = models.BooleanField("accord retiré", default=False)
    is_limited = models.BooleanField("traitement limité", default=False)
    created_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="saisissant", related_name="+"
    )
    created_at = models.DateTimeField("reçue le")
    information_due_on = models.DateField(
        "information de la personne avant le", null=True, blank=True
    )
    lead = models.ForeignKey(
        USER, models.PROTECT, verbose_name="référent", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("réponse au saisissant le", null=True, blank=True)
    answer_reason = models.CharField("motif codé", max_length=60, blank=True, default="")
    answer_version = models.PositiveIntegerField(
        "version de clé de la réponse", null=True, blank=True
    )
    answer = models.BinaryField("réponse scellée par le serveur", null=True, blank=True)
    restitution_due_on = models.DateField("restitution avant le", null=True, blank=True)
    review_due_on = models.DateField("à revoir le", null=True, blank=True)
    # A few bits of a keyed hash of the identity, written with it and never before (decision 25):
    # enough to look for a duplicate, too few to tell who.
    identity_hint = models.PositiveSmallIntegerField("indice de doublon", null=True, blank=True)
    closed_on = models.DateField("close le", null=True, blank=True)
    reopened_at = models.DateTimeField("rouverte le", null=True, blank=True)
    changed_at = models.DateTimeField("dernier changement")
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "situation"
        verbose_name_plural = "situations"
        default_permissions = ()
        # One a section and level: what guardian's rows project from signed grants.
        permissions = [
            (f"{level}_{section.value}", f"{level} {section.label}")
            for section in Section
            for level in ("read", "contribute", "manage")
        ]
        indexes = [
            models.Index(
                fields=["commission", "state", "-changed_at"], name="cases_situation_list"
            ),
            models.Index(fields=["created_by"], name="cases_situation_creator"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__isnull=True)
                | models.Q(state=SituationState.ERASED.value)
                | models.Q(referral_state=ReferralState.ADMITTED.value),
                name="cases_state_only_when_admitted",
            ),
            models.CheckConstraint(
                condition=models.Q(state__isnull=True)
                | ~models.Q(state__in=[SituationState.CLOSED.value, SituationState.ARCHIVED.value])
                | models.Q(closed_on__isnull=False),
                name="cases_closed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Milestone(models.Model):
    """A step of a situation, by code and date: what chronologies show."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    act = models.CharField("acte", max_length=40)
    at = models.DateTimeField("le")
    by = models.ForeignKey(USER, models.PROTECT, verbose_name="par", related_name="+")
    reason = models.CharField("motif codé", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["-at"]
        indexes = [models.Index(fields=["situation", "-at"], name="cases_milestone_list")]

    def __str__(self) -> str:
        return f"étape {self.pk}"
