"""Framework documents: charter, convention, internal rules; versions, signatures, validity.

Source: domain.md D.1 (document-cadre), D-07; 002-01.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models import Council
from clsm_core.directory.models import Organisation


class FrameworkKind(models.TextChoices):
    """What founds a council."""

    CHARTER = "charter", "charte"
    CONVENTION = "convention", "convention constitutive"
    RULES = "rules", "règlement intérieur"
    COMMISSION_CHARTER = "commission_charter", "charte de la commission"


class FrameworkDocument(models.Model):
    """One version of a framework document; a new version is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    kind = models.CharField("type", max_length=20, choices=FrameworkKind.choices)
    number = models.PositiveSmallIntegerField("version")
    title = models.CharField("intitulé", max_length=200)
    text = models.TextField("texte", blank=True)
    decision = models.ForeignKey(
        "clsm_governance.Decision",
        models.PROTECT,
        verbose_name="validé par la décision",
        related_name="framework_documents",
        null=True,
        blank=True,
    )
    is_signed = models.BooleanField("signé", default=False)
    starts_on = models.DateField("en vigueur depuis", null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True)
    ends_on = models.DateField("échéance", null=True, blank=True)
    is_published = models.BooleanField("publié", default=False)
    version = models.PositiveIntegerField("version de la ligne", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "document-cadre"
        verbose_name_plural = "documents-cadres"
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "kind", "number"],
                name="governance_framework_number_once",
                violation_error_message="Cette version existe déjà.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_signed=False) | models.Q(starts_on__isnull=False),
                name="governance_framework_signed_dated",
                violation_error_message="Un document signé a une date d’entrée en vigueur.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_published=False) | models.Q(is_signed=True),
                name="governance_framework_published_signed",
                violation_error_message="Seul un document signé peut être publié.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="governance_framework_dates",
                violation_error_message="L’échéance ne peut pas précéder l’entrée en vigueur.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Signatory(models.Model):
    """Who signs a version, for whom; without a date, not yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(
        FrameworkDocument,
        models.PROTECT,
        verbose_name="document-cadre",
        related_name="signatories",
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="structure", related_name="+"
    )
    representative = models.CharField("représentant", max_length=160)
    capacity = models.CharField("qualité", max_length=160, blank=True)
    signed_on = models.DateField("signé le", null=True, blank=True)

    class Meta:
        verbose_name = "signataire"
        verbose_name_plural = "signataires"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "organisation"],
                name="governance_signatory_once",
                violation_error_message="Cette structure est déjà signataire.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
