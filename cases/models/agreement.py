"""What the person agreed to, refused or took back: one row an expression, never changed (C-15)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.models.documents import SealedDocument
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class Agreement(models.Model):
    """An expression of the person about sharing, in codes and dates (C-05, C-06, C-10…C-13)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    kind = models.CharField("sorte", max_length=24)
    giver = models.CharField("donné par", max_length=40, blank=True, default="")
    mode = models.CharField("forme", max_length=24, blank=True, default="")
    notice_version = models.CharField("version de la note", max_length=20, blank=True, default="")
    notice_handed_on = models.DateField("note remise le", null=True, blank=True)
    notice_form = models.CharField("forme de la note", max_length=16, blank=True, default="")
    security_described = models.BooleanField("mesures de sécurité décrites", default=False)
    categories = ArrayField(
        models.CharField(max_length=40),
        verbose_name="catégories d’information",
        default=list,
        blank=True,
    )
    professions = ArrayField(
        models.CharField(max_length=60),
        verbose_name="catégories de professionnels",
        default=list,
        blank=True,
    )
    organisations = ArrayField(
        models.CharField(max_length=160),
        verbose_name="structures nommées",
        default=list,
        blank=True,
    )
    excluded_organisations = ArrayField(
        models.CharField(max_length=160),
        verbose_name="structures exclues",
        default=list,
        blank=True,
    )
    members = ArrayField(
        models.UUIDField(), verbose_name="professionnels nommés", default=list, blank=True
    )
    excluded_members = ArrayField(
        models.UUIDField(), verbose_name="professionnels exclus", default=list, blank=True
    )
    excluded_authors = ArrayField(
        models.CharField(max_length=160),
        verbose_name="écrits non partagés de",
        default=list,
        blank=True,
    )
    written_from = models.DateField("écrits à partir du", null=True, blank=True)
    written_until = models.DateField("écrits jusqu’au", null=True, blank=True)
    # Empty for what was recorded before purposes were asked: all of them.
    purposes = ArrayField(
        models.CharField(max_length=16), verbose_name="usages acceptés", default=list, blank=True
    )
    is_emergency_only = models.BooleanField("seulement en cas d’urgence", default=False)
    reason = models.CharField("motif", max_length=40, blank=True, default="")
    regularise_by = models.DateField("à régulariser avant le", null=True, blank=True)
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)
    presence = models.CharField("présence souhaitée", max_length=20, blank=True, default="")
    accompaniment = ArrayField(
        models.CharField(max_length=24),
        verbose_name="accompagnement souhaité",
        default=list,
        blank=True,
    )
    # What was said in words: capacity, limits, who spoke. Sealed with the identity.
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, verbose_name="texte", null=True, blank=True
    )
    opinion_recorded = models.BooleanField("avis propre recueilli", default=False)
    is_disputed = models.BooleanField("désaccord en attente du juge", default=False)
    collected_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="recueilli par", related_name="+"
    )
    expressed_at = models.DateTimeField("exprimé le")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "accord"
        verbose_name_plural = "accords"
        ordering = ["recorded_at"]
        indexes = [
            models.Index(fields=["situation", "recorded_at"], name="cases_agreement_history")
        ]

    def __str__(self) -> str:
        return f"accord {self.pk}"
