"""The DPO's desk with a describer of its own: the page, its gate, its own trace (decision 33)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from unittest import mock

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from audit import recorder
from audit.describer import DeskReader, PersonLabel
from audit.events import Event, Outcome
from audit.views import desk
from tests.cases_of import CommittingTestCase

BOB, DPO = uuid.UUID(int=0xB0B), uuid.UUID(int=0xD90)
PAGE = "{% block heading %}{% endblock %}{% block main %}{% endblock %}"
BLANK = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {"blank.html": PAGE},
                ),
                "django.template.loaders.app_directories.Loader",
            ]
        },
    }
]


class Words:
    """A describer that knows one situation, one person and one right."""

    def __init__(self, situation: uuid.UUID, *, is_open: bool = True) -> None:
        self.situation = situation
        self.is_open = is_open

    def gate(self, request: HttpRequest) -> DeskReader | None:
        """Let the DPO in, unless the door is closed."""
        return DeskReader(DPO, "dpo", frozenset()) if self.is_open else None

    def find(self, code: str, request: HttpRequest) -> uuid.UUID | None:
        """Know SIT-7K3Q only."""
        return self.situation if code == "SIT-7K3Q" else None

    def describe_objects(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
        """Name nothing."""
        return {}

    def describe_people(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, PersonLabel]:
        """Name Bob."""
        return {BOB: PersonLabel("Bob Martin", "infirmier", "CMP des Lilas")}

    def describe_code(self, code: str) -> str:
        """Translate health."""
        return {"health": "santé"}.get(code, code)

    def rights(
        self, situation: uuid.UUID, people: Iterable[uuid.UUID]
    ) -> dict[uuid.UUID, tuple[str, ...]]:
        """Give Bob's right."""
        return {BOB: ("santé : membre permanent, du 2 mars au 31 décembre 2026",)}


@override_settings(TEMPLATES=BLANK, AUDIT_LAYOUT="blank.html")
class DeskTests(CommittingTestCase):
    """« Qui a vu cette situation, avec quel droit »."""

    def setUp(self) -> None:
        """Show a situation to Bob once, refuse it to a stranger once."""
        super().setUp()
        self.situation = uuid.uuid4()
        self.show(1)
        recorder.denied(
            Event(action="situation.denied", outcome=Outcome.DENIED, objects=(self.situation,))
        )

    def show(self, times: int) -> None:
        """Record showings of the health section to Bob."""
        for _ in range(times):
            recorder.shown(
                Event(
                    action="situation.shown",
                    actor=BOB,
                    role="permanent",
                    objects=(self.situation,),
                    sections=("health",),
                )
            )

    def page(self, code: str = "sit-7k3q", *, is_open: bool = True) -> HttpResponse:
        """Open the desk."""
        request = RequestFactory().get("/", {"situation": code} if code else {})
        with mock.patch.object(desk, "load", return_value=Words(self.situation, is_open=is_open)):
            return desk.situation_accesses(request)

    def test_the_page_says_who_what_and_with_what_right(self) -> None:
        """Person, function, section, right, outcome, and the state of the ledger."""
        text = self.page().content.decode()
        for words in (
            "Bob Martin, infirmier (CMP des Lilas)",
            "santé : membre permanent, du 2 mars au 31 décembre 2026",
            "Situation affichée",
            "Situation refusée",
            "Personne non identifiée",
            "service de la commission",
        ):
            self.assertIn(words, text)
        self.assertEqual(self.page()["Cache-Control"], "no-store")

    def test_reading_the_desk_is_recorded_first(self) -> None:
        """C-44: about this situation, by this reader; never listed as a showing of it."""
        with recorder.observe() as events:
            text = self.page().content.decode()
        self.assertEqual(
            [(e.action, e.actor, e.objects) for e in events],
            [("ledger.read", DPO, (self.situation,))],
        )
        self.assertNotIn("Journal consulté", text)

    def test_without_the_ledger_no_desk(self) -> None:
        """T-33: if the reading cannot be written, nothing is shown."""
        self.page()
        with (
            mock.patch.object(recorder, "_insert", side_effect=recorder.LedgerUnavailable),
            self.assertRaises(recorder.LedgerUnavailable),
        ):
            self.page()

    def test_anybody_else_meets_an_absent_page(self) -> None:
        """404, as for an address that does not exist; control: open, it answers."""
        self.assertEqual(self.page().status_code, 200)
        with self.assertRaises(Http404):
            self.page(is_open=False)

    def test_an_unknown_code_and_no_code_teach(self) -> None:
        """Two empty states, each saying what to do."""
        self.assertIn("Vérifiez le code", self.page("SIT-XXXX").content.decode())
        self.assertIn("Saisissez le code", self.page("").content.decode())

    def test_one_row_costs_the_same_as_twenty(self) -> None:
        """Constant queries."""
        with CaptureQueriesContext(connections["dpo"]) as one:
            self.page()
        self.show(19)
        with CaptureQueriesContext(connections["dpo"]) as twenty:
            self.page()
        self.assertEqual(len(one), len(twenty))
