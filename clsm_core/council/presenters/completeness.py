"""What a coordinator still has to fill in, each with the page where it is done.

Source: domain.md D.1 and D.6 (criteria 4, 6, 7, 9); a reminder, not the file of conformity.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from clsm_core.council.models import (
    Council,
    Post,
    PsychiatricSector,
    SchemeKind,
    SchemeLink,
    SectorKind,
)
from clsm_core.council.queries import post as posts_query
from clsm_core.council.queries import schemes as schemes_query
from clsm_core.council.queries.territory import Territory

REVIEW_YEARS = 3


class Missing(NamedTuple):
    """Something to fill in, why, and where."""

    label: str
    reason: str
    url: str


def still_missing(
    council: Council,
    *,
    territory: Territory,
    posts: Sequence[Post],
    links: Sequence[SchemeLink],
    sectors: Sequence[PsychiatricSector],
    on: date,
) -> list[Missing]:
    """List what is missing on a day, most basic first."""
    running = [link for link in links if not schemes_query.has_ended(link, on)]
    held = [one for one in posts if posts_query.is_held(one, on)]
    checks = [
        ("profile", bool(council.presidency), "La présidence", "une élue ou un élu préside"),
        ("profile", bool(council.co_animation), "La co-animation", "par la psychiatrie publique"),
        ("profile", bool(council.presentation), "La présentation", "lue sur la page publique"),
        ("profile", bool(council.objectives), "Les objectifs", "les cinq du référentiel national"),
        ("territory", bool(territory.lines), "Le périmètre", "aucune commune n’y est"),
        (
            "profile",
            _is_recent(council.perimeter_reviewed_on, on),
            "La revue du périmètre",
            "le référentiel la veut de moins de trois ans",
        ),
        *(
            (
                "territory",
                any(one.kind == kind for one in sectors),
                f"Un secteur de {kind.label}",
                "pour savoir qui soigne où",
            )
            for kind in SectorKind
        ),
        ("post", bool(held), "Le poste de coordination", "aucune personne n’y est aujourd’hui"),
        *_about(held, on),
        *(
            (
                "schemes",
                any(link.kind == kind for link in running),
                f"Le lien avec le {kind.value.upper()}",
                f"{kind.label} en cours",
            )
            for kind in (SchemeKind.CLS, SchemeKind.PTSM)
        ),
        (
            "schemes",
            schemes_query.met_within_a_year(links, on),
            "Une réunion d’articulation",
            "une par an avec le CLS ou le PTSM",
        ),
    ]
    return [
        Missing(label, reason, reverse(f"council:{page}", args=[council.slug]))
        for page, is_there, label, reason in checks
        if not is_there
    ]


def _about(held: Sequence[Post], on: date) -> list[tuple[str, bool, str, str]]:
    """Say what a post in place still lacks; nothing when there is no post."""
    if not held:
        return []
    years = [year for one in held for year in posts_query.years_of(one) if year.year == on.year]
    return [
        (
            "post",
            all(one.job_description_on for one in held),
            "La fiche de poste",
            "un document structurant du référentiel",
        ),
        (
            "post",
            any(one.trainings.all() for one in held),
            "Une formation suivie",
            "la coordination est formée",
        ),
        (
            "post",
            any(year.is_tripartite for year in years),
            f"Le financement tripartite de {on.year}",
            "collectivité, hôpital et ARS ensemble",
        ),
    ]


def _is_recent(reviewed: date | None, on: date) -> bool:
    if reviewed is None:
        return False
    return (on.year - reviewed.year, on.month, on.day) < (
        REVIEW_YEARS,
        reviewed.month,
        reviewed.day,
    )
