"""A member's keys: directory entry, slots, sealed identity, and the vault open in a session."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from cases.models.commission import Commission

USER = settings.AUTH_USER_MODEL


class MemberKey(models.Model):
    """An entry of the signed directory (E7): countersigned once, then never changed.

    A revoked entry still proves what its member signed before that date.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="compte", related_name="+")
    key_id = models.CharField("identifiant de clé", max_length=32, db_index=True)
    serial = models.PositiveIntegerField("numéro", default=1)
    is_officer = models.BooleanField("officier", default=False)
    public = models.BinaryField("identité publique")
    entry = models.BinaryField("inscription signée")
    statistics_wrap = models.BinaryField("clé des statistiques enveloppée", null=True, blank=True)
    signed_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="signée par", null=True, blank=True, related_name="+"
    )
    countersigned_by = models.ForeignKey(
        USER,
        models.PROTECT,
        verbose_name="contresignée par",
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField("inscrite le")
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)

    class Meta:
        verbose_name = "clé de membre"
        verbose_name_plural = "clés de membre"
        constraints = [
            models.UniqueConstraint(
                fields=["commission", "user", "serial"], name="cases_member_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"clé {self.key_id}"


class MemberVault(models.Model):
    """A member's identity, sealed under the vault key that any slot opens."""

    user = models.OneToOneField(USER, models.PROTECT, primary_key=True, verbose_name="compte")
    public = models.BinaryField("identité publique")
    sealed_identity = models.BinaryField("identité scellée")

    class Meta:
        verbose_name = "coffre"
        verbose_name_plural = "coffres"

    def __str__(self) -> str:
        return f"coffre {self.pk}"


class VaultSlot(models.Model):
    """One way to open a vault (E5)."""

    class Kind(models.TextChoices):
        """Kinds of slot."""

        PASSPHRASE = "passphrase", "phrase de passe"
        RECOVERY = "recovery", "kit de secours"
        PASSKEY = "passkey", "clé d’accès"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="compte", related_name="+")
    kind = models.CharField("sorte", max_length=12, choices=Kind.choices)
    blob = models.BinaryField("serrure")
    pepper_version = models.PositiveIntegerField("version du poivre", default=1)
    # Which passkey, for the slots of that kind: a hash of its credential id.
    credential = models.CharField("clé d’accès", max_length=64, blank=True, default="")
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "serrure"
        verbose_name_plural = "serrures"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "credential"], name="cases_slot_one_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"serrure {self.pk}"


class VaultOpening(models.Model):
    """An open vault: half of it here, half in a cookie of the browser (security.md §2.4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="compte", related_name="+")
    session = models.CharField("session", max_length=64)
    device = models.CharField("appareil", max_length=60, blank=True, default="")
    blob = models.BinaryField("identité scellée")
    opened_at = models.DateTimeField("ouvert le")
    used_at = models.DateTimeField("dernier usage")
    # When a slot was last opened by hand: sensitive acts ask for ten minutes at most (decision 23).
    proved_at = models.DateTimeField("secret présenté le", db_default=Now())

    class Meta:
        verbose_name = "ouverture de coffre"
        verbose_name_plural = "ouvertures de coffre"

    def __str__(self) -> str:
        return f"ouverture {self.pk}"
