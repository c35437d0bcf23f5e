"""Short French texts of the demonstration: invented from end to end, and that can be seen.

No real name, no real address: persons are called Fictif, Exemple or Inventé, telephone numbers
are those that the regulator reserves for fiction (Arcep, plan de numérotation, 2023).
"""

from __future__ import annotations

from random import Random

FIRST_NAMES = (
    ("Andrée", "Colette", "Farida", "Hélène", "Josiane", "Lucette", "Mireille", "Rachida"),
    ("Ahmed", "Bruno", "Daniel", "Fernand", "Gilbert", "Lucien", "Pascal", "Yves"),
)
LAST_NAMES = (
    "Fictif",
    "Exemple",
    "Inventé",
    "Imaginaire",
    "Factice",
    "Deroman",
    "Personnage",
    "Conte",
)
STREETS = ("rue des Exemples", "allée du Roman", "impasse de la Fiction", "place du Conte")

LINK = (
    "Suivi par nos services depuis un an, trois visites.",
    "Locataire connu depuis l’entrée dans les lieux.",
    "Rencontré deux fois à la permanence.",
    "Connu par un signalement du voisinage, une visite faite.",
    "Accompagnement social en cours depuis six mois.",
    "Première rencontre le mois dernier, à sa demande.",
    "Dossier repris d’une collègue, lien encore fragile.",
    "Contact par téléphone seulement, tous les quinze jours.",
)
STORY = (
    "Situation inventée pour la démonstration. La personne n’ouvre plus son courrier.",
    "Situation inventée pour la démonstration. Elle ne sort plus qu’à la nuit tombée.",
    "Situation inventée pour la démonstration. Les aides ont été arrêtées une à une.",
    "Situation inventée pour la démonstration. Il a perdu son emploi et ses habitudes.",
    "Situation inventée pour la démonstration. La fille qui aidait habite désormais loin.",
    "Situation inventée pour la démonstration. Un deuil récent a tout arrêté.",
    "Situation inventée pour la démonstration. Les rendez-vous sont pris puis oubliés.",
    "Situation inventée pour la démonstration. Elle parle de projets, puis se retire.",
    "Situation inventée pour la démonstration. Le frère intervient, puis se décourage.",
    "Situation inventée pour la démonstration. Deux services se croisent sans se connaître.",
)
TRIED = (
    "Deux courriers, trois visites, une proposition d’aide à domicile refusée.",
    "Demande d’aide au logement déposée, restée incomplète.",
    "Rencontre avec le médecin traitant proposée, non venue.",
    "Médiation de voisinage tentée, sans suite.",
    "Plan d’apurement signé, arrêté au deuxième mois.",
    "Passage de l’équipe mobile, porte close.",
    "Orientation vers le centre médico-psychologique, sans rendez-vous pris.",
    "Réunion entre deux services, sans référent désigné.",
)
QUESTION = (
    "Comment renouer un lien sans l’inquiéter ?",
    "Qui peut être référent, et par où commencer ?",
    "Comment éviter de perdre le logement ?",
    "Quel accompagnement lui proposer qu’elle n’ait pas déjà refusé ?",
    "Comment reprendre un suivi interrompu ?",
    "Comment soutenir la famille, qui s’épuise ?",
    "Faut-il une mesure de protection, et laquelle ?",
    "Comment organiser un nettoyage qui ne soit pas une violence ?",
)
PERSON_WORDS = (
    "« Je veux garder mon appartement. »",
    "« Qu’on arrête de venir à l’improviste. »",
    "« Je suis fatiguée, je n’y arrive plus seule. »",
    "« J’accepte qu’on m’aide pour les papiers, pas plus. »",
    "« Le bruit, ce n’est pas moi. »",
    "« Je veux bien voir l’infirmière, chez moi. »",
    "« Mes affaires, c’est ma vie. »",
    "« Je ne veux pas d’hôpital. »",
    "« Si ma sœur vient, je veux bien. »",
)
HOUSING = (
    "Deux pièces au troisième étage, cuisine inutilisable.",
    "Logement encombré, passage d’un mètre à peine.",
    "Logement tenu, volets fermés toute la journée.",
    "Odeurs dans la cage d’escalier, plaintes de trois voisins.",
    "Fuite non réparée : l’accès est refusé au plombier.",
    "Maison isolée, chauffage en panne.",
    "Électricité coupée par moments, branchements de fortune.",
    "Chambre meublée, bail qui finit dans quatre mois.",
)
HEALTH = (
    "Dit dormir très peu depuis des mois.",
    "Suivi interrompu il y a deux ans, traitement arrêté.",
    "Propos décousus par moments, apaisés en présence d’un proche.",
    "Médecin traitant vu une fois l’an.",
    "Grande fatigue, perte de poids visible.",
    "Consomme davantage le soir, le dit sans détour.",
    "Hospitalisation ancienne, qu’elle évoque avec crainte.",
    "Aucun suivi connu ; accepte d’en parler.",
)
COMPLEMENT = (
    "Une aide à domicile passe le mardi ; le médecin traitant est prévenu.",
    "La fille a été jointe : elle est d’accord pour être contactée.",
    "Le bail est au nom de la personne seule, sans caution.",
    "Deux autres services interviennent ; leurs coordonnées sont dans le dossier papier.",
)
ANALYSIS = {
    "situation_sociale": (
        "Isolement ancien, un seul lien régulier à préserver.",
        "Les droits sont ouverts, les démarches restent lourdes.",
        "Plusieurs intervenants, aucun référent jusqu’ici.",
        "La famille est présente et demande à être relayée.",
        "Ressources stables, dépenses mal suivies.",
        "Le lien de confiance existe avec une seule personne.",
        "La personne décide et le dit : avancer à son rythme.",
        "L’absence de réponse aux courriers n’est pas un refus.",
    ),
    "logement": (
        "Le bail peut être maintenu si un plan est signé.",
        "Encombrement important, sans danger immédiat.",
        "Le voisinage peut être apaisé par une médiation.",
        "Réparations à faire avant toute autre démarche.",
        "Relogement souhaité, plus petit et proche des commerces.",
        "Procédure en cours : un délai peut être demandé.",
        "Accès au logement possible sur rendez-vous.",
        "Le logement convient ; ce sont les charges qui pèsent.",
    ),
    "sante_psychique": (
        "Souffrance réelle, demande de soins possible.",
        "Rupture de suivi, reprise envisageable à domicile.",
        "Pas d’urgence ; une évaluation est utile.",
        "Le traitement arrêté a compté : en reparler.",
        "Angoisses liées au logement, à traiter ensemble.",
        "Une première rencontre avec l’équipe mobile peut suffire.",
        "Préférer un interlocuteur unique.",
        "La présence d’un pair aidant serait bien reçue.",
    ),
}
SYNTHESIS = (
    "Nous avons parlé de votre logement et de ce qui vous aiderait à le garder.",
    "Nous avons compris que vous souhaitez être prévenue avant chaque visite.",
    "Nous vous proposons deux pas simples ; vous direz ce que vous en pensez.",
    "Nous avons retenu ce qui compte pour vous, et qui vous appellera.",
    "Rien ne sera fait sans vous en parler d’abord.",
    "Nous proposons une rencontre avec une seule personne, toujours la même.",
    "Nous avons noté ce que vous ne voulez pas.",
    "Vous pouvez revenir sur votre accord à tout moment.",
)
# Kind of proposal, title, category of information, who carries it.
PROPOSALS = (
    ("visite_a_domicile_conjointe", "Visite à deux", "situation_sociale", "CCAS et équipe mobile"),
    ("orientation_CMP", "Rendez-vous au CMP", "sante_psychique", "CMP"),
    ("equipe_mobile_psychiatrie", "Passage de l’équipe mobile", "sante_psychique", "psychiatrie"),
    ("reprise_suivi", "Reprise du suivi", "sante_psychique", "CMP"),
    ("accompagnement_social", "Un référent social unique", "situation_sociale", "CCAS"),
    ("ouverture_maintien_droits", "Dossier de droits complété", "situation_sociale", "CCAS"),
    ("accord_avec_bailleur_plan_apurement", "Plan d’apurement", "logement", "bailleur"),
    ("desencombrement_nettoyage", "Désencombrement par étapes", "logement", "bailleur"),
    ("mediation_voisinage", "Médiation de voisinage", "logement", "bailleur"),
    ("relogement", "Demande de relogement", "logement", "bailleur"),
    ("mesure_protection", "Mesure de protection à étudier", "situation_sociale", "CCAS"),
    ("GEM_entraide", "Visite du groupe d’entraide", "situation_sociale", "association"),
    ("soutien_aidants", "Soutien à la famille", "situation_sociale", "association"),
    ("SAVS_SAMSAH", "Demande d’accompagnement à la vie sociale", "situation_sociale", "CCAS"),
    ("reunion_restreinte_partenaires", "Réunion à trois", "situation_sociale", "animation"),
)
PERSON_ANSWERS = (
    "« D’accord pour la visite, prévenez-moi la veille. »",
    "« Je réfléchis pour le rendez-vous. »",
    "« Oui, si c’est toujours la même personne. »",
    "« Non pour le relogement, j’ai mes repères ici. »",
    "« Merci d’avoir demandé mon avis. »",
    "« Pas tout de suite. »",
    "« D’accord pour tout, sauf l’hôpital. »",
    "« On verra après l’hiver. »",
)
CLOSING_WORDS = (
    "« Ça va mieux, je vous dirai si ça change. »",
    "« Je préfère continuer avec mon assistante sociale. »",
    "« Merci, c’est plus calme maintenant. »",
    "« Je n’ai plus besoin de la commission. »",
)
NOTES = (
    "Appel passé, message laissé ; nouvel essai vendredi.",
    "Rencontre faite à son domicile, accueil cordial.",
    "Le plan est respecté depuis deux mois.",
    "Rendez-vous manqué, repris à la semaine suivante.",
)
PLACES = ("Mairie, salle du conseil", "Maison de santé, salle 2", "CCAS, salle de réunion")
ASKED = "Qui d’autre intervient, et la personne sait-elle que vous nous saisissez ?"
REFUSED = {
    "droit_commun_non_epuise": "Une demande auprès du service social du secteur reste à faire.",
    "hors_territoire": "La commune relève d’une autre commission : adressez-vous à elle.",
    "impaye_seul_sans_dimension_sante": "Un impayé seul relève du fonds de solidarité logement.",
    "doublon": "La commission suit déjà cette situation ; merci de votre vigilance.",
}
REDIRECTED = {
    "schs": "Le service d’hygiène prendra contact avec vous pour le bâtiment.",
    "siao_fsl": "Le fonds de solidarité logement est le bon interlocuteur.",
    "dac": "Le dispositif d’appui à la coordination vous rappelle sous huit jours.",
}


def identity(rng: Random, *, is_woman: bool, birth_year: int, town: str) -> dict[str, str]:
    """Return an identity that nobody has."""
    return {
        "first_name": rng.choice(FIRST_NAMES[0 if is_woman else 1]),
        "last_name": f"{rng.choice(LAST_NAMES)}-{rng.choice(LAST_NAMES)}",
        "birth_year": str(birth_year),
        "phone": f"06 39 98 {rng.randrange(100):02d} {rng.randrange(100):02d}",
        "address": f"{rng.randrange(1, 90)} {rng.choice(STREETS)}, {town}",
    }


def referral(rng: Random) -> dict[str, str]:
    """Return the free texts of a referral."""
    return {
        "link": rng.choice(LINK),
        "story": rng.choice(STORY),
        "tried_steps": rng.choice(TRIED),
        "question": rng.choice(QUESTION),
        "person_words": rng.choice(PERSON_WORDS),
        "housing_text": rng.choice(HOUSING),
        "health_text": rng.choice(HEALTH),
    }
