"""What is difficult, how it shows, how grave it is."""

from cases.domain.choice import Choice


class Problem(Choice):
    """A difficulty of the situation; several may hold (B.5 `problematique`)."""

    HOARDING = "logement_incurie_diogene", "Incurie, syndrome de Diogène"
    EVICTION = "logement_menace_expulsion_impayes", "Impayés, menace d’expulsion"
    UNFIT_HOUSING = "logement_insalubre_indigne", "Logement insalubre ou indigne"
    OVERCROWDING = "logement_suroccupation", "Suroccupation"
    NO_HOME = "sans_logement_ou_hebergement_precaire", "Sans logement, hébergement précaire"
    NEIGHBOUR_TROUBLE = "troubles_voisinage", "Troubles du voisinage"
    CARE_NOT_SOUGHT = "non_recours_aux_soins", "Ne recourt pas aux soins"
    CARE_INTERRUPTED = "rupture_de_soins", "Rupture de soins"
    CARE_REFUSED = "refus_de_soins", "Refus de soins"
    UNSEEN_DISTRESS = "souffrance_psychique_non_reperee", "Souffrance psychique non repérée"
    SUICIDE_RISK = "crise_suicidaire_ou_risque", "Crise ou risque suicidaire"
    ADDICTIONS = "addictions", "Addictions"
    POVERTY = "precarite_financiere_endettement", "Précarité financière, dettes"
    RIGHTS_LOST = "perte_ou_non_recours_aux_droits", "Droits perdus ou non demandés"
    ISOLATION = "isolement_rupture_sociale", "Isolement, rupture sociale"
    LOSS_OF_AUTONOMY = (
        "perte_d_autonomie_vieillissement_troubles_cognitifs",
        "Perte d’autonomie, vieillissement, troubles cognitifs",
    )
    SOMATIC_HEALTH = "sante_somatique", "Santé physique"
    VIOLENCE_SUFFERED = "violences_subies_ou_maltraitance", "Violences subies, maltraitance"
    VIOLENCE_COMMITTED = "violences_agies", "Violences agies"
    FAMILY_CONFLICT = (
        "conflits_familiaux_epuisement_aidants",
        "Conflits familiaux, épuisement des aidants",
    )
    PARENTHOOD = "parentalite_enfants_exposes", "Parentalité, enfants exposés"
    EMPLOYMENT = "insertion_emploi", "Insertion, emploi"
    RESIDENCE_STATUS = "situation_administrative_sejour", "Situation administrative, séjour"
    ABUSE_OF_WEAKNESS = "vulnerabilite_abus_de_faiblesse", "Vulnérabilité, abus de faiblesse"
    PROTECTION_NEEDED = "besoin_mesure_protection", "Besoin d’une mesure de protection"
    ANIMALS = "animaux_accumulation", "Accumulation d’animaux"
    OTHER = "autre", "Autre"


class SignalGroup(Choice):
    """Where a signal was noticed (practice.md 1.3, F-A)."""

    HOUSING = "logement", "Logement"
    NEIGHBOURHOOD = "voisinage", "Voisinage"
    LANDLORD_LINK = "lien_bailleur", "Lien avec le bailleur"
    PERSON = "personne", "La personne"


