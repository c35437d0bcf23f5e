"""Lists inside an action sheet, each in the order in which it was written.

Source: domain.md A.1 (000-04 to 000-27), A.5 and D.1.
"""

from __future__ import annotations

import uuid

from django.db import models

from clsm_core.directory.models import Organisation
from clsm_core.roadmap.models.sheet import ActionSheet
from clsm_core.roadmap.vocabulary import Computed


class ObjectiveGroup(models.TextChoices):
    """What an operational objective is about (004-05)."""

    LIVING = "animation", "animation"
    ACQUAINTANCE = "acquaintance", "interconnaissance"
    COORDINATION = "coordination", "coordination"


class ActivityNature(models.TextChoices):
    """Whether an activity exists already (004-06)."""

    EXISTING = "existing", "action existante à renforcer"
    NEW = "new", "nouvelle action"


class PartnerRole(models.TextChoices):
    """What a structure does for the action (000-12, 000-13, 004-02)."""

    CARRIER = "carrier", "porteur"
    PILOT = "pilot", "pilote"
    IMPLEMENTING = "implementing", "partenaire de mise en œuvre"
    ASSOCIATED = "associated", "partenaire associé"


class IndicatorKind(models.TextChoices):
    """What an indicator measures (000-18)."""

    PROCESS = "process", "processus"
    RESULT = "result", "résultat"


class IndicatorMode(models.TextChoices):
    """Where an indicator's value comes from."""

    COMPUTED = "computed", "calculé"
    ENTERED = "entered", "saisi"
    SURVEY = "survey", "questionnaire"


class BudgetKind(models.TextChoices):
    """What money or time is spent on (000-26)."""

    COORDINATION = "coordination", "poste de coordination"
    RUNNING = "running", "fonctionnement"
    ACTION = "action", "action"
    TIME = "time", "valorisation du temps"


class Funder(models.TextChoices):
    """Who may pay (000-27)."""

    LOCAL_AUTHORITY = "local_authority", "collectivité"
    HOSPITAL = "hospital", "hôpital, pôle de psychiatrie"
    ARS = "ars", "ARS"
    CITY_POLICY = "city_policy", "politique de la ville"
    CPAM = "cpam", "CPAM"
    DEPARTMENT = "department", "département"
    REGION = "region", "région"
    COMMON_LAW = "common_law", "droit commun"
    FOUNDATION = "foundation", "fondation"
    OTHER = "other", "autre"


class FundingStatus(models.TextChoices):
    """How far a funding has come."""

    HOPED = "hoped", "pressenti"
    ASKED = "asked", "demandé"
    GRANTED = "granted", "notifié"
    PAID = "paid", "versé"


