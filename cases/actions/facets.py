"""Code a situation when it enters a population, and seal the codes to the statistics key.

A record has no link to its situation and no finer date than the quarter: what is sealed here
cannot be joined back (security.md §2.2, `stats`). For the same reason what was sealed before a
refusal to be counted stays; nothing is sealed after it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from cases.access import agreements
from cases.access.directory import root_of
from cases.domain.facet_values import Admissibility
from cases.domain.facets import FACETS, INSIDER, FacetValues, Population, fold
from cases.domain.sections import Section
from cases.domain.vocabulary import ReferrerCategory
from cases.models import FacetRecord, Mandate, Situation
from cases.permissions import Viewer
from cases.vault import facets

# Codes kept in the referral's sealed documents, by the section that holds them.
CODED: dict[str, tuple[str, ...]] = {
    Section.CORE.value: (INSIDER,),
    Section.SOCIAL.value: ("age_band", "sex", "household"),
    Section.HOUSING.value: ("housing_type", "landlord_type", "zone"),
    Section.HEALTH.value: ("problem", "severity", "severity_factor", "care_status"),
}


def quarter(day: date) -> str:
    """Return the quarter of a day, such as ``2026T3``."""
    return f"{day.year}T{(day.month - 1) // 3 + 1}"


def are_refused(situation: Situation, at: datetime) -> bool:
    """Tell whether the person refused to be counted, without her name as with it."""
    return agreements.refuses_statistics(situation, at)


def record(
    *, situation: Situation, population: Population, at: datetime, values: FacetValues
) -> None:
    """Seal the codes of one entry in a population, unless the person refused to be counted.

    Raises: UnknownCode for a code off its list.
    """
    if are_refused(situation, at):
        return
    payload: dict[str, Any] = {
        code: list(value) if isinstance(value, tuple) else value
        for code, value in fold(population, values).items()
    }
    period = quarter(at.date())
    commission = situation.commission
    FacetRecord(
        commission=commission,
        population=population.value,
        period=period,
        blob=facets.seal_facets(root_of(commission).statistics, period, population.value, payload),
    ).save(force_insert=True)


def screened(viewer: Viewer, situation: Situation, answer: Admissibility) -> None:
    """Code a referral entering the population of those answered: its reason is known then (E-01).

    The life cycle answers a referral once, so that it enters once.
    """
    record(
        situation=situation,
        population=Population.SCREENED,
        at=viewer.at,
        values={"admissibility": answer.value, **origin(situation)},
    )


def known(population: Population, values: dict[str, Any]) -> dict[str, Any]:
    """Keep the values that are facets of a population, or the insider's, and are filled."""
    return {
        code: tuple(value) if isinstance(value, list) else value
        for code, value in values.items()
        if code in FACETS and (FACETS[code].population is population or code == INSIDER) and value
    }


def origin(situation: Situation) -> dict[str, str]:
    """Give the insider's facet where nothing sealed is open: the category of who referred.

    It is her mandate's category of structure, from which the referral's form starts. Screening
    and closing open no document for the sake of a figure (promise 5).
    """
    mandate = (
        Mandate.objects.filter(
            commission_id=situation.commission_id, user_id=situation.created_by_id
        )
        .order_by("-starts_on")
        .first()
    )
    kind = mandate.organisation_kind if mandate else ""
    return {INSIDER: kind if kind in ReferrerCategory.codes() else ReferrerCategory.OTHER.value}
