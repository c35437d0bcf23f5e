"""Why somebody may or may not read, in the third person: what a list of members says."""

from __future__ import annotations

from collections.abc import Iterable

from cases.actions import convening
from cases.domain.sections import Section

# The reading rule's reasons, said of somebody else; a test demands words for each.
WHY_NOT = {
    "mandate_inactive": "mandat non en cours",
    "charter_unsigned": "charte non signée",
    "stepped_aside": "s’est déporté",
    "grant_missing": "pas de droit",
    "grant_dormant": "en veille",
    "grant_expired": "droit terminé",
    "grant_not_verified": "droit que personne n’a signé : prévenez le DPO",
    "invitation_unanswered": "n’a pas répondu à l’invitation",
    "level_too_low": "lecture seule",
    "health_reserved": "hors des professions admises (R1110-2)",
    "erased": "situation effacée",
    "limited": "traitement limité",
    "archived": "situation archivée",
    "withdrawn": "accord retiré",
    "before_admission": "saisine non admise",
    "anonymous": "évoquée sans identité",
    "agreement_expired": "accord arrivé à son terme",
    "agreement_missing": "accord non recueilli",
    "outside_perimeter": "hors de l’accord de la personne",
    "purpose_not_agreed": "usage non accepté par la personne",
    "text_not_agreed": "texte fermé par la personne",
    "category_not_agreed": "informations fermées par la personne",
    "emergency_refused": "fermé par la personne, même en urgence",
    convening.KEY_UNSIGNED: "clé non signée dans l’annuaire",
    convening.MANDATE_ENDS: "mandat terminé avant la séance",
}


def why_not(reason: str) -> str:
    """Return the words of a refusal."""
    return WHY_NOT.get(reason, "refusé par la règle")


def section_words(sections: Iterable[str]) -> str:
    """Name sections in a sentence."""
    return ", ".join(Section(code).label for code in sections)


def grouped(left_out: Iterable[tuple[str, str]]) -> str:
    """Say what is left out, reason by reason: « santé : hors des professions admises »."""
    by_reason: dict[str, list[str]] = {}
    for section, reason in left_out:
        by_reason.setdefault(why_not(reason), []).append(section)
    return " ; ".join(f"{section_words(codes)} : {words}" for words, codes in by_reason.items())
