"""Framework documents: their versions, signatories, signatures and validity."""

from __future__ import annotations

import datetime as dt
import uuid
from unittest import mock

from auditlog.models import LogEntry

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import framework
from clsm_core.governance.models import FrameworkDocument, Signatory
from clsm_core.governance.queries.framework import carriage_of, documents_of
from clsm_core.governance.validity import Standing, add_months, end_of, ends_soon, standing_of
from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member

LIST = "/conseils/metz/documents-cadres/"
PUBLIC = "/public/metz/documents/"
TODAY = dt.date(2026, 6, 15)
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)


class Framework(TestCase):
    """A council and its coordinator."""

    def setUp(self) -> None:
        for name in (
            "clsm_core.council.access.now",
            "clsm_core.governance.views.framework.now",
            "clsm_core.governance.views.public.now",
        ):
            self.enterContext(mock.patch(name, return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def url(self, one: FrameworkDocument, more: str = "") -> str:
        return f"{LIST}{one.pk}/{more}"

    def signed(self, on: dt.date = dt.date(2026, 1, 1), **values: object) -> FrameworkDocument:
        made = rows.framework_document(self.council, **values)
        return framework.mark_signed(document=made, on=on)


class Dates(Framework):
    """Pure arithmetic of validity."""

    def test_months(self) -> None:
        """The last day of a shorter month; the end is the day before."""
        self.assertEqual(add_months(dt.date(2026, 1, 31), 1), dt.date(2026, 2, 28))
        self.assertEqual(add_months(dt.date(2026, 6, 15), -12), dt.date(2025, 6, 15))
        self.assertEqual(add_months(dt.date(2026, 11, 30), 3), dt.date(2027, 2, 28))
        self.assertEqual(end_of(dt.date(2026, 1, 1), 36), dt.date(2028, 12, 31))
        self.assertIsNone(end_of(None, 36))
        self.assertIsNone(end_of(dt.date(2026, 1, 1), None))

    def test_standing(self) -> None:
        """D.1: projet, signé, échu, at each edge."""
        start, end = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
        for is_signed, on, expected in (
            (False, TODAY, Standing.PROJECT),
            (True, dt.date(2025, 12, 31), Standing.TO_COME),
            (True, start, Standing.SIGNED),
            (True, end, Standing.SIGNED),
            (True, dt.date(2027, 1, 1), Standing.EXPIRED),
        ):
            found = standing_of(is_signed=is_signed, starts_on=start, ends_on=end, on=on)
            self.assertEqual(found, expected, on)

    def test_six_months(self) -> None:
        """D-07: the day it begins to be said."""
        self.assertTrue(ends_soon(dt.date(2026, 12, 15), TODAY))
        self.assertFalse(ends_soon(dt.date(2026, 12, 16), TODAY))
        self.assertTrue(ends_soon(dt.date(2020, 1, 1), TODAY))
        self.assertFalse(ends_soon(None, TODAY))


class Writing(Framework):
    """A version in preparation."""

    def test_all_that_is_typed_is_read_again(self) -> None:
        """000-10: type, title, text, duration, decision; on the page and on paper."""
        decision = rows.decision(rows.meeting(rows.body(self.council)), kind="charter")
        answer = rows.submit(
            self.claire,
            f"{LIST}nouveau/",
            kind="rules",
            title="canari-intitulé",
            text="canari-article-1\ncanari-article-2",
            duration_months=30,
            decision=decision.pk,
        )
        made = FrameworkDocument.objects.get()
        self.assertRedirects(answer, self.url(made))
        rows.signatory(made, "Canari-ville", "municipal")
        page = self.claire.get(self.url(made))
        pdf = self.claire.get(self.url(made, "document.pdf"))
        text = rows.pdf_text(pdf.content).replace("\ufffe", "-")
        for shown in (
            "canari-intitulé",
            "canari-article-1",
            "canari-article-2",
            "règlement intérieur",
            "30 mois",
            decision.code,
            "Canari-ville",
            "Représentant de Canari-ville",
            "Présidence",
            "projet",
        ):
            self.assertContains(page, shown)
            self.assertIn(shown.casefold(), text.casefold())
        self.assertIn(b"/StructTreeRoot", pdf.content)
        self.assertIn("rules-1.pdf", pdf.headers["Content-Disposition"])

    def test_the_same_day_gives_the_same_bytes(self) -> None:
        made = rows.framework_document(self.council, text="Article premier")
        url = self.url(made, "document.pdf")
        self.assertEqual(self.claire.get(url).content, self.claire.get(url).content)

    def test_versions_are_numbered_by_kind(self) -> None:
        made = [
            rows.framework_document(self.council, kind, kind).number
            for kind in ("charter", "charter", "rules", "charter")
        ]
        self.assertEqual(made, [1, 2, 1, 3])
        self.assertEqual(rows.framework_document(council("autre", "Autre")).number, 1)

    def test_the_decision_is_of_the_council_and_its_kind(self) -> None:
        elsewhere = rows.decision(rows.meeting(rows.body(council("b", "B"))), kind="charter")
        other_kind = rows.decision(rows.meeting(rows.body(self.council)), kind="budget")
        typed = {"kind": "charter", "title": "Charte", "text": "", "duration_months": ""}
        for wrong in (elsewhere, other_kind):
            answer = rows.submit(self.claire, f"{LIST}nouveau/", **typed, decision=wrong.pk)
            self.assertContains(answer, "Sélectionnez un choix")
        self.assertFalse(FrameworkDocument.objects.exists())

    def test_posted_twice_makes_one(self) -> None:
        typed = {
            "kind": "charter",
            "title": "Charte",
            "text": "",
            "idempotency_key": str(uuid.uuid4()),
        }
        for _ in range(2):
            self.assertEqual(rows.submit(self.claire, f"{LIST}nouveau/", **typed).status_code, 302)
        self.assertEqual(FrameworkDocument.objects.count(), 1)

    def test_two_tabs(self) -> None:
        made = rows.framework_document(self.council)
        url = self.url(made, "modifier/")
        typed = {"title": "Charte", "duration_months": ""}
        self.assertEqual(rows.submit(self.claire, url, made, **typed, text="un").status_code, 302)
        stale = rows.submit(self.claire, url, made, **typed, text="deux")
        self.assertContains(stale, "un")
        self.assertContains(stale, "deux")
        made.refresh_from_db()
        self.assertEqual(made.text, "un")

    def test_an_empty_list_teaches(self) -> None:
        self.assertContains(self.claire.get(LIST), "Écrire le premier document")


class Signing(Framework):
    """Signatories, signatures, and what they seal."""

    def setUp(self) -> None:
        super().setUp()
        self.charter = rows.framework_document(self.council, duration_months=36)
        self.town = rows.signatory(self.charter, "Ville de Metz", "municipal")
        self.hospital = rows.signatory(self.charter, "Hôpital de Jury", "public_psychiatry")

    def sign(self, one: Signatory, on: str) -> object:
        self.charter.refresh_from_db()
        url = self.url(self.charter, f"signataires/{one.pk}/signer/")
        return rows.submit(self.claire, url, self.charter, signed_on=on)

    def test_the_last_signature_signs(self) -> None:
        """D.1: in force from the last signature, for its duration."""
        self.assertRedirects(self.sign(self.town, "2026-02-01"), self.url(self.charter))
        self.charter.refresh_from_db()
        self.assertFalse(self.charter.is_signed)
        self.sign(self.hospital, "2026-03-15")
        self.charter.refresh_from_db()
        self.assertTrue(self.charter.is_signed)
        self.assertEqual(self.charter.starts_on, dt.date(2026, 3, 15))
        self.assertEqual(self.charter.ends_on, dt.date(2029, 3, 14))
        page = self.claire.get(self.url(self.charter))
        for shown in ("signé", "14 mars 2029", "1er févr. 2026", "15 mars 2026"):
            self.assertContains(page, shown)

    def test_a_signature_is_not_written_ahead_nor_twice(self) -> None:
        self.assertContains(self.sign(self.town, "2026-06-16"), "ne s’inscrit pas à l’avance")
        self.sign(self.town, "2026-06-15")
        self.assertContains(self.sign(self.town, "2026-06-14"), "déjà inscrite")
        self.town.refresh_from_db()
        self.assertEqual(self.town.signed_on, TODAY)

    def test_an_explicit_act_signs(self) -> None:
        """A paper signed long ago: declared with its day; the signatures stay undated."""
        answer = rows.submit(
            self.claire, self.url(self.charter, "signer/"), self.charter, starts_on="2024-01-01"
        )
        self.assertRedirects(answer, self.url(self.charter))
        self.charter.refresh_from_db()
        self.assertEqual(self.charter.ends_on, dt.date(2026, 12, 31))
        self.assertFalse(Signatory.objects.filter(signed_on__isnull=False).exists())

    def test_what_is_signed_does_not_change(self) -> None:
        """Neither text nor signatories; dates are corrected; a missing signature still comes."""
        framework.mark_signed(document=self.charter, on=dt.date(2026, 1, 1))
        with self.assertRaises(Refusal):
            framework.edit(document=self.charter, values={"text": "autre"})
        with self.assertRaises(Refusal):
            framework.edit_signatory(signatory=self.town, values={"representative": "Autre"})
        with self.assertRaises(Refusal):
            framework.remove_signatory(signatory=self.town)
        with self.assertRaises(Refusal):
            framework.mark_signed(document=self.charter, on=TODAY)
        page = self.claire.get(self.url(self.charter, "modifier/"))
        self.assertContains(page, "Corriger la validité")
        self.assertNotContains(page, 'name="text"')
        done = rows.submit(
            self.claire,
            self.url(self.charter, "modifier/"),
            self.charter,
            starts_on="2026-02-01",
            duration_months=12,
            text="autre",
        )
        self.assertEqual(done.status_code, 302)
        self.charter.refresh_from_db()
        self.assertEqual((self.charter.text, self.charter.ends_on), ("", dt.date(2027, 1, 31)))
        self.assertEqual(self.sign(self.town, "2026-03-01").status_code, 302)

    def test_signatories_before_signature(self) -> None:
        """Added from the directory, changed, taken out; each organisation once."""
        place = rows.organisation(self.council, "Unafam", "carers_union")
        url = self.url(self.charter, "signataires/ajouter/")
        self.charter.refresh_from_db()
        typed = {"organisation": place.pk, "representative": "canari-nom", "capacity": "canari-q"}
        self.assertEqual(rows.submit(self.claire, url, self.charter, **typed).status_code, 302)
        self.assertContains(self.claire.get(self.url(self.charter)), "canari-nom")
        self.assertContains(self.claire.get(self.url(self.charter)), "canari-q")
        self.charter.refresh_from_db()
        twice = rows.submit(self.claire, url, self.charter, **typed)
        self.assertContains(twice, "Sélectionnez un choix")
        one = Signatory.objects.get(organisation=place)
        kept = LogEntry.objects.get_for_object(one).first().changes
        self.assertEqual(kept["representative"], ["", "…"], "a history is never deleted")
        self.assertEqual(kept["capacity"], ["None", "canari-q"])
        changed = rows.submit(
            self.claire,
            self.url(self.charter, f"signataires/{one.pk}/"),
            self.charter,
            **{**typed, "representative": "Autre nom"},
        )
        self.assertEqual(changed.status_code, 302)
        self.charter.refresh_from_db()
        gone = rows.submit(
            self.claire, self.url(self.charter, f"signataires/{one.pk}/retirer/"), self.charter
        )
        self.assertEqual(gone.status_code, 302)
        self.assertEqual(self.charter.signatories.count(), 2)

    def test_another_council_s_ids(self) -> None:
        """Organisation, signatory and document of another council: refused or absent."""
        elsewhere = council("autre", "Autre")
        foreign = rows.organisation(elsewhere, "Étrangère")
        self.charter.refresh_from_db()
        answer = rows.submit(
            self.claire,
            self.url(self.charter, "signataires/ajouter/"),
            self.charter,
            organisation=foreign.pk,
            representative="X",
            capacity="",
        )
        self.assertContains(answer, "Sélectionnez un choix")
        with self.assertRaises(Refusal):
            framework.add_signatory(
                document=self.charter, values={"organisation": foreign, "representative": "X"}
            )
        theirs = rows.framework_document(elsewhere)
        signing = rows.signatory(theirs, "Autre ville", "municipal")
        for url in (
            self.url(theirs),
            self.url(theirs, "document.pdf"),
            self.url(theirs, f"signataires/{signing.pk}/"),
            self.url(self.charter, f"signataires/{signing.pk}/"),
            self.url(self.charter, f"signataires/{signing.pk}/signer/"),
            self.url(self.charter, f"signataires/{signing.pk}/retirer/"),
        ):
            self.assertEqual(self.claire.get(url).status_code, 404, url)
        mine = self.url(self.charter, f"signataires/{self.town.pk}/")
        self.assertEqual(self.claire.get(mine).status_code, 200)

    def test_a_new_version_copies_text_and_signatories(self) -> None:
        """Nobody has signed it; the former holds until it is; one at a time."""
        framework.edit(document=self.charter, values={"text": "canari-texte"})
        framework.mark_signed(document=self.charter, on=dt.date(2024, 1, 1))
        url = self.url(self.charter, "version/")
        answer = rows.submit(self.claire, url, self.charter)
        new = FrameworkDocument.objects.get(number=2)
        self.assertRedirects(answer, self.url(new))
        self.assertEqual(
            (new.text, new.is_signed, new.duration_months), ("canari-texte", False, 36)
        )
        self.assertEqual(
            sorted(new.signatories.values_list("organisation__name", "signed_on")),
            [("Hôpital de Jury", None), ("Ville de Metz", None)],
        )
        self.charter.refresh_from_db()
        again = rows.submit(self.claire, url, self.charter)
        self.assertContains(again, "déjà en préparation")
        self.assertContains(self.claire.get(LIST), "signé")
        framework.mark_signed(document=new, on=dt.date(2026, 6, 1))
        page = self.claire.get(LIST)
        self.assertContains(page, "1 version remplacée")
        self.assertContains(self.claire.get(self.url(self.charter)), "remplacé")

    def test_joint_carriage(self) -> None:
        """002-01, D.6-1: both must have signed what holds today; other kinds do not count."""

        def carried(on: dt.date = TODAY) -> tuple[bool, bool]:
            found = carriage_of(documents_of(self.council), on)
            return found.authority, found.psychiatry

        self.assertEqual(carried(), (False, False))
        rules = rows.framework_document(self.council, "rules", "Règlement")
        other = Signatory(
            document=rules,
            organisation=self.town.organisation,
            representative="X",
            signed_on=dt.date(2026, 1, 1),
        )
        other.save()
        framework.mark_signed(document=rules, on=dt.date(2026, 1, 1))
        self.assertEqual(carried(), (False, False))
        self.sign(self.town, "2026-02-01")
        self.assertEqual(carried(), (False, False))  # Still a project.
        self.sign(self.hospital, "2026-02-02")
        self.assertEqual(carried(), (True, True))
        self.assertEqual(carried(dt.date(2026, 2, 1)), (False, False))
        self.assertEqual(carried(dt.date(2029, 2, 2)), (False, False))  # Over.
        self.assertContains(self.claire.get(LIST), "engagement conjoint")

    def test_the_missing_partner_is_named(self) -> None:
        framework.mark_signed(document=self.charter, on=dt.date(2026, 1, 1))
        page = self.claire.get(LIST)
        self.assertContains(page, "la collectivité et le pôle de psychiatrie")
        self.sign(self.town, "2026-02-01")
        page = self.claire.get(LIST)
        self.assertContains(page, "la signature datée de&nbsp;: le pôle de psychiatrie")
