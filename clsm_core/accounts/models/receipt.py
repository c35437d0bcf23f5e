"""What is used once: form keys and tickets; a UNIQUE decides, not a cache."""

import uuid

from django.db import models

from clsm_core.accounts.models.user import User


class FormReceipt(models.Model):
    """A form sent by an account under an idempotency key, and where it led (decision 50)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="compte", related_name="+")
    key = models.UUIDField("clé")
    location = models.CharField("adresse", max_length=300)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)

    class Meta:
        verbose_name = "accusé d’envoi"
        verbose_name_plural = "accusés d’envoi"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="accounts_receipt_once")
        ]

    def __str__(self) -> str:
        return f"accusé {self.pk}"


class UsedTicket(models.Model):
    """A ticket that has opened a session: it opens no other (decision 2)."""

    id = models.UUIDField(primary_key=True, editable=False)
    used_at = models.DateTimeField("utilisé le", auto_now_add=True)

    class Meta:
        verbose_name = "billet utilisé"
        verbose_name_plural = "billets utilisés"

    def __str__(self) -> str:
        return f"billet {self.pk}"
