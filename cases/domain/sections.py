"""The sections of a situation, what each may hold, and who may read health.

Source: decision 20 (categories → sections); C-08, C-22; domain.md C.0 (R1110-2).
"""

from cases.domain.choice import Choice


class Section(Choice):
    """A part of a situation with its own key (volet)."""

    IDENTITY = "identity", "identité"
    """Who the person is; shown by a gesture that is recorded."""
    CORE = "core", "socle"
    """Code, dates, question put, the person's words: no health or legal fact."""
    SOCIAL = "social", "social"
    HOUSING = "housing", "logement"
    HEALTH = "health", "santé"
    """Never read outside the categories of article R1110-2 (C-22)."""
    LEGAL = "legal", "juridique"
    SHAREABLE = "shareable", "synthèse restituable"
    """Texts written to be given to the person; everyone who reads the core reads it."""


class InformationCategory(Choice):
    """A kind of information that the person may agree to share or not (C-05, C-08)."""

    IDENTITY = "identite", "identité et coordonnées"
    SOCIAL_SITUATION = "situation_sociale", "situation sociale"
    HOUSING = "logement", "logement"
    BUDGET_AND_RIGHTS = "budget_droits", "budget et droits"
    MENTAL_HEALTH = "sante_psychique", "santé psychique"
    SOMATIC_HEALTH = "sante_somatique", "santé physique"
    ADDICTIONS = "addictions", "addictions"
    FAMILY = "entourage_familial", "famille et entourage"
    LEGAL_SITUATION = "situation_juridique", "situation juridique"
    SCHOOL_AND_WORK = "parcours_scolaire_professionnel", "parcours scolaire et professionnel"

    @property
    def section(self) -> Section:
        """Give the section that holds this category (decision 20)."""
        return _SECTION_OF[self]


_SECTION_OF = {
    InformationCategory.IDENTITY: Section.IDENTITY,
    InformationCategory.SOCIAL_SITUATION: Section.SOCIAL,
    InformationCategory.BUDGET_AND_RIGHTS: Section.SOCIAL,
    InformationCategory.FAMILY: Section.SOCIAL,
    InformationCategory.SCHOOL_AND_WORK: Section.SOCIAL,
    InformationCategory.HOUSING: Section.HOUSING,
    InformationCategory.MENTAL_HEALTH: Section.HEALTH,
    InformationCategory.SOMATIC_HEALTH: Section.HEALTH,
    InformationCategory.ADDICTIONS: Section.HEALTH,
    InformationCategory.LEGAL_SITUATION: Section.LEGAL,
}

SECTIONS_WITHOUT_CATEGORY = frozenset({Section.CORE, Section.SHAREABLE})
"""Sections that the agreement opens as a whole: they hold no category of their own."""


def categories_of(section: Section) -> frozenset[InformationCategory]:
    """Return the categories a section holds, none for the core and the shareable synthesis."""
    return frozenset(category for category, held in _SECTION_OF.items() if held is section)


def sections_of(categories: frozenset[InformationCategory]) -> frozenset[Section]:
    """Return the sections opened by these categories.

    A section's key is wrapped as soon as one of its categories is agreed; inside it, a
    document is shown when its own category is (decision 20).
    """
    return frozenset(category.section for category in categories)


class ProfessionCategory(Choice):
    """What a member is under article R1110-2 of the Code de la santé publique.

    Source: article R1110-2, list as read in 2026 (domain.md C.0); the letter h is repealed.
    """

    HEALTH_PROFESSIONAL = "professionnel_sante", "professionnel de santé (1°)"
    SOCIAL_WORKER = "assistant_service_social", "assistant de service social (2° a)"
    PSYCHOLOGIST = (
        "psychologue_assimile",
        "psychologue, psychothérapeute, ostéopathe, chiropracteur, AMP, AES (2° b)",
    )
    CHILDMINDER = "assistant_maternel_familial", "assistant maternel ou familial (2° c)"
    EDUCATOR = "educateur_aide_familial", "éducateur, aide familial (2° d)"
    FAMILY_HOST = "accueillant_familial", "accueillant familial (2° e)"
    LEGAL_GUARDIAN = (
        "mandataire_judiciaire",
        "mandataire judiciaire, délégué aux prestations familiales (2° f)",
    )
    CARE_FACILITY_STAFF = (
        "non_soignant_essms",
        "salarié non soignant d’un établissement social ou médico-social (2° g)",
    )
    HOME_CARE_ALLOWANCE_TEAM = "equipe_apa", "équipe médico-sociale de l’APA (2° i)"
    COORDINATION_STAFF = "dac", "dispositif d’appui à la coordination (2° j)"
    NONE = "none", "hors de la liste R1110-2 (élu, bailleur, police, bénévole, usager…)"
    """Elected members, landlords, police, courts, schools, volunteers, users, carers."""

    @property
    def reads_health(self) -> bool:
        """Tell whether the health section may be read at all, whatever the grant (C-22)."""
        return self is not ProfessionCategory.NONE
