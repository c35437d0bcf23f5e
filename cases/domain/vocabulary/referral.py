"""Who refers, how, and what is answered."""

from cases.domain.choice import Choice


class ReferrerCategory(Choice):
    """What kind of structure or person refers (B.5, practice.md 1.3).

    A neighbour triggers a referral by a professional and never refers himself.
    """

    PUBLIC_PSYCHIATRY = "psychiatrie_publique", "Psychiatrie publique"
    GENERAL_PRACTICE = "medecine_generale_liberaux", "Médecine générale, libéraux"
    GENERAL_HOSPITAL = "etablissement_sante_MCO", "Hôpital général"
    MUNICIPAL_SOCIAL_SERVICE = "CCAS_service_social_municipal", "CCAS, service social municipal"
    COUNTY_SOCIAL_SERVICE = "service_social_departemental", "Service social départemental"
    SOCIAL_LANDLORD = "bailleur_social", "Bailleur social"
    SOCIAL_ASSOCIATION = "association_sociale", "Association sociale"
    CARE_FACILITY = "ESMS", "Établissement ou service médico-social"
    LEGAL_GUARDIAN = "mandataire_judiciaire", "Mandataire judiciaire"
    ADDICTION_SERVICE = "addictologie", "Addictologie"
    MUNICIPAL_SAFETY = (
        "service_municipal_hygiene_securite",
        "Service municipal d’hygiène, de sécurité ou de prévention",
    )
    POLICE = "police_gendarmerie", "Police, gendarmerie"
    ELECTED_MEMBER = "elu", "Élu"
    EDUCATION = "education_nationale", "Éducation nationale"
    EMPLOYMENT_SERVICE = "mission_locale_insertion", "Mission locale, insertion"
    RELATIVES = "aidant_famille_association_usagers", "Famille, aidant, association d’usagers"
    COORDINATION_SERVICE = "DAC_MAIA", "Dispositif d’appui à la coordination"
    OTHER = "autre", "Autre"
    NEIGHBOURHOOD_HOUSE = "maison_de_quartier", "Maison de quartier, centre social"
    PRIVATE_LANDLORD = "bailleur_prive", "Bailleur privé, syndic"
    FIRE_SERVICE = "SDIS", "Sapeurs-pompiers (SDIS)"
    PERSON = "personne_concernee", "La personne elle-même"
    HYGIENE_SERVICE = "SCHS", "Service communal d’hygiène et de santé"
    PREVENTION = "prevention_specialisee", "Prévention spécialisée, éducateurs de rue"
    USERS_ASSOCIATION = "association_usagers", "Association d’usagers ou de familles"
    SHELTER = "hebergement_insertion", "Hébergement, accueil de jour, maraude"


class ReferralChannel(Choice):
    """How the referral came."""

    FORM = "formulaire", "Formulaire en ligne"
    SECURE_MAIL = "courriel_securise", "Messagerie sécurisée"
    TELEPHONE = "telephone", "Téléphone"
    SITTING = "orale_en_seance", "À l’oral, en séance"


class InformationOutcome(Choice):
    """Whether the person knows of the referral (decision 26, C-61)."""

    INFORMED = "informee", "La personne est informée"
    UNREACHABLE = "injoignable", "La personne est injoignable : information à faire avant une date"
    NOT_YET = "pas_encore", "Pas encore : information à faire avant une date"


class PersonPresenceWish(Choice):
    """Whether the person wishes to attend (C-17)."""

    YES = "oui", "Souhaite être présente"
    NO = "non", "Ne souhaite pas être présente"
    REPRESENTED = "representee", "Souhaite être représentée"
    UNKNOWN = "ne_sait_pas", "Ne sait pas encore"


class RefusalReason(Choice):
    """Why a referral is not admitted; the referrer always sees it (B.5 `motif_non_recevable`)."""

    EMERGENCY = "urgence", "Urgence : la commission ne remplace pas les secours"
    ORDINARY_LAW = "droit_commun_non_epuise", "Les démarches de droit commun restent à faire"
    OUT_OF_TERRITORY = "hors_territoire", "Hors du territoire"
    OUT_OF_SCOPE = "hors_perimetre_age_theme", "Hors du périmètre (âge ou thème)"
    NO_AGREEMENT = "absence_accord", "L’accord de la personne manque"
    OBJECTION = "opposition", "La personne s’oppose au partage"
    DUPLICATE = "doublon", "Situation déjà connue de la commission"
    NOT_ENOUGH_INFORMATION = "information_insuffisante", "Informations insuffisantes"
    OTHER_BODY = "releve_autre_instance", "Relève d’une autre instance"
    ARREARS_ONLY = "impaye_seul_sans_dimension_sante", "Impayé seul, sans difficulté de santé"
    UNFIT_BUILDING = "batiment_insalubre", "Bâtiment insalubre : relève du service d’hygiène"
    PERSON_NOT_INFORMED = "personne_non_informee", "La personne n’a pas été informée à temps"


class RedirectionDestination(Choice):
    """Where a referral is redirected."""

    EMERGENCY_SERVICES = "urgences", "Secours, urgences (15, 18, 112)"
    ORDINARY_SERVICES = "droit_commun", "Service social ou de soins de droit commun"
    COORDINATION_SERVICE = "dac", "Dispositif d’appui à la coordination (DAC)"
    CHILD_PROTECTION = "crip", "Cellule de recueil des informations préoccupantes (CRIP)"
    HYGIENE_SERVICE = "schs", "Service d’hygiène et de santé (SCHS), lutte contre l’habitat indigne"
    HOUSING_SERVICE = "siao_fsl", "SIAO, FSL, prévention des expulsions"
    OTHER_COMMISSION = "autre_instance", "Autre commission"
