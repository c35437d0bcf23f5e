"""Sittings of a commission and their agenda, in codes (BR-04, BR-09)."""

import uuid

from django.conf import settings
from django.db import models

from cases.models.commission import Commission
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class Sitting(models.Model):
    """One meeting of the commission: draft → convened → open → closed."""

    class State(models.TextChoices):
        """Its one button."""

        DRAFT = "draft", "brouillon"
        CONVENED = "convened", "convoquée"
        OPEN = "open", "en cours"
        CLOSED = "closed", "close"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    starts_at = models.DateTimeField("date et heure")
    place = models.CharField("lieu", max_length=160)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(USER, models.PROTECT, verbose_name="créée par", related_name="+")
    # Whose vault stays open while items are examined (decision 23).
    presented_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="présentée par", null=True, blank=True, related_name="+"
    )
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True)
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return f"séance {self.pk}"


class AgendaItem(models.Model):
    """A situation on an agenda, by its code."""

    class Kind(models.TextChoices):
        """Why it is there; feed-back items come first (practice.md 1.3)."""

        FEEDBACK = "retour_feed_back", "retour sur une situation suivie"
        FIRST = "premier", "premier examen"
        POSTPONED = "reexamen_apres_ajournement", "réexamen après ajournement"
        REFUSED = "reexamen_apres_refus", "réexamen après refus"

    class Mode(models.TextChoices):
        """Whether the person may be named (C-01, C-03)."""

        NAMED = "nominatif", "nominatif"
        ANONYMOUS = "anonyme", "anonyme"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(
        Sitting, models.CASCADE, verbose_name="séance", related_name="items"
    )
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    rank = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("nature", max_length=30, choices=Kind.choices)
    mode = models.CharField("mode", max_length=12, choices=Mode.choices)
    anonymity_attested_by = models.ForeignKey(
        USER,
        models.PROTECT,
        verbose_name="anonymat vérifié par",
        null=True,
        blank=True,
        related_name="+",
    )
    removed_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "situation"],
                condition=models.Q(removed_at__isnull=True),
                name="cases_agenda_situation_once",
            ),
            models.CheckConstraint(
                condition=models.Q(mode="nominatif")
                | models.Q(anonymity_attested_by__isnull=False),
                name="cases_agenda_anonymity_attested",
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.pk}"


class ItemAttendance(models.Model):
    """A member present for one item: presence is recorded by situation (BR-04)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(
        AgendaItem, models.CASCADE, verbose_name="point", related_name="attendance"
    )
    user = models.ForeignKey(USER, models.PROTECT, verbose_name="membre", related_name="+")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="cases_attendance_once")
        ]

    def __str__(self) -> str:
        return f"présence {self.pk}"
