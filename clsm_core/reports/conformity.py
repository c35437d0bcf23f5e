"""Compute the nine criteria of the 2025 standard from what the council recorded for a year.

Promises: nothing is declared by hand; each conclusion names the facts that prove it, and the words
of what is missing say what to record.

Source: domain.md D.6; 002-01 to 002-09.
"""

from __future__ import annotations

from decimal import Decimal

from clsm_core.council.models import (
    ArticulationMeeting,
    Council,
    Post,
    PostFunder,
    PostFunding,
    PostTraining,
    SchemeKind,
    SchemeLink,
)
from clsm_core.council.presenters.completeness import REVIEW_YEARS
from clsm_core.council.queries.post import TRIPARTITE, full_time_of, is_held
from clsm_core.council.queries.schemes import has_ended
from clsm_core.council.queries.territory import territory_of
from clsm_core.council.words import euros, full_time, number, plural
from clsm_core.directory.models import Organisation, Partnership
from clsm_core.governance.queries.framework import FOUNDING, carriage_of, documents_of
from clsm_core.observatory.models import Need
from clsm_core.reports.criteria import Check, Criterion, Proof, Status, conclude
from clsm_core.reports.inclusion import inclusion_of
from clsm_core.reports.models import AnnualReport, ReportState
from clsm_core.roadmap.models import ActionSheet, IndicatorValue
from clsm_core.roadmap.queries.budget import tripartite
from clsm_core.roadmap.queries.counts.actions import sheets_of
from clsm_core.roadmap.queries.counts.measures import Figures
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.templatetags.ui import day

HALF_TIME, FULL_TIME = Decimal("0.5"), Decimal(1)


def conformity_of(council: Council, year: Year, figures: Figures) -> list[Criterion]:
    """Return the nine criteria, in the order of the standard, in a constant number of queries."""
    return [
        _carriage(council, year),
        inclusion_of(council, year),
        _objectives(council, year),
        _perimeter(council, year),
        _bodies(council, year, figures),
        _coordination(council, year),
        _funding(council, year),
        _follow_up(council, year),
        _articulation(council, year),
    ]


def _carriage(council: Council, year: Year) -> Criterion:
    """1: the local authority and the psychiatry both signed what holds today."""
    documents = list(documents_of(council))
    carriage = carriage_of(documents, year.on)
    page = "governance:framework"
    checks = [
        Check(
            carriage.authority,
            Proof("La collectivité a signé la charte ou la convention en vigueur", page),
            "Faites signer la charte ou la convention par la collectivité (élus ou services"
            " municipaux), ou notez la date de sa signature.",
        ),
        Check(
            carriage.psychiatry,
            Proof("La psychiatrie publique a signé la charte ou la convention en vigueur", page),
            "Faites signer la charte ou la convention par l’établissement ou le secteur de"
            " psychiatrie publique, ou notez la date de sa signature.",
        ),
    ]
    return Criterion(
        1,
        "Portage conjoint",
        "Une charte ou une convention en vigueur, signée par la collectivité et par le pôle de"
        " psychiatrie.",
        "002-01",
        conclude(checks, is_known=any(one.kind in FOUNDING for one in documents)),
        checks,
    )


def _objectives(council: Council, year: Year) -> Criterion:
    """3: needs, a programme, a network, resources, each with a record of the year."""
    needs = Need.objects.filter(council=council)
    organisations = Organisation.objects.filter(council=council, is_active=True)
    partnerships = Partnership.objects.filter(council=council)
    kept = {
        "besoins": needs.filter(year.within("seen_on")).count(),
        "actions": sheets_of(council, year).count(),
        "partenariats": partnerships.filter(year.running()).count(),
        "structures": organisations.filter(year.within("verified_on")).count(),
    }
    checks = [
        Check(
            bool(kept["besoins"]),
            Proof(f"{_many(kept['besoins'], 'besoin repéré')} dans l’année", "observatory:needs"),
            "Enregistrez au moins un besoin repéré dans l’année.",
        ),
        Check(
            bool(kept["actions"]),
            Proof(f"{_many(kept['actions'], 'action validée')} au programme", "roadmap:list"),
            "Inscrivez à la feuille de route au moins une action validée qui couvre l’année.",
        ),
        Check(
            bool(kept["partenariats"]),
            Proof(
                f"{plural(kept['partenariats'], 'partenariat')} en cours", "directory:partnerships"
            ),
            "Enregistrez au moins un partenariat en cours dans l’année.",
        ),
        Check(
            bool(kept["structures"]),
            Proof(
                f"{_many(kept['structures'], 'structure vérifiée')} dans l’année",
                "directory:home",
            ),
            "Vérifiez au moins une structure de l’annuaire dans l’année.",
        ),
    ]
    is_known = (
        any(kept.values())
        or needs.exists()
        or organisations.exists()
        or partnerships.exists()
        or ActionSheet.objects.filter(axis__council=council).exists()
    )
    return Criterion(
        3,
        "Objectifs opérationnels",
        "Dans l’année : des besoins identifiés, un programme d’actions, un réseau, des ressources.",
        "002-03",
        conclude(checks, is_known=is_known),
        checks,
    )


