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
    """A release on its way to the steering committee: counted, proved, approved twice, published.

    While it is proved, the counts wait here sealed under a key of their own, wrapped by the
    server's; both are gone as soon as the job ends, whatever its end (decisions 36-40).
    """

    class Kind(models.TextChoices):
        """What the figures are."""

        FIGURES = "figures", "chiffres de la commission"
        PAPER = "paper", "ancien rapport sur papier"

    class State(models.TextChoices):
        """Two persons approve before it is published."""

        COMPUTING = "computing", "vérification en cours"
        AUDITED = "audited", "à approuver"
        NOT_PUBLISHABLE = "not_publishable", "non publiable"
        APPROVED_ONCE = "approved_once", "approuvée une fois"
        PUBLISHED = "published", "publiée"
        DROPPED = "dropped", "abandonnée"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    kind = models.CharField("sorte", max_length=8, choices=Kind.choices, default=Kind.FIGURES)
    period_start = models.DateField("début")
    period_end = models.DateField("fin")
    state = models.CharField("état", max_length=16, choices=State.choices, default=State.COMPUTING)
    frozen_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="arrêtée par", related_name="+"
    )
    frozen_at = models.DateTimeField("arrêtée le")

    # The job: what it works on, and how far it is.
    job = models.BinaryField("comptes scellés", null=True, blank=True)
    job_checkpoint = models.BinaryField("étape scellée", null=True, blank=True)
    job_key = models.BinaryField("clé enveloppée", null=True, blank=True)
    job_key_version = models.PositiveIntegerField("version de clé", null=True, blank=True)
    attempt = models.PositiveSmallIntegerField("essai", default=0)
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    beat_at = models.DateTimeField("avancée le", null=True, blank=True)
    spent_seconds = models.PositiveIntegerField("secondes de calcul", default=0)
    progress_percent = models.PositiveSmallIntegerField("avancement", default=0)
    progress_stage = models.CharField("étape", max_length=120, blank=True, default="")
    refusal = models.CharField("motif codé", max_length=40, blank=True, default="")
    refusal_words = models.TextField("motif", blank=True, default="")

    # What would be published, to the byte.
    bundle = models.TextField("chiffres", blank=True, default="")
    manifest = models.TextField("manifeste", blank=True, default="")
    certificate = models.TextField("certificat", blank=True, default="")
    ledger_line = models.TextField("ligne du registre", blank=True, default="")
    # What only those who approve see, sealed with the digest of the texts that it speaks of.
    report = models.BinaryField("compte rendu scellé", null=True, blank=True)
    report_version = models.PositiveIntegerField("version de clé", null=True, blank=True)

    release = models.UUIDField("publication", null=True, blank=True, unique=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="retirée par", null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField("motif du retrait", max_length=40, blank=True, default="")

    class Meta:
        verbose_name = "publication en préparation"
        verbose_name_plural = "publications en préparation"
        constraints = [
            # Two releases proved at once would each be proved without the other.
            models.UniqueConstraint(
                fields=["commission"],
                condition=models.Q(state__in=["computing", "audited", "approved_once"]),
                name="cases_release_one_pending",
            ),
            # Nothing is left of the counts once the job has ended.
            models.CheckConstraint(
                condition=models.Q(
                    state="computing",
                    job__isnull=False,
                    job_key__isnull=False,
                    job_key_version__isnull=False,
                )
                | (
                    ~models.Q(state="computing")
                    & models.Q(
                        job__isnull=True,
                        job_checkpoint__isnull=True,
                        job_key__isnull=True,
                        job_key_version__isnull=True,
                    )
                ),
                name="cases_release_job_emptied",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["audited", "approved_once"])
                | (
                    ~models.Q(bundle="")
                    & ~models.Q(manifest="")
                    & ~models.Q(certificate="")
                    & ~models.Q(ledger_line="")
                    & models.Q(report__isnull=False, report_version__isnull=False)
                ),
                name="cases_release_proved_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason=""
                )
                | (
                    models.Q(
                        state="published", withdrawn_at__isnull=False, withdrawn_by__isnull=False
                    )
                    & ~models.Q(withdrawn_reason="")
                ),
                name="cases_release_withdrawn_whole",
            ),
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