class Part(models.Model):
    """One line of a list of a sheet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.ForeignKey(
        ActionSheet, models.CASCADE, verbose_name="fiche-action", related_name="%(class)s_lines"
    )
    rank = models.PositiveSmallIntegerField("rang")

    class Meta:
        abstract = True
        ordering = ["rank"]

    def __str__(self) -> str:
        return str(self.pk)


class Objective(Part):
    """An operational objective."""

    group = models.CharField("volet", max_length=12, choices=ObjectiveGroup.choices, blank=True)
    text = models.CharField("objectif opérationnel", max_length=400)

    class Meta(Part.Meta):
        verbose_name = "objectif opérationnel"
        verbose_name_plural = "objectifs opérationnels"


class Activity(Part):
    """Something that will be done."""

    nature = models.CharField("nature", max_length=8, choices=ActivityNature.choices, blank=True)
    group = models.CharField("volet", max_length=12, choices=ObjectiveGroup.choices, blank=True)
    text = models.CharField("action", max_length=600)

    class Meta(Part.Meta):
        verbose_name = "action prévue"
        verbose_name_plural = "actions prévues"


class Partner(Part):
    """A structure, or a kind of structure, and its role."""

    role = models.CharField("rôle", max_length=12, choices=PartnerRole.choices)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="structure de l’annuaire",
        related_name="+",
        null=True,
        blank=True,
    )
    name = models.CharField("structure", max_length=200)

    class Meta(Part.Meta):
        verbose_name = "partenaire"
        verbose_name_plural = "partenaires"


class Audience(Part):
    """People whom the action is for."""

    text = models.CharField("public visé", max_length=200)

    class Meta(Part.Meta):
        verbose_name = "public visé"
        verbose_name_plural = "publics visés"


class Indicator(Part):
    """What will be measured."""

    kind = models.CharField("type", max_length=7, choices=IndicatorKind.choices)
    label = models.CharField("indicateur", max_length=300)
    unit = models.CharField("unité", max_length=40, blank=True)
    mode = models.CharField(
        "mode", max_length=8, choices=IndicatorMode.choices, default=IndicatorMode.ENTERED
    )
    target = models.CharField("cible", max_length=120, blank=True)
    computed = models.CharField(
        "compté par le service", max_length=20, choices=Computed.choices, blank=True
    )

    class Meta(Part.Meta):
        verbose_name = "indicateur"
        verbose_name_plural = "indicateurs"


class BudgetLine(Part):
    """A planned expense, in euros when it is known."""

    kind = models.CharField("nature", max_length=12, choices=BudgetKind.choices)
    label = models.CharField("dépense", max_length=200)
    year = models.PositiveSmallIntegerField("exercice", null=True, blank=True)
    amount = models.DecimalField(
        "prévu (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    spent = models.DecimalField(
        "réalisé (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    hours = models.PositiveIntegerField("heures valorisées", null=True, blank=True)

    class Meta(Part.Meta):
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"


class Funding(Part):
    """A source of money, in euros when it is known."""

    funder = models.CharField("financeur", max_length=16, choices=Funder.choices)
    label = models.CharField("précision", max_length=200, blank=True)
    amount = models.DecimalField(
        "montant (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    year = models.PositiveSmallIntegerField("exercice", null=True, blank=True)
    status = models.CharField(
        "état", max_length=8, choices=FundingStatus.choices, default=FundingStatus.HOPED
    )

    class Meta(Part.Meta):
        verbose_name = "financement"
        verbose_name_plural = "financements"


class Step(Part):
    """A stage of an action's calendar (D.1: étapes)."""

    text = models.CharField("étape", max_length=300)
    due_on = models.DateField("échéance", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)

    class Meta(Part.Meta):
        verbose_name = "étape"
        verbose_name_plural = "étapes"


class IndicatorValue(models.Model):
    """What an indicator was worth in a year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, verbose_name="indicateur", related_name="values"
    )
    year = models.PositiveSmallIntegerField("année")
    value = models.DecimalField("valeur", max_digits=12, decimal_places=2)
    comment = models.CharField("commentaire", max_length=300, blank=True)

    class Meta:
        verbose_name = "valeur d’un indicateur"
        verbose_name_plural = "valeurs d’indicateurs"
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="roadmap_value_once",
                violation_error_message="Cette année a déjà une valeur.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class YearReview(models.Model):
    """What became of an action in a year (004-03): done, gaps, prospects."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.ForeignKey(
        ActionSheet, models.PROTECT, verbose_name="fiche-action", related_name="reviews"
    )
    year = models.PositiveSmallIntegerField("année")
    done = models.TextField("réalisé", blank=True)
    gaps = models.TextField("écarts", blank=True)
    prospects = models.TextField("perspectives", blank=True)
    strong_points = models.TextField("points forts", blank=True)
    weak_points = models.TextField("points à améliorer", blank=True)
    attendance = models.CharField("fréquentation", max_length=120, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "bilan d’une année"
        verbose_name_plural = "bilans d’années"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "year"],
                name="roadmap_review_once",
                violation_error_message="Cette année a déjà son bilan.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
