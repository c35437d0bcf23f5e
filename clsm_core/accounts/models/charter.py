"""Confidentiality charters and who accepted which version, when."""

import uuid

from django.db import models

from clsm_core.accounts.models.user import Realm, User


class Charter(models.Model):
    """A version of the charter that users of a realm accept at login (BR-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    realm = models.CharField("service", max_length=12, choices=Realm.choices)
    version = models.PositiveIntegerField("version")
    body = models.TextField("texte")
    published_at = models.DateTimeField("publiée le")

    class Meta:
        verbose_name = "charte"
        verbose_name_plural = "chartes"
        constraints = [
            models.UniqueConstraint(fields=["realm", "version"], name="accounts_charter_once")
        ]

    def __str__(self) -> str:
        return f"charte {self.realm} v{self.version}"


class CharterAcceptance(models.Model):
    """An account accepted a version: never changed, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="compte", related_name="+")
    charter = models.ForeignKey(Charter, models.PROTECT, verbose_name="charte", related_name="+")
    accepted_at = models.DateTimeField("acceptée le")

    class Meta:
        verbose_name = "acceptation de charte"
        verbose_name_plural = "acceptations de charte"
        constraints = [
            models.UniqueConstraint(fields=["user", "charter"], name="accounts_acceptance_once")
        ]

    def __str__(self) -> str:
        return f"acceptation {self.pk}"
