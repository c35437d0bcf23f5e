"""What the council works beside: CLS, PTSM, contrat de ville, ASV, and how they fit together.

Source: domain.md D.1 (lien dispositif), D.6 criterion 9; practice.md 4.1 (articulation table).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models.council import Council


class SchemeKind(models.TextChoices):
    """Schemes a council is linked with (002-09, 003-09, domain.md D.3)."""

    CLS = "cls", "contrat local de santé"
    PTSM = "ptsm", "projet territorial de santé mentale"
    CITY_CONTRACT = "city_contract", "contrat de ville"
    ASV = "asv", "atelier santé ville"
    CPTS = "cpts", "CPTS"
    DAC = "dac", "DAC"
    MSP = "msp", "maison de santé pluriprofessionnelle"
    PRS = "prs", "projet régional de santé"
    OTHER = "other", "autre"


class SchemeLink(models.Model):
    """A link with one scheme; the five lines of the articulation table are its columns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    kind = models.CharField("dispositif", max_length=13, choices=SchemeKind.choices)
    name = models.CharField("nom", max_length=200)
    reference = models.CharField("référence", max_length=160, blank=True)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    purpose = models.TextField("objet", blank=True)
    scale = models.CharField("échelle", max_length=200, blank=True)
    bodies = models.CharField("instance", max_length=300, blank=True)
    documents = models.CharField("documents", max_length=300, blank=True)
    calendar = models.CharField("calendrier", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "lien avec un dispositif"
        verbose_name_plural = "liens avec des dispositifs"
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "kind", "name"],
                name="council_scheme_once",
                violation_error_message="Ce dispositif est déjà lié au conseil.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="council_scheme_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ArticulationMeeting(models.Model):
    """A meeting with those who run a scheme (criterion 9 asks for one a year)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(
        SchemeLink, models.PROTECT, verbose_name="dispositif", related_name="meetings"
    )
    on = models.DateField("date")
    subject = models.CharField("objet", max_length=300)

    class Meta:
        verbose_name = "réunion d’articulation"
        verbose_name_plural = "réunions d’articulation"
        ordering = ["-on", "id"]

    def __str__(self) -> str:
        return str(self.pk)
