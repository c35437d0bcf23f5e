"""Validated minutes, as they were handed over.

Promise: a row is written when minutes are validated and never changes: an edition that was
reopened stays beside the one that replaced it. Source: domain.md D-06.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.governance.models.meeting import Meeting


class ValidatedMinutes(models.Model):
    """The PDF of one edition of the minutes, made at its validation and handed over since."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name="réunion", related_name="validated_minutes"
    )
    edition = models.PositiveSmallIntegerField("édition validée")
    content = models.BinaryField("document figé")
    made_at = models.DateTimeField("fait le", db_default=Now())

    class Meta:
        verbose_name = "compte rendu validé"
        verbose_name_plural = "comptes rendus validés"
        ordering = ["edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "edition"],
                name="governance_validated_minutes_once",
                violation_error_message="Cette édition est déjà validée.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
