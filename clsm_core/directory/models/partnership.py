"""Partnerships between organisations, with their nature and dates (000-24; domain.md D.1)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models import Council
from clsm_core.directory.models.organisation import Organisation


class PartnershipNature(models.TextChoices):
    """How a partnership is written down."""

    CONVENTION = "convention", "convention"
    PROTOCOL = "protocol", "protocole"
    CHARTER = "charter", "charte"
    INFORMAL = "informal", "informel"


class Partnership(models.Model):
    """Organisations that agreed on something with the council or through it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    organisations = models.ManyToManyField(
        Organisation, verbose_name="structures", related_name="partnerships"
    )
    nature = models.CharField("nature", max_length=10, choices=PartnershipNature.choices)
    subject = models.CharField("objet", max_length=300)
    signed_on = models.DateField("signé le", null=True, blank=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)
    remarks = models.TextField("remarques", blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "partenariat"
        verbose_name_plural = "partenariats"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="directory_partnership_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
