"""The one door to a council's pages: who the person is there, or 404 (C-23, style 16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Q
from django.http import Http404, HttpResponse

from clsm_core.accounts.clock import now
from clsm_core.accounts.events import account_event
from clsm_core.council.models import Council, CouncilMembership
from clsm_core.council.permissions import Act, allows

View = Callable[..., HttpResponse]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Member:
    """An account in a council, today: what its roles let it do."""

    user: Any
    council: Council
    roles: frozenset[str]
    today: date

    def may(self, act: Act | str) -> bool:
        """Tell whether an act is allowed."""
        return allows(self.roles, Act(act))


def there(row: Row | None) -> Row:
    """Return a row.

    Raises:
        Http404: it is absent, or another council's: both look the same.
    """
    if row is None:
        raise Http404
    return row


def memberships(user: Any, on: Any) -> Any:
    """Return the memberships of an account on a day; one closed at once holds no longer."""
    return CouncilMembership.objects.filter(
        user=user, starts_on__lte=on, ended_at__isnull=True
    ).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def require_member(request: Any, slug: str, act: Act) -> Member:
    """Return who the account is in a council.

    Raises:
        Http404: recorded, when none of its roles there today allows the act, or there is no such
            council: absent and forbidden look the same.
    """
    today = now().date()
    held = list(
        memberships(request.user, today).filter(council__slug=slug).select_related("council")
    )
    roles = frozenset(one.role for one in held)
    if not allows(roles, act):
        account_event(request, "access.denied", purpose="council")
        raise Http404
    return Member(request.user, held[0].council, roles, today)


def council_page(act: Act = Act.READ) -> Callable[[View], View]:
    """Open a view ``(request, council, …)`` to who may do ``act`` there.

    The view finds who asks in ``request.member``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            request.member = require_member(request, slug, act)
            return view(request, request.member.council, *args, **kwargs)

        return opened

    return decorate
