"""Mails about a meeting, one a person and a subject, and corrections of validated minutes.

Promise: a row is asked once and sent once; what failed or was interrupted stays visible until
somebody sends it again. Source: domain.md D.1 (convocation), D-06.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.directory.models import Contact
from clsm_core.governance.models.meeting import Meeting


class LetterKind(models.TextChoices):
    """What a mail about a meeting says."""

    CONVENED = "convened", "convocation"
    CHANGED = "changed", "convocation modifiée"
    CANCELLED = "cancelled", "annulation"
    MINUTES = "minutes", "compte rendu"
    CORRECTION = "correction", "compte rendu rouvert"


class Letter(models.Model):
    """A mail to one person, from its asking to its leaving; its words are made when it leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name="réunion", related_name="letters"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name="destinataire", related_name="+"
    )
    kind = models.CharField("objet", max_length=10, choices=LetterKind.choices)
    # The appointment's version, or the edition of the minutes: nobody receives one twice.
    number = models.PositiveSmallIntegerField("version annoncée")
    asked_at = models.DateTimeField("demandé le", db_default=Now())
    # Written before the mail leaves: a worker stopped in between never sends a second one alone.
    tried_at = models.DateTimeField("essayé le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    has_failed = models.BooleanField("échoué", default=False)

    class Meta:
        verbose_name = "courrier de réunion"
        verbose_name_plural = "courriers de réunion"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "contact", "kind", "number"],
                name="governance_letter_once",
                violation_error_message="Ce courrier est déjà demandé pour cette personne.",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(tried_at__isnull=False),
                name="governance_letter_tried",
                violation_error_message="Un courrier envoyé a d’abord été essayé.",
            ),
            models.CheckConstraint(
                condition=models.Q(has_failed=False) | models.Q(sent_at__isnull=True),
                name="governance_letter_one_end",
                violation_error_message="Un courrier envoyé n’a pas échoué.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MinutesCorrection(models.Model):
    """Why validated minutes were reopened; what they said before stays in their history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name="réunion", related_name="corrections"
    )
    edition = models.PositiveSmallIntegerField("édition corrigée")
    reason = models.CharField("motif", max_length=300)
    reopened_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="rouvert par", related_name="+"
    )
    reopened_at = models.DateTimeField("rouvert le", db_default=Now())

    class Meta:
        verbose_name = "correction d’un compte rendu"
        verbose_name_plural = "corrections de comptes rendus"
        ordering = ["edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "edition"],
                name="governance_correction_once",
                violation_error_message="Cette édition est déjà rouverte.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
