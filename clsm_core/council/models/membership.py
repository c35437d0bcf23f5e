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
    created_at = models.DateTimeField("créé le", db_default=Now())

    class Meta:
        verbose_name = "rôle dans un conseil"
        verbose_name_plural = "rôles dans un conseil"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "council", "role", "starts_on"], name="council_membership_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="council_membership_dates_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
