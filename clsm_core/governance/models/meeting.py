"""Meetings: series, templates, agendas, documents, attendance, minutes.

Source: domain.md D.1 (réunion), D-01, D-06; landscape.md (OpenProject, OpenSlides).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council
from clsm_core.directory.models import Contact
from clsm_core.governance.models.body import Body


class MeetingTemplate(models.Model):
    """An agenda that comes back: titles, purposes and minutes, one line each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    name = models.CharField("nom", max_length=120)
    # [{"title": …, "purpose": …, "minutes": …}, …]
    lines = models.JSONField("points", default=list)
    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        verbose_name = "modèle d’ordre du jour"
        verbose_name_plural = "modèles d’ordre du jour"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"],
                name="governance_template_name_once",
                violation_error_message="Un modèle porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MeetingMode(models.TextChoices):
    """How people meet."""

    ON_SITE = "on_site", "sur place"
    REMOTE = "remote", "à distance"
    BOTH = "both", "sur place et à distance"


class MeetingSeries(models.Model):
    """Meetings of a body that were planned together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name="instance", related_name="series")
    every_months = models.PositiveSmallIntegerField("tous les … mois")
    starts_on = models.DateField("premier jour")
    count = models.PositiveSmallIntegerField("nombre de réunions")
    created_at = models.DateTimeField("planifiée le", db_default=Now())

    class Meta:
        verbose_name = "série de réunions"
        verbose_name_plural = "séries de réunions"

    def __str__(self) -> str:
        return str(self.pk)


class MeetingState(models.TextChoices):
    """Where a meeting stands: one button leads to the next."""

    PLANNED = "planned", "prévue"
    CONVENED = "convened", "convoquée"
    HELD = "held", "tenue"
    CANCELLED = "cancelled", "annulée"


class MinutesState(models.TextChoices):
    """Where the minutes stand (D-06)."""

    NONE = "none", "à rédiger"
    DRAFT = "draft", "en rédaction"
    WRITTEN = "written", "rédigé, à valider"
    VALIDATED = "validated", "validé"
    CIRCULATED = "circulated", "diffusé"


class Meeting(models.Model):
    """A meeting of a body."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name="instance", related_name="meetings")
    series = models.ForeignKey(
        MeetingSeries,
        models.PROTECT,
        verbose_name="série",
        related_name="meetings",
        null=True,
        blank=True,
    )
    title = models.CharField("intitulé", max_length=160, blank=True)
    starts_at = models.DateTimeField("début")
    duration_minutes = models.PositiveSmallIntegerField("durée (minutes)", default=120)
    mode = models.CharField(
        "mode", max_length=8, choices=MeetingMode.choices, default=MeetingMode.ON_SITE
    )
    place = models.CharField("lieu", max_length=200, blank=True)
    link = models.URLField("lien de connexion", blank=True)
    message = models.TextField("mot d’accompagnement", blank=True)
    state = models.CharField(
        "état", max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True)
    # What the calendars of the convened were told last, and whether it holds no more (RFC 5545).
    sequence = models.PositiveSmallIntegerField("version du rendez-vous", default=0)
    has_changed = models.BooleanField("changée depuis la convocation", default=False)
    cancelled_reason = models.CharField("motif d’annulation", max_length=200, blank=True)
    minutes_state = models.CharField(
        "compte rendu", max_length=10, choices=MinutesState.choices, default=MinutesState.NONE
    )
    minutes_text = models.TextField("texte d’ensemble", blank=True)
    # 1, then one more each time validated minutes are corrected.
    minutes_edition = models.PositiveSmallIntegerField("édition du compte rendu", default=1)
    validated_on = models.DateField("validé le", null=True, blank=True)
    validated_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="validé par", related_name="+", null=True, blank=True
    )
    circulated_at = models.DateTimeField("diffusé le", null=True, blank=True)
    is_published = models.BooleanField("compte rendu publié", default=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="convened") | models.Q(convened_at__isnull=False),
                name="governance_meeting_convened",
                violation_error_message="Une réunion convoquée a une date de convocation.",
            ),
            models.CheckConstraint(
                condition=~models.Q(minutes_state__in=["validated", "circulated"])
                | (models.Q(validated_on__isnull=False) & models.Q(validated_by__isnull=False)),
                name="governance_minutes_validated",
                violation_error_message="Un compte rendu validé l’est par quelqu’un, à une date.",
            ),
            models.CheckConstraint(
                condition=~models.Q(minutes_state="circulated")
                | models.Q(circulated_at__isnull=False),
                name="governance_minutes_circulated",
                violation_error_message="Un compte rendu diffusé a une date de diffusion.",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes_state="none") | models.Q(state="held"),
                name="governance_minutes_of_a_held_meeting",
                violation_error_message="Un compte rendu suit une réunion tenue.",
            ),
            # Only what was validated may be shown outside.
            models.CheckConstraint(
                condition=models.Q(is_published=False)
                | models.Q(minutes_state__in=["validated", "circulated"]),
                name="governance_published_is_validated",
                violation_error_message="Validez le compte rendu avant de le publier.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PointPurpose(models.TextChoices):
    """What is expected of the meeting on a point."""

    INFORMATION = "information", "information"
    DISCUSSION = "discussion", "échange"
    DECISION = "decision", "décision"


class AgendaPoint(models.Model):
    """A point of an agenda; without a meeting, a subject that waits (backlog)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name="instance", related_name="points")
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        verbose_name="réunion",
        related_name="points",
        null=True,
        blank=True,
    )
    rank = models.PositiveSmallIntegerField("rang", default=0)
    title = models.CharField("intitulé", max_length=200)
    purpose = models.CharField(
        "attendu", max_length=12, choices=PointPurpose.choices, default=PointPurpose.DISCUSSION
    )
    minutes = models.PositiveSmallIntegerField("durée (minutes)", default=15)
    presenter = models.CharField("présenté par", max_length=120, blank=True)
    details = models.TextField("précisions", blank=True)
    notes = models.TextField("compte rendu du point", blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="proposé par", related_name="+", null=True, blank=True
    )
    # A point that was not treated goes on as another row: what was on an agenda stays on it.
    carried_from = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name="reporté de",
        related_name="carried_to",
        null=True,
        blank=True,
    )
    # A subject set aside stays readable: nothing proposed by a member disappears.
    is_set_aside = models.BooleanField("écarté", default=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("proposé le", db_default=Now())

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["rank", "created_at"]

    def __str__(self) -> str:
        return str(self.pk)


class Presence(models.TextChoices):
    """How somebody was there, or not (D.1: émargement)."""

    ON_SITE = "on_site", "présent"
    REMOTE = "remote", "présent à distance"
    REPRESENTED = "represented", "représenté"
    EXCUSED = "excused", "excusé"
    ABSENT = "absent", "absent"


class SignedHow(models.TextChoices):
    """How a presence was attested (D-06)."""

    NOT = "not", "non signé"
    SHEET = "sheet", "feuille signée"
    CALLED = "called", "appel nominal"


class Attendance(models.Model):
    """A convened person, or a guest, at a meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name="réunion", related_name="attendances"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name="personne", related_name="attendances"
    )
    is_guest = models.BooleanField("invité", default=False)
    presence = models.CharField("présence", max_length=12, choices=Presence.choices, blank=True)
    represented_by = models.ForeignKey(
        Contact,
        models.PROTECT,
        verbose_name="représenté par",
        related_name="+",
        null=True,
        blank=True,
    )
    signed = models.CharField(
        "émargement", max_length=6, choices=SignedHow.choices, default=SignedHow.NOT
    )

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "contact"],
                name="governance_attendance_once",
                violation_error_message="Cette personne est déjà sur la liste.",
            ),
            models.CheckConstraint(
                condition=~models.Q(presence="represented")
                | models.Q(represented_by__isnull=False),
                name="governance_attendance_represented",
                violation_error_message="Indiquez qui la représente.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Document(models.Model):
    """A file of the council, given back exactly as it was received, always as a download."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        verbose_name="réunion",
        related_name="documents",
        null=True,
        blank=True,
    )
    framework = models.ForeignKey(
        "clsm_governance.FrameworkDocument",
        models.PROTECT,
        verbose_name="document-cadre",
        related_name="files",
        null=True,
        blank=True,
    )
    title = models.CharField("intitulé", max_length=160)
    file_name = models.CharField("nom du fichier", max_length=160)
    media_type = models.CharField("format", max_length=100)
    size = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte", max_length=64)
    content = models.BinaryField("contenu")
    added_by = models.ForeignKey(User, models.PROTECT, verbose_name="ajouté par", related_name="+")
    added_at = models.DateTimeField("ajouté le", db_default=Now())
    is_withdrawn = models.BooleanField("retiré", default=False)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["added_at"]

    def __str__(self) -> str:
        return str(self.pk)
