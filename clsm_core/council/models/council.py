"""Councils.

Nothing here is confidential. A council is never deleted: its status changes.

Source: domain.md D.1; decisions 5.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models.official import Commune
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


class Objective(models.TextChoices):
    """The five objectives of the national standard (002-10)."""

    STIGMA = "stigma", "lutter contre la stigmatisation"
    DETERMINANTS = "determinants", "agir sur les déterminants de la santé mentale"
    PREVENTION = "prevention", "prévenir et promouvoir la santé mentale"
    INCLUSION = "inclusion", "favoriser l’inclusion sociale et la citoyenneté"
    CARE = "care", "améliorer l’accès aux soins et la continuité des parcours"


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
    # Codes of Objective: 002-10, the five of the national standard.
    objectives = models.JSONField("objectifs", default=list, blank=True)
    presentation = models.TextField("présentation", blank=True)
    # What the council says of itself beside the CLS and the PTSM (criterion 9).
    articulation_purpose = models.TextField("objet", blank=True)
    articulation_bodies = models.CharField("instance", max_length=300, blank=True)
    articulation_documents = models.CharField("documents", max_length=300, blank=True)
    articulation_calendar = models.CharField("calendrier", max_length=300, blank=True)
    perimeter_reviewed_on = models.DateField("périmètre revu le", null=True, blank=True)
    is_published = models.BooleanField("page publique ouverte", default=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    communes = models.ManyToManyField(
        Commune, through="CouncilCommune", verbose_name="communes", related_name="councils"
    )
    registered_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "conseil local de santé mentale"
        verbose_name_plural = "conseils locaux de santé mentale"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accent__in=ACCENTS),
                name="council_accent_measured",
                violation_error_message="Choisissez une des couleurs proposées.",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CouncilStatus.ACTIVE)
                | models.Q(created_on__isnull=False),
                name="council_active_has_date",
                violation_error_message="Un conseil actif a une date de création : indiquez-la.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
