"""A commission, its members' mandates, and their rows in the council service."""

import uuid

from django.conf import settings
from django.db import models

from clsm_core.council.models import Council

USER = settings.AUTH_USER_MODEL


class Commission(models.Model):
    """A small group that examines situations; BR-01 and C-70 gate its activation."""

    class AgreementMode(models.TextChoices):
        """Whether a situation may be evoked without a named agreement (C-02, C-03)."""

        REQUIRED = "agreement_required", "accord requis pour toute évocation"
        ANONYMOUS = "anonymous_allowed", "évocation anonyme autorisée"

    class State(models.TextChoices):
        """Whether the commission works."""

        PREPARING = "preparing", "en préparation"
        ACTIVE = "active", "active"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    slug = models.SlugField("nom court", max_length=60, unique=True)
    name = models.CharField("dénomination", max_length=160)
    purpose = models.TextField("finalité", blank=True, default="")
    agreement_mode = models.CharField(
        "mode d’accord",
        max_length=20,
        choices=AgreementMode.choices,
        default=AgreementMode.REQUIRED,
    )
    state = models.CharField("état", max_length=12, choices=State.choices, default=State.PREPARING)
    steering_validated_on = models.DateField("validée par le COPIL le", null=True, blank=True)
    dpo_contact = models.CharField("contact du DPO", max_length=160, blank=True, default="")
    notice_version = models.CharField(
        "version de la note d’information", max_length=20, default="1"
    )
    impact_assessment = models.CharField(
        "référence de l’AIPD", max_length=120, blank=True, default=""
    )
    impact_assessed_on = models.DateField("date de l’AIPD", null=True, blank=True)
    minimum_age = models.PositiveSmallIntegerField("âge minimal", default=18)
    officers_required = models.PositiveSmallIntegerField("signatures par clé", default=2)
    recovery_public = models.BinaryField("clé publique de recouvrement", null=True)
    # Names the recovery key in force, so that the database itself asks each section's key for it.
    recovery_key_id = models.CharField(
        "clé de recouvrement en vigueur", max_length=32, default="", blank=True
    )
    recovery_threshold = models.PositiveSmallIntegerField("parts nécessaires", default=3)
    recovery_trustees = models.PositiveSmallIntegerField("parts remises", default=5)
    statistics_public = models.BinaryField("clé publique des statistiques", null=True)
    # To the recovery key as well: what officers alone held would go with them (D6).
    statistics_recovery_wrap = models.BinaryField("clé des statistiques de secours", null=True)
    root_fingerprint = models.CharField(
        "empreinte de l’annuaire", max_length=64, default="", blank=True
    )
    vault_idle_minutes = models.PositiveSmallIntegerField("fermeture du coffre (min)", default=30)
    # How long before and after its sitting an item's temporary rights last (C-24), in days.
    item_opens_days = models.PositiveSmallIntegerField("ouverture avant la séance (j)", default=7)
    item_closes_days = models.PositiveSmallIntegerField("fermeture après la séance (j)", default=7)
    agreement_reminder_days = models.PositiveSmallIntegerField(
        "rappel avant la fin d’un accord (j)", default=30
    )
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "commission"
        verbose_name_plural = "commissions"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="active")
                | (
                    ~models.Q(purpose="")
                    & ~models.Q(dpo_contact="")
                    & ~models.Q(notice_version="")
                    & ~models.Q(impact_assessment="")
                    & models.Q(steering_validated_on__isnull=False)
                    & models.Q(recovery_public__isnull=False)
                    & models.Q(statistics_public__isnull=False)
                ),
                name="cases_active_commission_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(officers_required__gte=1, officers_required__lte=2),
                name="cases_commission_officers_one_or_two",
            ),
            models.CheckConstraint(
                condition=models.Q(vault_idle_minutes__gte=10, vault_idle_minutes__lte=60),
                name="cases_commission_idle_ten_to_sixty",
            ),
            models.CheckConstraint(
                condition=models.Q(item_opens_days__lte=30, item_closes_days__lte=30),
                name="cases_commission_items_a_month_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(recovery_threshold__gte=2)
                & models.Q(recovery_trustees__gt=models.F("recovery_threshold")),
                name="cases_commission_two_of_three_at_least",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class DirectoryRoot(models.Model):
    """A link of the chain of officers and public keys (ED): append-only, signed by two."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    serial = models.PositiveIntegerField("numéro")
    statement = models.BinaryField("énoncé signé")
    created_at = models.DateTimeField("inscrite le")

    class Meta:
        verbose_name = "racine de l’annuaire"
        verbose_name_plural = "racines de l’annuaire"
        ordering = ["serial"]
        constraints = [
            models.UniqueConstraint(fields=["commission", "serial"], name="cases_root_once")
        ]

    def __str__(self) -> str:
        return f"racine {self.serial}"


class Mandate(models.Model):
    """What a member may be in a commission, between two days (BR-02, C-22, C-25)."""

    class Role(models.TextChoices):
        """Roles in a commission (domain.md B.5)."""

        COORDINATOR = "coordinator", "animation"
        DEPOSITARY = "depositary", "dépositaire"
        PERMANENT = "permanent", "membre permanent"
        SUBSTITUTE = "substitute", "suppléance"
        GUEST = "guest", "invité"
        USERS_REPRESENTATIVE = "users_representative", "représentation des usagers"
        DPO = "dpo", "délégué à la protection des données"
        REFERRER = "referrer", "saisissant"

    class Status(models.TextChoices):
        """A mandate that is not active opens nothing."""

        ACTIVE = "active", "actif"
        SUSPENDED = "suspended", "suspendu"
        EXCLUDED = "excluded", "exclu"
        ENDED = "ended", "terminé"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="compte", related_name="mandates")
    role = models.CharField("rôle", max_length=24, choices=Role.choices)
    profession = models.CharField("catégorie professionnelle", max_length=40, default="none")
    organisation = models.CharField("structure", max_length=160)
    organisation_kind = models.CharField("catégorie de structure", max_length=60)
    status = models.CharField(
        "statut", max_length=12, choices=Status.choices, default=Status.ACTIVE
    )
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    substitute_of = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="suppléant de",
        null=True,
        blank=True,
        related_name="substitutes",
    )
    # The days on which she stands in for that member.
    substitutes_from = models.DateField("suppléance du", null=True, blank=True)
    substitutes_until = models.DateField("suppléance au", null=True, blank=True)
    steering_reference = models.CharField(
        "décision du COPIL", max_length=120, blank=True, default=""
    )

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        constraints = [
            models.UniqueConstraint(
                fields=["commission", "user", "role", "starts_on"], name="cases_mandate_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="cases_mandate_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    substitute_of__isnull=True,
                    substitutes_from__isnull=True,
                    substitutes_until__isnull=True,
                )
                | models.Q(
                    substitute_of__isnull=False,
                    substitutes_from__isnull=False,
                    substitutes_until__gte=models.F("substitutes_from"),
                ),
                name="cases_mandate_substitution_has_a_window",
            ),
        ]

    def __str__(self) -> str:
        return f"mandat {self.pk}"


class CouncilAccount(models.Model):
    """The council row of a member: the only link between the two realms (decision 1)."""

    user = models.OneToOneField(USER, models.PROTECT, primary_key=True, verbose_name="compte")
    council_user = models.UUIDField("compte du conseil", unique=True)

    class Meta:
        verbose_name = "compte au conseil"
        verbose_name_plural = "comptes au conseil"

    def __str__(self) -> str:
        return f"compte au conseil {self.pk}"