def _perimeter(council: Council, year: Year) -> Criterion:
    """4: filled in, and reviewed within three years. A territory may have no priority district."""
    territory = territory_of(council)
    districts = list(council.districts.all())
    counted = all(one.population is not None for one in districts)
    reviewed = council.perimeter_reviewed_on
    limit = year.on.replace(day=min(year.on.day, 28), year=year.on.year - REVIEW_YEARS)
    words = f"{plural(len(districts), 'quartier prioritaire', 'quartiers prioritaires')}"
    checks = [
        Check(
            bool(territory.lines),
            Proof(
                f"{plural(len(territory.lines), 'commune')}, {number(territory.population)}"
                " habitants",
                "council:territory",
            ),
            "Choisissez les communes du périmètre.",
        ),
        Check(
            counted,
            Proof(
                f"{words}, population renseignée" if districts else "Aucun quartier prioritaire",
                "council:territory",
            ),
            "Indiquez la population de chaque quartier prioritaire.",
        ),
        Check(
            reviewed is not None and reviewed > limit,
            Proof(f"Périmètre revu le {day(reviewed)}" if reviewed else "", "council:territory"),
            "Revoyez le périmètre et notez-en la date dans la fiche du conseil : elle doit avoir"
            " moins de trois ans.",
        ),
    ]
    return Criterion(
        4,
        "Périmètre géographique",
        "Communes, quartiers prioritaires et population renseignés, revus depuis moins de trois"
        " ans.",
        "002-04",
        conclude(checks, is_known=bool(territory.lines)),
        checks,
    )


def _bodies(council: Council, year: Year, figures: Figures) -> Criterion:
    """5: the steering committee, the assembly and a group each met in the year."""
    meetings, groups = figures["meetings"], figures["groups"]
    page = "governance:meetings"
    checks = []
    for label, lack in (
        ("comité de pilotage", "Réunissez le comité de pilotage au moins une fois dans l’année."),
        ("assemblée plénière", "Réunissez l’assemblée plénière au moins une fois dans l’année."),
    ):
        count = int(meetings.of_line(label).value or 0)
        told = f"{label.capitalize()} : {_many(count, 'réunion tenue', 'réunions tenues')}"
        checks.append(Check(count > 0, Proof(told, page), lack))
    met = int(groups.total)
    checks.append(
        Check(
            met > 0,
            Proof(f"{_many(met, 'groupe de travail réuni', 'groupes de travail réunis')}", page),
            "Ouvrez un groupe de travail par une décision du comité de pilotage, et réunissez-le.",
        )
    )
    return Criterion(
        5,
        "Trois instances",
        "Comité de pilotage, assemblée plénière et groupes de travail, réunis dans l’année.",
        "002-05",
        conclude(checks, is_known=bool(figures["bodies"].lines)),
        checks,
    )


def _coordination(council: Council, year: Year) -> Criterion:
    """6: a full-time coordination, trained, with its job description."""
    posts = list(Post.objects.filter(council=council))
    held = [one for one in posts if is_held(one, year.on)]
    time = full_time_of(posts, year.on)
    trained = PostTraining.objects.filter(post__in=held, on__lte=year.on).count()
    page = "council:post"
    checks = [
        Check(
            time >= FULL_TIME,
            Proof(f"{full_time(time)} de coordination", page),
            f"Le référentiel demande un temps plein : {full_time(time)} aujourd’hui."
            if held
            else "Enregistrez la personne qui coordonne le conseil et son temps.",
        ),
        Check(
            bool(trained),
            Proof(f"{_many(trained, 'formation suivie')}", page),
            "Notez une formation suivie par la coordination.",
        ),
        Check(
            bool(held) and all(one.job_description_on is not None for one in held),
            Proof("Fiche de poste datée", page),
            "Datez la fiche de poste de la coordination.",
        ),
    ]
    return Criterion(
        6,
        "Coordination",
        "Une coordination à temps plein, formée, soutenue par une fiche de poste.",
        "002-06",
        conclude(checks, is_known=bool(posts), is_partial=time >= HALF_TIME),
        checks,
    )


