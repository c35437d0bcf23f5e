"""The agreement's record on its pages: form, history, receipts (C-05, C-06, C-11…C-15, C-17)."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pypdfium2
from django.urls import reverse

from audit import recorder
from cases.actions import agreements
from cases.domain.agreement import AgreementKind, ExceptionReason, Expression
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import NotAllowed
from cases.domain.sections import InformationCategory
from cases.models import Agreement, Commission, SealedDocument
from tests import people
from tests.cases_of import TestCase

WORDS = "CANARI-accord-2207 : oui pour le logement, pas pour mon frère."
SPEAKER = "CANARI-tutrice-9914"


class Record(TestCase):
    """Luc leads; Claire coordinates; Denis is the DPO; Sophie reads; Marc reads."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"his{uuid.uuid4().hex[:6]}")

    def setUp(self) -> None:
        self.situation = people.shared(self.cast, "sophie", "marc")
        self.luc = people.client_of(self.cast.luc)

    def url(self, name: str, *more: Any) -> str:
        """Return an address of the situation."""
        return reverse(f"cases:{name}", args=[self.situation.code, *more])

    def form(self, **changes: Any) -> dict[str, Any]:
        """Return a complete agreement, as it is posted."""
        with people.as_person(self.cast.luc) as viewer:
            today = viewer.at.date().isoformat()
        return {
            "kind": "named_sharing",
            "words": WORDS,
            "expressed_on": today,
            "giver": "personne",
            "mode": "oral_atteste",
            "notice_version": "1",
            "notice_handed_on": today,
            "notice_form": "electronique",
            "security_described": "on",
            "categories": ["logement", "situation_sociale", "identite"],
            "professions": ["professionnel_sante", "bailleur_social"],
            "purposes": ["examen", "suivi"],
            "presence": "oui",
            "accompaniment": ["proche", "pair"],
            "idempotency_key": str(uuid.uuid4()),
            **changes,
        }

    def record(self, client: Any = None, **changes: Any) -> Any:
        """Post an agreement."""
        return (client or self.luc).post(self.url("agreement"), self.form(**changes))

    def rows(self) -> list[Agreement]:
        """Return the expressions, oldest first; two of one instant in any order."""
        with people.as_person(self.cast.luc):
            return list(Agreement.objects.filter(situation=self.situation.pk))

    def last(self) -> Agreement:
        """Return the expression that says its words."""
        return next(row for row in self.rows() if row.document_id)

    # --- what is written ---
    def test_words_are_sealed_in_one_document(self) -> None:
        """Words, speaker and capacity in one document beside the identity, which stays itself."""
        answer = self.record(
            giver="tuteur",
            measure="tutelle_a_la_personne",
            cannot_express="on",
            speaker=SPEAKER,
            opinion="Elle hoche la tête.",
            members=[str(self.cast.sophie.user.pk)],
            excluded_organisations=["CCAS"],
        )
        self.assertRedirects(answer, self.url("situation"))
        row = self.last()
        self.assertTrue(row.opinion_recorded)
        self.assertEqual(row.members, [self.cast.sophie.user.pk])
        self.assertEqual(row.accompaniment, ["pair", "proche"])
        with people.as_person(self.cast.luc):
            sealed = SealedDocument.objects.get(pk=row.document_id)
            self.assertEqual((sealed.section, sealed.kind), ("identity", "agreement"))
            self.assertNotIn(WORDS[:14].encode(), bytes(sealed.blob))
        identity = self.luc.post(self.url("situation_identity"))
        self.assertContains(identity, "Dupont-Fictif")
        self.assertNotContains(identity, "CANARI")
        page = self.luc.get(self.url("situation"))
        self.assertNotContains(page, "CANARI")
        self.assertContains(page, "et un proche ou un aidant")

    def test_nothing_in_words_in_a_situation_without_a_name(self) -> None:
        """C-03: the form does not ask, the action refuses; control: a named one takes them."""
        cast = people.commission(
            f"ano{uuid.uuid4().hex[:6]}", mode=Commission.AgreementMode.ANONYMOUS
        )
        coded = people.admitted(cast, identification="coded", identity={})
        page = people.client_of(cast.luc).get(reverse("cases:agreement", args=[coded.code]))
        self.assertNotContains(page, 'name="words"')
        self.assertNotContains(page, 'name="speaker"')
        self.assertContains(page, 'name="opinion_recorded"')
        self.assertContains(self.luc.get(self.url("agreement")), 'name="words"')
        with people.as_person(cast.luc) as viewer, self.assertRaises(NotAllowed) as refused:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(cast, coded.pk),
                expression=people.expression(viewer),
                person=PersonFacts(age=58),
                words={"words": WORDS},
            )
        self.assertEqual(refused.exception.code, "anonymous_words")

    def test_everything_typed_comes_back(self) -> None:
        """Decision 50: a refused form keeps words, people and dates, and opens what it holds."""
        sophie = str(self.cast.sophie.user.pk)
        answer = self.record(
            notice_form="",
            purposes=[],
            members=[sophie],
            excluded_members=[sophie],
            written_from="2026-02-03",
            speaker=SPEAKER,
        )
        self.assertEqual(answer.status_code, 200)
        text = answer.content.decode()
        for typed in ("CANARI-accord-2207", SPEAKER, "2026-02-03", "Les limites qu’elle pose</h2>"):
            self.assertIn(typed, text)
        form = answer.context["form"]
        self.assertEqual(set(form.errors), {"notice_form", "purposes", "excluded_members"})
        self.assertEqual(len(self.rows()), 1)

    def test_a_closed_vault_keeps_the_words(self) -> None:
        """Words ask for the vault; without words nothing does."""
        locked = people.client_of(self.cast.luc, vault=False)
        answer = self.record(locked)
        self.assertContains(answer, "Votre coffre s’est refermé")
        self.assertContains(answer, "CANARI-accord-2207")
        self.assertEqual(len(self.rows()), 1)
        self.assertEqual(self.record(locked, words="").status_code, 302)
        self.assertEqual(len(self.rows()), 2)

    def test_limits_are_found_again_and_nothing_that_opens(self) -> None:
        """What restricts is taken over; no box that opens is ticked for her."""
        sophie = str(self.cast.sophie.user.pk)
        self.record(excluded_members=[sophie], written_from="2026-02-03", words="")
        page = self.luc.get(self.url("agreement"))
        initial = page.context["form"].initial
        self.assertEqual(initial["excluded_members"], [sophie])
        self.assertContains(page, "relisez-les avec elle")
        for opening in ("categories", "professions", "purposes", "members"):
            self.assertNotIn(opening, initial)

    def test_a_posted_name_outside_the_commission_is_refused(self) -> None:
        """A crafted id of a professional or a structure never enters the record."""
        answer = self.record(members=[str(uuid.uuid4())])
        self.assertIn("members", answer.context["form"].errors)
        answer = self.record(excluded_organisations=["Ailleurs"])
        self.assertIn("excluded_organisations", answer.context["form"].errors)

    # --- what is read ---
    def test_history_newest_first_words_by_a_gesture(self) -> None:
        """The page shows codes and dates; the words by a post, recorded as such."""
        self.record()
        with recorder.observe() as events:
            page = self.luc.get(self.url("agreement_history"))
        self.assertContains(page, "Accord pour un partage nominatif", count=2)
        self.assertNotContains(page, "CANARI")
        self.assertContains(page, "un proche ou un aidant")
        shown = [event for event in events if event.action == "agreement.shown"]
        self.assertEqual([event.sections for event in shown], [()])
        with recorder.observe() as events:
            page = self.luc.post(self.url("agreement_history"))
        self.assertContains(page, WORDS)
        shown = [event for event in events if event.action == "agreement.shown"]
        self.assertEqual([event.sections for event in shown], [("identity",)])

    def test_who_opens_the_history(self) -> None:
        """Lead, coordinator and DPO; never a reader; the DPO and a closed vault get no word."""
        self.record()
        for name, code in (("claire", 200), ("denis", 200), ("sophie", 404), ("marc", 404)):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(self.url("agreement_history")).status_code, code, name)
        denis = people.client_of(self.cast.denis).post(self.url("agreement_history"))
        self.assertNotContains(denis, "CANARI")
        closed = people.client_of(self.cast.luc, vault=False).post(self.url("agreement_history"))
        self.assertEqual(closed.status_code, 302)

    def test_altered_words_are_said_never_shown(self) -> None:
        """T-10: a byte changed in SQL shows a notice and raises the alert."""
        self.record()
        row = self.last()
        with people.as_person(self.cast.luc):
            sealed = SealedDocument.objects.get(pk=row.document_id)
            blob = bytes(sealed.blob)
            SealedDocument.objects.filter(pk=sealed.pk).update(
                blob=blob[:-1] + bytes([blob[-1] ^ 1])
            )
        with recorder.observe() as events:
            page = self.luc.post(self.url("agreement_history"))
        self.assertContains(page, "Ces paroles ont été altérées")
        self.assertNotContains(page, "CANARI-accord")
        self.assertIn("document_altered", {event.purpose for event in events})

    # --- receipts ---
    def pdf(self, client: Any, pk: uuid.UUID) -> str:
        """Return the words of a receipt on paper."""
        answer = client.get(self.url("agreement_receipt", pk))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer["Content-Type"], "application/pdf")
        self.assertNotIn(self.situation.code, answer["Content-Disposition"])
        document = pypdfium2.PdfDocument(answer.content)
        found = " ".join(page.get_textpage().get_text_range() for page in document)
        return " ".join(found.split())

    def test_the_paper_receipt(self) -> None:
        """Her words first, to whom, until when, how to withdraw, whom to call; no other name."""
        self.record(
            excluded_members=[str(self.cast.claire.user.pk)], expires_on="2031-05-06", speaker=""
        )
        with recorder.observe() as events:
            text = self.pdf(self.luc, self.last().pk)
        places = [
            text.index(part)
            for part in ("CANARI-accord-2207", "Ce qui peut être lu", "6 mai 2031", "tout moyen")
        ]
        self.assertEqual(places, sorted(places))
        self.assertIn("dpo@exemple.invalid", text)
        self.assertIn("Claire Morel", text)
        self.assertNotIn("Dupont-Fictif", text)
        self.assertNotIn(self.situation.code, text)
        printed = [event for event in events if event.action == "document.printed"]
        self.assertEqual([event.sections for event in printed], [("identity",)])

    def test_the_dpo_s_paper_holds_no_word(self) -> None:
        """C-73: what the DPO prints is codes; control: the lead's holds the words."""
        self.record()
        pk = self.last().pk
        self.assertIn("CANARI", self.pdf(self.luc, pk))
        self.assertNotIn("CANARI", self.pdf(people.client_of(self.cast.denis), pk))

    def test_the_receipt_as_data_names_nobody(self) -> None:
        """ISO/IEC TS 27560's terms; the structures she named, no person."""
        self.record(members=[str(self.cast.sophie.user.pk)], organisations=["CCAS"])
        pk = self.last().pk
        with recorder.observe() as events:
            answer = self.luc.get(self.url("agreement_receipt_data", pk))
        data = json.loads(answer.content)
        text = answer.content.decode()
        self.assertEqual(data["consent_record"]["record_id"], str(pk))
        self.assertIn("CCAS", text)
        names = [self.situation.code, str(self.situation.pk), "CANARI", "Dupont"]
        for person in self.cast.people.values():
            names += [str(person.user.pk), person.user.last_name]
        for name in names:
            self.assertNotIn(name, text)
        self.assertIn("export.written", {event.action for event in events})

    def test_receipts_of_something_else(self) -> None:
        """Another situation's id, an unknown one, an exception: the same 404, with its event."""
        other = people.shared(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            foreign = Agreement.objects.filter(situation=other.pk).values_list("pk", flat=True)[0]
            exception = agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                expression=Expression(
                    kind=AgreementKind.IMPOSSIBILITY,
                    expressed_at=viewer.at,
                    recorded_at=viewer.at,
                    reason=ExceptionReason.HOSPITALISED,
                    categories=frozenset({InformationCategory.HOUSING}),
                    professions=frozenset({"professionnel_sante"}),
                    regularise_by=viewer.at.date() + timedelta(days=20),
                ),
                person=PersonFacts(age=58),
            ).pk
        own = self.rows()[0].pk
        for view in ("agreement_receipt", "agreement_receipt_data"):
            for pk in (foreign, uuid.uuid4(), exception):
                with recorder.observe() as events:
                    self.assertEqual(self.luc.get(self.url(view, pk)).status_code, 404)
                self.assertNotIn("document.printed", {event.action for event in events})
                self.assertIn("access.denied", {event.action for event in events})
            self.assertEqual(self.luc.get(self.url(view, own)).status_code, 200)

    def test_a_receipt_of_the_withdrawal(self) -> None:
        """The lead hands it over, and nobody else has a page any more."""
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            pk = agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal").pk
        self.assertIn("ne sont plus partagées", self.pdf(self.luc, pk))
        data = json.loads(self.luc.get(self.url("agreement_receipt_data", pk)).content)
        self.assertEqual(data["consent_record"]["event"]["event_state"], "consent_withdrawn")
        for name in ("claire", "denis", "sophie"):
            client = people.client_of(self.cast.people[name])
            for address in (
                self.url("agreement_history"),
                self.url("agreement_receipt", pk),
                self.url("agreement_receipt_data", pk),
            ):
                self.assertEqual(client.get(address).status_code, 404, name)

    def test_nothing_said_yet(self) -> None:
        """The empty page teaches; an emergency-only agreement is told as what it is."""
        bare = people.admitted(self.cast)
        page = self.luc.get(reverse("cases:agreement_history", args=[bare.code]))
        self.assertContains(page, "Rien n’est encore recueilli")
        self.record(
            is_emergency_only="on", professions=[], categories=["sante_somatique"], words=""
        )
        self.assertContains(self.luc.get(self.url("situation")), "pour l’urgence seulement")
        self.assertEqual(
            people.client_of(self.cast.sophie).get(self.url("situation")).status_code, 404
        )
