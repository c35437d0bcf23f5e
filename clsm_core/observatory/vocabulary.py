"""Closed lists of what a council observes: the themes of the national survey, the publics.

Source: domain.md 003-18 (23 themes), 004-16, 000-14.
"""

from __future__ import annotations

from django.db import models


class Theme(models.TextChoices):
    """The 23 themes of the national survey (003-18)."""

    SITUATIONS = "situations", "situations individuelles"
    HOUSING = "housing", "logement, habitat"
    SISM = "sism", "semaines d’information sur la santé mentale"
    AWARENESS = "awareness", "sensibilisation, information"
    CARE_ACCESS = "care_access", "accès aux soins"
    ADOLESCENTS = "adolescents", "santé mentale des adolescents"
    PARENTING = "parenting", "parentalité"
    OBSERVATION = "observation", "observation, diagnostic"
    CHILDREN = "children", "santé mentale des enfants"
    INVOLUNTARY_CARE = "involuntary_care", "soins sans consentement"
    CROSS_TRAINING = "cross_training", "formation croisée"
    PRECARITY = "precarity", "santé mentale et précarité"
    EARLY_PREVENTION = "early_prevention", "prévention précoce"
    USERS = "users", "intégration des usagers"
    SUICIDE = "suicide", "prévention du suicide"
    ADDICTIONS = "addictions", "addictions"
    INEQUALITIES = "inequalities", "inégalités de santé"
    LEISURE = "leisure", "loisirs, culture"
    OLDER = "older", "personnes âgées"
    CITIZENSHIP = "citizenship", "citoyenneté"
    RIGHTS = "rights", "droits des usagers"
    WORK = "work", "santé mentale au travail"
    EMPLOYMENT = "employment", "insertion professionnelle"


class Public(models.TextChoices):
    """For whom an action is meant (004-16, 000-14)."""

    UNDER_16 = "under_16", "0-15 ans"
    AGE_16_25 = "age_16_25", "16-25 ans"
    AGE_26_65 = "age_26_65", "26-65 ans"
    OVER_65 = "over_65", "plus de 65 ans"
    INHABITANTS = "inhabitants", "habitants"
    PROFESSIONALS = "professionals", "professionnels"
    ELECTED = "elected", "élus"
    CARERS = "carers", "aidants"
    USERS = "users", "usagers"
