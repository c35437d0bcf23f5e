"""Releases received from the commission, their withdrawals, and approved notes.

Rows are only ever inserted: what was published stays known, a withdrawal is a row of its own.

Source: decisions 3, 35-39; releases.md 5.1 and 5.7.
"""

from __future__ import annotations

import uuid

from django.db import models

from clsm_core.council.models import Council


class Release(models.Model):
    """One population over one period, as published and signed by the commission."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    commission_label = models.CharField("commission", max_length=160)
    population = models.CharField("population", max_length=20)
    period_start = models.DateField("début de période")
    period_end = models.DateField("fin de période, exclue")
    plan_version = models.CharField("version du plan", max_length=40)
    bundle = models.TextField("chiffres publiés")
    manifest = models.TextField("manifeste signé")
    signature = models.BinaryField("signature", max_length=64)
    previous_hash = models.CharField("empreinte précédente", max_length=64, blank=True)
    published_at = models.DateTimeField("publiée le")

    class Meta:
        verbose_name = "publication anonymisée"
        verbose_name_plural = "publications anonymisées"
        ordering = ["published_at", "period_start", "population"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "commission_label", "population", "period_start"],
                name="observatory_release_period_once",
            ),
            models.CheckConstraint(
                condition=models.Q(period_end__gt=models.F("period_start")),
                name="observatory_release_dates_ordered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReleaseWithdrawal(models.Model):
    """The decision that a release is no longer shown; the release itself stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.OneToOneField(
        Release, models.PROTECT, verbose_name="publication", related_name="withdrawal"
    )
    reason = models.CharField("motif", max_length=300)
    withdrawn_at = models.DateTimeField("retirée le")

    class Meta:
        verbose_name = "retrait de publication"
        verbose_name_plural = "retraits de publication"

    def __str__(self) -> str:
        return str(self.pk)


class NoteBasis(models.TextChoices):
    """What a note is drawn from; never the counts of one year (decision 35)."""

    THREE_YEARS = "three_years", "trois années de travail de la commission"
    STRUCTURES = "structures", "besoins exprimés par les structures"


class Note(models.Model):
    """A remark written by hand by the commission, approved by two people, without any figure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    commission_label = models.CharField("commission", max_length=160)
    title = models.CharField("titre", max_length=120)
    text = models.TextField("texte", max_length=1000)
    basis = models.CharField("origine", max_length=12, choices=NoteBasis.choices)
    approved_by = models.CharField("approuvée par", max_length=160)
    published_at = models.DateTimeField("publiée le")

    class Meta:
        verbose_name = "note de la commission"
        verbose_name_plural = "notes de la commission"
        ordering = ["-published_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(title__regex=r"[0-9]") & ~models.Q(text__regex=r"[0-9]"),
                name="observatory_note_without_figures",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
