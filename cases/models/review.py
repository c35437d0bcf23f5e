"""Reviews, proposals, restitutions: dates, answers and states; their words are sealed."""

import uuid

from django.conf import settings
from django.db import models

from cases.domain.sections import Section
from cases.models.documents import SealedDocument
from cases.models.sitting import AgendaItem
from cases.models.situation import Situation

USER = settings.AUTH_USER_MODEL


class Review(models.Model):
    """A situation examined at a sitting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    item = models.OneToOneField(AgendaItem, models.PROTECT, verbose_name="point")
    person_presence = models.CharField("présence de la personne", max_length=16)
    has_no_proposal = models.BooleanField("aucune proposition", default=False)
    review_due_on = models.DateField("à revoir le", null=True, blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, verbose_name="par", related_name="+")
    recorded_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "examen"
        verbose_name_plural = "examens"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(has_no_proposal=False) | models.Q(review_due_on__isnull=False),
                name="cases_review_ends_with_something",
            )
        ]

    def __str__(self) -> str:
        return f"examen {self.pk}"


class Proposal(models.Model):
    """A proposal to the person; its title, kind and holder are in its sealed document."""

    class Answer(models.TextChoices):
        """What the person says of it."""

        PENDING = "en_attente", "en attente"
        YES = "oui", "d’accord"
        PARTLY = "partiel", "d’accord en partie"
        NO = "non", "pas d’accord"

    class Status(models.TextChoices):
        """Where the action stands."""

        PROPOSED = "proposee", "proposée"
        ACCEPTED = "acceptee", "acceptée"
        ONGOING = "en_cours", "en cours"
        DONE = "realisee", "réalisée"
        NOT_DONE = "non_realisee", "non réalisée"
        DROPPED = "abandonnee", "abandonnée"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    review = models.ForeignKey(Review, models.CASCADE, verbose_name="examen")
    section = models.CharField("volet", max_length=12, choices=Section.choices())
    document = models.OneToOneField(SealedDocument, models.CASCADE, verbose_name="texte")
    due_on = models.DateField("échéance", null=True, blank=True)
    answer = models.CharField(
        "avis de la personne", max_length=12, choices=Answer.choices, default=Answer.PENDING
    )
    answered_on = models.DateField("avis donné le", null=True, blank=True)
    status = models.CharField(
        "état", max_length=14, choices=Status.choices, default=Status.PROPOSED
    )
    status_reason = models.CharField("motif codé", max_length=40, blank=True, default="")
    changed_at = models.DateTimeField("modifiée le")
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "proposition"
        verbose_name_plural = "propositions"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="en_attente") | models.Q(answered_on__isnull=False),
                name="cases_proposal_answer_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"proposition {self.pk}"


class Restitution(models.Model):
    """The proposals explained to the person, by whom and when (BR-11, CH-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    situation = models.ForeignKey(Situation, models.CASCADE, verbose_name="situation")
    review = models.OneToOneField(Review, models.CASCADE, verbose_name="examen")
    given_on = models.DateField("faite le")
    mode = models.CharField("forme", max_length=24)
    given_by = models.ForeignKey(USER, models.PROTECT, verbose_name="par", related_name="+")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "restitution"
        verbose_name_plural = "restitutions"

    def __str__(self) -> str:
        return f"restitution {self.pk}"
