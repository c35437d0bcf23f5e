"""Axes and action sheets: what a council has decided to do.

Source: domain.md A.1, A.5 and D.1 (fiche-action); no individual situation is ever written here
(D-10).
"""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council
from clsm_core.governance.models import Decision
from clsm_core.observatory.models import Need
from clsm_core.roadmap.models.plan import Roadmap, SpecificObjective


class Duration(models.TextChoices):
    """How long an action is meant to last."""

    EXPERIMENTAL = "experimental", "expérimentale"
    YEARLY = "yearly", "annuelle"
    MULTI_YEAR = "multi_year", "pluriannuelle"


class SheetStatus(models.TextChoices):
    """Where an action stands."""

    PROPOSED = "proposed", "proposée"
    VALIDATED = "validated", "validée en comité de pilotage"
    ONGOING = "ongoing", "en cours"
    DONE = "done", "réalisée"
    POSTPONED = "postponed", "reportée"
    ABANDONED = "abandoned", "abandonnée"


class Axis(models.Model):
    """A numbered strategic axis of a council's roadmap."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    roadmap = models.ForeignKey(
        Roadmap, models.PROTECT, verbose_name="feuille de route", related_name="axes"
    )
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("intitulé", max_length=160)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "axe stratégique"
        verbose_name_plural = "axes stratégiques"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["roadmap", "number"],
                name="roadmap_axis_number_once",
                violation_error_message="Un axe porte déjà ce numéro.",
            )
        ]

    def __str__(self) -> str:
        return f"axe {self.number}"


class ActionSheet(models.Model):
    """One action, with every field of the sheets that councils use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    axis = models.ForeignKey(Axis, models.PROTECT, verbose_name="axe", related_name="sheets")
    number = models.PositiveSmallIntegerField("numéro dans l’axe")
    title = models.CharField("titre", max_length=200)
    objective = models.ForeignKey(
        SpecificObjective,
        models.PROTECT,
        verbose_name="objectif spécifique de la feuille de route",
        related_name="sheets",
        null=True,
        blank=True,
    )
    needs = models.ManyToManyField(
        Need, verbose_name="besoins à l’origine", related_name="sheets", blank=True
    )
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name="validée par la décision",
        related_name="sheets",
        null=True,
        blank=True,
    )
    chained_with = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="action chaînée avec",
        related_name="chained",
        null=True,
        blank=True,
    )
    theme_codes = models.JSONField("thématiques (liste)", default=list, blank=True)
    publics = models.JSONField("publics visés (liste)", default=list, blank=True)
    extents = models.JSONField("territoires (liste)", default=list, blank=True)
    determinants = models.JSONField("déterminants (liste)", default=list, blank=True)
    policies = models.JSONField("politiques publiques (liste)", default=list, blank=True)
    evaluation_methods = models.JSONField("méthodes d’évaluation", default=list, blank=True)
    people_concerned = models.CharField("personnes concernées", max_length=120, blank=True)
    strategic_objective = models.TextField("objectif stratégique", blank=True)
    specific_objective = models.TextField("objectif spécifique", blank=True)
    context = models.TextField("contexte et enjeux", blank=True)
    description = models.TextField("description de l’action", blank=True)
    territories = models.CharField("territoires", max_length=300, blank=True)
    duration = models.CharField("durée", max_length=12, choices=Duration.choices, blank=True)
    schedule = models.CharField("calendrier", max_length=300, blank=True)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    facilitators = models.TextField("éléments facilitateurs", blank=True)
    obstacles = models.TextField("freins", blank=True)
    follow_up = models.TextField("modalités de suivi", blank=True)
    evaluation_method = models.TextField("méthode d’évaluation", blank=True)
    health_determinants = models.TextField("déterminants de santé visés", blank=True)
    public_policies = models.TextField("politiques publiques concernées", blank=True)
    themes = models.CharField("thématiques", max_length=300, blank=True)
    targets_inequalities = models.BooleanField(
        "vise les inégalités sociales de santé", null=True, blank=True
    )
    is_participatory = models.BooleanField("démarche participative", null=True, blank=True)
    status = models.CharField(
        "statut", max_length=10, choices=SheetStatus.choices, default=SheetStatus.PROPOSED
    )
    progress = models.PositiveSmallIntegerField(
        "avancement (%)", default=0, validators=[MaxValueValidator(100)]
    )
    yearly_review = models.TextField("bilan annuel", blank=True)
    lessons = models.TextField("capitalisation", blank=True)
    articulation = models.TextField("articulation avec les autres démarches", blank=True)
    source = models.CharField("origine de la fiche", max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="proposée par", related_name="+", null=True, blank=True
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("créée le", db_default=Now())

    class Meta:
        verbose_name = "fiche-action"
        verbose_name_plural = "fiches-action"
        ordering = ["axis__number", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["axis", "number"],
                name="roadmap_sheet_number_once",
                violation_error_message="Une fiche de cet axe porte déjà ce numéro.",
            ),
            models.CheckConstraint(
                condition=models.Q(progress__lte=100),
                name="roadmap_sheet_progress_percent",
                violation_error_message="L’avancement va de 0 à 100 pour cent.",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="roadmap_sheet_dates_ordered",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["proposed", "postponed", "abandoned"])
                | models.Q(decision__isnull=False),
                name="roadmap_sheet_decided",
                violation_error_message="Une action se valide par une décision : choisissez-la.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def code(self) -> str:
        """Give the number people say, such as "5.5"."""
        return f"{self.axis.number}.{self.number}"
