"""What is visible: actor first. The first lock's lists; the database's rules narrow them again."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

from cases.domain.agreement import AgreementKind, Expression
from cases.domain.lifecycle import ReferralState, SituationState
from cases.domain.sections import ProfessionCategory, Section
from cases.models import (
    Agreement,
    Commission,
    CouncilAccount,
    Grant,
    Invitation,
    Mandate,
    Milestone,
    Recusal,
    ReferralAnswer,
    Sitting,
    Situation,
    SituationUserPermission,
)
from cases.permissions import REFERRING_ROLES, MandateFacts, Role, Viewer
from clsm_core.accounts.clock import now
from clsm_core.accounts.gate import remembered
from clsm_core.accounts.models import User

WORKING_STATES = (
    SituationState.PREPARING,
    SituationState.INSCRIBED,
    SituationState.REVIEWED,
    SituationState.RESTITUTED,
    SituationState.FOLLOW_UP,
)
# Admitted, and not erased: what a list may show.
SHOWN_STATES = [state.value for state in SituationState if state is not SituationState.ERASED]


class DatabaseNow(Func):
    """``clsm_now()`` inside a query: the transaction's time, without a question of its own."""

    function = "clsm_now"
    output_field = DateTimeField()


# The date that a situation in work waits for, by its state: what ``summaries.line`` tells.
NEXT_ON = Case(
    When(state=SituationState.REVIEWED, then="restitution_due_on"),
    When(
        state__in=[SituationState.RESTITUTED, SituationState.FOLLOW_UP],
        then="review_due_on",
    ),
    When(state=SituationState.PREPARING, then="information_due_on"),
)
DUE_FIRST = F("next_on").asc(nulls_last=True)


def live_mandates(user: Any) -> tuple[MandateFacts, ...]:
    """Return the account's mandates in force today (BR-02, C-25), asked once a request."""
    memory = remembered(user)
    if "mandates" not in memory:
        memory["mandates"] = _mandates(user, memory)
    found: tuple[MandateFacts, ...] = memory["mandates"]
    return found


def _mandates(user: Any, memory: dict[str, Any]) -> tuple[MandateFacts, ...]:
    today = TruncDate(DatabaseNow())
    rows = Mandate.objects.filter(
        user=user, status=Mandate.Status.ACTIVE, starts_on__lte=today, ends_on__gte=today
    ).values_list(
        DatabaseNow(),
        "id",
        "commission_id",
        "role",
        "profession",
        "organisation",
        "organisation_kind",
        "ends_on",
    )
    found = []
    for at, *facts in rows:
        memory["at"] = timezone.localtime(at)
        found.append(MandateFacts(*facts))
    return tuple(found)


def moment(user: Any) -> datetime:
    """Return the database's time, as read with the account's mandates when it has one."""
    at: datetime | None = remembered(user).get("at")
    return now() if at is None else at


class Frame(NamedTuple):
    """What the frame of a page says of where the person is."""

    service_name: str = ""
    council_name: str = ""
    accent: str = ""
    council_user: uuid.UUID | None = None


def frame(user: Any, mandates: Iterable[MandateFacts]) -> Frame:
    """Return the first commission's names, and the account's row at the council, if any."""
    ids = [mandate.commission for mandate in mandates]
    council_user = CouncilAccount.objects.filter(user=user).values("council_user")
    found = (
        Commission.objects.filter(pk__in=ids)
        .order_by("name")
        .values_list("name", "council__name", "council__accent", Subquery(council_user))
        .first()
    )
    return Frame(*found) if found else Frame(council_user=council_account(user))


def council_account(user: Any) -> uuid.UUID | None:
    """Return the council row of an account, None when it has none."""
    row = CouncilAccount.objects.filter(user=user).first()
    return row.council_user if row else None


def commissions(viewer: Viewer, roles: Iterable[str]) -> QuerySet[Commission]:
    """Return the commissions in which the viewer holds one of the roles."""
    return (
        Commission.objects.filter(pk__in=viewer.commissions_with(roles))
        .select_related("council")
        .order_by("name")
    )


