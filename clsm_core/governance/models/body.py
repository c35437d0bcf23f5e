"""Bodies of a council and who sits in them.

Source: domain.md D.1 (instance, composition), D-02, D-03; 001-02 to 001-07, 003-14.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models import Council
from clsm_core.directory.models import Category, College, Contact


class BodyKind(models.TextChoices):
    """The bodies a council may have (002-05; the technical committee is seen in PACA)."""

    STEERING = "steering", "comité de pilotage"
    PLENARY = "plenary", "assemblée plénière"
    WORKING_GROUP = "working_group", "groupe de travail"
    TECHNICAL = "technical", "comité technique"
    # By name only: what it examines lives in the other service.
    COMMISSION = "commission", "commission"


class GroupKind(models.TextChoices):
    """What holds a working group together (001-05)."""

    THEME = "theme", "thématique"
    PROJECT = "project", "par projet"


class Body(models.Model):
    """A body; a working group exists by a decision only (D-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    kind = models.CharField("type", max_length=14, choices=BodyKind.choices)
    name = models.CharField("nom", max_length=160)
    group_kind = models.CharField(
        "forme du groupe", max_length=8, choices=GroupKind.choices, blank=True
    )
    theme = models.CharField("thématique", max_length=200, blank=True)
    purpose = models.TextField("missions", blank=True)
    meetings_per_year = models.PositiveSmallIntegerField("réunions prévues par an", default=1)
    # How many of the members who vote must be there or represented; 0 asks for none.
    quorum_percent = models.PositiveSmallIntegerField("quorum (%)", default=0)
    created_by = models.ForeignKey(
        "clsm_governance.Decision",
        models.PROTECT,
        verbose_name="créé par la décision",
        related_name="bodies",
        null=True,
        blank=True,
    )
    starts_on = models.DateField("depuis")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    is_published = models.BooleanField("montrée au public", default=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "instance"
        verbose_name_plural = "instances"
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"],
                name="governance_body_name_once",
                violation_error_message="Une instance porte déjà ce nom.",
            ),
            models.UniqueConstraint(
                fields=["council", "kind"],
                condition=models.Q(kind__in=["steering", "plenary"]) & models.Q(ends_on=None),
                name="governance_body_one_at_a_time",
                violation_error_message="Cette instance est déjà ouverte : fermez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="working_group") | models.Q(created_by__isnull=False),
                name="governance_group_by_decision",
                violation_error_message="Un groupe de travail naît d’une décision : choisissez-la.",
            ),
            models.CheckConstraint(
                condition=models.Q(quorum_percent__lte=100),
                name="governance_body_quorum",
                violation_error_message="Le quorum va de 0 à 100 pour cent.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="governance_body_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SeatRole(models.TextChoices):
    """What a member does in a body (001-02, 001-05)."""

    PRESIDENT = "president", "présidence"
    CO_ANIMATOR = "co_animator", "co-animation"
    REFERENT = "referent", "référent"
    MEMBER = "member", "membre"


class Quality(models.TextChoices):
    """Whether a person sits or stands in for who sits."""

    TITULAR = "titular", "titulaire"
    SUBSTITUTE = "substitute", "suppléant"


class BodyMandate(models.Model):
    """A seat held by a contact between two days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name="instance", related_name="mandates")
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name="membre", related_name="mandates"
    )
    college = models.CharField("collège", max_length=12, choices=College.choices)
    role = models.CharField(
        "rôle", max_length=12, choices=SeatRole.choices, default=SeatRole.MEMBER
    )
    quality = models.CharField(
        "qualité", max_length=10, choices=Quality.choices, default=Quality.TITULAR
    )
    stands_in_for = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="suppléant de",
        related_name="substitutes",
        null=True,
        blank=True,
    )
    has_vote = models.BooleanField("voix délibérative", default=True)
    starts_on = models.DateField("depuis")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "mandat dans une instance"
        verbose_name_plural = "mandats dans une instance"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "contact", "starts_on"],
                name="governance_mandate_once",
                violation_error_message="Cette personne a déjà un mandat qui commence ce jour-là.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="governance_mandate_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(quality="substitute") | models.Q(stands_in_for__isnull=True),
                name="governance_mandate_substitute",
                violation_error_message="Seul un suppléant remplace quelqu’un.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class InvitationStatus(models.TextChoices):
    """The four answers of the national survey for a category (003-14)."""

    MEMBER = "member", "oui"
    NOT_MEMBER = "not_member", "non"
    NOT_INVITED = "not_invited", "non invité"
    UNANSWERED = "unanswered", "sans réponse"


class CategoryInvitation(models.Model):
    """Whether a category of organisations was invited to a body, and what it answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(
        Body, models.PROTECT, verbose_name="instance", related_name="invitations"
    )
    category = models.CharField("catégorie", max_length=24, choices=Category.choices)
    status = models.CharField("réponse", max_length=12, choices=InvitationStatus.choices)

    class Meta:
        verbose_name = "invitation d’une catégorie"
        verbose_name_plural = "invitations de catégories"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "category"],
                name="governance_invitation_once",
                violation_error_message="Cette catégorie a déjà une réponse.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
