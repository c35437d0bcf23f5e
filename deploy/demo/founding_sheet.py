"""Action sheet 5.5 of the Terres des Confluences health contract, as data.

Its facts are those of the public document named in `source`; the wording of long texts is ours.
"""

from __future__ import annotations

from clsm_core.roadmap.content import SheetContent

FOUNDING_SHEET = SheetContent(
    axis_number=5,
    axis_title="Parcours santé mentale",
    number=5,
    title="Mettre en place un Conseil Local en Santé Mentale",
    fields={
        "strategic_objective": (
            "Améliorer la prise en charge des personnes en souffrance psychique ou en mal-être."
        ),
        "description": (
            "Étudier la création d’un conseil local de santé mentale, lieu de concertation entre "
            "les acteurs de la ville et ceux de la santé mentale, puis lui donner un cadre, une "
            "connaissance partagée du territoire et des priorités."
        ),
        "facilitators": (
            "Les besoins sont déjà repérés : diagnostics du contrat local de santé et du contrat "
            "de ville, constats des partenaires auprès des personnes en souffrance psychique."
        ),
        "obstacles": (
            "Cadre déontologique et secret professionnel.\n"
            "Réticences possibles de professionnels et d’institutions de la psychiatrie, du "
            "médico-social et de l’action sociale : leur adhésion est à obtenir.\n"
            "Une instance de plus.\n"
            "Animation : légitimité de l’animateur et temps qui lui est donné."
        ),
        "schedule": "Durée du contrat local de santé",
        "duration": "multi_year",
        "territories": "Communauté de communes Terres des Confluences",
        "themes": "Parcours de soins, logement, loisirs, intégration dans la cité",
        "publics": ["inhabitants", "professionals"],
        "extents": ["intercommunal"],
        "theme_codes": ["housing", "care_access", "leisure", "citizenship"],
        "source": (
            "Contrat local de santé Terres des Confluences, fiche-action 5.5 "
            "(statut et avancement fictifs)"
        ),
    },
    objectives=[
        {"text": "Repérer la souffrance psychique des jeunes et des adultes, et orienter"},
        {
            "group": "coordination",
            "text": "Coordonner la prise en charge des personnes et les acteurs entre eux",
        },
    ],
    activities=[
        {
            "group": "acquaintance",
            "text": "Favoriser l’interconnaissance des partenaires, décloisonner les institutions",
        },
        {
            "group": "animation",
            "text": "Organiser des groupes de travail thématiques qui tiennent compte de "
            "l’environnement de la personne",
        },
        {
            "text": "Analyser les ressources et l’existant en psychiatrie et santé mentale sur le "
            "territoire"
        },
        {
            "group": "acquaintance",
            "text": "Présenter les missions et les objectifs de chaque structure",
        },
        {
            "group": "coordination",
            "text": "Définir un cadre commun : charte, règlement intérieur, commission, "
            "fonctionnement",
        },
        {
            "group": "coordination",
            "text": "Fixer les stratégies et les actions prioritaires : parcours de soins, accès "
            "au logement et aux loisirs, intégration des personnes dans la cité",
        },
    ],
    partners=[
        {"role": "pilot", "name": "Communauté de communes Terres des Confluences"},
        {"role": "associated", "name": "Psychiatrie publique"},
        {"role": "associated", "name": "Professionnels libéraux"},
        {"role": "associated", "name": "Structures médico-sociales"},
        {"role": "associated", "name": "Structures de l’action sociale"},
        {"role": "associated", "name": "Structures pour enfants et jeunes"},
        {"role": "associated", "name": "Association de familles"},
        {"role": "associated", "name": "Associations d’usagers (GEM)"},
        {"role": "associated", "name": "Justice"},
        {"role": "associated", "name": "Police"},
        {"role": "associated", "name": "Organismes de tutelle"},
        {"role": "associated", "name": "Bailleurs sociaux"},
        {"role": "associated", "name": "Associations"},
    ],
    audiences=[
        {"text": "Habitants de la communauté de communes"},
        {"text": "Professionnels du territoire"},
    ],
    indicators=[
        {
            "kind": "process",
            "label": "Création d’un comité de pilotage représentatif",
            "mode": "computed",
            "computed": "steering_exists",
        },
        {
            "kind": "process",
            "label": "Nombre de rencontres, nombre et qualité des professionnels impliqués",
            "mode": "computed",
            "computed": "people",
        },
        {
            "kind": "process",
            "label": "Élaboration d’un état des lieux de l’existant et repérage des besoins",
            "mode": "computed",
            "computed": "diagnoses",
        },
        {"kind": "process", "label": "Travail par thématique"},
        {"kind": "result", "label": "Actions prioritaires et thématiques phares retenues"},
        {
            "kind": "result",
            "label": "Partenariats formalisés : nombre et nature",
            "mode": "computed",
            "computed": "partnerships",
        },
        {
            "kind": "result",
            "label": "Nombre de commissions thématiques",
            "mode": "computed",
            "computed": "groups",
        },
    ],
    budget=[
        {"kind": "time", "label": "Valorisation du temps professionnel"},
        {
            "kind": "time",
            "label": "Valorisation du temps de mise en œuvre et de coordination",
        },
    ],
    fundings=[{"funder": "ars"}, {"funder": "common_law"}, {"funder": "cpam"}],
)