def _permitted(viewer: Viewer, also: Collection[uuid.UUID] = ()) -> Q:
    """Return the first lock's filter: a guardian row, or the coordinator's desk; or one of these.

    Who stepped aside sees nothing of the situation, whatever her desk.
    """
    rows = SituationUserPermission.objects.filter(user_id=viewer.user_id)
    held = Q(pk__in=rows.values("content_object"))
    if also:
        held |= Q(pk__in=list(also))
    desks = viewer.commissions_with([Role.COORDINATOR, Role.DPO])
    aside = Recusal.objects.filter(
        situation=OuterRef("pk"), user_id=viewer.user_id, lifted_at__isnull=True
    )
    return (held | Q(commission_id__in=desks) if desks else held) & ~Q(Exists(aside))


def situations(viewer: Viewer, also: Collection[uuid.UUID] = ()) -> QuerySet[Situation]:
    """Return the admitted situations whose metadata the viewer may see (C-21).

    ``also`` holds what a proved emergency opens to her, which no guardian row says.
    Suspended or excluded, she sees none of them, whatever rights wait for her, the lead's included
    (BR-02). Withdrawn: gone for everybody but the lead, who must close it (C-04, promise 5).
    """
    seats = {one.commission for one in viewer.mandates if one.role != Role.REFERRER}
    if not viewer.charter_signed or not seats:
        return Situation.objects.none()
    withdrawn = Q(is_withdrawn=False) | Q(lead_id=viewer.user_id)
    return Situation.objects.filter(
        _permitted(viewer, also), withdrawn, state__in=SHOWN_STATES, commission_id__in=seats
    ).select_related("commission", "lead")


def referrals(viewer: Viewer) -> QuerySet[Situation]:
    """Return the referrals that the viewer screens (BR-07: nobody else sees them)."""
    desks = viewer.commissions_with([Role.COORDINATOR])
    return (
        Situation.objects.filter(_permitted(viewer), commission_id__in=desks, state__isnull=True)
        .exclude(referral_state=ReferralState.TAKEN_BACK)
        .select_related("commission")
        .order_by("created_at")
    )


def answers(viewer: Viewer) -> QuerySet[ReferralAnswer]:
    """Return what the viewer sent, as answers only."""
    return ReferralAnswer.objects.filter(
        created_by_id=viewer.user_id, commission_id__in=viewer.commissions_with(REFERRING_ROLES)
    ).order_by("-created_at")


def sittings(viewer: Viewer) -> QuerySet[Sitting]:
    """Return the sittings of the viewer's commissions."""
    from_roles = [role for role in Role.values if role not in (Role.REFERRER, Role.DPO)]
    return Sitting.objects.filter(
        commission_id__in=viewer.commissions_with(from_roles)
    ).select_related("commission")


def agreements(situation: Situation) -> list[Agreement]:
    """Return the history of the person's agreement, oldest first."""
    return list(Agreement.objects.filter(situation=situation).order_by("recorded_at"))


def dated_expressions(situations: Iterable[uuid.UUID]) -> Iterator[tuple[uuid.UUID, Expression]]:
    """Give the dates of every expression of several situations, oldest first.

    Kinds and dates alone: what a renewal depends on, not what was agreed.
    """
    rows = (
        Agreement.objects.filter(situation__in=list(situations))
        .order_by("recorded_at")
        .values_list(
            "situation_id",
            "kind",
            "expressed_at",
            "recorded_at",
            "is_disputed",
            "is_emergency_only",
            "regularise_by",
            "expires_on",
        )
    )
    for pk, kind, *dates in rows:
        yield pk, dated(kind, *dates)


def dated(
    kind: str,
    expressed_at: datetime,
    recorded_at: datetime,
    is_disputed: bool,
    is_emergency_only: bool,
    regularise_by: date | None,
    expires_on: date | None,
) -> Expression:
    """Return an expression by its kind and its dates alone."""
    return Expression(
        kind=AgreementKind(kind),
        expressed_at=expressed_at,
        recorded_at=recorded_at,
        is_disputed=is_disputed,
        is_emergency_only=is_emergency_only,
        regularise_by=regularise_by,
        expires_on=expires_on,
    )


