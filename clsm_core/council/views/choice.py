"""The council service's first page: straight to the council, or the choice among several."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import memberships


@require_safe
def home(request: Any) -> HttpResponse:
    """Lead to the only council of the account, or list its councils."""
    held = memberships(request.user, now().date()).select_related("council")
    councils = sorted({one.council for one in held}, key=lambda council: council.name)
    if len(councils) == 1:
        return redirect("council:home", councils[0].slug)
    return render(request, "council/choice.html", {"councils": councils})
