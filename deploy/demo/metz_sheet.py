"""A short action sheet for Metz, after the headings of the sheet « Coordination du CLSM ».

Its headings follow the public sheet named in `source`; its wording and its progress are invented.
"""

from __future__ import annotations

from clsm_core.roadmap.content import SheetContent

METZ_SHEET = SheetContent(
    axis_number=3,
    axis_title="Santé mentale",
    number=15,
    title="Coordination du conseil local de santé mentale",
    fields={
        "strategic_objective": "Faire travailler ensemble la ville et la psychiatrie publique.",
        "context": "Des situations difficiles reviennent d’un service à l’autre sans référent.",
        "description": "Animer les instances, faire se connaître les acteurs, suivre les besoins.",
        "territories": "Ville de Metz",
        "duration": "multi_year",
        "follow_up": "Bilan annuel",
        "evaluation_methods": ["dashboard", "surveys", "yearly"],
        "publics": ["age_16_25", "age_26_65", "professionals", "elected", "carers", "users"],
        "extents": ["communal", "priority"],
        "determinants": ["resources", "politics", "social"],
        "policies": ["health", "social", "city"],
        "theme_codes": ["situations", "users", "observation", "cross_training"],
        "targets_inequalities": True,
        "is_participatory": True,
        "specific_objective": "Donner un cadre commun aux acteurs de la santé mentale.",
        "articulation": "Contrat local de santé de la ville, projet territorial de santé mentale.",
        "source": (
            "Contrat local de santé de Metz, fiche n° 15 (intitulés ; textes et avancement fictifs)"
        ),
    },
    objectives=[
        {"group": "animation", "text": "Réunir le comité de pilotage et les groupes de travail"},
        {"group": "acquaintance", "text": "Proposer des stages et des formations croisés"},
        {"group": "coordination", "text": "Observer l’écart entre les besoins et l’offre"},
    ],
    activities=[
        {
            "nature": "existing",
            "group": "acquaintance",
            "text": "Tenir à jour le guide des ressources",
        },
        {
            "nature": "existing",
            "group": "coordination",
            "text": "Soutenir la commission des situations difficiles",
        },
        {
            "nature": "new",
            "group": "acquaintance",
            "text": "Concevoir une formation croisée à partir des besoins des acteurs",
        },
    ],
    partners=[
        {"role": "carrier", "name": "Centre hospitalier spécialisé"},
        {"role": "pilot", "name": "Conseil local de santé mentale"},
        {"role": "associated", "name": "Ville"},
        {"role": "associated", "name": "Agence régionale de santé"},
    ],
    audiences=[{"text": "Habitants"}, {"text": "Professionnels"}],
    indicators=[
        {
            "kind": "process",
            "label": "Nombre de réunions et acteurs représentés",
            "mode": "computed",
            "computed": "meetings",
            "unit": "réunions",
            "target": "6 par an",
        },
        {
            "kind": "result",
            "label": "Partenaires déclarant de nouvelles collaborations",
            "mode": "survey",
            "unit": "%",
            "target": "50 %",
        },
    ],
    budget=[{"kind": "action", "label": "Matériel, hébergement du site", "amount": 5000}],
    fundings=[
        {"funder": "local_authority", "amount": 3000, "status": "granted"},
        {"funder": "ars", "amount": 2000, "status": "asked"},
    ],
)
