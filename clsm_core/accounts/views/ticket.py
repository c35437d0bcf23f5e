"""The council's end of the ticket: a POST from the commission opens a session (decision 2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clsm_core.accounts import tickets
from clsm_core.accounts.clock import now
from clsm_core.accounts.events import account_event
from clsm_core.accounts.gate import BY_TICKET
from clsm_core.accounts.models import Realm, UsedTicket

BACKEND = "clsm_core.accounts.backends.RealmBackend"


@csrf_exempt
@login_not_required
@require_POST
def receive(request: Any) -> HttpResponse:
    """Open a session for the council row a ticket names, once.

    Cross-site by nature, hence csrf-exempt: the ``Origin`` header must be the commission's.
    """
    try:
        if request.headers.get("Origin") != settings.COMMISSION_ORIGIN:
            raise tickets.TicketRefused("origin")
        ticket = tickets.read(
            request.POST.get("ticket", ""),
            public_key=bytes.fromhex(settings.TICKET_PUBLIC_KEY),
            audience=settings.SERVICE_ORIGIN,
            at=now(),
        )
        user = (
            get_user_model()
            .objects.filter(
                pk=ticket.council_user, realm=Realm.COUNCIL, is_ticket_only=True, is_active=True
            )
            .first()
        )
        if user is None:
            raise tickets.TicketRefused("unknown")
        try:
            with transaction.atomic():
                UsedTicket(pk=ticket.id).save(force_insert=True)
        except IntegrityError as twice:
            raise tickets.TicketRefused("used") from twice
    except tickets.TicketRefused as refused:
        account_event(request, "ticket.refused", purpose=refused.code)
        return render(request, "accounts/ticket_refused.html", status=403)
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session[BY_TICKET] = True
    account_event(request, "ticket.used", actor=user.pk)
    return redirect("home")
