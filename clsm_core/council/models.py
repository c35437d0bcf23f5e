"""Councils, the official territory, and the communes that each council covers.

Nothing here is confidential. A council is never deleted: its status changes.

Source: domain.md D.1; decisions 5.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.ui.layout import ACCENTS


class CouncilStatus(models.TextChoices):
    """Where a council stands in its own life."""

    PLANNED = "planned", "en projet"
    ACTIVE = "active", "actif"
    DORMANT = "dormant", "en sommeil"


class Scale(models.TextChoices):
    """Over what a council extends."""

    COMMUNE = "commune", "communale"
    INTERCOMMUNAL = "intercommunal", "intercommunale"
    INFRACOMMUNAL = "infracommunal", "infracommunale"
    OTHER = "other", "autre"


class TerritoryType(models.TextChoices):
    """The kind of country it lives in."""

    URBAN = "urban", "urbain"
    MIXED = "mixed", "semi-urbain ou semi-rural"
    RURAL = "rural", "rural"


class Carrier(models.TextChoices):
    """Who employs and houses the coordination."""

    LOCAL_AUTHORITY = "local_authority", "collectivité"
    HOSPITAL = "hospital", "hôpital psychiatrique"
    OTHER = "other", "autre"


class Epci(models.Model):
    """An intercommunality as the official data describe it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    siren = models.CharField("SIREN", max_length=9, unique=True)
    name = models.CharField("nom", max_length=160)
    kind = models.CharField("type", max_length=10)
    population = models.PositiveIntegerField("population municipale")
    source = models.CharField("source", max_length=80)

    class Meta:
        verbose_name = "intercommunalité"
        verbose_name_plural = "intercommunalités"

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune, or a municipal arrondissement, as the official data describe it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("code INSEE", max_length=5, unique=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("type", max_length=30)
    department = models.CharField("département", max_length=3, db_index=True)
    region = models.CharField("région", max_length=3)
    population = models.PositiveIntegerField("population")
    postcodes = models.CharField("codes postaux", max_length=200, blank=True)
    epci = models.ForeignKey(
        Epci,
        models.PROTECT,
        verbose_name="intercommunalité",
        related_name="communes",
        null=True,
        blank=True,
    )
    source = models.CharField("source", max_length=80)

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"

    def __str__(self) -> str:
        return self.name


class Council(models.Model):
    """A local mental-health council."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField("adresse courte", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    status = models.CharField(
        "statut", max_length=10, choices=CouncilStatus.choices, default=CouncilStatus.PLANNED
    )
    scale = models.CharField("échelle", max_length=14, choices=Scale.choices)
    territory_type = models.CharField(
        "type de territoire", max_length=6, choices=TerritoryType.choices
    )
    carrier = models.CharField(
        "portage", max_length=16, choices=Carrier.choices, default=Carrier.LOCAL_AUTHORITY
    )
    # The accents of the interface are those whose contrast was measured, day and night.
    accent = models.CharField(
        "couleur", max_length=10, choices=[(a, a) for a in ACCENTS], default="encre"
    )
    created_on = models.DateField("créé le", null=True, blank=True)
    presidency = models.CharField("présidence", max_length=160, blank=True)
    co_animation = models.CharField("co-animation", max_length=160, blank=True)
    adult_sectors = models.CharField("secteurs de psychiatrie adulte", max_length=200, blank=True)
    child_sectors = models.CharField("secteurs infanto-juvéniles", max_length=200, blank=True)
    priority_districts = models.CharField("quartiers prioritaires", max_length=300, blank=True)
    local_contracts = models.CharField(
        "contrats et projets liés",
        max_length=300,
        blank=True,
        help_text="CLS, contrat de ville, PTSM.",
    )
    communes = models.ManyToManyField(
        Commune, through="CouncilCommune", verbose_name="communes", related_name="councils"
    )
    registered_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "conseil local de santé mentale"
        verbose_name_plural = "conseils locaux de santé mentale"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accent__in=ACCENTS), name="council_accent_measured"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CouncilStatus.ACTIVE)
                | models.Q(created_on__isnull=False),
                name="council_active_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilCommune(models.Model):
    """A commune, or part of it, inside a council's perimeter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune", related_name="+")
    is_partial = models.BooleanField("en partie seulement", default=False)

    class Meta:
        verbose_name = "commune d’un conseil"
        verbose_name_plural = "communes d’un conseil"
        constraints = [
            models.UniqueConstraint(fields=["council", "commune"], name="council_commune_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)
