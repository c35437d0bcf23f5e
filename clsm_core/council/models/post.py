"""The coordinator's post and who pays for it.

Source: domain.md D.1 (coordonnateur), D.6 criterion 6; 003-01 to 003-06, 001-13, 002-06.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models.council import Council


class Employer(models.TextChoices):
    """Who employs the coordinator (003-04)."""

    LOCAL_AUTHORITY = "local_authority", "collectivité"
    HOSPITAL = "hospital", "hôpital"
    ASSOCIATION = "association", "association"
    OTHER = "other", "autre"


class Contract(models.TextChoices):
    """Under what contract (003-06)."""

    CIVIL_SERVANT = "civil_servant", "titulaire de la fonction publique"
    PERMANENT = "permanent", "CDI"
    FIXED_TERM = "fixed_term", "CDD"
    PROJECT = "project", "contrat de projet"
    OTHER = "other", "autre"


class Background(models.TextChoices):
    """What the coordinator was trained for first (003-01)."""

    SOCIAL_WORK = "social_work", "travail social (CESF, assistance sociale)"
    NURSING = "nursing", "soins infirmiers, cadre de santé"
    PROJECTS = "projects", "gestion de projets"
    PSYCHOLOGY = "psychology", "psychologie"
    SOCIOLOGY = "sociology", "sociologie"
    PUBLIC_HEALTH = "public_health", "santé publique"
    MEDICINE = "medicine", "médecine"
    POLITICAL_SCIENCE = "political_science", "sciences politiques"
    SPORT = "sport", "sports adaptés"
    LAW = "law", "droit"
    GEOGRAPHY = "geography", "géographie"
    HISTORY = "history", "histoire"
    OTHER = "other", "autre"


class Degree(models.TextChoices):
    """The highest degree (003-02)."""

    BELOW = "below", "jusqu’à bac +2"
    BACHELOR = "bachelor", "bac +3 ou bac +4"
    MASTER = "master", "bac +5"
    DOCTORATE = "doctorate", "doctorat"


class Post(models.Model):
    """A person in the post of coordinator between two days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(
        Council, models.PROTECT, verbose_name="conseil", related_name="posts"
    )
    holder = models.CharField("nom de la personne", max_length=160)
    employer = models.CharField("nature de l’employeur", max_length=16, choices=Employer.choices)
    employer_name = models.CharField("employeur", max_length=160)
    workplace = models.CharField("lieu d’exercice", max_length=160, blank=True)
    is_seconded = models.BooleanField("mise à disposition ou détachée", default=False)
    time_percent = models.PositiveSmallIntegerField("temps consacré au conseil (%)")
    contract = models.CharField("contrat", max_length=14, choices=Contract.choices)
    background = models.CharField(
        "formation", max_length=18, choices=Background.choices, blank=True
    )
    degree = models.CharField(
        "niveau de diplôme", max_length=10, choices=Degree.choices, blank=True
    )
    starts_on = models.DateField("prise de poste")
    ends_on = models.DateField("fin", null=True, blank=True)
    coordinated_councils = models.PositiveSmallIntegerField("conseils coordonnés", default=1)
    other_councils = models.CharField("autres conseils coordonnés", max_length=300, blank=True)
    job_description_on = models.DateField("fiche de poste du", null=True, blank=True)
    mission_letter_on = models.DateField("lettre de mission du", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistré le", db_default=Now())

    class Meta:
        verbose_name = "poste de coordination"
        verbose_name_plural = "postes de coordination"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(time_percent__gte=1) & models.Q(time_percent__lte=100),
                name="council_post_time",
                violation_error_message="Le temps consacré va de 1 à 100 pour cent.",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="council_post_dates",
                violation_error_message="La fin ne peut pas précéder la prise de poste.",
            ),
            models.CheckConstraint(
                condition=models.Q(coordinated_councils__gte=1),
                name="council_post_councils",
                violation_error_message="Une coordination sert au moins un conseil.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PostTraining(models.Model):
    """A training that the coordinator followed for the post (criterion 6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="poste", related_name="trainings")
    title = models.CharField("formation suivie", max_length=200)
    organiser = models.CharField("organisme", max_length=160, blank=True)
    on = models.DateField("date")
    days = models.DecimalField("jours", max_digits=4, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = "formation suivie"
        verbose_name_plural = "formations suivies"
        ordering = ["-on", "id"]

    def __str__(self) -> str:
        return str(self.pk)


class PostFunder(models.TextChoices):
    """Who pays for the post (003-05; the first three make it tripartite, 002-07)."""

    LOCAL_AUTHORITY = "local_authority", "collectivité"
    HOSPITAL = "hospital", "hôpital, pôle de psychiatrie"
    ARS = "ars", "ARS"
    CITY_POLICY = "city_policy", "politique de la ville"
    DEPARTMENT = "department", "département"
    REGION = "region", "région"
    OTHER = "other", "autre"


class PostFunding(models.Model):
    """What one funder gives for the post in one year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="poste", related_name="fundings")
    year = models.PositiveSmallIntegerField("exercice")
    funder = models.CharField("financeur", max_length=16, choices=PostFunder.choices)
    amount = models.DecimalField("montant (€)", max_digits=10, decimal_places=2)
    label = models.CharField("précision", max_length=160, blank=True)

    class Meta:
        verbose_name = "financement du poste"
        verbose_name_plural = "financements du poste"
        ordering = ["-year", "funder", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "year", "funder", "label"],
                name="council_post_funding_once",
                violation_error_message="Ce financement est déjà enregistré pour cette année.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="council_post_funding_positive",
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
