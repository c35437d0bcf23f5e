"""Notes for the steering committee: checked words, two people, published, withdrawn (C-98)."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit import recorder
from cases.access import note_texts
from cases.actions import notes
from cases.domain.exceptions import NotAllowed, UnknownCode
from cases.domain.note_words import Kind
from cases.models import ReleaseNote
from cases.permissions import Refused, VaultLocked
from clsm_core.observatory.models import Note
from tests import owner, people
from tests.cases_of import CommittingTestCase, TestCase
from tests.commission.planning import WORDS, note_approved, noted, state_of
from tests.commission.posted_forms import form_of
from tests.commission.test_server_keys import own_keys


class NoteRules(TestCase):
    """Who, what, and which words."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("notes")
        cls.other = people.commission("notes-voisines")
        cls.situation = people.referred(cls.cast)

    def test_two_people_publish(self) -> None:
        """Nothing is published before the second; the council reads functions, no name."""
        row = noted(self.cast)
        note_approved(self.cast, row, "claire")
        self.assertFalse(Note.objects.filter(source=self.cast.commission.pk).exists())
        with self.assertRaises(NotAllowed) as refused:
            note_approved(self.cast, row, "claire")
        self.assertEqual(refused.exception.code, "same_person")
        with recorder.observe() as events:
            note_approved(self.cast, row, "denis")
        self.assertIn("note.published", [event.action for event in events])
        published = Note.objects.get(source=self.cast.commission.pk)
        self.assertEqual((published.title, published.text), (WORDS["title"], WORDS["text"]))
        self.assertEqual((published.basis, published.category), ("three_years", "missing_offer"))
        self.assertEqual(published.missing_offer, "Équipe mobile de psychiatrie, aller vers")
        for name in ("Morel", "Faure", "Claire", "Denis"):
            self.assertNotIn(name, published.approved_by)
        with self.assertRaises(NotAllowed):
            note_approved(self.cast, row, "denis")
        self.assertEqual(Note.objects.filter(source=self.cast.commission.pk).count(), 1)

    def test_nobody_else(self) -> None:
        """Members, referrers and the neighbours: absent; the right people are the control."""
        row = noted(self.cast)
        for person in (self.cast.luc, self.cast.julie, self.other.claire, self.other.denis):
            with people.as_person(person) as viewer:
                with self.assertRaises(Refused):
                    notes.approve(viewer=viewer, note_id=row.pk, seen="")
                with self.assertRaises(Refused):
                    notes.drop(viewer=viewer, note_id=row.pk)
                with self.assertRaises(Refused):
                    notes.withdraw(viewer=viewer, note_id=row.pk, reason="x")
                with self.assertRaises(Refused):
                    notes.write(viewer=viewer, commission=self.cast.commission, **WORDS)
        note_approved(self.cast, row, "claire", "denis")

    def refused_words(self, **changes: Any) -> dict[str, list[str]]:
        """Return the words that stop a note, by field."""
        try:
            noted(self.cast, **changes)
        except notes.NoteWords as refused:
            return {name: [one.word for one in words] for name, words in refused.findings.items()}
        return {}

    def test_the_name_of_a_situation_that_she_may_open(self) -> None:
        """Any case, accent or punctuation; the message holds the word typed, and no more."""
        for typed in ("dupont", "DUPONT", "(Fictif)", "Camille", "D.u.p.o.n.t", "rue Inventée"):
            with self.subTest(typed):
                found = self.refused_words(text=f"Il faut aider {typed} encore.")
                self.assertEqual(set(found), {"text"})
                self.assertNotIn("Dupont-Fictif", found["text"])
        self.assertEqual(self.refused_words(title="Duponts"), {})  # Control: another word.

    def test_the_comparison_is_in_the_ledger_and_not_the_words(self) -> None:
        """Identities opened to compare are recorded; the words typed are nowhere."""
        with recorder.observe() as events, self.assertRaises(notes.NoteWords):
            noted(self.cast, text="Il faut aider Dupont.")
        searched = [event for event in events if event.action == "identity.searched"]
        self.assertEqual([event.objects for event in searched], [(self.situation.pk,)])
        self.assertNotIn("Dupont", repr(events))

    def test_who_opens_no_identity_compares_none(self) -> None:
        """Control of the test above: the DPO holds none, so the coordinator's approval stops it."""
        row = noted(self.cast, by="denis", text="Il faut aider Dupont.")
        note_approved(self.cast, row, "denis")
        with self.assertRaises(notes.NoteWords):
            note_approved(self.cast, row, "claire")
        self.assertEqual(state_of(self.cast, row), "approved_once")

    def test_a_closed_vault_compares_nothing_and_keeps_nothing(self) -> None:
        """A coordinator whose vault is closed cannot write: her identities were not compared."""
        closed = people.Person(self.cast.claire.user, self.cast.claire.mandate)
        with people.as_person(closed) as viewer, self.assertRaises(VaultLocked):
            notes.write(viewer=viewer, commission=self.cast.commission, **WORDS)

    def test_words_of_numbers_and_people(self) -> None:
        """Each kind stops the note; a harmless « un » asks to be confirmed."""
        for text in ("deux cas", "Mme X", "12", "un homme", "rue des Acacias", "a@b.fr", "J. P."):
            with self.subTest(text):
                self.assertTrue(self.refused_words(text=text))
        with self.assertRaises(notes.NoteToConfirm) as asked:
            noted(self.cast, text="Il manque un relais.", is_confirmed=False)
        self.assertEqual([one.kind for one in asked.exception.findings["text"]], [Kind.ONE])
        noted(self.cast, text="Il manque un relais.", is_confirmed=True)

    def test_confirming_never_lets_a_number_through(self) -> None:
        """A confirmed note with a blocking word is refused all the same."""
        with self.assertRaises(notes.NoteWords) as refused:
            noted(self.cast, text="Il manque un relais pour deux cas.", is_confirmed=True)
        self.assertNotIsInstance(refused.exception, notes.NoteToConfirm)

    def test_codes_are_of_their_lists(self) -> None:
        """An unknown origin or subject, an offer beside another subject."""
        for changes in (
            {"basis": "one_year"},
            {"category": "other"},
            {"missing_offer": "licorne"},
            {"category": "grave"},
        ):
            with self.subTest(**changes), self.assertRaises(UnknownCode):
                noted(self.cast, **changes)

    def test_a_dropped_note_keeps_no_word(self) -> None:
        """Given up: the seal is gone, and nobody approves it any more."""
        row = noted(self.cast)
        with people.as_person(self.cast.denis) as viewer:
            notes.drop(viewer=viewer, note_id=row.pk)
            self.assertIsNone(ReleaseNote.objects.get(pk=row.pk).words)
            with self.assertRaises(NotAllowed):
                notes.approve(viewer=viewer, note_id=row.pk, seen="")

    def test_a_right_that_ended_meanwhile(self) -> None:
        """A mandate that ended between the two approvals: the note waits, absent for her."""
        row = noted(self.cast)
        note_approved(self.cast, row, "claire")
        later = people.later(days=800)
        with later, people.as_person(self.cast.denis) as viewer, self.assertRaises(Refused):
            notes.approve(viewer=viewer, note_id=row.pk, seen="")
        note_approved(self.cast, row, "denis")  # Control: before its end.

    def test_withdrawn(self) -> None:
        """A row of its own at the council; the reason is checked like a note."""
        row = noted(self.cast)
        note_approved(self.cast, row, "claire", "denis")
        with people.as_person(self.cast.claire) as viewer:
            with self.assertRaises(notes.NoteWords):
                notes.withdraw(viewer=viewer, note_id=row.pk, reason="Trois erreurs.")
            notes.withdraw(viewer=viewer, note_id=row.pk, reason="Le manque est comblé.")
            with self.assertRaises(NotAllowed):
                notes.withdraw(viewer=viewer, note_id=row.pk, reason="Encore.")
        published = Note.objects.get(source=self.cast.commission.pk)
        self.assertEqual(published.withdrawal.reason, "Le manque est comblé.")