class Signal(Choice):
    """What a professional saw or heard, as a fact (B.5 `signal_repere`, practice.md 1.3)."""

    SHUTTERS_CLOSED = "volets_fermes", "Volets fermés en permanence"
    CLUTTER = "encombrement", "Logement encombré"
    DAMAGE = "degradations", "Dégradations du logement"
    FIRE_RISK = "risque_incendie", "Risque d’incendie"
    NOISE = "troubles_sonores", "Bruits répétés"
    SMELLS = "troubles_olfactifs", "Odeurs"
    AGGRESSIONS = "agressions", "Agressions, menaces"
    COMPLAINTS = "plaintes_voisins", "Plaintes des voisins"
    ARREARS = "impayes", "Impayés de loyer"
    MAIL_UNOPENED = "boite_aux_lettres_non_videe", "Boîte aux lettres non vidée"
    DOOR_CLOSED = "refus_acces_logement", "N’ouvre plus sa porte"
    NO_CONTACT = "contact_rompu", "Ne répond plus au bailleur"
    INCOHERENCE = "propos_comportements_incoherents", "Propos ou comportements incohérents"
    STAYS_IN = "ne_sort_plus", "Ne sort plus"
    HYGIENE = "negligence_hygiene", "Ne prend plus soin de soi"
    NO_UTILITIES = "fluides_coupes", "Électricité, eau ou chauffage coupés"
    COMMON_PARTS = "parties_communes", "Objets ou déchets dans les parties communes"
    LETTERS_TO_LANDLORD = "courriers_repetes", "Courriers répétés, plaintes contre le bailleur"
    WEIGHT_LOSS = "perte_de_poids", "Maigrit, semble ne plus manger"
    FALLS = "chutes_blessures", "Chutes ou blessures"

    @property
    def group(self) -> SignalGroup:
        """Give the group under which the form shows the signal."""
        return _GROUP_OF[self]


_GROUP_OF = {
    **dict.fromkeys(
        (
            Signal.SHUTTERS_CLOSED,
            Signal.CLUTTER,
            Signal.DAMAGE,
            Signal.FIRE_RISK,
            Signal.NO_UTILITIES,
        ),
        SignalGroup.HOUSING,
    ),
    **dict.fromkeys(
        (
            Signal.NOISE,
            Signal.SMELLS,
            Signal.AGGRESSIONS,
            Signal.COMPLAINTS,
            Signal.COMMON_PARTS,
        ),
        SignalGroup.NEIGHBOURHOOD,
    ),
    **dict.fromkeys(
        (
            Signal.ARREARS,
            Signal.MAIL_UNOPENED,
            Signal.DOOR_CLOSED,
            Signal.NO_CONTACT,
            Signal.LETTERS_TO_LANDLORD,
        ),
        SignalGroup.LANDLORD_LINK,
    ),
    **dict.fromkeys(
        (Signal.INCOHERENCE, Signal.STAYS_IN, Signal.HYGIENE, Signal.WEIGHT_LOSS, Signal.FALLS),
        SignalGroup.PERSON,
    ),
}


def signals_of(groups: tuple[SignalGroup, ...]) -> frozenset[str]:
    """Return the codes of the signals of some groups."""
    return frozenset(signal.value for signal in Signal if signal.group in groups)


class Severity(Choice):
    """How grave the situation is for the person."""

    LOW = "faible", "Faible"
    MODERATE = "modere", "Modérée"
    HIGH = "eleve", "Élevée"
    CRITICAL = "critique", "Critique"


class SeverityFactor(Choice):
    """What makes it grave; several may hold."""

    DANGER_TO_SELF = "danger_pour_soi", "Danger pour soi"
    DANGER_TO_OTHERS = "danger_pour_autrui", "Danger pour autrui"
    CHILD_EXPOSED = "enfant_expose", "Enfant exposé"
    HOME_ABOUT_TO_BE_LOST = "perte_logement_imminente", "Logement bientôt perdu"
    FIRE_OR_COLLAPSE = "risque_incendie_effondrement", "Risque d’incendie ou d’effondrement"
    SEVERE_NEGLECT = "denutrition_negligence_grave", "Dénutrition, négligence grave"
    NO_CARE_AT_ALL = "absence_totale_de_soins", "Aucun soin"
    COMPLETE_ISOLATION = "isolement_total", "Isolement total"
    REPEATED_FAILURES = "repetition_echecs", "Démarches échouées à plusieurs reprises"
    NONE = "aucun", "Aucun facteur relevé"


class Intensity(Choice):
    """How much follow-up the situation asks for (practice.md 1.3)."""

    OCCASIONAL = "ponctuelle", "Ponctuelle"
    SUSTAINED = "soutenue", "Soutenue"
    INTENSIVE = "intensive", "Intensive"
