"""Who may read which section, until when: signed grants, their wraps, their projection."""

import uuid

from django.conf import settings
from django.db import models
from guardian.models import UserObjectPermissionBase

from cases.domain.sections import Section
from cases.models.sitting import AgendaItem
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class Grant(models.Model):
    """A signed statement (E6): the truth of a right; guardian's row is its projection.

    The columns repeat what is signed, for the database's own lock; a column that differs from the
    statement opens nothing.
    """

    class Level(models.TextChoices):
        """What the holder may do in the section."""

        READ = "read", "lecture"
        CONTRIBUTE = "contribute", "contribution"
        MANAGE = "manage", "gestion"

    class Basis(models.TextChoices):
        """Why the right exists."""

        INTAKE = "intake", "réception des saisines"
        LEAD = "lead", "référent"
        PERMANENT = "permanent", "membre permanent"
        SUBSTITUTE = "substitute", "suppléance"
        GUEST = "guest", "invitation"
        DEPOSITARY = "depositary", "dépositaire"
        DPO = "dpo", "contrôle de la protection des données"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    section = models.CharField("volet", max_length=12, choices=Section.choices())
    recipient = models.ForeignKey(USER, models.PROTECT, verbose_name="membre", related_name="+")
    key_version = models.PositiveIntegerField("version de clé", default=1)
    level = models.CharField("niveau", max_length=12, choices=Level.choices)
    basis = models.CharField("fondement", max_length=12, choices=Basis.choices)
    # Why, in a code; not in the statement: it opens nothing.
    reason = models.CharField("motif codé", max_length=40, blank=True, default="")
    # The point of an agenda that the right is for, and ends with (C-24).
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, verbose_name="point", null=True, blank=True, related_name="+"
    )
    is_dormant = models.BooleanField("dormante", default=False)
    not_before = models.DateTimeField("début")
    not_after = models.DateTimeField("fin")
    statement = models.BinaryField("énoncé signé")
    granted_by = models.ForeignKey(USER, models.PROTECT, verbose_name="par", related_name="+")
    granted_at = models.DateTimeField("le")
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="révoquée par", null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "habilitation"
        verbose_name_plural = "habilitations"
        indexes = [
            models.Index(fields=["recipient", "situation", "section"], name="cases_grant_holder"),
            models.Index(fields=["situation", "section"], name="cases_grant_situation"),
            # What a member holds now, without reading the grants themselves.
            models.Index(
                fields=["recipient", "situation"],
                include=["not_before", "not_after"],
                condition=models.Q(is_dormant=False, revoked_at__isnull=True),
                name="cases_grant_live",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(not_after__gt=models.F("not_before")),
                name="cases_grant_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="cases_grant_revocation_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"habilitation {self.pk}"


class Wrap(models.Model):
    """A section's data key for one recipient (E3 in E4); ``grant`` null is the recovery key's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    section = models.CharField("volet", max_length=12, choices=Section.choices())
    grant = models.OneToOneField(
        Grant, models.CASCADE, verbose_name="habilitation", null=True, blank=True
    )
    key_version = models.PositiveIntegerField("version de clé", default=1)
    recipient_key_id = models.CharField("clé destinataire", max_length=32)
    blob = models.BinaryField("clé enveloppée")

    class Meta:
        verbose_name = "enveloppe"
        verbose_name_plural = "enveloppes"
        indexes = [models.Index(fields=["situation", "section"], name="cases_wrap_section")]

    def __str__(self) -> str:
        return f"enveloppe {self.pk}"


class SituationUserPermission(UserObjectPermissionBase):
    """Guardian's row on a situation: a projection of live grants (decision 21)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey(Situation, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "permission sur une situation"
        verbose_name_plural = "permissions sur des situations"

    def __str__(self) -> str:
        return f"permission {self.pk}"
