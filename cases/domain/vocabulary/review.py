"""Examining, proposing, giving back to the person, closing."""

from cases.domain.choice import Choice


class ReviewKind(Choice):
    """Why a situation stands on an agenda; feed-back comes first (practice.md 1.3)."""

    FEEDBACK = "retour_feed_back", "Retour sur une situation suivie"
    FIRST = "premier", "Premier examen"
    AFTER_POSTPONEMENT = "reexamen_apres_ajournement", "Réexamen après ajournement"
    AFTER_REFUSAL = "reexamen_apres_refus", "Réexamen après refus de la personne"


class PersonPresence(Choice):
    """Whether the person was there (B.5 `personne_presente`)."""

    PRESENT = "oui", "Présente"
    REPRESENTED = "representee", "Représentée"
    ABSENT = "non", "Absente"
    DECLINED = "refus", "N’a pas souhaité venir"


class PostponementReason(Choice):
    """Why a situation leaves an agenda, or comes back before being given back."""

    PERSON_UNAVAILABLE = "personne_indisponible", "La personne n’a pas pu être rencontrée"
    MEMBER_MISSING = "membre_necessaire_absent", "Un membre nécessaire est absent"
    INFORMATION_MISSING = "information_manquante", "Il manque une information"
    AGREEMENT_PENDING = "accord_a_recueillir", "L’accord reste à recueillir"
    AGENDA_FULL = "ordre_du_jour_complet", "L’ordre du jour est complet"
    RESTITUTION_POSTPONED = "restitution_differee", "La restitution à la personne est différée"


class ProposalType(Choice):
    """What is proposed to the person (B.5 `type_proposition`, practice.md 1.3)."""

    JOINT_VISIT = "visite_a_domicile_conjointe", "Visite à domicile conjointe"
    CMP_REFERRAL = "orientation_CMP", "Orientation vers le CMP"
    MOBILE_TEAM = "equipe_mobile_psychiatrie", "Équipe mobile de psychiatrie"
    CARE_RESUMED = "reprise_suivi", "Reprise du suivi"
    SOMATIC_CONSULTATION = "consultation_somatique", "Consultation de santé physique"
    RIGHTS = "ouverture_maintien_droits", "Ouverture ou maintien de droits"
    SOCIAL_SUPPORT = "accompagnement_social", "Accompagnement social"
    MEDICO_SOCIAL_SUPPORT = "SAVS_SAMSAH", "SAVS ou SAMSAH"
    DISABILITY_OFFICE = "MDPH", "Dossier MDPH"
    PROTECTION_MEASURE = "mesure_protection", "Mesure de protection"
    CLEARING_AND_CLEANING = "desencombrement_nettoyage", "Désencombrement, nettoyage"
    LANDLORD_AGREEMENT = (
        "accord_avec_bailleur_plan_apurement",
        "Accord avec le bailleur, plan d’apurement",
    )
    NEIGHBOUR_MEDIATION = "mediation_voisinage", "Médiation de voisinage"
    REHOUSING = "relogement", "Relogement"
    SLIDING_LEASE = "bail_glissant", "Bail glissant"
    SUPPORTED_HOUSING = "logement_accompagne", "Logement accompagné"
    LEAVING_A_HOSTEL = "sortie_de_foyer", "Sortie de foyer"
    SEPARATE_HOUSING = "decohabitation", "Décohabitation"
    ENTERING_A_HOME = "entree_logement", "Entrée en logement"
    CARER_SUPPORT = "soutien_aidants", "Soutien aux aidants"
    PEER_SUPPORT = "GEM_entraide", "GEM, entraide"
    LEAD_NAMED = "designation_referent", "Désignation d’un référent"
    SMALL_MEETING = "reunion_restreinte_partenaires", "Réunion restreinte de partenaires"
    REPORT_TO_AUTHORITY = "signalement_autorite", "Signalement à l’autorité (226-14)"
    CHILD_PROTECTION = "information_preoccupante_CRIP", "Information préoccupante (CRIP)"
    CARE_WITHOUT_CONSENT = (
        "soins_sans_consentement_procedure",
        "Procédure de soins sans consentement",
    )
    WATCHFUL_WAITING = "aucun_changement_veille", "Aucun changement, veille"
    OTHER = "autre", "Autre"
    DEDICATED_ASSOCIATION = "designation_association_dediee", "Association dédiée désignée"
    HOME_ASSESSMENT = "evaluation_psychologique_domicile", "Évaluation psychologique à domicile"
    LANDLORD_NEGOTIATION = "negociation_bailleur", "Négociation avec le bailleur"
    FUNDED_CLEARING = (
        "debarras_desinfection",
        "Débarras et désinfection, avec un financeur",
    )
    COORDINATION_SERVICE = "orientation_DAC", "Appel au dispositif d’appui à la coordination"


class ProposalHorizon(Choice):
    """When a proposal should bear fruit."""

    SHORT = "court_terme", "Court terme"
    MEDIUM = "moyen_terme", "Moyen terme"
    LONG = "long_terme", "Long terme"


class AnswerOfPerson(Choice):
    """What the person says of one proposal (decision 29)."""

    PENDING = "en_attente", "En attente de son avis"
    YES = "oui", "D’accord"
    PARTLY = "partiel", "D’accord en partie"
    NO = "non", "Pas d’accord"


class ProposalStatus(Choice):
    """Where the work on a proposal stands."""

    PROPOSED = "proposee", "Proposée"
    ACCEPTED = "acceptee", "Acceptée"
    ONGOING = "en_cours", "En cours"
    DONE = "realisee", "Réalisée"
    NOT_DONE = "non_realisee", "Non réalisée"
    DROPPED = "abandonnee", "Abandonnée"


