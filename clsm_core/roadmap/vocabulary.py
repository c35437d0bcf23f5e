"""Closed lists of a roadmap, as the founding sheets and the national survey name them.

Source: domain.md 003-18 (23 themes), 004-14 to 004-19, D.1 (fiche-action).
"""

from __future__ import annotations

from django.db import models

from clsm_core.observatory.vocabulary import Public, Theme

# The themes and publics are those of what the council observes: one list for needs and actions.
__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Computed",
    "Determinant",
    "EvaluationMethod",
    "Extent",
    "Policy",
    "Public",
    "Theme",
]

# The years of a budget or of a figure.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Extent(models.TextChoices):
    """Where an action takes place (004-15)."""

    INTERCOMMUNAL = "intercommunal", "intercommunal"
    COMMUNAL = "communal", "communal"
    DISTRICTS = "districts", "quartiers"
    PRIORITY = "priority", "quartiers prioritaires"


class Determinant(models.TextChoices):
    """Determinants of health aimed at (004-18 and the usual list of local health contracts)."""

    RESOURCES = "resources", "implantation des ressources"
    POLITICS = "politics", "stratégies politiques"
    SOCIAL = "social", "potentiel social, entraide"
    HOUSING = "housing", "habitat"
    WORK = "work", "travail, revenus"
    EDUCATION = "education", "éducation"
    ENVIRONMENT = "environment", "cadre de vie"
    CARE = "care", "système de soins"


class Policy(models.TextChoices):
    """Public policies concerned (004-19)."""

    HEALTH = "health", "santé"
    SOCIAL = "social", "action sociale"
    CITY = "city", "politique de la ville"
    HOUSING = "housing", "logement"
    YOUTH = "youth", "jeunesse, éducation"
    AGEING = "ageing", "vieillesse"
    DISABILITY = "disability", "handicap"
    CULTURE = "culture", "culture, sport"
    EMPLOYMENT = "employment", "emploi"
    SECURITY = "security", "prévention de la délinquance"


class EvaluationMethod(models.TextChoices):
    """How an action is evaluated (004-22)."""

    DASHBOARD = "dashboard", "tableau de suivi"
    SURVEYS = "surveys", "questionnaires"
    YEARLY = "yearly", "bilan annuel"


class Computed(models.TextChoices):
    """Indicators that the service counts by itself (D.5), each over a year."""

    STEERING_EXISTS = "steering_exists", "comité de pilotage représentatif"
    MEETINGS = "meetings", "nombre de réunions"
    PEOPLE = "people", "nombre de personnes présentes"
    ORGANISATIONS = "organisations", "nombre de structures représentées"
    GROUPS = "groups", "nombre de groupes de travail"
    PARTNERSHIPS = "partnerships", "nombre de partenariats formalisés"
    ACTIONS_DONE = "actions_done", "actions réalisées"
    ACTIONS_PLANNED = "actions_planned", "actions prévues"
    THEMES = "themes", "thématiques actives"
    USERS_RATE = "users_rate", "présence des usagers (%)"
    CARERS_RATE = "carers_rate", "présence des aidants (%)"
    DIAGNOSES = "diagnoses", "états des lieux"
    COORDINATION = "coordination", "temps de coordination (ETP)"
