"""Mailing lists: a rule on contacts, computed each time, and people added by hand."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models import Council
from clsm_core.directory.models.contact import Contact


class MailingList(models.Model):
    """To whom the council writes about something; who declined is never in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    name = models.CharField("nom", max_length=120)
    purpose = models.CharField("usage", max_length=200, blank=True)
    colleges = models.JSONField("collèges", default=list, blank=True)
    categories = models.JSONField("catégories de structure", default=list, blank=True)
    contacts = models.ManyToManyField(
        Contact, verbose_name="ajoutés à la main", related_name="+", blank=True
    )
    is_active = models.BooleanField("active", default=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("créée le", db_default=Now())

    class Meta:
        verbose_name = "liste de diffusion"
        verbose_name_plural = "listes de diffusion"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"],
                name="directory_list_name_once",
                violation_error_message="Une liste porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
