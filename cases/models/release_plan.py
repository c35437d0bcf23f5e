"""Versions of the plan of figures: what may be counted and shown, declared before any count."""

import uuid

from django.conf import settings
from django.db import models

from cases.models.commission import Commission

USER = settings.AUTH_USER_MODEL


class ReleasePlan(models.Model):
    """A version of a commission's plan: its text never changes, a correction is another version.

    Two persons put it in force. A trigger refuses any other step (releases.md 5.1; decision 36).
    """

    class State(models.TextChoices):
        """One version is in force, one at most is in preparation."""

        DRAFT = "draft", "à approuver"
        ACTIVE = "active", "en vigueur"
        RETIRED = "retired", "remplacée"
        DROPPED = "dropped", "abandonnée"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    version = models.CharField("version", max_length=20)
    text = models.TextField("texte du plan")
    sha256 = models.CharField("empreinte", max_length=64)
    # Labels alone: what is counted is unchanged, and the year between two changes is not owed.
    is_correction = models.BooleanField("libellés seuls", default=False)
    note = models.CharField("ce qui change", max_length=300)
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="préparée par", related_name="+"
    )
    created_at = models.DateTimeField("préparée le")
    approved_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="approuvée par", null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField("approuvée le", null=True, blank=True)
    activated_by = models.ForeignKey(
        USER,
        models.PROTECT,
        verbose_name="mise en vigueur par",
        null=True,
        blank=True,
        related_name="+",
    )
    activated_at = models.DateTimeField("mise en vigueur le", null=True, blank=True)

    class Meta:
        verbose_name = "version du plan"
        verbose_name_plural = "versions du plan"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["commission"],
                condition=models.Q(state="active"),
                name="cases_plan_one_active",
            ),
            models.UniqueConstraint(
                fields=["commission"],
                condition=models.Q(state="draft"),
                name="cases_plan_one_draft",
            ),
            # A version names one text for ever: releases say it beside its fingerprint.
            models.UniqueConstraint(
                fields=["commission", "version"],
                condition=~models.Q(state="dropped"),
                name="cases_plan_version_once",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="cases_plan_approved_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["draft", "dropped"],
                    activated_by__isnull=True,
                    activated_at__isnull=True,
                )
                | models.Q(
                    state__in=["active", "retired"],
                    approved_by__isnull=False,
                    activated_by__isnull=False,
                    activated_at__isnull=False,
                ),
                name="cases_plan_activated_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(activated_by__isnull=True)
                | ~models.Q(activated_by=models.F("approved_by")),
                name="cases_plan_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"
