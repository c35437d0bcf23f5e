"""People whom the council convenes and writes to, as professionals, officials or volunteers.

Source: domain.md D.1 (contact), 001-01 (colleges).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council
from clsm_core.directory.models.organisation import Organisation


class College(models.TextChoices):
    """In whose name a person sits (domain.md D.1; D-02 asks for the first four)."""

    ELECTED = "elected", "élus"
    PSYCHIATRY = "psychiatry", "psychiatrie"
    USERS = "users", "personnes concernées, usagers"
    CARERS = "carers", "aidants, familles"
    HEALTH = "health", "professionnels de santé"
    SOCIAL = "social", "social et médico-social"
    INSTITUTIONS = "institutions", "institutions"
    INHABITANTS = "inhabitants", "habitants"


class Contact(models.Model):
    """A person the council knows by her function; deactivated, never deleted while she is cited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="structure",
        related_name="contacts",
        null=True,
        blank=True,
    )
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80)
    sort_key = models.CharField("clé de recherche", max_length=300, editable=False, db_index=True)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    college = models.CharField("collège", max_length=12, choices=College.choices)
    is_referent = models.BooleanField("référent de sa structure pour le conseil", default=False)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    # GDPR art. 6: letters of the council's own bodies need none; anything else does.
    accepts_mail = models.BooleanField("accepte les informations du conseil", default=False)
    accepts_mail_since = models.DateField("accord donné le", null=True, blank=True)
    account = models.ForeignKey(
        User, models.PROTECT, verbose_name="compte", related_name="+", null=True, blank=True
    )
    is_active = models.BooleanField("actif", default=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "account"],
                condition=models.Q(account__isnull=False),
                name="directory_contact_account_once",
                violation_error_message="Ce compte est déjà relié à un autre contact.",
            ),
            models.CheckConstraint(
                condition=models.Q(accepts_mail=False) | models.Q(accepts_mail_since__isnull=False),
                name="directory_contact_agreement_dated",
                violation_error_message=(
                    "Indiquez la date à laquelle la personne a donné son accord."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def full_name(self) -> str:
        """Return the name as it is written on a sheet."""
        return f"{self.first_name} {self.last_name}".strip()
