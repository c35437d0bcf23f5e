"""What the council observes by itself: diagnoses, data series, needs, priorities.

No individual situation is ever written here (D-10). What comes from the commission comes as a line
of a published release, cited by its table and row.

Source: domain.md D.1 (diagnostic, besoin repéré), D-05, D-08; 000-08, 000-21, 003-17, 003-24.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council
from clsm_core.directory.models import Organisation
from clsm_core.governance.models import Decision, Meeting
from clsm_core.observatory.models.release import Note, Release


class Method(models.TextChoices):
    """How a diagnosis was made."""

    QUANTITATIVE = "quantitative", "quantitatif"
    QUALITATIVE = "qualitative", "qualitatif"
    SHARED = "shared", "participatif, partagé"


class Diagnosis(models.Model):
    """A state of things on a theme, with its sources and its validation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    title = models.CharField("intitulé", max_length=200)
    theme = models.CharField("thématique", max_length=200, blank=True)
    methods = models.JSONField("méthodes", default=list, blank=True)
    starts_on = models.DateField("période observée, du")
    ends_on = models.DateField("au")
    is_continuous = models.BooleanField("observation continue", default=False)
    every_years = models.PositiveSmallIntegerField("refait tous les … ans", null=True, blank=True)
    sources = models.TextField("sources", blank=True)
    summary = models.TextField("synthèse", blank=True)
    resources = models.TextField("offre existante", blank=True)
    gaps = models.TextField("écarts entre l’offre et les besoins", blank=True)
    committee = models.CharField("comité de suivi", max_length=300, blank=True)
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name="validé par la décision",
        related_name="diagnoses",
        null=True,
        blank=True,
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "diagnostic"
        verbose_name_plural = "diagnostics"
        ordering = ["-ends_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="observatory_diagnosis_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Series(models.Model):
    """A figure followed over years on a territory, with its source (003-24)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    diagnosis = models.ForeignKey(
        Diagnosis,
        models.PROTECT,
        verbose_name="diagnostic",
        related_name="series",
        null=True,
        blank=True,
    )
    title = models.CharField("intitulé", max_length=200)
    unit = models.CharField("unité", max_length=40, blank=True)
    territory = models.CharField("territoire", max_length=160)
    source = models.CharField("source", max_length=200)
    definition = models.CharField("définition", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "série de données"
        verbose_name_plural = "séries de données"
        ordering = ["title", "territory"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "title", "territory", "source"],
                name="observatory_series_once",
                violation_error_message="Cette série existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SeriesValue(models.Model):
    """One year of a series."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, models.CASCADE, verbose_name="série", related_name="values")
    year = models.PositiveSmallIntegerField("année")
    value = models.DecimalField("valeur", max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = "valeur d’une série"
        verbose_name_plural = "valeurs de séries"
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year"],
                name="observatory_value_once",
                violation_error_message="Cette année a déjà une valeur.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Origin(models.TextChoices):
    """Where a need comes from (D.1)."""

    DIAGNOSIS = "diagnosis", "diagnostic"
    PLENARY = "plenary", "assemblée plénière"
    GROUP = "group", "groupe de travail"
    RELEASE = "release", "chiffres de la commission"
    NOTE = "note", "note de la commission"
    INHABITANT = "inhabitant", "habitant"
    PARTNER = "partner", "partenaire"


class Urgency(models.IntegerChoices):
    """How much a need presses."""

    HIGH = 1, "forte"
    MIDDLE = 2, "moyenne"
    LOW = 3, "faible"


class NeedState(models.TextChoices):
    """What became of a need."""

    SEEN = "seen", "repéré"
    KEPT = "kept", "retenu comme priorité"
    ANSWERED = "answered", "une action y répond"
    SET_ASIDE = "set_aside", "écarté"


class Need(models.Model):
    """Something missing or frequent, and where one learnt of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    title = models.CharField("intitulé", max_length=200)
    description = models.TextField("description", blank=True)
    origin = models.CharField("origine", max_length=10, choices=Origin.choices)
    diagnosis = models.ForeignKey(
        Diagnosis,
        models.PROTECT,
        verbose_name="diagnostic",
        related_name="needs",
        null=True,
        blank=True,
    )
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        verbose_name="réunion",
        related_name="needs",
        null=True,
        blank=True,
    )
    release = models.ForeignKey(
        Release,
        models.PROTECT,
        verbose_name="publication",
        related_name="needs",
        null=True,
        blank=True,
    )
    # The orientation of the assembly, or what a group decided, from which it was drawn.
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name="décision à l’origine",
        related_name="needs",
        null=True,
        blank=True,
    )
    # The line of the release: its table of the plan and the code of its row, as published.
    table = models.CharField("tableau", max_length=40, blank=True)
    row = models.CharField("ligne", max_length=60, blank=True)
    note = models.ForeignKey(
        Note, models.PROTECT, verbose_name="note", related_name="needs", null=True, blank=True
    )
    partner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="partenaire",
        related_name="+",
        null=True,
        blank=True,
    )
    theme = models.CharField("thématique", max_length=40, blank=True)
    publics = models.JSONField("publics", default=list, blank=True)
    territory = models.CharField("territoire", max_length=160, blank=True)
    urgency = models.PositiveSmallIntegerField(
        "urgence", choices=Urgency.choices, default=Urgency.MIDDLE
    )
    state = models.CharField(
        "état", max_length=9, choices=NeedState.choices, default=NeedState.SEEN
    )
    seen_on = models.DateField("repéré le")
    proposed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="proposé par", related_name="+", null=True, blank=True
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "besoin repéré"
        verbose_name_plural = "besoins repérés"
        ordering = ["urgency", "-seen_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(origin="release")
                | (models.Q(release__isnull=False) & ~models.Q(table="")),
                name="observatory_need_of_a_release",
                violation_error_message="Choisissez la ligne de la publication.",
            ),
            models.CheckConstraint(
                condition=~models.Q(origin="note") | models.Q(note__isnull=False),
                name="observatory_need_of_a_note",
                violation_error_message="Choisissez la note de la commission.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Goal(models.TextChoices):
    """Which way a priority goes (001-03)."""

    PREVENTION = "prevention", "prévention"
    CARE = "care", "accès et continuité des soins"
    INCLUSION = "inclusion", "inclusion sociale"


class Priority(models.Model):
    """A priority that the steering committee kept; it begins, changes and ends with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    title = models.CharField("intitulé", max_length=200)
    goal = models.CharField("visée", max_length=10, choices=Goal.choices)
    needs = models.ManyToManyField(Need, verbose_name="besoins", related_name="priorities")
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="décision", related_name="priorities"
    )
    starts_on = models.DateField("depuis")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    end_reason = models.CharField("motif", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "priorité"
        verbose_name_plural = "priorités"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | (models.Q(ends_on__gte=models.F("starts_on")) & ~models.Q(end_reason="")),
                name="observatory_priority_ended",
                violation_error_message="Une priorité se termine à une date, avec un motif.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Transmission(models.Model):
    """One note by which the steering committee tells the ARS of needs (D-08, 001-09)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    on = models.DateField("transmise le")
    needs = models.ManyToManyField(Need, verbose_name="besoins", related_name="transmissions")
    message = models.TextField("mot d’accompagnement", blank=True)
    answer = models.TextField("réponse de l’ARS", blank=True)
    answered_on = models.DateField("réponse du", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "transmission à l’ARS"
        verbose_name_plural = "transmissions à l’ARS"
        ordering = ["-on", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(answered_on__isnull=True) & models.Q(answer=""))
                | (models.Q(answered_on__gte=models.F("on")) & ~models.Q(answer="")),
                name="observatory_transmission_answered",
                violation_error_message="Une réponse a un texte et une date, après l’envoi.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
