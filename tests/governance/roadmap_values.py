"""What the tests type in a sheet: one value a field, one line a list at least (domain.md A.5)."""

from __future__ import annotations

from typing import Any

METZ_FIELDS: dict[str, Any] = {
    "follow_up": "canari-bilan-annuel",
    "context": "canari-contexte\ncanari-enjeux",
    "strategic_objective": "canari-stratégique",
    "specific_objective": "canari-spécifique",
    "description": "canari-description",
    "duration": "experimental",
    "starts_on": "2026-02-01",
    "ends_on": "2027-03-31",
    "territories": "canari-communes",
    "extents": ["intercommunal", "communal", "districts", "priority"],
    "publics": [
        "under_16",
        "age_16_25",
        "age_26_65",
        "over_65",
        "professionals",
        "elected",
        "carers",
        "users",
    ],
    "people_concerned": "canari-quarante",
    "determinants": ["resources", "politics", "social"],
    "health_determinants": "canari-déterminant",
    "policies": ["health", "city"],
    "public_policies": "canari-politique",
    "evaluation_methods": ["dashboard", "surveys", "yearly"],
    "evaluation_method": "canari-évaluation",
    "targets_inequalities": "true",
    "is_participatory": "false",
    "articulation": "canari-articulation avec le PTS Moselle",
    "theme_codes": ["housing", "sism"],
    "themes": "canari-thème",
    "source": "canari-origine",
    "facilitators": "canari-facilitateur",
    "obstacles": "canari-frein",
    "schedule": "canari-calendrier",
    "lessons": "canari-capitalisation",
    "yearly_review": "canari-bilan",
    "progress": 35,
}
METZ_LISTS: dict[str, list[dict[str, Any]]] = {
    "objectives": [
        {"group": "animation", "text": "canari-animer"},
        {"group": "acquaintance", "text": "canari-connaître"},
        {"group": "coordination", "text": "canari-coordonner"},
    ],
    "activities": [
        {"nature": "existing", "group": "animation", "text": "canari-existante"},
        {"nature": "new", "group": "acquaintance", "text": "canari-nouvelle"},
    ],
    "partners": [
        {"role": "carrier", "name": "canari-hôpital"},
        {"role": "pilot", "name": "canari-conseil"},
        {"role": "implementing", "name": "canari-œuvre"},
        {"role": "associated", "name": "canari-ville"},
    ],
    "audiences": [{"text": "canari-public"}],
    "steps": [{"text": "canari-étape", "due_on": "2026-05-04", "done_on": "2026-06-07"}],
    "indicators": [
        {
            "kind": "process",
            "label": "canari-processus",
            "mode": "entered",
            "unit": "canari-unité",
            "target": "canari-cible",
        },
        {"kind": "result", "label": "canari-résultat", "mode": "survey"},
    ],
    "budget": [
        {"kind": "action", "label": "canari-matériel", "year": 2026, "amount": "5000"},
        {"kind": "time", "label": "canari-temps", "hours": 120, "amount": "2400", "spent": "10"},
    ],
    "fundings": [
        {
            "funder": "cpam",
            "label": "canari-aide",
            "year": 2026,
            "amount": "1234",
            "status": "asked",
        }
    ],
}
