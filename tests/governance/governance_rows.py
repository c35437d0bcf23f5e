"""Rows of governance for the tests, written by governance's own actions.

Meetings are the exception: what leads one to « tenue » or « validé » belongs to other tests.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2

from clsm_core.accounts.models import User
from clsm_core.council.models import Council, CouncilMembership
from clsm_core.directory.models import Contact
from clsm_core.governance.actions import bodies, decisions, framework, mandates
from clsm_core.governance.models import (
    Body,
    BodyKind,
    BodyMandate,
    Decision,
    FrameworkDocument,
    Meeting,
    Signatory,
)
from tests.governance.council_people import member
from tests.governance.directory_rows import contact, organisation

PARIS = ZoneInfo("Europe/Paris")
SINCE = dt.date(2024, 1, 1)
NAMES = {
    "steering": "Comité de pilotage",
    "plenary": "Assemblée plénière",
    "technical": "Comité technique",
    "commission": "Commission",
}


def body(
    council: Council, kind: str = "steering", *, since: dt.date = SINCE, **values: Any
) -> Body:
    """Give a body that needs no decision."""
    values.setdefault("name", NAMES[kind])
    return bodies.create(council=council, kind=kind, starts_on=since, values=values)


def group(council: Council, name: str = "Logement", *, referent: Contact | None = None) -> Body:
    """Give a working group, with the steering committee and the decision that it needs."""
    steering = Body.objects.filter(council=council, kind=BodyKind.STEERING).first()
    founding = decision(
        meeting(steering or body(council)), kind="new_group", title=f"Créer le groupe {name}"
    )
    return bodies.create_group(
        council=council,
        decision=founding,
        referents=[referent or contact(council, f"Référent {name}")],
        starts_on=dt.date(2025, 6, 1),
        values={"name": name, "group_kind": "theme", "theme": name},
    )


def mandate(
    of: Body, who: Contact | None = None, *, since: dt.date = SINCE, **values: Any
) -> BodyMandate:
    """Give a seat to a contact, a new one without."""
    return mandates.add(
        body=of, contact=who or contact(of.council, "Lambert"), starts_on=since, values=values
    )


def meeting(
    of: Body, on: dt.date = dt.date(2025, 3, 14), state: str = "held", **fields: Any
) -> Meeting:
    """Give a meeting of a body, held unless told."""
    starts_at = dt.datetime.combine(on, dt.time(14), PARIS)
    if state == "convened":
        fields.setdefault("convened_at", starts_at - dt.timedelta(days=20))
    return Meeting.objects.create(body=of, starts_at=starts_at, state=state, **fields)


def validated(one: Meeting, by: User) -> Meeting:
    """Have the minutes of a held meeting validated."""
    one.minutes_state = "validated"
    one.validated_on = dt.date(2025, 4, 1)
    one.validated_by = by
    one.save()
    return one


def decision(of: Meeting, title: str = "Ouvrir une permanence", **values: Any) -> Decision:
    """Give a decision of a held meeting; ``voices`` is its vote."""
    voices = values.pop("voices", None)
    values.setdefault("kind", "orientation")
    return decisions.record(
        council=of.body.council,
        meeting=of,
        point=values.pop("point", None),
        values={"title": title, **values},
        voices=voices,
    )


def framework_document(
    council: Council, kind: str = "charter", title: str = "Charte du conseil", **values: Any
) -> FrameworkDocument:
    """Give a framework document in project."""
    return framework.create(council=council, kind=kind, values={"title": title, **values})


def signatory(document: FrameworkDocument, name: str, category: str) -> Signatory:
    """Give a signatory of a version, with her organisation."""
    return framework.add_signatory(
        document=document,
        values={
            "organisation": organisation(document.council, name, category),
            "representative": f"Représentant de {name}",
            "capacity": "Présidence",
        },
    )


def linked(browser: Any, who: Contact) -> Contact:
    """Link a contact with the account of a browser."""
    who.account_id = browser.session["_auth_user_id"]
    who.save()
    return who


def user_of(browser: Any) -> User:
    """Return the account of a browser."""
    return User.objects.get(pk=browser.session["_auth_user_id"])


def end_role(browser: Any, on: dt.date) -> None:
    """End the roles of an account in its council."""
    for row in CouncilMembership.objects.filter(user=user_of(browser)):
        row.ends_on = on
        row.save()


def submit(browser: Any, url: str, row: Any = None, **values: Any) -> Any:
    """Post a form as a browser does: what is empty is sent empty, with the version that is read."""
    data = {name: "" if value is None else value for name, value in values.items()}
    if row is not None:
        data.setdefault("version", row.version)
    return browser.post(url, data)


def pdf_text(content: bytes) -> str:
    """Return the words of a PDF."""
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


__all__ = [
    "body",
    "contact",
    "decision",
    "end_role",
    "framework_document",
    "group",
    "linked",
    "mandate",
    "meeting",
    "member",
    "organisation",
    "pdf_text",
    "signatory",
    "submit",
    "user_of",
    "validated",
]
