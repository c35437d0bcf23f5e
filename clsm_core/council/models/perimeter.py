"""What a council covers: communes, priority districts, psychiatric sectors.

Source: domain.md D.1; 002-04, 003-09, 003-10, 003-12.
"""

from __future__ import annotations

import uuid

from django.db import models

from clsm_core.council.models.council import Council
from clsm_core.council.models.official import Commune


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
            models.UniqueConstraint(
                fields=["council", "commune"],
                name="council_commune_once",
                violation_error_message="Cette commune est déjà dans le périmètre.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PriorityDistrict(models.Model):
    """A district of the city policy (QPV), entered or imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(
        Council, models.PROTECT, verbose_name="conseil", related_name="districts"
    )
    code = models.CharField("code", max_length=8)
    name = models.CharField("nom", max_length=160)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="commune", related_name="+", null=True, blank=True
    )
    population = models.PositiveIntegerField("population", null=True, blank=True)
    population_year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    source = models.CharField("source", max_length=160, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "quartier prioritaire"
        verbose_name_plural = "quartiers prioritaires"
        ordering = ["name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "code"],
                name="council_district_once",
                violation_error_message="Un quartier porte déjà ce code.",
            ),
            models.CheckConstraint(
                condition=models.Q(population__isnull=True)
                | models.Q(population_year__isnull=False),
                name="council_district_population_dated",
                violation_error_message="Indiquez l’année de la population.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SectorKind(models.TextChoices):
    """Whom a psychiatric sector treats."""

    ADULT = "adult", "psychiatrie adulte"
    CHILD = "child", "psychiatrie infanto-juvénile"


class PsychiatricSector(models.Model):
    """A sector of public psychiatry that serves the perimeter (003-10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(
        Council, models.PROTECT, verbose_name="conseil", related_name="sectors"
    )
    kind = models.CharField("type", max_length=5, choices=SectorKind.choices)
    code = models.CharField("numéro", max_length=12)
    name = models.CharField("pôle ou service", max_length=160, blank=True)
    hospital = models.CharField("établissement", max_length=160)
    chief = models.CharField("chef de pôle ou de secteur", max_length=160, blank=True)
    area = models.CharField("communes ou quartiers desservis", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "secteur de psychiatrie"
        verbose_name_plural = "secteurs de psychiatrie"
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "kind", "code"],
                name="council_sector_once",
                violation_error_message="Ce secteur est déjà enregistré.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Contour(models.Model):
    """The outline of a commune as a council imported it; drawn, never used to count."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(
        Council, models.PROTECT, verbose_name="conseil", related_name="contours"
    )
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune", related_name="+")
    # GeoJSON "coordinates" of a MultiPolygon: polygons, rings, [longitude, latitude] in degrees.
    polygons = models.JSONField("contours")
    source = models.CharField("source", max_length=160)

    class Meta:
        verbose_name = "contour"
        verbose_name_plural = "contours"
        constraints = [
            models.UniqueConstraint(
                fields=["council", "commune"],
                name="council_contour_once",
                violation_error_message="Cette commune a déjà un contour.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
