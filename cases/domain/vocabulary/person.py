"""What is known of the person, as coarse as the work allows (C-28)."""

from cases.domain.choice import Choice


class KnownOrNot(Choice):
    """A plain answer; not knowing is one."""

    YES = "oui", "Oui"
    NO = "non", "Non"
    UNKNOWN = "ne_sait_pas", "Ne sait pas"


class Sex(Choice):
    """Sex, as the person says it."""

    FEMALE = "femme", "Femme"
    MALE = "homme", "Homme"
    OTHER = "autre_ou_non_precise", "Autre ou non précisé"


class AgeBand(Choice):
    """Age at the time of the referral, in bands; the year of birth stays in the identity."""

    UP_TO_15 = "0-15", "15 ans ou moins"
    FROM_16 = "16-25", "16 à 25 ans"
    FROM_26 = "26-35", "26 à 35 ans"
    FROM_36 = "36-45", "36 à 45 ans"
    FROM_46 = "46-55", "46 à 55 ans"
    FROM_56 = "56-65", "56 à 65 ans"
    FROM_66 = "66-75", "66 à 75 ans"
    FROM_76 = "76+", "76 ans ou plus"


class Household(Choice):
    """With whom the person lives."""

    ALONE = "personne_seule", "Seule"
    COUPLE = "couple_sans_enfant", "En couple, sans enfant"
    COUPLE_WITH_CHILDREN = "couple_avec_enfants", "En couple, avec enfants"
    SINGLE_PARENT = "famille_monoparentale", "Seule avec enfants"
    WITH_RELATIVES = "avec_parents_ou_proches", "Avec ses parents ou des proches"
    COMMUNITY = "collectif", "En collectivité"
    UNKNOWN = "inconnue", "Non connu"


class ProtectionMeasure(Choice):
    """A legal or social protection measure (B.5 `mesure_protection`)."""

    NONE = "aucune", "Aucune"
    JUDICIAL_SAFEGUARD = "sauvegarde_justice", "Sauvegarde de justice"
    CURATORSHIP = "curatelle_simple", "Curatelle simple"
    REINFORCED_CURATORSHIP = "curatelle_renforcee", "Curatelle renforcée"
    GUARDIANSHIP_OF_PROPERTY = "tutelle_aux_biens", "Tutelle aux biens"
    GUARDIANSHIP_OF_PERSON = "tutelle_a_la_personne", "Tutelle à la personne"
    FAMILY_AUTHORISATION = "habilitation_familiale", "Habilitation familiale"
    FUTURE_PROTECTION = "mandat_protection_future", "Mandat de protection future"
    SOCIAL_SUPPORT_MEASURE = "MASP", "Mesure d’accompagnement social (MASP)"
    JUDICIAL_SUPPORT_MEASURE = "MAJ", "Mesure d’accompagnement judiciaire (MAJ)"
    REQUESTED = "demande_en_cours", "Demande en cours"
    UNKNOWN = "inconnue", "Non connue"

    @property
    def may_represent_person(self) -> bool:
        """Tell whether the measure may carry representation relative to the person.

        Only then may somebody else speak for her, and only if she cannot (C-11); in every
        other case she is the one who agrees (C-12).
        """
        return self in (
            ProtectionMeasure.GUARDIANSHIP_OF_PERSON,
            ProtectionMeasure.FAMILY_AUTHORISATION,
            ProtectionMeasure.FUTURE_PROTECTION,
        )


class RepresentativeMandate(Choice):
    """In what name somebody represents or assists the person (B.5 `mandat type`)."""

    GUARDIAN = "tuteur", "Tuteur"
    CURATOR = "curateur", "Curateur"
    SPECIAL_AGENT = "mandataire_special", "Mandataire spécial (sauvegarde de justice)"
    FAMILY = "personne_habilitee", "Personne habilitée (habilitation familiale)"
    FUTURE_AGENT = "mandataire_protection_future", "Mandataire de protection future"
    PARENT = "autorite_parentale", "Titulaire de l’autorité parentale"
    SUPPORT = "masp_maj", "Professionnel chargé d’une MASP ou d’une MAJ"
    OTHER = "autre", "Autre"


class RepresentativeInformed(Choice):
    """Whether the representative knows that the commission is asked (C-11, C-12)."""

    WITH_HER_ACCORD = "avec_son_accord", "Oui, avec l’accord de la personne"
    NOT_YET = "pas_encore", "Pas encore"
    REFUSED = "refus_de_la_personne", "Non, la personne ne le veut pas"
    LAW = "representation_a_la_personne", "Oui, la mesure porte sur la personne elle-même"


class CareStatus(Choice):
    """Psychiatric care at the time of the referral: a health fact (B.5 `suivi_psychiatrique`)."""

    NEVER_KNOWN = "jamais_connu", "Jamais suivie"
    ONGOING = "connu_en_cours", "Suivi en cours"
    INTERRUPTED = "connu_rupture", "Suivi interrompu"
    REFUSED = "refus", "Refuse les soins"
    UNKNOWN = "inconnu", "Non connu"


class RefusalOfHelp(Choice):
    """Who refuses help, if anybody (practice.md 1.3)."""

    NOBODY = "aucun", "Aucun refus"
    PERSON = "personne", "La personne refuse l’aide"
    RELATIVES = "entourage", "L’entourage refuse l’aide"


class Resources(Choice):
    """What the person lives on, in large kinds."""

    WORK = "emploi", "Revenus du travail"
    UNEMPLOYMENT = "chomage", "Allocation chômage"
    MINIMUM_INCOME = "rsa", "RSA"
    DISABILITY_ALLOWANCE = "aah", "AAH"
    DISABILITY_PENSION = "invalidite", "Pension d’invalidité"
    RETIREMENT = "retraite", "Retraite, minimum vieillesse"
    NONE = "sans_ressources", "Sans ressources"
    OTHER = "autre", "Autre"
    UNKNOWN = "inconnu", "Non connu"
