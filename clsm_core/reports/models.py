"""Annual reports: prepared from the year's data, commented, validated, then frozen.

Source: domain.md D.4 (bilan annuel), 002-08, 004-03.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council


class ReportState(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", "en préparation"
    VALIDATED = "validated", "validé"


class ReportPart(models.TextChoices):
    """The thirteen parts of a report, in their order (domain.md D.4)."""

    TERRITORY = "territory", "Présentation et territoire"
    GOVERNANCE = "governance", "Gouvernance"
    COORDINATION = "coordination", "Coordination"
    PROGRESS = "progress", "Avancement de la feuille de route"
    HIGHLIGHTS = "highlights", "Actions de l’année"
    EVENTS = "events", "Semaines d’information et formations"
    NEEDS = "needs", "Observation : besoins repérés"
    COMMISSION = "commission", "Commission : ce qui est remonté"
    PARTNERSHIPS = "partnerships", "Partenariats"
    SURVEYS = "surveys", "Questionnaires"
    BUDGET = "budget", "Budget"
    CONFORMITY = "conformity", "Conformité au référentiel national"
    PROSPECTS = "prospects", "Perspectives"


COMMENT = "comment_"


class AnnualReport(models.Model):
    """A year of a council; once validated, its figures and its document no longer move.

    The comment of a part reads as an attribute, ``comment_governance``: two texts typed at once
    are compared by name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    year = models.PositiveSmallIntegerField("année")
    state = models.CharField(
        "état", max_length=9, choices=ReportState.choices, default=ReportState.DRAFT
    )
    # Section code → text.
    comments = models.JSONField("commentaires", default=dict, blank=True)
    figures = models.JSONField("chiffres figés", default=dict, blank=True)
    # The general edition, which every member and the public read.
    document = models.BinaryField("document figé", null=True, blank=True)
    # With the commission's part; none when there is nothing reserved to keep apart.
    steering_document = models.BinaryField(
        "document figé du comité de pilotage", null=True, blank=True
    )
    validated_on = models.DateField("validé le", null=True, blank=True)
    validated_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="validé par", related_name="+", null=True, blank=True
    )
    is_published = models.BooleanField("publié", default=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("commencé le", db_default=Now())

    class Meta:
        verbose_name = "bilan annuel"
        verbose_name_plural = "bilans annuels"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "year"],
                name="reports_year_once",
                violation_error_message="Le bilan de cette année existe déjà.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | (
                    models.Q(validated_on__isnull=False)
                    & models.Q(validated_by__isnull=False)
                    & models.Q(document__isnull=False)
                ),
                name="reports_validated_is_frozen",
                violation_error_message="Un bilan validé garde son document, sa date et par qui.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_published=False) | models.Q(state="validated"),
                name="reports_published_is_validated",
                violation_error_message="Validez le bilan avant de le publier.",
            ),
            models.CheckConstraint(
                condition=models.Q(steering_document__isnull=True) | models.Q(state="validated"),
                name="reports_steering_edition_is_validated",
                violation_error_message="Seul un bilan validé garde une édition du pilotage.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def __getattr__(self, name: str) -> str:
        """Return the comment of a part, empty when none was written."""
        part = name.removeprefix(COMMENT)
        if name.startswith(COMMENT) and part in ReportPart.values:
            return str(self.comments.get(part, ""))
        raise AttributeError(name)

    @property
    def is_validated(self) -> bool:
        """Tell whether the report no longer moves."""
        return self.state == ReportState.VALIDATED
