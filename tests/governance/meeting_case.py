"""A committee and its coordinator, for the tests of meetings."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pypdfium2
from django.urls import reverse

from clsm_core.governance import tasks
from clsm_core.governance.models import (
    Meeting,
)
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.governance_rows import (
    body,
    contact,
    mandate,
    organisation,
    user_of,
)
from tests.governance.meeting_rows import seen_of


def text_of(content: bytes) -> str:
    """Return the words of a PDF, spaces made plain."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        words = "\n".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))
    finally:
        pdf.close()
    return " ".join(words.replace("\xa0", " ").replace("\u202f", " ").split())


class Case(TestCase):
    """A committee with a president, a voting titular with a substitute, and somebody by letter."""

    def setUp(self) -> None:
        """Open the council."""
        self.council = council()
        self.body = body(self.council, quorum_percent=50)
        self.browser = member(self.council, "coordinator", "claire")
        self.user = user_of(self.browser)
        town = organisation(self.council, "Ville de Metz", "municipal", city="Metz")
        self.president = contact(
            self.council, "Weber", "elected", town, first_name="Anne", email="weber@exemple.invalid"
        )
        self.doctor = contact(self.council, "Muller", "psychiatry", email="muller@exemple.invalid")
        self.stand_in = contact(self.council, "Petit", "psychiatry", email="petit@exemple.invalid")
        self.by_letter = contact(self.council, "Sansmel", "users", town)
        self.guest = contact(self.council, "Invitée", "health", email="invitee@exemple.invalid")
        mandate(self.body, self.president, role="president")
        titular = mandate(self.body, self.doctor)
        mandate(self.body, self.stand_in, quality="substitute", stands_in_for=titular)
        mandate(self.body, self.by_letter)

    def url(self, name: str, one: Any) -> str:
        """Return an address of a row."""
        return reverse(f"governance:{name}", args=[self.council.slug, one.pk])

    def post(self, name: str, one: Any, row: Any = None, browser: Any = None, **data: Any) -> Any:
        """Post a form with the version of its row."""
        row = row if row is not None else one
        row = type(row).objects.get(pk=row.pk)
        data = {"idempotency_key": str(uuid4()), "version": getattr(row, "version", ""), **data}
        if name == "minutes_validate":
            data.setdefault("seen", seen_of(row))
        return (browser or self.browser).post(self.url(name, one), data)

    def deliver(self, one: Meeting) -> int:
        """Do the background work of a meeting."""
        return tasks.send_meeting_letters(str(one.pk))
