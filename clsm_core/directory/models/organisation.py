"""Organisations of the directory and what the public may be told of them.

Source: domain.md D.1 (structure), 003-14 and 003-15 (categories), D-09.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from clsm_core.council.models import Council


class Category(models.TextChoices):
    """The 25 categories of the national survey (003-14), then the extended list (003-15)."""

    ADULT_PSYCHIATRY = "adult_psychiatry", "psychiatrie adulte"
    ELECTED = "elected", "maire ou élu"
    CARERS_UNION = "carers_union", "UNAFAM, association de proches"
    PUBLIC_PSYCHIATRY = "public_psychiatry", "psychiatrie publique (établissement)"
    MUNICIPAL = "municipal", "services municipaux ou intercommunaux"
    CHILD_PSYCHIATRY = "child_psychiatry", "psychiatrie infanto-juvénile"
    ARS = "ars", "ARS"
    DEPARTMENT = "department", "conseil départemental (ASE, PMI)"
    USERS = "users", "association d’usagers, GEM"
    SOCIAL = "social", "structure sociale"
    ASV = "asv", "atelier santé ville"
    SOCIOMEDICAL = "sociomedical", "structure médico-sociale"
    PREFECTURE = "prefecture", "préfecture"
    LANDLORD = "landlord", "bailleur"
    ADOLESCENTS = "adolescents", "maison des adolescents"
    POLICE = "police", "police, gendarmerie"
    MDPH = "mdph", "MDPH"
    GENERAL_PRACTITIONER = "general_practitioner", "médecins généralistes"
    EDUCATION = "education", "Éducation nationale"
    JUSTICE = "justice", "justice"
    HOSPITAL = "hospital", "établissement de santé (MCO)"
    HEALTH_HOUSE = "health_house", "maison de santé pluriprofessionnelle"
    PRE = "pre", "programme de réussite éducative"
    NEIGHBOURHOOD = "neighbourhood", "association de quartier"
    LOCAL_MISSION = "local_mission", "mission locale"
    SOCIAL_CENTRE = "social_centre", "centre social"
    SIAO = "siao", "SIAO"
    HEALTH_PROMOTION = "health_promotion", "promotion de la santé (IREPS)"
    EMPLOYMENT = "employment", "emploi, insertion"
    NURSES = "nurses", "infirmiers libéraux"
    CPAM = "cpam", "CPAM"
    CLINIC = "clinic", "clinique"
    ORDER = "order", "ordre professionnel"
    UNION = "union", "syndicat"
    NURSING_SCHOOL = "nursing_school", "IFSI"
    SAMU_SOCIAL = "samu_social", "Samu social"
    SESSAD = "sessad", "SESSAD"
    CSAPA = "csapa", "CSAPA, CAARUD"
    BAPU = "bapu", "BAPU"
    CREHPSY = "crehpsy", "CREHPSY"
    GUARDIANSHIP = "guardianship", "protection juridique des majeurs"
    CPTS = "cpts", "CPTS, DAC"
    FIRE = "fire", "SDIS, secours"
    OTHER = "other", "autre"


# The first 25, in the order of the national survey's question on members.
SURVEY_CATEGORIES = tuple(Category)[:25]


class Organisation(models.Model):
    """A structure of the territory, as the council knows it; deactivated, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, verbose_name="conseil", related_name="+")
    name = models.CharField("nom", max_length=200)
    sort_key = models.CharField("clé de recherche", max_length=400, editable=False, db_index=True)
    search_key = models.TextField("texte de recherche", editable=False, default="")
    category = models.CharField("catégorie", max_length=24, choices=Category.choices)
    missions = models.TextField("missions", blank=True)
    objectives = models.TextField("objectifs", blank=True)
    audience = models.CharField("public accueilli", max_length=300, blank=True)
    area = models.CharField("zone desservie", max_length=200, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=120, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    website = models.URLField("site", blank=True)
    opening_hours = models.CharField("horaires", max_length=200, blank=True)
    access_terms = models.TextField("modalités d’accès", blank=True)
    verified_on = models.DateField("vérifiée le", null=True, blank=True)
    is_public = models.BooleanField("visible dans le guide public", default=False)
    is_active = models.BooleanField("active", default=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    created_at = models.DateTimeField("enregistrée le", db_default=Now())

    class Meta:
        verbose_name = "structure"
        verbose_name_plural = "structures"
        ordering = ["sort_key", "id"]
        indexes = [models.Index(fields=["council", "category"], name="directory_org_category")]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "sort_key"],
                condition=models.Q(is_active=True),
                name="directory_org_name_once",
                violation_error_message="Une structure active porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
