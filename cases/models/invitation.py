"""Guests of a point of an agenda, and members who step aside (BR-04, decision 22)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.models.documents import SealedDocument
from cases.models.sitting import AgendaItem
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class Invitation(models.Model):
    """Somebody asked to one item: in the room, or with a digital access that ends with it."""

    class State(models.TextChoices):
        """What became of it; digital, nothing opens before it is accepted."""

        PROPOSED = "proposed", "en attente de réponse"
        ACCEPTED = "accepted", "acceptée"
        DECLINED = "declined", "déclinée"
        CANCELLED = "cancelled", "annulée"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    item = models.ForeignKey(
        AgendaItem, models.CASCADE, verbose_name="point", related_name="invitations"
    )
    # Null for a guest in the room, who has no account and no digital access.
    user = models.ForeignKey(
        USER, models.PROTECT, verbose_name="compte", null=True, blank=True, related_name="+"
    )
    # Then her name, function and structure, sealed in the core.
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, verbose_name="texte", null=True, blank=True
    )
    sections = ArrayField(
        models.CharField(max_length=12), verbose_name="volets", default=list, blank=True
    )
    opens_at = models.DateTimeField("ouvre le", null=True, blank=True)
    closes_at = models.DateTimeField("ferme le", null=True, blank=True)
    state = models.CharField(
        "réponse", max_length=12, choices=State.choices, default=State.PROPOSED
    )
    decline_reason = models.CharField("motif codé", max_length=40, blank=True, default="")
    commitment_on = models.DateField("engagement signé le", null=True, blank=True)
    # A guest in the room has no account for the list of those present.
    attended_at = models.DateTimeField("présence notée le", null=True, blank=True)
    invited_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="invité par", related_name="+"
    )
    invited_at = models.DateTimeField("invité le")
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        ordering = ["invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "user"],
                condition=models.Q(user__isnull=False, state__in=["proposed", "accepted"]),
                name="cases_invitation_once",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(
                    user__isnull=False,
                    opens_at__isnull=False,
                    closes_at__gt=models.F("opens_at"),
                ),
                name="cases_invitation_digital_has_a_window",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Recusal(models.Model):
    """A member steps aside from a situation, or is set aside: no right while it stands."""

    class Kind(models.TextChoices):
        """Who said it."""

        DECLARED = "declared", "déport déclaré"
        SET_ASIDE = "set_aside", "déport demandé par l’animation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="membre", related_name="+")
    kind = models.CharField("sorte", max_length=12, choices=Kind.choices)
    reason = models.CharField("motif codé", max_length=40)
    declared_by = models.ForeignKey(USER, models.PROTECT, verbose_name="par", related_name="+")
    declared_at = models.DateTimeField("le")
    lifted_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="levé par", null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField("levé le", null=True, blank=True)

    class Meta:
        verbose_name = "déport"
        verbose_name_plural = "déports"
        ordering = ["declared_at"]
        indexes = [
            models.Index(
                fields=["user", "situation"],
                condition=models.Q(lifted_at__isnull=True),
                name="cases_recusal_standing",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["situation", "user"],
                condition=models.Q(lifted_at__isnull=True),
                name="cases_recusal_once",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="cases_recusal_lifted_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"déport {self.pk}"
