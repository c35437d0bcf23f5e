"""Where the person lives, with whom the lease is, and what threatens it."""

from cases.domain.choice import Choice


class HousingType(Choice):
    """Where the person lives (B.5 `type_hebergement`; practice.md 1.3)."""

    SOCIAL_HOUSING = "logement_social", "Logement social"
    PRIVATE_RENTAL = "logement_prive_locatif", "Logement privé loué"
    OWNER = "proprietaire", "Propriétaire de son logement"
    SHARED_RESIDENCE = "residence_sociale_pension_famille", "Résidence sociale, pension de famille"
    UNFIT_HOUSING = "habitat_insalubre", "Habitat insalubre"
    SQUAT = "squat", "Squat"
    EMERGENCY_SHELTER = "hebergement_urgence", "Hébergement d’urgence"
    REINTEGRATION_SHELTER = "CHRS", "CHRS"
    FURNISHED_HOTEL = "hotel_meuble", "Hôtel meublé"
    STAYING_WITH_OTHERS = "heberge_chez_tiers", "Hébergé chez quelqu’un"
    STREET = "rue", "À la rue, en errance"
    HOSPITAL = "hopital", "À l’hôpital"
    OTHER = "autre", "Autre"
    WORKERS_HOSTEL = "foyer_travailleurs", "Foyer de travailleurs"
    SUPPORTED_HOUSING = "logement_accompagne_sous_location", "Sous-location, bail glissant"
    SENIOR_RESIDENCE = "residence_autonomie_ehpad", "Résidence autonomie, EHPAD"
    MOBILE_HOME = "habitat_mobile", "Caravane, habitat mobile"
    UNKNOWN = "inconnu", "Non connu"


class LandlordType(Choice):
    """Who owns or manages the place."""

    SOCIAL = "bailleur_social", "Bailleur social"
    PRIVATE = "bailleur_prive", "Bailleur privé"
    OWNER_OCCUPIER = "proprietaire_occupant", "La personne est propriétaire"
    SHELTER_MANAGER = "gestionnaire_hebergement", "Gestionnaire d’un hébergement"
    NOT_APPLICABLE = "sans_objet", "Sans objet ou inconnu"


class Litigation(Choice):
    """How far a dispute on the lease has gone (practice.md 1.3, F-A, F-B)."""

    NONE = "aucun", "Aucun contentieux"
    PRE_LITIGATION = "precontentieux", "Relances, précontentieux"
    ORDER_TO_PAY = "commandement", "Commandement de payer"
    SUMMONS = "assignation", "Assignation"
    JUDGEMENT = "jugement", "Jugement rendu"
    POLICE_FORCE = "concours_force_publique", "Concours de la force publique demandé ou accordé"
    UNKNOWN = "inconnu", "Non connu"


class LitigationCause(Choice):
    """What the dispute on the lease is about (F-B)."""

    ARREARS = "impayes", "Impayés"
    NEIGHBOUR_TROUBLE = "troubles_voisinage", "Troubles du voisinage"
    UPKEEP = "defaut_entretien", "Entretien du logement"
    INSURANCE = "defaut_assurance", "Défaut d’assurance"
    REPOSSESSION = "conge_bailleur", "Congé donné par le bailleur"
    NO_TITLE = "occupation_sans_titre", "Occupation sans titre"
    OTHER = "autre", "Autre"
    UNKNOWN = "inconnue", "Non connue"


class BuildingRisk(Choice):
    """A danger of the place itself (practice.md 1.3)."""

    ELECTRICITY = "electrique", "Risque électrique"
    GAS = "gaz", "Risque lié au gaz"
    FIRE = "feu", "Risque d’incendie"
    LOAD = "effondrement_charge", "Plancher surchargé, risque d’effondrement"


class Zone(Choice):
    """A large part of the territory: never a neighbourhood (E-16)."""

    MAIN_TOWN = "commune_principale", "Commune principale"
    OTHER_TOWNS = "autres_communes", "Autres communes du territoire"
    NO_STABLE_HOME = "sans_domicile_stable", "Sans domicile stable"
    UNKNOWN = "inconnue", "Non connue"
