"""A roadmap over some years: axes, strategic objectives, specific objectives.

Source: domain.md D.1 (feuille de route); 000-01, 000-02, 004-01, 004-05.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models import Council
from clsm_core.governance.models import Decision


class RoadmapState(models.TextChoices):
    """Where a roadmap stands."""

    DRAFT = "draft", "en préparation"
    CURRENT = "current", "en vigueur"
    CLOSED = "closed", "terminée"


class Roadmap(models.Model):
    """What a council decided to do between two days; renewed, never overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    title = models.CharField("intitulé", max_length=160)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    state = models.CharField(
        "état", max_length=8, choices=RoadmapState.choices, default=RoadmapState.DRAFT
    )
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name="validée par la décision",
        related_name="roadmaps",
        null=True,
        blank=True,
    )
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="renouvelle",
        related_name="renewals",
        null=True,
        blank=True,
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("créée le", db_default=Now())

    class Meta:
        verbose_name = "feuille de route"
        verbose_name_plural = "feuilles de route"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="roadmap_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.UniqueConstraint(
                fields=["council"],
                condition=models.Q(state="current"),
                name="roadmap_one_current",
                violation_error_message="Une feuille de route est déjà en vigueur : terminez-la.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(decision__isnull=False),
                name="roadmap_decided",
                violation_error_message="Indiquez la décision qui valide la feuille de route.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StrategicObjective(models.Model):
    """An objective below an axis (000-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    axis = models.ForeignKey(
        "clsm_roadmap.Axis", models.PROTECT, verbose_name="axe", related_name="objectives"
    )
    rank = models.PositiveSmallIntegerField("rang")
    text = models.CharField("objectif stratégique", max_length=400)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "objectif stratégique"
        verbose_name_plural = "objectifs stratégiques"
        ordering = ["rank"]

    def __str__(self) -> str:
        return str(self.pk)


class SpecificObjective(models.Model):
    """An objective below a strategic one (004-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    strategic = models.ForeignKey(
        StrategicObjective,
        models.PROTECT,
        verbose_name="objectif stratégique",
        related_name="specifics",
    )
    rank = models.PositiveSmallIntegerField("rang")
    text = models.CharField("objectif spécifique", max_length=400)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "objectif spécifique"
        verbose_name_plural = "objectifs spécifiques"
        ordering = ["rank"]

    def __str__(self) -> str:
        return str(self.pk)
