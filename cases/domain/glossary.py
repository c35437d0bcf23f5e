"""One French term, one English name: the table that code and user guide are checked against.

Source: style.md, rule 12.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word of the field and the name the code gives it."""

    french: str
    english: str


GLOSSARY = tuple(
    Term(french, english)
    for french, english in (
        ("conseil local de santé mentale", "Council"),
        ("commission", "Commission"),
        ("situation", "Situation"),
        ("personne concernée", "Person"),
        ("saisine", "Referral"),
        ("saisissant", "referrer"),
        ("référent de situation", "lead"),
        ("volet", "Section"),
        ("identité", "identity"),
        ("socle", "core"),
        ("social", "social"),
        ("logement", "housing"),
        ("santé", "health"),
        ("juridique", "legal"),
        ("synthèse restituable", "shareable"),
        ("accord", "Agreement"),
        ("opposition", "objection"),
        ("retrait", "withdrawal"),
        ("habilitation", "Grant"),
        ("mandat", "Mandate"),
        ("séance", "Sitting"),
        ("ordre du jour", "Agenda"),
        ("examen", "Review"),
        ("proposition", "Proposal"),
        ("plan d’action", "ActionPlan"),
        ("restitution", "Restitution"),
        ("clôture", "closure"),
        ("compte rendu", "Minutes"),
        ("émargement", "Attendance"),
        ("publication anonymisée", "Release"),
        ("instance", "Body"),
        ("comité de pilotage", "SteeringCommittee"),
        ("assemblée plénière", "PlenaryAssembly"),
        ("groupe de travail", "WorkingGroup"),
        ("réunion", "Meeting"),
        ("décision", "Decision"),
        ("document-cadre", "FrameworkDocument"),
        ("annuaire", "directory"),
        ("structure", "Organisation"),
        ("fiche-action", "ActionSheet"),
        ("feuille de route", "Roadmap"),
        ("axe", "Axis"),
        ("indicateur", "Indicator"),
        ("besoin repéré", "Need"),
        ("bilan annuel", "AnnualReport"),
        ("référentiel", "Standard"),
        ("questionnaire", "Survey"),
        ("évènement", "Event"),
        ("formation croisée", "CrossTraining"),
        ("coffre", "Vault"),
        ("AIPD", "ImpactAssessment"),
    )
)


def english_of(french: str) -> str | None:
    """Return the code's name for a French term, None when it is not in the table."""
    for term in GLOSSARY:
        if term.french == french:
            return term.english
    return None
