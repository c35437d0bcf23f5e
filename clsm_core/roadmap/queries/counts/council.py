"""What a council covers, who coordinates it, who pays, what it observes, whom it works with.

Source: domain.md D.5; 000-21, 000-24, 002-04, 002-06, 002-07, 003-08, 003-10, 003-12.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Q, QuerySet

from clsm_core.council.models import (
    ArticulationMeeting,
    Council,
    Post,
    PostFunder,
    PostFunding,
    PostTraining,
    SectorKind,
)
from clsm_core.council.queries.post import full_time_of
from clsm_core.council.queries.territory import territory_of
from clsm_core.directory.models import Partnership, PartnershipNature
from clsm_core.observatory.models import Diagnosis, Need, Origin, Series, Transmission
from clsm_core.roadmap.queries.counts.measures import Line, Measure, lines_of
from clsm_core.roadmap.queries.counts.years import Year

TIME = "temps de coordination"
INFORMAL = str(PartnershipNature.INFORMAL.label)
ENDED, GOING_ON = "diagnostics achevés dans l’année", "observations continues"


def council_measures(council: Council, year: Year) -> list[Measure]:
    """Return what is counted beside meetings and actions, in a constant number of queries."""
    return [
        partnerships(council, year),
        state_of_things(council, year),
        _needs(council, year),
        coordination(council, year),
        _post_fundings(council, year),
        _territory(council),
        _articulation(council, year),
    ]


def partnerships(council: Council, year: Year) -> Measure:
    """Count partnerships running in the year and new ones, by nature (000-24)."""
    found = list(
        Partnership.objects.filter(year.running(), council=council).values_list(
            "nature", "starts_on"
        )
    )
    running = Counter(nature for nature, _ in found)
    new = Counter(nature for nature, starts_on in found if starts_on.year == year.number)
    shown = [one for one in PartnershipNature if running[one]]
    return Measure(
        "partnerships",
        "Partenariats par nature",
        "partenariats",
        "Partenariats en cours à un moment de l’année, dont ceux qui y ont commencé.",
        "000-24",
        lines_of(
            {one.label: new[one] for one in shown}, of={one.label: running[one] for one in shown}
        ),
        "En cours",
        "Nouveaux",
    )


def formalised(partnerships: Measure) -> Decimal:
    """Return how many partnerships of the year are written down (000-24)."""
    informal = partnerships.of_line(INFORMAL).of or Decimal(0)
    return partnerships.whole - informal


def state_of_things(council: Council, year: Year) -> Measure:
    """Count diagnoses, series, needs and what the ARS was told (000-21, 001-09)."""
    found = list(diagnoses(council, year).values_list("is_continuous", flat=True))
    counts = {
        ENDED: found.count(False),
        GOING_ON: found.count(True),
        "séries de données renseignées pour l’année": Series.objects.filter(
            council=council, values__year=year.number
        )
        .distinct()
        .count(),
        "besoins repérés dans l’année": Need.objects.filter(
            year.within("seen_on"), council=council
        ).count(),
        "besoins transmis à l’ARS dans l’année": Need.objects.filter(
            year.within("transmissions__on"), council=council
        )
        .distinct()
        .count(),
        "transmissions à l’ARS dans l’année": Transmission.objects.filter(
            year.within("on"), council=council
        ).count(),
    }
    return Measure(
        "observation",
        "État des lieux et besoins",
        "",
        "L’état des lieux est fait quand un diagnostic s’achève dans l’année ou continue.",
        "000-21, 001-09",
        lines_of(counts) if any(counts.values()) else [],
    )


def diagnoses(council: Council, year: Year) -> QuerySet[Diagnosis]:
    """Return the diagnoses that ended in the year and those that go on (000-21)."""
    ended = Q(is_continuous=False) & year.within("ends_on")
    going_on = Q(is_continuous=True, starts_on__lte=year.on)
    return Diagnosis.objects.filter(ended | going_on, council=council)


def is_state_of_things_done(observation: Measure) -> bool:
    """Tell whether a diagnosis ended in the year or goes on (000-21)."""
    return bool(observation.of_line(ENDED).value or observation.of_line(GOING_ON).value)


def _needs(council: Council, year: Year) -> Measure:
    found = Need.objects.filter(year.within("seen_on"), council=council)
    counts = Counter(found.values_list("origin", flat=True))
    return Measure(
        "needs",
        "Besoins repérés par origine",
        "besoins",
        "Besoins enregistrés dans l’année, selon d’où ils viennent.",
        "000-21, 003-24",
        lines_of({one.label: counts[one] for one in Origin if counts[one]}),
    )


def coordination(council: Council, year: Year) -> Measure:
    """Count the time of the coordination and its trainings (002-06)."""
    posts = list(Post.objects.filter(council=council))
    trainings = PostTraining.objects.filter(year.within("on"), post__council=council)
    days = sum((one.days or Decimal(0) for one in trainings), Decimal(0))
    lines = [
        Line(TIME, full_time_of(posts, year.on), None, "ETP"),
        *(
            [Line("formations suivies", Decimal(len(trainings)), None, "dans l’année")]
            if trainings
            else []
        ),
        *([Line("jours de formation", days, None, "dans l’année")] if days else []),
    ]
    return Measure(
        "coordination",
        "Coordination",
        "",
        "Temps consacré au conseil le dernier jour connu de l’année, tous postes réunis.",
        "002-06",
        lines if posts else [],
        "",
        "Valeur",
    )


def _post_fundings(council: Council, year: Year) -> Measure:
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    found = PostFunding.objects.filter(post__council=council, year=year.number)
    for funder, amount in found.values_list("funder", "amount"):
        amounts[funder] += amount
    total = sum(amounts.values(), Decimal(0))
    return Measure(
        "post_fundings",
        "Financement du poste par financeur",
        "€",
        "Ce que chaque financeur apporte au poste de coordination pour l’exercice.",
        "002-07, 003-05",
        [Line(one.label, amounts[one], total) for one in PostFunder if amounts.get(one)],
        "Total",
        "Montant",
    )


def _territory(council: Council) -> Measure:
    territory = territory_of(council)
    districts = list(council.districts.all())
    sectors = Counter(council.sectors.values_list("kind", flat=True))
    covered = sum(one.population or 0 for one in districts)
    lines = [
        Line("communes", Decimal(len(territory.lines))),
        Line("habitants", Decimal(territory.population)),
        Line("quartiers prioritaires", Decimal(len(districts))),
        Line("habitants des quartiers prioritaires", Decimal(covered)),
        *(Line(f"secteurs de {one.label}", Decimal(sectors[one])) for one in SectorKind),
    ]
    return Measure(
        "territory",
        "Territoire et population couverts",
        "",
        "Population municipale des communes du périmètre, données officielles du jour.",
        "002-04, 003-08, 003-10, 003-12",
        lines if any(one.value for one in lines) else [],
    )


def _articulation(council: Council, year: Year) -> Measure:
    found = ArticulationMeeting.objects.filter(year.within("on"), scheme__council=council)
    counts = Counter(found.values_list("scheme__name", flat=True))
    return Measure(
        "articulation",
        "Réunions d’articulation",
        "réunions",
        "Réunions de l’année avec les dispositifs liés : CLS, PTSM, contrat de ville…",
        "002-09",
        lines_of(dict(sorted(counts.items()))),
    )
