"""Every number that shapes a fictitious commission, with its source or the word "invented".

A *published* value repeats a figure that somebody measured, often elsewhere and on another
population; a *partly* published one is bounded by such a figure; an *invented* one has no source
at all. None of them is a benchmark. Percentages are whole numbers.

Source: practice.md part 3 (table numbers beside each value).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

PUBLISHED: Final = "published"
PARTLY: Final = "partly"
INVENTED: Final = "invented"

SEEDS: Final = tuple(range(1, 21))
"""The twenty commissions of each size; fixed for good (decision 41)."""
SIZES: Final = (12, 20, 30, 50, 100, 200, 300)
"""Situations examined in the last year (R2)."""
BENCH_SIZE: Final = 2000


@dataclass(frozen=True)
class Parameter:
    """A value, where it comes from, and whether it comes from anywhere."""

    value: Any
    status: str
    source: str = ""


AGE = Parameter((57, 13), PUBLISHED, "3.2 [H32] mean and standard deviation")
AGE_HOARDING = Parameter((78, 10), PUBLISHED, "3.3 [H33] mean 77.8, deviation 9.9")
AGE_LIMITS = Parameter((18, 95), PARTLY, "3.6: truncated 18-95")
MEN = Parameter(51, PUBLISHED, "3.2 [H32]")
MEN_HOARDING = Parameter(29, PUBLISHED, "3.3 [H33]")
ALONE_HOARDING = Parameter(89, PUBLISHED, "3.3 [H33]")
ALONE = Parameter(58, INVENTED)
HOARDING = Parameter(60, PARTLY, "3.1 [H28]: 15 of 24 cluttered homes")
SIGNALS = Parameter(
    {"arrears": 47, "hygiene": 41, "incoherence": 35, "clutter": 29, "aggressiveness": 27},
    PUBLISHED,
    "3.2 [H32]",
)
REFERRERS = Parameter(
    {
        "bailleur_social": 35,
        "CCAS_service_social_municipal": 25,
        "psychiatrie_publique": 12,
        "service_municipal_hygiene_securite": 12,
        "association_sociale": 8,
        "aidant_famille_association_usagers": 5,
        "autre": 3,
    },
    INVENTED,
    "3.6, in the order seen in Lille",
)
CARE = Parameter(
    {"connu_en_cours": 25, "connu_rupture": 30, "jamais_connu": 24, "refus": 6, "inconnu": 15},
    INVENTED,
    "3.6, its 30 of « never » split with refusals",
)
ADMITTED = Parameter(93, PARTLY, "3.4 [H18]: 96 in Ontario; 3.6: 90-96")
NOT_ADMITTED = Parameter(
    {
        "droit_commun_non_epuise": 30,
        "hors_perimetre": 20,
        "sans_accord": 15,
        "reorientee": 15,
        "information_insuffisante": 8,
        "releve_autre_instance": 6,
        "urgence": 4,
        "doublon": 2,
    },
    INVENTED,
)
SITTINGS = Parameter(
    {1: (2, 4, 6), 2: (9, 10, 12)}, PARTLY, "3.6: six sittings a year; months invented"
)
SEMESTERS = Parameter({1: 55, 2: 45}, INVENTED)
YEAR_VARIATION = Parameter(15, PARTLY, "3.6: 34 a year, from 20 to 35; here 15 % around the size")
LATE = Parameter(4, INVENTED)
"""Entries of a semester that are written once it is frozen: the next one counts them."""
SEVERITY = Parameter({"faible": 8, "modere": 42, "eleve": 40, "critique": 10}, INVENTED)
SEVERITY_HOARDING = Parameter({"faible": 2, "modere": 28, "eleve": 52, "critique": 18}, INVENTED)
HOUSING = Parameter(
    {
        "logement_social": 55,
        "logement_prive_locatif": 23,
        "proprietaire": 12,
        "residence_sociale_pension_famille": 3,
        "heberge_chez_tiers": 3,
        "hotel_meuble": 1,
        "hebergement_urgence": 1,
        "rue": 2,
    },
    INVENTED,
)
LANDLORDS = Parameter(
    {
        "logement_social": "bailleur_social",
        "logement_prive_locatif": "bailleur_prive",
        "proprietaire": "proprietaire_occupant",
        "residence_sociale_pension_famille": "gestionnaire_hebergement",
        "hebergement_urgence": "gestionnaire_hebergement",
    },
    INVENTED,
)
HOUSEHOLDS = Parameter(
    {
        "couple_sans_enfant": 27,
        "couple_avec_enfants": 18,
        "famille_monoparentale": 25,
        "avec_parents_ou_proches": 22,
        "collectif": 4,
        "inconnue": 4,
    },
    INVENTED,
    "of those who do not live alone",
)
PROBLEMS = Parameter(
    {
        "isolement_rupture_sociale": 38,
        "precarite_financiere_endettement": 22,
        "addictions": 17,
        "sante_somatique": 14,
        "perte_ou_non_recours_aux_droits": 12,
        "besoin_mesure_protection": 10,
        "conflits_familiaux_epuisement_aidants": 9,
        "logement_insalubre_indigne": 6,
        "crise_suicidaire_ou_risque": 5,
        "vulnerabilite_abus_de_faiblesse": 4,
    },
    INVENTED,
    "those that follow from no signal",
)
LINKS = Parameter(
    {
        "neighbours_if_aggressive": 80,
        "distress_if_incoherent": 60,
        "not_sought_if_never": 45,
        "autonomy_from_75": 55,
        "loss_if_arrears": 50,
        "neglect_if_hygiene": 30,
        "fire_if_clutter": 40,
        "isolation": 25,
        "self_if_critical": 70,
        "others_if_aggressive": 25,
    },
    INVENTED,
    "how answers depend on each other, mildly",
)
AGREEMENT = Parameter(
    {
        "obtenu": 80,
        "obtenu_restreint": 11,
        "exception": 4,
        "refuse": 4,
        "retire": 1,
    },
    INVENTED,
    "no figure is published at all",
)
PRESENCE = Parameter({"oui": 22, "representee": 12, "non": 54, "refus": 12}, INVENTED)
DELAYS = Parameter({"0-30": 30, "31-60": 40, "61-90": 18, "91+": 12}, INVENTED)
DELAY_DAYS = {"0-30": (6, 30), "31-60": (31, 60), "61-90": (61, 90), "91+": (91, 150)}
SCREENING_DAYS = Parameter((2, 12), INVENTED)
ZONES = Parameter(
    {"commune_principale": 84, "autres_communes": 12, "sans_domicile_stable": 2, "inconnue": 2},
    INVENTED,
)
PROPOSALS = Parameter(
    {
        "visite_a_domicile_conjointe": 34,
        "orientation_CMP": 30,
        "accompagnement_social": 28,
        "designation_referent": 24,
        "ouverture_maintien_droits": 20,
        "reprise_suivi": 18,
        "equipe_mobile_psychiatrie": 14,
        "mesure_protection": 12,
        "desencombrement_nettoyage": 8,
        "accord_avec_bailleur_plan_apurement": 16,
        "mediation_voisinage": 9,
        "relogement": 7,
        "SAVS_SAMSAH": 8,
        "consultation_somatique": 7,
        "soutien_aidants": 5,
        "GEM_entraide": 5,
    },
    INVENTED,
)
CLEARING_IF_HOARDING = Parameter(55, INVENTED)
FOLLOW_UP = Parameter({"0-3": 22, "4-6": 34, "7-12": 34, "13+": 10}, INVENTED)
FOLLOW_UP_DAYS = {"0-3": (20, 91), "4-6": (92, 183), "7-12": (184, 365), "13+": (366, 540)}
RESTITUTION = Parameter({"0-15": 38, "16-30": 34, "31+": 20, "non_faite": 8}, INVENTED)
EXAMINATIONS = Parameter(
    {"une": 62, "deux": 26, "trois_ou_plus": 12},
    PARTLY,
    "3.6: 5-7 items a sitting, returns included",
)
AGREEMENT_END = Parameter({"maintenu": 86, "retire": 4, "expire": 5, "sans_accord": 5}, INVENTED)
CLOSURES = Parameter(
    {
        "objectifs_atteints": 34,
        "relais_droit_commun": 24,
        "prise_en_charge_effective": 18,
        "demenagement": 7,
        "perte_de_vue": 6,
        "refus_ou_retrait_de_la_personne": 5,
        "absence_de_piste": 4,
        "deces": 2,
    },
    INVENTED,
)
HOUSING_OUTCOME = Parameter(
    {"maintien": 79, "nouveau_logement": 9, "perte": 6, "inconnu": 6},
    PARTLY,
    "3.4 [H29][H38]: kept, 75-85",
)
CARE_OUTCOME = Parameter(
    {
        "suivi_repris": 41,
        "suivi_poursuivi": 22,
        "hospitalisation_libre": 5,
        "hospitalisation_sans_consentement": 4,
        "sans_suivi": 17,
        "inconnu": 11,
    },
    INVENTED,
)
RIGHTS_OUTCOME = Parameter(
    {"droits_ouverts": 30, "mesure_protection": 11, "accompagnement_en_place": 38}, INVENTED
)
PROPOSAL_OUTCOME = Parameter(
    {
        "realisee": 68,
        "acceptee_en_cours": 26,
        "refus_personne": 16,
        "manque_offre": 13,
        "delai_attente": 18,
        "absence_porteur": 7,
        "abandonnee": 6,
    },
    INVENTED,
)
NO_PROPOSAL = Parameter(4, INVENTED)
MISSING_OFFER = Parameter(
    {
        "equipe_mobile": 11,
        "delai_psychiatrie": 13,
        "medecin_traitant": 9,
        "addictologie": 3,
        "logement_accompagne": 10,
        "hebergement": 5,
        "desencombrement_finance": 7,
        "aide_a_domicile": 6,
        "accompagnement_medico_social": 5,
        "protection_juridique": 2,
        "soutien_aidants": 2,
        "autre_offre": 2,
    },
    INVENTED,
)
NEIGHBOURHOODS = Parameter(
    {
        "centre": 18,
        "gare": 11,
        "nord": 16,
        "canal": 9,
        "plateau": 17,
        "vallon": 8,
        "bourg": 12,
        "coteaux": 9,
    },
    INVENTED,
    "eight neighbourhoods, as in releases.md 2.2",
)
IN_PRIORITY_AREA = Parameter({"gare": 40, "nord": 55, "canal": 12, "plateau": 70}, INVENTED)
"""Share of each neighbourhood that lies in the priority area (QPV), which cuts across four."""
FIRST_STEP = Parameter({"aller_vers": 34, "soins": 27, "social": 28, "veille": 11}, INVENTED)
PROFESSIONALS = Parameter((40, 60), INVENTED, "fewest answers a year; percent of the situations")
SATISFACTION = Parameter(
    {"tout_a_fait": 38, "plutot": 40, "peu": 13, "pas_du_tout": 3, "sans_reponse": 6}, INVENTED
)

PARAMETERS: dict[str, Parameter] = {
    name: value for name, value in list(globals().items()) if isinstance(value, Parameter)
}
