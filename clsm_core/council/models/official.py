"""Communes and intercommunalities as the official data describe them.

Source: data/README.md (Etalab, INSEE); decisions 5.
"""

from __future__ import annotations

import uuid

from django.db import models


class Epci(models.Model):
    """An intercommunality as the official data describe it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    siren = models.CharField("SIREN", max_length=9, unique=True)
    name = models.CharField("nom", max_length=160)
    search_key = models.CharField("clé de recherche", max_length=200, default="", editable=False)
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
    search_key = models.CharField("clé de recherche", max_length=160, default="", editable=False)
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