def _funding(council: Council, year: Year) -> Criterion:
    """7: the three contributors pay for the post, and something is funded beyond it."""
    paid = tripartite(council, year.number)
    three = [
        Check(
            funder in paid.givers,
            Proof(f"Le poste est financé par : {PostFunder(funder).label}", "council:post"),
            f"Aucun financement du poste par « {PostFunder(funder).label} » en {year.number}.",
        )
        for funder in TRIPARTITE
    ]
    beyond = Check(
        bool(paid.beyond),
        Proof(f"{euros(paid.beyond)} obtenus au-delà du poste", "roadmap:list"),
        f"Aucun financement notifié ou versé pour une action en {year.number}.",
    )
    checks = [*three, beyond]
    is_known = bool(paid.givers or paid.beyond) or (
        PostFunding.objects.filter(post__council=council).exists()
    )
    return Criterion(
        7,
        "Financement tripartite",
        "Collectivité, pôle de psychiatrie et ARS financent le poste ; au moins un autre"
        " financement pour les actions.",
        "002-07",
        conclude(checks, is_known=is_known, is_partial=sum(one.is_met for one in three) >= 2),
        checks,
    )


def _follow_up(council: Council, year: Year) -> Criterion:
    """8: the report of the year before is validated, and a sheet is capitalised."""
    reports = AnnualReport.objects.filter(council=council)
    before = year.number - 1
    validated = reports.filter(year=before, state=ReportState.VALIDATED).exists()
    values = IndicatorValue.objects.filter(
        indicator__sheet__axis__council=council, year=year.number
    ).count()
    lessons = ActionSheet.objects.filter(axis__council=council).exclude(lessons="").count()
    checks = [
        Check(
            bool(values),
            Proof(f"{_many(values, 'indicateur suivi')} dans l’année", "roadmap:list"),
            f"Saisissez la valeur d’au moins un indicateur pour {year.number}.",
        ),
        Check(
            validated,
            Proof(f"Bilan {before} validé", "reports:home"),
            f"Validez le bilan de {before}.",
        ),
        Check(
            bool(lessons),
            Proof(f"{_many(lessons, 'fiche capitalisée')}", "roadmap:list"),
            "Écrivez ce qu’une action a appris, dans la rubrique capitalisation de sa fiche.",
        ),
    ]
    is_known = bool(values or lessons or validated) or (
        reports.exists() or ActionSheet.objects.filter(axis__council=council).exists()
    )
    return Criterion(
        8,
        "Suivi, évaluation, capitalisation",
        "Des indicateurs suivis, le bilan de l’année précédente validé, au moins une fiche"
        " capitalisée.",
        "002-08",
        conclude(checks, is_known=is_known),
        checks,
    )


def _articulation(council: Council, year: Year) -> Criterion:
    """9: linked with the CLS and the PTSM, and met with them in the year."""
    schemes = list(SchemeLink.objects.filter(council=council))
    running = {
        one.kind
        for one in schemes
        if not has_ended(one, year.on) and (one.starts_on is None or one.starts_on <= year.on)
    }
    met = ArticulationMeeting.objects.filter(year.within("on"), scheme__council=council).count()
    page = "council:schemes"
    checks = [
        *(
            Check(
                kind in running,
                Proof(f"Lien avec le {kind.value.upper()} en cours", page),
                f"Enregistrez le lien avec le {kind.value.upper()} ({kind.label}).",
            )
            for kind in (SchemeKind.PTSM, SchemeKind.CLS)
        ),
        Check(
            bool(met),
            Proof(_many(met, "réunion d’articulation", "réunions d’articulation"), page),
            "Notez au moins une réunion d’articulation tenue dans l’année.",
        ),
    ]
    return Criterion(
        9,
        "Articulation avec le PTSM et le CLS",
        "Des liens en cours avec le PTSM et le CLS, et une réunion d’articulation dans l’année.",
        "002-09",
        conclude(checks, is_known=bool(schemes)),
        checks,
    )


def _many(count: int, one: str, many: str = "") -> str:
    """Write a count with a noun and its adjective, both in the plural."""
    return plural(count, one, many or " ".join(f"{word}s" for word in one.split()))


def counts_of(criteria: list[Criterion]) -> dict[Status, int]:
    """Count the conclusions, none left out."""
    return {status: sum(one.status == status for one in criteria) for status in Status}