def undated(row: Agreement) -> Expression:
    """Return an expression by its kind and the two dates at which it was said and written."""
    return Expression(
        kind=AgreementKind(row.kind), expressed_at=row.expressed_at, recorded_at=row.recorded_at
    )


def members(commission: Commission, at: Any) -> list[Mandate]:
    """Return the mandates in force in a commission, referrers and DPO left out."""
    today = at.date()
    return list(
        Mandate.objects.filter(
            commission=commission,
            status=Mandate.Status.ACTIVE,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .exclude(role__in=[Role.REFERRER, Role.DPO])
        .select_related("user")
        .order_by("role", "user__last_name")
    )


class GrantRow(NamedTuple):
    """A grant that nobody revoked, under its model's names, and its holder's."""

    id: uuid.UUID
    situation_id: uuid.UUID
    recipient_id: uuid.UUID
    section: str
    key_version: int
    level: str
    basis: str
    reason: str
    item_id: uuid.UUID | None
    is_dormant: bool
    not_before: datetime
    not_after: datetime
    granted_by_id: uuid.UUID
    granted_at: datetime
    statement: bytes
    is_welcome: bool
    is_aside: bool
    name: str
    function: str
    organisation: str
    profession: str

    @property
    def pk(self) -> uuid.UUID:
        """Return the id, as a row of the model has it."""
        return self.id

    @property
    def may_read(self) -> bool:
        """Tell whether the holder's profession lets her read the section (C-22)."""
        return self.section != Section.HEALTH or bool(
            self.profession and ProfessionCategory(self.profession).reads_health
        )

    @property
    def is_standing(self) -> bool:
        """Tell whether its holder may use it: a guest who accepted, nobody who stepped aside."""
        return not self.is_aside and (self.basis != Grant.Basis.GUEST or self.is_welcome)

    def is_live(self, at: datetime) -> bool:
        """Tell whether the grant opens its section at that moment."""
        return not self.is_dormant and self.is_standing and self.not_before <= at < self.not_after


OWN_COLUMNS = GrantRow._fields[: GrantRow._fields.index("name")]


def grants(situation: Situation) -> list[GrantRow]:
    """Return the grants of a situation that nobody revoked, and who holds them, in one question.

    Function and structure are those of the holder's mandate in the commission, when she has one.
    """
    of_commission = Q(recipient__mandates__commission_id=situation.commission_id)
    accepted = Invitation.objects.filter(
        item=OuterRef("item"), user=OuterRef("recipient"), state=Invitation.State.ACCEPTED
    )
    rows = (
        Grant.objects.filter(situation=situation, revoked_at__isnull=True)
        .annotate(
            mandate=FilteredRelation("recipient__mandates", condition=of_commission),
            is_welcome=Exists(accepted),
            is_aside=Exists(standing_recusals(situation.pk).filter(user=OuterRef("recipient"))),
        )
        .values_list(
            *OWN_COLUMNS,
            "recipient__first_name",
            "recipient__last_name",
            "recipient__job_title",
            "recipient__organisation",
            "mandate__organisation",
            "mandate__profession",
        )
    )
    # A member with two mandates in the commission gives each of her grants twice.
    found: dict[uuid.UUID, GrantRow] = {}
    names: dict[uuid.UUID, str] = {}
    for *held, first, last, function, own, mandated, profession in rows:
        pk, _, recipient = held[:3]
        if recipient not in names:
            names[recipient] = User(first_name=first, last_name=last).full_name
        structure = own if mandated is None else mandated
        found[pk] = GrantRow(*held, names[recipient], function, structure, profession or "")
    return list(found.values())


def standing_recusals(situation_id: uuid.UUID) -> QuerySet[Recusal]:
    """Return who stands aside from a situation now."""
    return Recusal.objects.filter(situation_id=situation_id, lifted_at__isnull=True)


def steps(situation: Situation) -> list[tuple[datetime, str]]:
    """Return the steps of a situation, newest first: when, which act."""
    rows = Milestone.objects.filter(situation=situation).order_by("-at")
    return list(rows.values_list("at", "act"))
