"""Notes written by hand for the steering committee, on their way to two approvals (C-98)."""

import uuid

from django.conf import settings
from django.db import models

from cases.models.commission import Commission

USER = settings.AUTH_USER_MODEL


class ReleaseNote(models.Model):
    """A remark without any figure: written, approved by two persons, published, perhaps withdrawn.

    Its words wait sealed under the server's key: nobody has checked yet that they name no one. They
    never change once written, which a trigger holds; a correction is another note.
    """

    class State(models.TextChoices):
        """Two persons approve before it is published."""

        WRITTEN = "written", "à approuver"
        APPROVED_ONCE = "approved_once", "approuvée une fois"
        PUBLISHED = "published", "publiée"
        WITHDRAWN = "withdrawn", "retirée"
        DROPPED = "dropped", "abandonnée"

    class Basis(models.TextChoices):
        """What a note is drawn from; never the counts of one year (decision 35)."""

        THREE_YEARS = "three_years", "Trois années de travail de la commission"
        STRUCTURES = "structures", "Besoins exprimés par les structures"

    class Category(models.TextChoices):
        """What a note tells."""

        MISSING_OFFER = "missing_offer", "Un manque d’offre"
        FREQUENT = "frequent", "Une difficulté fréquente"
        GRAVE = "grave", "Une difficulté grave"
        GOOD_PRACTICE = "good_practice", "Une pratique qui réussit"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, models.PROTECT, verbose_name="commission")
    # Title and text together, sealed; emptied when the note is given up.
    words = models.BinaryField("titre et texte scellés", null=True, blank=True)
    words_version = models.PositiveIntegerField("version de clé", null=True, blank=True)
    basis = models.CharField("origine", max_length=12, choices=Basis.choices)
    category = models.CharField("sujet", max_length=14, choices=Category.choices)
    missing_offer = models.CharField("offre manquante", max_length=40, blank=True, default="")
    state = models.CharField("état", max_length=14, choices=State.choices, default=State.WRITTEN)
    written_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="écrite par", related_name="+"
    )
    written_at = models.DateTimeField("écrite le")
    approved_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="approuvée par", null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField("approuvée le", null=True, blank=True)
    # Of the words approved: the second approval, and the publication, are of the same ones.
    digest = models.CharField("empreinte approuvée", max_length=56, blank=True, default="")
    published_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="publiée par", null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    published_as = models.UUIDField("note au conseil", null=True, blank=True, unique=True)
    withdrawn_by = models.ForeignKey(
        USER, models.PROTECT, verbose_name="retirée par", null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "note de la commission"
        verbose_name_plural = "notes de la commission"
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="dropped", words__isnull=True, words_version__isnull=True)
                | (
                    ~models.Q(state="dropped")
                    & models.Q(words__isnull=False, words_version__isnull=False)
                ),
                name="cases_note_words_until_dropped",
            ),
            models.CheckConstraint(
                condition=models.Q(category="missing_offer") | models.Q(missing_offer=""),
                name="cases_note_offer_of_its_category",
            ),
            models.CheckConstraint(
                condition=models.Q(state="dropped")
                | models.Q(state="written", approved_by__isnull=True, digest="")
                | (
                    models.Q(
                        state__in=["approved_once", "published", "withdrawn"],
                        approved_by__isnull=False,
                        approved_at__isnull=False,
                    )
                    & ~models.Q(digest="")
                ),
                name="cases_note_approved_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["written", "approved_once", "dropped"],
                    published_by__isnull=True,
                    published_at__isnull=True,
                    published_as__isnull=True,
                )
                | models.Q(
                    state__in=["published", "withdrawn"],
                    published_by__isnull=False,
                    published_at__isnull=False,
                    published_as__isnull=False,
                ),
                name="cases_note_published_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True)
                | ~models.Q(published_by=models.F("approved_by")),
                name="cases_note_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False
                )
                | (
                    ~models.Q(state="withdrawn")
                    & models.Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                ),
                name="cases_note_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
