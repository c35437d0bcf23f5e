"""Facets sealed to the statistics key, and releases being approved."""

import uuid

from django.conf import settings
from django.db import models

from cases.models.commission import Commission

USER = settings.AUTH_USER_MODEL


class FacetRecord(models.Model):
    """Coded facets of one entry in a population (E8): no link to a situation, a mere quarter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    population = models.CharField("population", max_length=12)
    period = models.CharField("trimestre", max_length=6)
    blob = models.BinaryField("facettes scellées")

    class Meta:
        verbose_name = "fiche statistique"
        verbose_name_plural = "fiches statistiques"
        indexes = [
            models.Index(fields=["commission", "population", "period"], name="cases_facet_period")
        ]

    def __str__(self) -> str:
        return f"fiche {self.pk}"


class ReleaseDraft(models.Model):
    """A frozen bundle on its way to the steering committee (decisions 36–38)."""

    class State(models.TextChoices):
        """Two persons approve before it is published."""

        FROZEN = "frozen", "à approuver"
        APPROVED_ONCE = "approved_once", "approuvée une fois"
        PUBLISHED = "published", "publiée"
        DROPPED = "dropped", "abandonnée"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    population = models.CharField("population", max_length=12)
    period_start = models.DateField("début")
    period_end = models.DateField("fin")
    state = models.CharField("état", max_length=14, choices=State.choices, default=State.FROZEN)
    bundle = models.TextField("chiffres")
    manifest = models.TextField("manifeste")
    frozen_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="arrêtée par", related_name="+"
    )
    frozen_at = models.DateTimeField("arrêtée le")

    class Meta:
        verbose_name = "publication en préparation"
        verbose_name_plural = "publications en préparation"
        constraints = [
            # Two releases frozen at once would each be proved without the other.
            models.UniqueConstraint(
                fields=["commission"],
                condition=models.Q(state__in=["frozen", "approved_once"]),
                name="cases_release_one_pending",
            )
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"


class ReleaseApproval(models.Model):
    """One person's approval of one exact bundle (R19)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        ReleaseDraft, models.PROTECT, verbose_name="publication", related_name="approvals"
    )
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="par", related_name="+")
    role = models.CharField("rôle", max_length=24)
    digest = models.CharField("empreinte", max_length=64)
    approved_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "approbation"
        verbose_name_plural = "approbations"
        constraints = [
            models.UniqueConstraint(fields=["draft", "user"], name="cases_approval_once")
        ]

    def __str__(self) -> str:
        return f"approbation {self.pk}"
