"""Why a right on a situation was given, why somebody has none: closed lists, read in French.

A code says why without a word of free text; it opens nothing by itself and is no part of what is
signed. Codes are never reused for another meaning.

Source: domain.md B.5 (AccessGrant: motif), C-21, C-24; decisions 22, 23.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cases.domain.choice import Choice


class GrantReason(Choice):
    """Why somebody was given a right."""

    EXAMINATION = "examen", "examen en séance"
    FOLLOW_UP = "suivi", "suivi des actions"
    ADVICE = "avis_technique", "avis technique"
    COORDINATION = "coordination", "coordination entre structures"
    SUBSTITUTION = "remplacement", "remplacement d’un membre"
    LEADING = "reference", "référence de la situation"


# What the form of a sharing offers: the two others follow from an act of their own.
SHARED_FOR = (
    GrantReason.FOLLOW_UP,
    GrantReason.EXAMINATION,
    GrantReason.ADVICE,
    GrantReason.COORDINATION,
)


class InterestReason(Choice):
    """What ties a member to a situation, and keeps her out of it."""

    KINSHIP = "lien_personnel", "lien familial, amical ou de voisinage"
    OWN_STRUCTURE = "interet_structure", "structure partie prenante : créance, litige, procédure"
    OTHER_ROLE = "autre_role", "accompagnement de la personne à un autre titre"
    ASKED = "demande_personne", "demande de la personne elle-même"
    OTHER = "autre_lien", "autre lien, sans précision"


class DeclineReason(Choice):
    """Why a guest does not come."""

    UNAVAILABLE = "indisponible", "Je ne suis pas disponible à cette date"
    NOT_CONCERNED = "non_concerne", "Je ne me sens pas concerné"
    INTEREST = "lien_interet", "Je pourrais avoir un lien avec la personne"
    COLLEAGUE = "autre_collegue", "Un autre professionnel de ma structure convient mieux"
    OTHER = "autre_raison", "Autre raison, sans précision"


class LeadReason(Choice):
    """Why a situation changes hands."""

    ABSENCE = "absence", "absence ou congé"
    LEAVING = "depart_annonce", "départ annoncé"
    WORKLOAD = "charge", "charge de travail"
    STEPPED_ASIDE = "relais_deport", "déport"
    ASKED = "souhait_personne", "demande de la personne"
    CLOSER = "proximite", "un autre professionnel est mieux placé"


def item_window(
    *, starts_at: datetime, at: datetime, opens_days: int, closes_days: int
) -> tuple[datetime, datetime]:
    """Return from when to when the rights of a point last (C-24).

    From some days before its sitting, or from now when that is past, to the end of the day some
    days after it; aware times, in the zone of ``at``.
    """
    opens = max(at, starts_at - timedelta(days=opens_days))
    last = starts_at.astimezone(at.tzinfo).date() + timedelta(days=closes_days)
    return opens, datetime.combine(last, time(23, 59, 59), at.tzinfo)
