"""Sealed documents: one blob a text, so that no column tells which field is filled."""

import uuid

from django.conf import settings
from django.db import models

from cases.domain.lifecycle import ReferralState
from cases.domain.sections import Section
from cases.models.commission import Commission
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class SealedDocument(models.Model):
    """Everything that tells of a person, sealed under a section's key (E1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    section = models.CharField("volet", max_length=12, choices=Section.choices())
    kind = models.CharField("sorte", max_length=24)
    category = models.CharField("catégorie d’information", max_length=40, blank=True, default="")
    row_version = models.PositiveBigIntegerField("version", default=1)
    key_version = models.PositiveIntegerField("version de clé", default=1)
    blob = models.BinaryField("document scellé")
    created_by = models.ForeignKey(USER, models.PROTECT, verbose_name="auteur", related_name="+")
    created_at = models.DateTimeField("écrit le")
    changed_at = models.DateTimeField("modifié le")

    class Meta:
        verbose_name = "document scellé"
        verbose_name_plural = "documents scellés"
        indexes = [models.Index(fields=["situation", "section"], name="cases_document_section")]

    def __str__(self) -> str:
        return f"document {self.pk}"


class ReferralDraft(models.Model):
    """A referral being written: sealed under a key half of which is in a cookie (decision 19)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(USER, models.CASCADE, verbose_name="saisissant", related_name="+")
    commission = models.ForeignKey(Commission, models.CASCADE, verbose_name="commission")
    server_half = models.BinaryField("moitié de clé")
    blob = models.BinaryField("brouillon scellé")
    changed_at = models.DateTimeField("modifié le")
    expires_at = models.DateTimeField("effacé le")

    class Meta:
        verbose_name = "brouillon de saisine"
        verbose_name_plural = "brouillons de saisine"

    def __str__(self) -> str:
        return f"brouillon {self.pk}"


class ReferralAnswer(models.Model):
    """What a referrer sees of what she sent: a view of the situation's answer columns."""

    id = models.UUIDField(primary_key=True)
    commission = models.ForeignKey(Commission, models.DO_NOTHING)
    code = models.CharField(max_length=16)
    referral_state = models.CharField(max_length=24, choices=ReferralState.choices())
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.CharField(max_length=60)
    answer_version = models.PositiveIntegerField(null=True)
    answer = models.BinaryField(null=True)
    created_by = models.ForeignKey(USER, models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "cases_referral_answer"
        verbose_name = "réponse à une saisine"
        verbose_name_plural = "réponses à une saisine"

    def __str__(self) -> str:
        return self.code
