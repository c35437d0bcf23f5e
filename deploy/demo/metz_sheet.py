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
        "evaluation_method": "Tableau de suivi, questionnaires, bilan annuel",
        "status": "ongoing",
        "progress": 55,
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
        {"group": "acquaintance", "text": "Tenir à jour le guide des ressources"},
        {"group": "coordination", "text": "Soutenir la commission des situations difficiles"},
    ],
    partners=[
        {"role": "carrier", "name": "Centre hospitalier spécialisé"},
        {"role": "pilot", "name": "Conseil local de santé mentale"},
        {"role": "associated", "name": "Ville"},
        {"role": "associated", "name": "Agence régionale de santé"},
    ],
    audiences=[{"text": "Habitants"}, {"text": "Professionnels"}],
    indicators=[
        {"kind": "process", "label": "Nombre de réunions et acteurs représentés"},
        {"kind": "result", "label": "Partenaires déclarant de nouvelles collaborations"},
    ],
)
