"""Accesses that nobody holds standing: why they are asked, how long they last, how they close.

Break-glass is an emergency: a depositary reads for four hours what the person did not close. A
control is the DPO's: it reads for a day at most. Neither writes, and both are followed up.

Source: security.md §2.4 (break glass; DPO access); C-73; GDPR articles 6(1)(d) and 39(1)(b).
"""

from datetime import timedelta

from cases.domain.choice import Choice


class AccessKind(Choice):
    """What is asked."""

    EMERGENCY = "break_glass", "accès d’urgence"
    CONTROL = "dpo", "contrôle de la protection des données"


class EmergencyReason(Choice):
    """Which vital interest is at stake."""

    LIFE = "vie_en_danger", "la vie de la personne est en danger"
    OTHERS = "danger_pour_autrui", "une autre personne est en grave danger"
    MISSING = "personne_disparue", "la personne a disparu et l’on craint pour elle"
    RESCUE = "demande_des_secours", "les secours ou l’hôpital attendent une information vitale"


class ControlReason(Choice):
    """Why the DPO must read content."""

    COMPLAINT = "reclamation", "réclamation de la personne ou d’un proche"
    RIGHTS = "demande_de_droits", "demande d’accès, de rectification ou d’opposition"
    INCIDENT = "incident", "incident à établir ou à qualifier"
    AUTHORITY = "demande_autorite", "demande de la CNIL ou d’un juge"
    PLANNED = "controle_planifie", "contrôle prévu au programme de l’année"


class EmergencyConclusion(Choice):
    """What the DPO concludes of an emergency."""

    JUSTIFIED = "justifie", "justifié"
    EXCESSIVE = "excessif", "urgence réelle, mais plus a été ouvert que nécessaire"
    UNJUSTIFIED = "injustifie", "l’urgence n’est pas établie"
    BREACH = "violation", "à traiter comme une violation de données"


class ControlConclusion(Choice):
    """What the DPO concludes of her own control."""

    COMPLIANT = "conforme", "rien à corriger"
    TO_CORRECT = "a_corriger", "des corrections sont demandées"
    BREACH = "violation_constatee", "une violation de données est constatée"


REASONS: dict[AccessKind, type[Choice]] = {
    AccessKind.EMERGENCY: EmergencyReason,
    AccessKind.CONTROL: ControlReason,
}
CONCLUSIONS: dict[AccessKind, type[Choice]] = {
    AccessKind.EMERGENCY: EmergencyConclusion,
    AccessKind.CONTROL: ControlConclusion,
}
LASTS = {AccessKind.EMERGENCY: timedelta(hours=4), AccessKind.CONTROL: timedelta(hours=24)}
"""From the second person's word, at most."""
LAPSES = {AccessKind.EMERGENCY: timedelta(hours=12), AccessKind.CONTROL: timedelta(days=7)}
"""A request that nobody answered by then does nothing any more."""
FOLLOW_UP_WITHIN = timedelta(hours=72)
LONGEST_WORDS = 500
EMERGENCY, CONTROL = "emergency", "control"
"""What the ledger keeps as the purpose of a showing that rests on one of them."""


def reason_label(kind: str, code: str) -> str:
    """Return the French words of a coded reason, the code itself when the list has it no more."""
    reasons = REASONS[AccessKind(kind)]
    return reasons(code).label if code in reasons.codes() else code


def conclusion_label(kind: str, code: str) -> str:
    """Return the French words of a coded conclusion, empty for none."""
    conclusions = CONCLUSIONS[AccessKind(kind)]
    return conclusions(code).label if code in conclusions.codes() else code
