"""C-85, CH-07, CH-09: a copy is numbered, marked on each page, recorded; files stay behind."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pypdfium2
from django.urls import get_resolver

from audit import recorder
from cases.actions import agreements, exports, situations
from cases.domain.exceptions import AgreementExpired, AgreementMissing, AgreementWithdrawn
from cases.models import Milestone
from cases.permissions import Refused
from tests import people
from tests.cases_of import TestCase
from tests.commission.test_answers import every_name
from tests.files import address, deposited

# Markup, a file to read and a script, anywhere but in data.
HOSTILE = '#read("/etc/hostname") *gras* $x$ <script>alert(1)</script> ] } \\'
CANARY = "CANARI-genêt-2207"


class ExportCase(TestCase):
    """A situation with a note, a file, and an identity."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("export")
        cls.situation, _ = people.reviewed(cls.cast, "marc")
        with people.as_person(cls.cast.luc) as viewer:
            situations.write(
                viewer=viewer,
                situation=people.fresh(cls.cast, cls.situation.pk),
                section="housing",
                category="logement",
                text=f"{CANARY} {HOSTILE}\nDeuxième ligne.",
            )
        deposited(cls.cast, cls.situation, title="PIECE-CANARI")

    def take(self, who: str = "luc", **typed: Any) -> Any:
        """Ask for a copy, with the secret."""
        values = {
            "reason": "export_sitting",
            "sections": ["core", "housing"],
            "idempotency_key": str(uuid.uuid4()),
            "confirm_passphrase": people.PASSPHRASE,
            **typed,
        }
        return people.client_of(self.cast.people[who]).post(
            address("export", self.situation), values
        )

    def pages(self, response: Any) -> list[str]:
        """Return the text of each page of a copy."""
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        with pypdfium2.PdfDocument(response.content) as document:
            return [page.get_textpage().get_text_range() for page in document]


