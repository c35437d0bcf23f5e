"""Decisions of the bodies, their votes and what became of them (domain.md D.1, D-03, D-04)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.accounts.models import User
from clsm_core.council.models import Council
from clsm_core.directory.models import Contact
from clsm_core.governance.models.meeting import AgendaPoint, Meeting


class DecisionKind(models.TextChoices):
    """What a decision is about (domain.md D.1)."""

    ORIENTATION = "orientation", "orientation"
    PRIORITY = "priority", "priorité"
    NEW_GROUP = "new_group", "création d’un groupe"
    ACTION = "action", "validation d’une action"
    BUDGET = "budget", "budget"
    CHARTER = "charter", "charte, cadre"
    APPOINTMENT = "appointment", "nomination"
    TO_ARS = "to_ars", "transmission à l’ARS"
    OTHER = "other", "autre"


class DecisionState(models.TextChoices):
    """What became of it."""

    TO_DO = "to_do", "à faire"
    ONGOING = "ongoing", "en cours"
    DONE = "done", "fait"
    DROPPED = "dropped", "abandonné"


class Decision(models.Model):
    """What a body decided in a meeting; numbered within the council's year, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name="réunion", related_name="decisions"
    )
    point = models.ForeignKey(
        AgendaPoint,
        models.PROTECT,
        verbose_name="point",
        related_name="decisions",
        null=True,
        blank=True,
    )
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("intitulé", max_length=300)
    text = models.TextField("texte", blank=True)
    kind = models.CharField("type", max_length=12, choices=DecisionKind.choices)
    owner = models.ForeignKey(
        Contact,
        models.PROTECT,
        verbose_name="responsable",
        related_name="+",
        null=True,
        blank=True,
    )
    due_on = models.DateField("échéance", null=True, blank=True)
    state = models.CharField(
        "état", max_length=8, choices=DecisionState.choices, default=DecisionState.TO_DO
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "year", "number"],
                name="governance_decision_number_once",
                violation_error_message="Ce numéro de décision est déjà pris : recommencez.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def code(self) -> str:
        """Return the number under which the register cites it: 2026-07."""
        return f"{self.year}-{self.number:02d}"


class VoteRule(models.TextChoices):
    """The majority that was asked for."""

    CONSENSUS = "consensus", "consensus"
    SIMPLE = "simple", "majorité des voix exprimées"
    ABSOLUTE = "absolute", "majorité des membres votants"
    TWO_THIRDS = "two_thirds", "deux tiers des voix exprimées"


class Vote(models.Model):
    """The count of a vote, where a rule asks for one; voices are counts, never names."""

    decision = models.OneToOneField(
        Decision, models.PROTECT, verbose_name="décision", related_name="vote", primary_key=True
    )
    rule = models.CharField("règle", max_length=10, choices=VoteRule.choices)
    is_secret = models.BooleanField("à bulletin secret", default=False)
    voters = models.PositiveSmallIntegerField("membres votants")
    in_favour = models.PositiveSmallIntegerField("pour")
    against = models.PositiveSmallIntegerField("contre")
    abstained = models.PositiveSmallIntegerField("abstentions")

    class Meta:
        verbose_name = "vote"
        verbose_name_plural = "votes"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    voters__gte=models.F("in_favour") + models.F("against") + models.F("abstained")
                ),
                name="governance_vote_counts",
                violation_error_message="Il y a plus de voix que de votants.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FollowUp(models.Model):
    """A dated line of what was done of a decision."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="décision", related_name="follow_ups"
    )
    on = models.DateField("date")
    state = models.CharField("état", max_length=8, choices=DecisionState.choices)
    text = models.TextField("suivi", blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, verbose_name="écrit par", related_name="+")
    created_at = models.DateTimeField("écrit le", db_default=Now())

    class Meta:
        verbose_name = "suivi d’une décision"
        verbose_name_plural = "suivis de décisions"
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.pk)
