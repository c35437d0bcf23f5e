"""A person's account in one realm (decision 1)."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Realm(models.TextChoices):
    """Which service an account belongs to; fixed at creation by a trigger."""

    COMMISSION = "commission", "commission"
    COUNCIL = "council", "conseil"


def new_reference() -> str:
    """Return an opaque unique name for an account (96 random bits)."""
    return "u-" + secrets.token_hex(12)


class UserManager(BaseUserManager["User"]):
    """Make accounts; there is no way to make a superuser."""

    def create_user(self, *, realm: str, email: str, password: str | None, **fields: Any) -> User:
        """Return a new account of ``realm``; ``password`` None leaves it unusable."""
        user = self.model(realm=realm, email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(force_insert=True, using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """One login in one realm; a person in both has two rows that nothing here links.

    ``is_superuser`` exists because the framework asks for it: no code path reads it as a right.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=40, unique=True, default=new_reference)
    realm = models.CharField("service", max_length=12, choices=Realm.choices)
    email = models.EmailField("adresse électronique", blank=True, default="")
    first_name = models.CharField("prénom", max_length=80, blank=True, default="")
    last_name = models.CharField("nom", max_length=80, blank=True, default="")
    job_title = models.CharField("fonction", max_length=120, blank=True, default="")
    organisation = models.CharField("structure", max_length=160, blank=True, default="")
    is_active = models.BooleanField("actif", default=True)
    is_ticket_only = models.BooleanField("entre par billet seulement", default=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    # The ledger knows logins; a column here would tell them to the database's readers.
    last_login = None

    objects = UserManager()

    USERNAME_FIELD = "reference"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            models.UniqueConstraint(
                "realm",
                models.functions.Lower("email"),
                condition=~models.Q(email=""),
                name="accounts_email_once_per_realm",
            ),
            models.CheckConstraint(
                condition=models.Q(realm__in=Realm.values), name="accounts_realm_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_ticket_only=False)
                | (
                    models.Q(realm=Realm.COUNCIL)
                    & models.Q(email="")
                    & models.Q(password__startswith="!")  # noqa: S106
                ),
                name="accounts_ticket_only_has_no_login",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def full_name(self) -> str:
        """Return the name shown to colleagues, never used in a URL, title, log or e-mail."""
        return f"{self.first_name} {self.last_name}".strip() or "Sans nom"

    def get_full_name(self) -> str:
        """Return the name shown to colleagues (asked by the framework)."""
        return self.full_name