class Copies(ExportCase):
    """What a copy holds."""

    def test_a_copy(self) -> None:
        """The chosen sections, marked and numbered; no identity, no file, nothing as markup."""
        with recorder.observe() as events:
            response = self.take()
        told = [event for event in events if event.action == "export.written"]
        self.assertEqual(len(told), 1)
        self.assertEqual(told[0].purpose, "export_sitting")
        self.assertEqual(set(told[0].sections), {"core", "housing"})
        reference = told[0].objects[1].hex[:8].upper()
        pages = self.pages(response)
        whole = " ".join(pages)
        self.assertIn(CANARY, whole)
        self.assertIn("/etc/hostname", whole)
        self.assertIn("Deuxième ligne.", whole)
        for page in pages:
            self.assertIn(reference, page)
            self.assertIn("Luc Perrin", page)
            self.assertIn("Exemplaire 1", page)
        for absent in ("Dupont-Fictif", "PIECE-CANARI", "ne plus voir son médecin"):
            self.assertNotIn(absent, whole)
        self.assertIn("pièces jointes ne sont jamais reproduites", whole)
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])
        name = response.headers["Content-Disposition"]
        self.assertEqual(name, f'attachment; filename="copie-{self.situation.code}.pdf"')

    def test_it_is_readable_aloud_and_runs_nothing(self) -> None:
        """PDF/UA-1; T-56: no script, no action, no form in the document."""
        content = self.take().content
        self.assertIn(b"pdfuaid", content)
        for name in (b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/EmbeddedFile"):
            self.assertNotIn(name, content)

    def test_the_identity_is_printed_when_it_is_asked_for(self) -> None:
        """By its own box, with its own event."""
        with recorder.observe() as events:
            response = self.take(identity="on")
        self.assertIn("Dupont-Fictif", " ".join(self.pages(response)))
        self.assertIn("identity.revealed", [event.action for event in events])

    def test_copies_are_numbered_and_told(self) -> None:
        """The chronology of the situation says that a copy was taken."""
        self.take()
        self.assertIn("Exemplaire 2", self.pages(self.take())[0])
        page = people.client_of(self.cast.luc).get(address("situation", self.situation))
        self.assertContains(page, "Copie numérotée remise")

    def test_posted_twice_makes_one(self) -> None:
        """Decision 50: the second leads back to the situation."""
        key = str(uuid.uuid4())
        self.take(idempotency_key=key)
        self.assertEqual(self.take(idempotency_key=key).status_code, 302)
        with people.as_person(self.cast.luc):
            steps = Milestone.objects.filter(situation=self.situation, act="exported")
            self.assertEqual(steps.count(), 1)

    def test_a_fresh_secret_is_asked(self) -> None:
        """Decision 23: without it, its page; nothing is made."""
        client = people.client_of(self.cast.luc)
        with people.later(minutes=11), recorder.observe() as events:
            page = client.post(
                address("export", self.situation),
                {"reason": "export_sitting", "sections": ["core"]},
            )
        self.assertContains(page, "présentez de nouveau votre secret")
        self.assertFalse([e for e in events if e.action == "export.written"])

    def test_a_reason_and_a_section_are_needed(self) -> None:
        """The form says so; nothing is recorded."""
        for typed in ({"reason": ""}, {"sections": []}, {"reason": "x"}):
            with recorder.observe() as events:
                page = self.take(**typed)
            self.assertContains(page, "aria-invalid")
            self.assertFalse([e for e in events if e.action == "export.written"])


class Refusals(ExportCase):
    """Who may not, and when nobody may."""

    def hand_over(self, who: str, *wanted: str) -> exports.Copy:
        """Hand over a copy by the action."""
        with people.as_person(self.cast.people[who]) as viewer:
            return exports.hand_over(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                wanted=wanted or ("core",),
                reason="export_sitting",
            )

    def test_only_what_is_read_is_copied(self) -> None:
        """C-22: Marc copies the core and not health; Luc does (control)."""
        self.assertEqual(self.hand_over("marc", "core").number, 1)
        self.hand_over("luc", "health")
        with self.assertRaises(Refused):
            self.hand_over("marc", "health")
        page = self.take("marc", sections=["core", "health"])
        self.assertContains(page, "aria-invalid")

    def test_whoever_only_reads_copies_nothing(self) -> None:
        """A guest or a reader has the page, not the paper; nor has the DPO."""
        situation = people.shared(self.cast, "sophie", level="read")
        with people.as_person(self.cast.sophie) as viewer, self.assertRaises(Refused):
            exports.hand_over(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                wanted=["core"],
                reason="export_sitting",
            )
        for who in ("sophie", "denis", "nadia"):
            client = people.client_of(self.cast.people[who])
            self.assertEqual(client.get(address("export", situation)).status_code, 404)
        client = people.client_of(self.cast.luc)
        self.assertEqual(client.get(address("export", situation)).status_code, 200)

    def test_withdrawn_expired_absent(self) -> None:
        """C-04: no copy leaves without an agreement in force; the page says why."""
        self.hand_over("luc")  # Control.
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        with self.assertRaises(AgreementWithdrawn):
            self.hand_over("luc")
        admitted = people.admitted(self.cast)
        page = people.client_of(self.cast.luc).get(address("export", admitted))
        self.assertContains(page, "Aucune copie n’est possible")
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(AgreementMissing):
            exports.hand_over(
                viewer=viewer,
                situation=people.fresh(self.cast, admitted.pk),
                wanted=["core"],
                reason="export_sitting",
            )

    def test_an_agreement_that_ended(self) -> None:
        """C-09: its last day is the last day of copies."""
        with people.as_person(self.cast.luc) as viewer:
            last = viewer.at.date()
        situation = people.shared(self.cast, expires_on=last)
        with (
            people.later(days=2),
            people.as_person(self.cast.luc) as viewer,
            self.assertRaises(AgreementExpired),
        ):
            exports.hand_over(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                wanted=["core"],
                reason="export_sitting",
            )

    def test_no_copy_of_many(self) -> None:
        """C-85: there is no address that copies several situations."""
        names = [name for name in every_name(get_resolver()) if re.search(r"export", name)]
        self.assertEqual(names, ["cases:export"])