class NotDoneReason(Choice):
    """Why a proposal was not done: what is missing locally shows here (E-13, E-14)."""

    NO_OFFER = "manque_offre", "L’offre n’existe pas ici"
    WAITING_TIME = "delai_attente", "Délai d’attente trop long"
    NOBODY_TO_CARRY = "absence_porteur", "Personne pour la porter"
    PERSON_REFUSED = "refus_personne", "La personne a refusé"
    NO_LONGER_NEEDED = "sans_objet", "N’est plus utile"


class ProposalOutcome(Choice):
    """What became of the proposals of a situation, at its closure (facet)."""

    DONE = "realisee", "Au moins une réalisée"
    ONGOING = "acceptee_en_cours", "Acceptée, encore en cours"
    PERSON_REFUSED = "refus_personne", "Refusée par la personne"
    NO_OFFER = "manque_offre", "Non réalisée : l’offre n’existe pas ici"
    WAITING_TIME = "delai_attente", "Non réalisée : délai d’attente"
    NOBODY_TO_CARRY = "absence_porteur", "Non réalisée : personne pour la porter"
    DROPPED = "abandonnee", "Abandonnée"


class MissingOffer(Choice):
    """What is lacking locally, noticed while working on a proposal (E-14, S003)."""

    MOBILE_TEAM = "equipe_mobile", "Équipe mobile de psychiatrie, aller vers"
    PSYCHIATRY_DELAY = "delai_psychiatrie", "Consultation psychiatrique dans un délai utile"
    GENERAL_PRACTITIONER = "medecin_traitant", "Médecin traitant"
    ADDICTION_CARE = "addictologie", "Soins d’addictologie"
    SUPPORTED_HOUSING = "logement_accompagne", "Logement accompagné, pension de famille"
    SHELTER = "hebergement", "Hébergement, accueil temporaire"
    FUNDED_CLEARING = "desencombrement_finance", "Désencombrement et nettoyage financés"
    HOME_HELP = "aide_a_domicile", "Aide à domicile"
    MEDICO_SOCIAL_SUPPORT = "accompagnement_medico_social", "Accompagnement médico-social (SAVS)"
    LEGAL_PROTECTION = "protection_juridique", "Mandataire pour une mesure de protection"
    CARER_SUPPORT = "soutien_aidants", "Soutien aux aidants, entraide"
    OTHER = "autre_offre", "Autre offre"


class RestitutionMode(Choice):
    """How the proposals were explained to the person (BR-11, CH-05)."""

    MEETING = "rencontre", "Rencontre"
    HOME_VISIT = "visite_domicile", "Visite à domicile"
    TELEPHONE = "telephone", "Téléphone"
    LETTER = "courrier", "Courrier remis et expliqué"
    WITH_REPRESENTATIVE = "avec_representant", "En présence de son représentant"


class ClosureReason(Choice):
    """Why a situation is closed (B.5 `motif_cloture`, practice.md 1.3)."""

    AIMS_REACHED = "objectifs_atteints", "Objectifs atteints"
    ORDINARY_SERVICES = "relais_droit_commun", "Relais pris par le droit commun"
    CARE_IN_PLACE = "prise_en_charge_effective", "Prise en charge effective"
    PERSON_REFUSED = "refus_ou_retrait_de_la_personne", "Refus ou retrait de la personne"
    MOVED = "demenagement", "Déménagement"
    DEATH = "deces", "Décès"
    NO_LEAD = "absence_de_piste", "Plus de piste"
    LOST_SIGHT = "perte_de_vue", "Personne perdue de vue"
    REDIRECTED = "reorientation", "Réorientation"
    ENTERED_BY_MISTAKE = "erreur_de_saisie", "Erreur de saisie"
    NO_INVOLVEMENT = "absence_implication_de_la_personne", "La personne ne souhaite pas s’engager"
    DEDICATED_TEAM = "transmis_equipe_dediee", "Transmise à une équipe dédiée"


class HousingOutcome(Choice):
    """Where the home stands at closure."""

    KEPT = "maintien", "Logement conservé"
    NEW_HOME = "nouveau_logement", "Nouveau logement ou hébergement"
    LOST = "perte", "Logement perdu"
    NOT_APPLICABLE = "sans_objet", "Sans objet"
    UNKNOWN = "inconnu", "Non connu"


class CareOutcome(Choice):
    """Where care stands at closure: a health fact."""

    RESUMED = "suivi_repris", "Suivi commencé ou repris"
    CONTINUED = "suivi_poursuivi", "Suivi poursuivi"
    FREE_HOSPITALISATION = "hospitalisation_libre", "Hospitalisation libre"
    HOSPITALISATION_WITHOUT_CONSENT = (
        "hospitalisation_sans_consentement",
        "Hospitalisation sans consentement",
    )
    NONE = "sans_suivi", "Sans suivi"
    UNKNOWN = "inconnu", "Non connu"


class RightsOutcome(Choice):
    """What the person has at closure that was missing; several may hold (E-15)."""

    RIGHTS = "droits_ouverts", "Des droits ouverts ou rétablis"
    PROTECTION = "mesure_protection", "Une mesure de protection"
    SUPPORT = "accompagnement_en_place", "Un accompagnement social ou médico-social en place"


class DimensionOutcome(Choice):
    """How one side of the situation ended (B.5 `Clôture`)."""

    BETTER = "ameliore", "Améliorée"
    STABLE = "stable", "Stable"
    WORSE = "degrade", "Dégradée"
    UNKNOWN = "inconnu", "Non connue"
