"""Releases received from the commission, their withdrawals, and approved notes.

Rows are only ever inserted: what was published stays known, a withdrawal is a row of its own.
`source` is an opaque number by which the council's service keeps the chains of two commissions
apart; it opens nothing here.

Source: decisions 3, 35-39; releases.md 5.1 and 5.7.
"""

from __future__ import annotations

import uuid

from django.db import models

from clsm_core.council.models import Council


class ReleaseKind(models.TextChoices):
    """What a release holds: proved bands, or what an earlier paper report already said."""

    FIGURES = "figures", "fourchettes prouvées"
    PAPER = "paper", "ancien rapport, pris en compte"


class Release(models.Model):
    """All populations over one period, as published and signed by the commission."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    commission_label = models.CharField("commission", max_length=160)
    source = models.UUIDField("origine")
    kind = models.CharField("nature", max_length=8, choices=ReleaseKind.choices)
    rank = models.PositiveIntegerField("rang dans la suite")
    period_start = models.DateField("début de période")
    period_end = models.DateField("fin de période, exclue")
    plan_version = models.CharField("version du plan", max_length=40)
    bundle = models.TextField("chiffres publiés")
    manifest = models.TextField("manifeste signé")
    certificate = models.TextField("certificat")
    ledger_line = models.TextField("ligne du registre des publications")
    signature = models.BinaryField("signature", max_length=64)
    previous_hash = models.CharField("empreinte précédente", max_length=64, blank=True)
    published_at = models.DateTimeField("publiée le")

    class Meta:
        verbose_name = "publication anonymisée"
        verbose_name_plural = "publications anonymisées"
        ordering = ["source", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "rank"], name="observatory_release_rank_once"
            ),
            models.CheckConstraint(
                condition=models.Q(rank__gte=1), name="observatory_release_rank_from_one"
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


class NoteCategory(models.TextChoices):
    """The question of the committee that a note answers."""

    MISSING_OFFER = "missing_offer", "ce qui manque"
    FREQUENT = "frequent", "ce qui est fréquent"
    GRAVE = "grave", "ce qui est grave"
    GOOD_PRACTICE = "good_practice", "ce qui marche"


class Note(models.Model):
    """A remark written by hand by the commission, approved by two people, without any figure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    commission_label = models.CharField("commission", max_length=160)
    source = models.UUIDField("origine")
    title = models.CharField("titre", max_length=120)
    text = models.TextField("texte", max_length=1000)
    basis = models.CharField("fondement", max_length=12, choices=NoteBasis.choices)
    category = models.CharField("question", max_length=13, choices=NoteCategory.choices)
    missing_offer = models.CharField("offre qui manque", max_length=60, blank=True)
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
            ),
            models.CheckConstraint(
                condition=models.Q(missing_offer="")
                | models.Q(category=NoteCategory.MISSING_OFFER.value),
                name="observatory_note_offer_only_when_missing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NoteWithdrawal(models.Model):
    """The decision that a note is no longer shown; the note itself stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.OneToOneField(
        Note, models.PROTECT, verbose_name="note", related_name="withdrawal"
    )
    reason = models.CharField("motif", max_length=300)
    withdrawn_at = models.DateTimeField("retirée le")

    class Meta:
        verbose_name = "retrait de note"
        verbose_name_plural = "retraits de note"

    def __str__(self) -> str:
        return str(self.pk)
