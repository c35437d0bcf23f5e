"""Open, change and close the bodies of a council.

Promises: a working group exists by a decision of the steering committee, used once, with at least
one referent (D-03; 001-05); a closed body keeps its history and no mandate outlives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.directory.models import Contact
from clsm_core.governance.actions import mandates
from clsm_core.governance.models import (
    Body,
    BodyKind,
    BodyMandate,
    CategoryInvitation,
    Decision,
    GroupKind,
    InvitationStatus,
    Meeting,
    MeetingState,
    SeatRole,
)
from clsm_core.governance.queries import bodies as queries

USUAL = {
    BodyKind.STEERING: (
        "Comité de pilotage",
        4,
        "Définit la stratégie du conseil, arrête ses priorités, crée les groupes de travail et"
        " veille à l’éthique, à la confidentialité et aux moyens.",
    ),
    BodyKind.PLENARY: (
        "Assemblée plénière",
        1,
        "Réunit tous les acteurs, prend connaissance du bilan de l’année et propose des"
        " orientations.",
    ),
    # By name only: it lives in the other service.
    BodyKind.COMMISSION: ("Commission", 0, ""),
}


@transaction.atomic
def open_usual(*, council: Council, kinds: Iterable[str], starts_on: date) -> list[Body]:
    """Open the bodies that nearly every council has, with their usual name and purpose.

    Args:
        kinds: which of ``USUAL``; those already open are left as they are.
    Source: 002-05; domain.md D.1.
    """
    there = set(queries.open_bodies(council, starts_on).values_list("kind", flat=True))
    made = []
    for kind in USUAL:
        if kind in there or kind not in kinds:
            continue
        name, a_year, purpose = USUAL[kind]
        made.append(
            create(
                council=council,
                kind=kind,
                starts_on=starts_on,
                values={"name": name, "meetings_per_year": a_year, "purpose": purpose},
            )
        )
    if not made:
        raise Refusal("Choisissez au moins une instance qui n’est pas encore ouverte.")
    return made


def create(*, council: Council, kind: str, starts_on: date, values: Mapping[str, Any]) -> Body:
    """Open a body that needs no decision.

    Raises:
        Refusal: for a working group.
        ValidationError: when a rule of the table refuses it (name taken, committee already there).
    Source: 002-05; D-03.
    """
    if kind == BodyKind.WORKING_GROUP:
        raise Refusal("Un groupe de travail naît d’une décision du comité de pilotage.")
    body = Body(council=council, kind=kind, starts_on=starts_on)
    return _saved(body, values)


@transaction.atomic
def create_group(
    *,
    council: Council,
    decision: Decision,
    referents: Iterable[Contact],
    starts_on: date,
    values: Mapping[str, Any],
) -> Body:
    """Open a working group that the steering committee decided.

    Args:
        referents: at least one; each gets a mandate from the first day.
    Raises:
        Refusal: when the decision is not one that founds a group, or was already used, when the
            group begins before it was decided, or without a referent.
    Source: 001-05; D-03.
    """
    people = list(referents)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not queries.founding_decisions(council).filter(pk=decision.pk).exists():
        raise Refusal(
            "Cette décision ne peut pas créer un groupe : il faut une décision du comité de"
            " pilotage, de type « création d’un groupe », qui n’a pas encore servi.",
            field="decision",
        )
    decided_on = queries.day_of(decision.meeting)
    if starts_on < decided_on:
        raise Refusal("Le groupe ne peut pas commencer avant sa décision.", field="starts_on")
    if not people:
        raise Refusal("Un groupe a au moins un référent.", field="referents")
    body = Body(
        council=council,
        kind=BodyKind.WORKING_GROUP,
        created_by=decision,
        starts_on=starts_on,
        group_kind=GroupKind.THEME,
    )
    _saved(body, values)
    for contact in people:
        mandates.add(
            body=body, contact=contact, starts_on=starts_on, values={"role": SeatRole.REFERENT}
        )
    return body


def edit(*, body: Body, values: Mapping[str, Any]) -> Body:
    """Change what is written of a body; its kind and the decision that founded it stay."""
    body.version += 1
    return _saved(body, values)


@transaction.atomic
def close(*, body: Body, ends_on: date) -> Body:
    """Close a body on a day; the mandates that would outlive it end with it.

    Raises:
        Refusal: when a meeting stands after that day, or the body is closed already.
    """
    body = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    if body.ends_on:
        raise Refusal("Cette instance est déjà fermée.")
    if ends_on < body.starts_on:
        raise Refusal("La fin ne peut pas précéder le début.", field="ends_on")
    after = Meeting.objects.filter(body=body, starts_at__date__gt=ends_on).exclude(
        state=MeetingState.CANCELLED
    )
    if after.exists():
        raise Refusal(
            "Une réunion est inscrite après ce jour : annulez-la d’abord, ou fermez plus tard.",
            field="ends_on",
        )
    for mandate in BodyMandate.objects.filter(body=body).filter(queries.outlives(ends_on)):
        mandate.ends_on = max(ends_on, mandate.starts_on)
        mandate.version += 1
        mandate.save()
    body.ends_on = ends_on
    body.version += 1
    return _saved(body, {})


@transaction.atomic
def answer_categories(*, body: Body, answers: Mapping[str, str]) -> None:
    """Keep, for each category of the national survey, whether it was invited and sits.

    Source: 003-14.
    """
    kept = {one.category: one for one in CategoryInvitation.objects.filter(body=body)}
    for category, status in answers.items():
        row = kept.get(category) or CategoryInvitation(
            body=body, category=category, status=InvitationStatus.UNANSWERED
        )
        if not status or row.status == status:
            continue
        row.status = status
        row.save()
    body.version += 1
    body.save()


def _saved(body: Body, values: Mapping[str, Any]) -> Body:
    for name, value in values.items():
        setattr(body, name, value)
    body.full_clean()
    body.save()
    return body
