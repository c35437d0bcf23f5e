"""What an account of the council may do there, by council and by role."""

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models.council import Council


class CouncilRole(models.TextChoices):
    """Roles in a council; object rights follow the mandate, there is no per-object table."""

    COORDINATOR = "coordinator", "coordination"
    PRESIDENT = "president", "présidence"
    CO_ANIMATOR = "co_animator", "co-animation"
    STEERING_MEMBER = "steering_member", "comité de pilotage"
    CONTRIBUTOR = "contributor", "contribution"
    READER = "reader", "lecture"


class CouncilMembership(models.Model):
    """A role held by an account in a council between two days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="compte", related_name="+")
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    role = models.CharField("rôle", max_length=20, choices=CouncilRole.choices)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)
    # As this council wrote them: an account of another council is named here by nobody else.
    person_name = models.CharField("nom", max_length=160, blank=True)
    person_job = models.CharField("fonction", max_length=160, blank=True)
    # Closed at once, before the end of the last day.
    ended_at = models.DateTimeField("fermé le", null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="fermé par", related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField("créé le", db_default=Now())

    class Meta:
        verbose_name = "rôle dans un conseil"
        verbose_name_plural = "rôles dans un conseil"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "council", "role", "starts_on"],
                condition=models.Q(ended_at__isnull=True),
                name="council_membership_once",
                violation_error_message="Cette personne a déjà ce rôle à cette date.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="council_membership_dates_ordered",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False, ends_on__isnull=False),
                name="council_membership_ended_whole",
                violation_error_message="Un rôle fermé dit quand et par qui.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
