"""The second criterion: people concerned and carers sit, and come (domain.md D.6; 002-02)."""

from __future__ import annotations

from clsm_core.council.models import Council
from clsm_core.directory.models import College
from clsm_core.governance.models import BodyKind, BodyMandate
from clsm_core.governance.permissions import in_force
from clsm_core.governance.queries.attendance import COUNTED, colleges_of
from clsm_core.reports.criteria import Check, Criterion, Proof, conclude
from clsm_core.roadmap.queries.counts.meetings import attendances_of, held_meetings
from clsm_core.roadmap.queries.counts.years import Year

NAMES = {
    BodyKind.STEERING: "comité de pilotage",
    BodyKind.PLENARY: "assemblée plénière",
}
PEOPLE = {College.USERS: "une personne concernée", College.CARERS: "un aidant"}


def inclusion_of(council: Council, year: Year) -> Criterion:
    """Conclude on inclusiveness: seats on the last day, presence over the year, in both bodies."""
    seats = set(
        BodyMandate.objects.filter(
            in_force(year.on), year.running("body__"), body__council=council
        ).values_list("body__kind", "college")
    )
    held = held_meetings(council, year)
    rows = attendances_of(held)
    colleges = colleges_of(held, rows)
    came = {
        (one.meeting.body.kind, colleges[one.meeting_id, one.contact_id])
        for one in rows
        if one.presence in COUNTED
    }
    checks = []
    for kind, name in NAMES.items():
        article = f"au {name}" if kind == BodyKind.STEERING else f"à l’{name}"
        for college, person in PEOPLE.items():
            checks += [
                Check(
                    (kind, college) in seats,
                    Proof(f"Au moins {person} siège {article}", "governance:home"),
                    f"Faites siéger au moins {person} {article}.",
                ),
                Check(
                    (kind, college) in came,
                    Proof(f"Au moins {person} est venue {article}", "governance:meetings")
                    if college == College.USERS
                    else Proof(f"Au moins {person} est venu {article}", "governance:meetings"),
                    f"Aucune présence d’{person} {article} dans l’année.",
                ),
            ]
    return Criterion(
        2,
        "Inclusivité",
        "Au moins une personne concernée et un aidant au comité de pilotage et à l’assemblée"
        " plénière, présents dans l’année.",
        "002-02",
        conclude(checks, is_known=any(kind in NAMES for kind, _ in seats) or bool(came)),
        checks,
    )
