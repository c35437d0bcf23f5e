"""What each council of the demonstration declares of its place, its post and its schemes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any


def declare(council: Any, *, today: date, day: Callable[[int], date]) -> None:
    """Declare what the home page asks of a coordinator."""
    from clsm_core.council.actions import rows
    from clsm_core.council.models import (
        ArticulationMeeting,
        Post,
        PostFunding,
        PostTraining,
        PriorityDistrict,
        PsychiatricSector,
        SchemeLink,
    )

    council.objectives = ["stigma", "prevention", "inclusion", "care"]
    council.perimeter_reviewed_on = day(200)
    council.presentation = (
        "Le conseil réunit élus, soignants, personnes concernées, proches et professionnels"
        " pour la santé mentale des habitants."
    )
    council.is_published = True
    rows.change(row=council)
    rows.add(
        row=PriorityDistrict(
            council=council,
            code="QPFICTIF",
            name="Quartier de l’Étang (fiction)",
            population=3200,
            population_year=2018,
            source="démonstration",
        )
    )
    for kind, code in (("adult", "G00"), ("child", "I00")):
        rows.add(
            row=PsychiatricSector(
                council=council,
                kind=kind,
                code=code,
                name="Pôle du Val (fiction)",
                hospital="Centre hospitalier du Val (fiction)",
            )
        )
    post = Post(
        council=council,
        holder="Coordination (fiction)",
        employer="local_authority",
        employer_name="Ville (fiction)",
        workplace="Maison de la santé (fiction)",
        time_percent=80,
        contract="permanent",
        background="public_health",
        degree="master",
        starts_on=day(500),
        job_description_on=day(520),
    )
    rows.add(row=post)
    rows.add(
        row=PostTraining(
            post=post, title="Coordonner un conseil local", organiser="CNFPT", on=day(300)
        )
    )
    for funder, amount in (("local_authority", 24_000), ("hospital", 8_000), ("ars", 16_000)):
        rows.add(row=PostFunding(post=post, year=today.year, funder=funder, amount=amount))
    scheme = SchemeLink(
        council=council,
        kind="cls",
        name="Contrat local de santé (fiction)",
        starts_on=day(600),
        ends_on=today + timedelta(days=700),
        purpose="Cinq axes, dont la santé mentale.",
        scale="intercommunale",
        bodies="comité de pilotage du contrat",
        documents="contrat, fiches-action",
        calendar="bilan chaque printemps",
    )
    rows.add(row=scheme)
    rows.add(
        row=SchemeLink(
            council=council,
            kind="ptsm",
            name="Projet territorial de santé mentale (fiction)",
            purpose="Parcours de soins et d’accompagnement.",
            scale="départementale",
            bodies="commission santé mentale du conseil territorial",
        )
    )
    rows.add(
        row=ArticulationMeeting(scheme=scheme, on=day(120), subject="Articuler les fiches logement")
    )
