"""Give and end roles in a council; invite by mail.

Promises: nobody learns from here whether an address has an account elsewhere; the last coordinator
stays; a role is ended, never removed; a mail names nobody.

Source: decisions 1, 6, 46; domain.md D.3.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from clsm_core.accounts.models import Realm, User
from clsm_core.accounts.posting import Refusal
from clsm_core.council.actions import rows
from clsm_core.council.models import Council, CouncilMembership, CouncilRole
from clsm_core.council.queries import members


class Newcomer(NamedTuple):
    """Who is invited, as the coordinator wrote it."""

    email: str
    first_name: str
    last_name: str
    job_title: str = ""
    organisation: str = ""

    @property
    def name(self) -> str:
        """The name shown in this council."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def job(self) -> str:
        """The function and the organisation shown in this council."""
        return ", ".join(filter(None, [self.job_title, self.organisation]))


@transaction.atomic
def invite(
    *, council: Council, who: Newcomer, role: str, starts_on: date, ends_on: date | None = None
) -> CouncilMembership:
    """Give a role to the account of an address, made when there is none; write to the address.

    An account that exists already keeps its own names, which this council is not shown.

    Raises:
        Refusal: this person holds that role at these dates.
    """
    user = User.objects.filter(realm=Realm.COUNCIL, email__iexact=who.email.strip()).first()
    if user is None:
        user = User.objects.create_user(
            realm=Realm.COUNCIL,
            email=who.email,
            password=None,
            first_name=who.first_name,
            last_name=who.last_name,
            job_title=who.job_title,
            organisation=who.organisation,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    given = _give(council, user, role, starts_on, ends_on, name=who.name, job=who.job)
    transaction.on_commit(lambda: send_invitation(user), robust=True)
    return given


@transaction.atomic
def give_role(
    *, council: Council, user: User, role: str, starts_on: date, ends_on: date | None = None
) -> CouncilMembership:
    """Give one more role to somebody of this council.

    Raises:
        Refusal: this person was never of the council, or holds that role at these dates.
    """
    known = members.memberships_of(council).filter(user=user).first()
    if known is None:
        raise Refusal("Cette personne n’est pas de ce conseil.", code="stranger")
    return _give(
        council,
        user,
        role,
        starts_on,
        ends_on,
        name=known.person_name,
        job=known.person_job,
    )


@transaction.atomic
def end_role(
    *, membership: CouncilMembership, by: User, at: datetime, last_day: date | None = None
) -> None:
    """End a role on a last day, or at once when there is none.

    Raises:
        Refusal: it has ended already, the day is wrong, or nobody else would coordinate.
    """
    # Two coordinators who end each other wait here for one another.
    council = Council.objects.select_for_update().get(pk=membership.council_id)
    row = CouncilMembership.objects.select_for_update().get(pk=membership.pk)
    today = at.date()
    if row.ended_at is not None or (row.ends_on is not None and row.ends_on < today):
        raise Refusal("Ce rôle a déjà pris fin.", code="ended")
    if last_day is not None and last_day < max(row.starts_on, today):
        raise Refusal(
            "Le dernier jour ne peut précéder ni le début du rôle, ni aujourd’hui.",
            field="ends_on",
            code="day",
        )
    is_last = (
        row.role == CouncilRole.COORDINATOR
        # At once, the day before is the last whole one.
        and not members.coordinators_after(
            council, row, last_day or today - timedelta(days=1)
        ).exists()
    )
    if is_last:
        raise Refusal(
            "Un conseil garde toujours une coordination : donnez d’abord ce rôle, sans date de"
            " fin, à une autre personne.",
            code="last_coordinator",
        )
    if last_day is None:
        row.ends_on = max(today, row.starts_on)
        row.ended_at, row.ended_by = at, by
    else:
        row.ends_on = last_day
    row.full_clean()
    row.save()


def remind(*, membership: CouncilMembership, on: date) -> None:
    """Write again to somebody whose role is open or to come.

    Raises:
        Refusal: the role has ended.
    """
    if not (members.is_held(membership, on) or members.is_to_come(membership, on)):
        raise Refusal("Ce rôle a pris fin : il n’ouvre plus rien.", code="ended")
    transaction.on_commit(lambda: send_invitation(membership.user), robust=True)


def send_invitation(user: Any) -> None:
    """Write to an account: a link to choose a passphrase, or where to log in when it has one."""
    if not user.email or not user.is_active:
        return
    if user.has_usable_password():
        get_adapter().send_mail("council/email/role_given", user.email, {})
    else:
        get_adapter().send_mail(
            "council/email/invitation", user.email, {"password_reset_url": invitation_url(user)}
        )


def invitation_url(user: Any) -> str:
    """Return the address where an invited person chooses a passphrase, once."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return str(settings.SERVICE_ORIGIN) + path.replace("UID-KEY", quote(key))


def _give(
    council: Council,
    user: User,
    role: str,
    starts_on: date,
    ends_on: date | None,
    *,
    name: str,
    job: str,
) -> CouncilMembership:
    # One role at a time in a council: the next waits here, then sees the one just given.
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    if members.overlapping(council, user, role, starts_on, ends_on).exists():
        raise Refusal("Cette personne a déjà ce rôle à ces dates.", code="twice")
    given = CouncilMembership(
        user=user,
        council=council,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        person_name=name[:160],
        person_job=job[:160],
    )
    rows.add(row=given)
    return given
