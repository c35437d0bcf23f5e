"""Imports of the directory: read, shown, confirmed once, undone whole.

Source: domain.md D.1; a council begins with the spreadsheet it already has.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council


class BatchKind(models.TextChoices):
    """What a file lists."""

    ORGANISATIONS = "organisations", "structures"
    CONTACTS = "contacts", "contacts"


class Batch(models.Model):
    """One file received: its good lines as they would be written, its bad ones explained."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    kind = models.CharField("contenu", max_length=14, choices=BatchKind.choices)
    made_by = models.ForeignKey(User, models.PROTECT, verbose_name="déposé par", related_name="+")
    received_at = models.DateTimeField("déposé le", db_default=Now())
    # What each line would write, then, once confirmed, what it replaced; emptied when undone
    # or given up: a preview is no second directory.
    lines = models.JSONField("lignes", default=list)
    errors = models.JSONField("lignes refusées", default=list)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    given_up_at = models.DateTimeField("abandonné le", null=True, blank=True)

    class Meta:
        verbose_name = "import de l’annuaire"
        verbose_name_plural = "imports de l’annuaire"
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(confirmed_at__isnull=False),
                name="directory_batch_undone_after",
                violation_error_message="Seul un import confirmé peut être annulé.",
            ),
            models.CheckConstraint(
                condition=models.Q(given_up_at__isnull=True) | models.Q(confirmed_at__isnull=True),
                name="directory_batch_one_end",
                violation_error_message="Cet import a déjà été confirmé.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