class NoteRows(CommittingTestCase):
    """Sealed, unchanged, by two people, whatever the service or a hand in SQL says."""

    @classmethod
    def setUpClass(cls) -> None:
        """Open two commissions."""
        super().setUpClass()
        cls.cast = people.commission(f"n{uuid.uuid4().hex[:8]}")
        cls.other = people.commission(f"m{uuid.uuid4().hex[:8]}")

    def attempt(self, name: str, row: ReleaseNote, **changes: Any) -> int:
        """Update a row as the service's role in somebody's context, past every action."""
        with people.as_person(self.cast.people[name]) as viewer, transaction.atomic():
            values = {
                key: (viewer.at if value == "now" else value) for key, value in changes.items()
            }
            return ReleaseNote.objects.filter(pk=row.pk).update(**values)

    def test_the_database_holds_no_word(self) -> None:
        """T-07: the words are in no column; the page of who may read them shows them."""
        row = noted(self.cast, title="Canari jaune", text="Le canari manque souvent.")
        with self.as_administrator() as administrator:
            (dumped,) = administrator.execute(
                "SELECT n::text || encode(coalesce(n.words, ''), 'escape')"
                " FROM cases_releasenote n WHERE id = %s",
                [row.pk],
            ).fetchone()
        self.assertNotIn("anari", dumped)
        page = people.client_of(self.cast.denis).get(reverse("cases:note", args=[row.pk]))
        self.assertContains(page, "Le canari manque souvent.")  # Control.

    def test_words_never_change(self) -> None:
        """Words, subject, author: the trigger refuses, before and after the approvals."""
        row, swapped = noted(self.cast), noted(self.cast, text="Tout autre chose.")
        claire, denis = self.cast.claire.user.pk, self.cast.denis.user.pk
        for approver in ("", "claire", "denis"):
            if approver:
                note_approved(self.cast, row, approver)
            for changes in (
                {"words": swapped.words},
                {"words": None, "words_version": None},
                {"category": "grave", "missing_offer": ""},
                {"written_by_id": denis},
                {"digest": "0" * 56},
                {"approved_by_id": denis if approver != "denis" else claire},
            ):
                with self.subTest(approver, fields=list(changes)):
                    self.assertRaises(DatabaseError, self.attempt, "claire", row, **changes)
        self.assertEqual(state_of(self.cast, row), "published")  # Control: the steps passed.

    def test_two_people_whatever_the_service_says(self) -> None:
        """Alone, in another's name, twice, or published without a note at the council."""
        row = noted(self.cast)
        claire, denis = self.cast.claire.user.pk, self.cast.denis.user.pk
        once = {"state": "approved_once", "approved_at": "now", "digest": "0" * 56}
        out = {"state": "published", "published_at": "now", "published_as": uuid.uuid4()}
        for changes in (
            {**once, "approved_by_id": denis},
            {**once, **out, "approved_by_id": denis, "published_by_id": claire},
        ):
            self.assertRaises(DatabaseError, self.attempt, "claire", row, **changes)
        note_approved(self.cast, row, "claire")
        for changes in (
            {**out, "published_by_id": claire},
            {**out, "published_by_id": denis},
            {"state": "written", "approved_by_id": None, "approved_at": None, "digest": ""},
        ):
            self.assertRaises(DatabaseError, self.attempt, "claire", row, **changes)
        note_approved(self.cast, row, "denis")  # Control.

    def test_the_neighbours_note_is_not_there(self) -> None:
        """By its id: 404 on each page, no row, no update."""
        row = noted(self.cast)
        neighbour = people.client_of(self.other.claire)
        for name in ("note", "note_withdraw"):
            self.assertEqual(
                neighbour.get(reverse(f"cases:{name}", args=[row.pk])).status_code, 404
            )
        for name in ("note_approve", "note_drop"):
            address = reverse(f"cases:{name}", args=[row.pk])
            self.assertEqual(neighbour.post(address).status_code, 404)
        with people.as_person(self.other.claire):
            self.assertEqual(ReleaseNote.objects.filter(pk=row.pk).update(state="dropped"), 0)
        self.assertEqual(state_of(self.cast, row), "written")  # Control: it stands.

    def test_a_hand_past_the_trigger_is_seen(self) -> None:
        """Sealed words put in another row do not open: an alert, and no approval."""
        row, swapped = noted(self.cast), noted(self.cast, text="Tout autre chose.")
        note_approved(self.cast, row, "claire")
        with self.as_administrator() as administrator:
            administrator.execute("ALTER TABLE cases_releasenote DISABLE TRIGGER clsm_note_step")
            administrator.execute(
                "UPDATE cases_releasenote SET words = %s WHERE id = %s", [swapped.words, row.pk]
            )
            administrator.execute("ALTER TABLE cases_releasenote ENABLE TRIGGER clsm_note_step")
        with recorder.observe() as events:
            page = people.client_of(self.cast.denis).get(reverse("cases:note", args=[row.pk]))
        self.assertContains(page, "a été altéré")
        self.assertIn("note_words_altered", [event.purpose for event in events])
        with people.as_person(self.cast.denis) as viewer, self.assertRaises(NotAllowed) as refused:
            notes.approve(viewer=viewer, note_id=row.pk, seen="")
        self.assertEqual(refused.exception.code, "tampered")

    def test_pages(self) -> None:
        """Prefilled by the missing offer, refused beside the field, confirmed, approved."""
        claire, denis = people.client_of(self.cast.claire), people.client_of(self.cast.denis)
        offers = claire.get(reverse("cases:missing_offers"))
        self.assertContains(offers, "?sujet=missing_offer&amp;offre=equipe_mobile")
        address = reverse("cases:note_new")
        form = claire.get(address, {"sujet": "missing_offer", "offre": "equipe_mobile"})
        posted = form_of(form.content.decode(), address)
        self.assertEqual(posted["missing_offer"], ["equipe_mobile"])
        posted |= {
            "basis": ["structures"],
            "title": ["Équipes mobiles"],
            "text": ["Il manque un relais pour deux personnes."],
        }
        refused = claire.post(address, posted)
        self.assertContains(refused, "« deux »")
        self.assertContains(refused, "Il manque un relais pour deux personnes.")
        self.assertNotContains(refused, "is_confirmed")
        posted["text"] = ["Il manque un relais."]
        asked = claire.post(address, posted)
        self.assertContains(asked, "is_confirmed")
        made = claire.post(address, {**posted, "is_confirmed": ["on"]})
        self.assertEqual(made.status_code, 302, made.content.decode()[:3000])
        page = claire.get(made["Location"])
        self.assertContains(page, "À relire avant d’approuver")
        digest = form_of(page.content.decode(), made["Location"] + "approbation/")["digest"]
        for client in (claire, denis):
            client.post(made["Location"] + "approbation/", {"digest": digest})
        self.assertContains(denis.get(made["Location"]), "publiée")
        withdrawal = made["Location"] + "retrait/"
        self.assertContains(denis.get(withdrawal), "Motif du retrait")
        denis.post(withdrawal, {"reason": "Comblé."})
        self.assertContains(claire.get(reverse("cases:notes")), "retirée")

    def test_the_vault_closed_meanwhile(self) -> None:
        """Everything typed comes back, and nothing is kept."""
        closed = people.client_of(self.cast.claire, vault=False)
        posted = {**WORDS, "title": "Titre gardé"}
        answer = closed.post(reverse("cases:note_new"), posted)
        self.assertContains(answer, "Votre coffre s’est refermé")
        self.assertContains(answer, "Titre gardé")


class NoteKeys(CommittingTestCase):
    """In a database of its own: no row that another test spoilt is sealed again."""

    def test_the_servers_key_is_renewed(self) -> None:
        """rotate_keys seals the words again; they read the same, and approvals hold."""
        self.enterContext(owner.connected(type(self)))
        self.cast = people.commission(f"k{uuid.uuid4().hex[:8]}")
        self.enterContext(own_keys())
        row = noted(self.cast)
        note_approved(self.cast, row, "claire")
        told = io.StringIO()
        call_command("rotate_keys", note_texts.PURPOSE, stdout=told, stderr=told)
        with people.as_person(self.cast.claire):
            fresh = ReleaseNote.objects.get(pk=row.pk)
        self.assertEqual(fresh.words_version, settings.KEYS.current_version(note_texts.PURPOSE))
        self.assertNotEqual(fresh.words_version, row.words_version)
        note_approved(self.cast, row, "denis")
