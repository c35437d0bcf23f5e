"""Files of a situation: their bytes are sealed apart (E2), their names in a sealed document."""

import uuid

from django.conf import settings
from django.db import models

from cases.domain.sections import Section
from cases.models.agreement import Agreement
from cases.models.documents import SealedDocument
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class Attachment(models.Model):
    """A file of a section: what it is called, how long it is, are in its document."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    section = models.CharField("volet", max_length=12, choices=Section.choices())
    category = models.CharField("catégorie d’information", max_length=40, blank=True, default="")
    document = models.OneToOneField(SealedDocument, models.PROTECT, verbose_name="description")
    # The proof of an expression of the person (C-15).
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, verbose_name="preuve de l’accord", null=True, blank=True
    )
    # E2 does not carry the version of the section's key: the row keeps it.
    key_version = models.PositiveIntegerField("version de clé", default=1)
    # The stored object's name, new at each sealing, and the hash of its sealed bytes.
    stored_as = models.UUIDField("objet scellé", unique=True)
    digest = models.BinaryField("empreinte scellée")
    created_by = models.ForeignKey(USER, models.PROTECT, verbose_name="auteur", related_name="+")
    created_at = models.DateTimeField("déposée le")

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["created_at"]
        indexes = [models.Index(fields=["situation", "section"], name="cases_attachment_section")]

    def __str__(self) -> str:
        return f"pièce jointe {self.pk}"


class FileDraft(models.Model):
    """A file already sent whose form came back: it waits, sealed to its author alone (dec. 50)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    user = models.ForeignKey(USER, models.CASCADE, verbose_name="auteur", related_name="+")
    wrap = models.BinaryField("clé enveloppée")
    commitment = models.BinaryField("engagement de clé")
    blob = models.BinaryField("description scellée")
    stored_as = models.UUIDField("objet scellé", unique=True)
    created_at = models.DateTimeField("déposé le")
    expires_at = models.DateTimeField("effacé le")

    class Meta:
        verbose_name = "pièce en attente"
        verbose_name_plural = "pièces en attente"

    def __str__(self) -> str:
        return f"pièce en attente {self.pk}"
