"""The identity of a person: written with her agreement, shown by a gesture, changed by one hand."""

from __future__ import annotations

import uuid
from typing import Any

from audit import recorder
from cases.access.situations import reveal_identity
from cases.actions import agreements, grants, identities
from cases.actions.identities import IdentityChanged, IdentityNeedsAgreement, InvalidIdentity
from cases.actions.milestones import StaleSituation
from cases.domain.agreement import AgreementKind, ExceptionReason
from cases.domain.exceptions import DomainError
from cases.domain.sections import InformationCategory
from cases.models import SealedDocument
from cases.permissions import Refused
from tests import people
from tests.cases_of import TestCase
from tests.commission import unnamed
from tests.commission.test_pages_journey import url


class Writing(TestCase):
    """C-01: the rule, and whoever may write."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"i{uuid.uuid4().hex[:8]}")

    def test_nothing_before_the_agreement(self) -> None:
        """Neither written nor completed, and the message says why; then it is."""
        for pk, version in ((unnamed.coded(self.cast).pk, 0), (people.admitted(self.cast).pk, 1)):
            with self.subTest(version=version):
                with self.assertRaises(IdentityNeedsAgreement) as refused:
                    unnamed.write(self.cast, pk, version=version)
                self.assertIn("recueillez d’abord l’accord", refused.exception.message)
                unnamed.agree(self.cast, pk)
                unnamed.write(self.cast, pk, version=version)

    def test_a_dated_exception_is_enough_until_its_date(self) -> None:
        """C-01, C-10: then nothing more is completed."""
        pk = unnamed.coded(self.cast).pk
        with people.as_person(self.cast.luc) as viewer:
            today = viewer.at.date()
        unnamed.agree(
            self.cast,
            pk,
            kind=AgreementKind.IMPOSSIBILITY,
            reason=ExceptionReason.HOSPITALISED,
            regularise_by=today,
        )
        unnamed.write(self.cast, pk)
        with people.later(days=2), self.assertRaises(IdentityNeedsAgreement):
            unnamed.write(self.cast, pk, version=1)

    def test_after_a_withdrawal_nothing(self) -> None:
        """C-04: not even by the lead."""
        pk = people.agreed(self.cast).pk
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer, situation=people.fresh(self.cast, pk), kind="withdrawal"
            )
        with self.assertRaises(DomainError) as refused:
            unnamed.write(self.cast, pk, version=1)
        self.assertEqual(refused.exception.code, "agreement_withdrawn")

    def test_only_whoever_writes_in_the_section(self) -> None:
        """Readers and strangers to the section are refused; a contributor is not."""
        pk = people.agreed(self.cast).pk
        given = {"sophie": ("read", ["identity", "core"]), "marc": ("contribute", ["core"])}
        for name, (level, sections) in given.items():
            with people.as_person(self.cast.luc) as viewer:
                grants.share(
                    viewer=viewer,
                    situation=people.fresh(self.cast, pk),
                    recipients=[self.cast.people[name].user.pk],
                    sections=sections,
                    level=level,
                )
        for name in given:
            with self.subTest(name), self.assertRaises(Refused):
                unnamed.write(self.cast, pk, name, version=1)
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                recipients=[self.cast.sophie.user.pk],
                sections=["identity"],
                level="contribute",
            )
        unnamed.write(self.cast, pk, "sophie", version=1)

    def test_it_is_one_document_in_its_own_section(self) -> None:
        """Changed, not added; recorded with its objects; what is not a field is not kept."""
        pk = people.agreed(self.cast).pk
        with recorder.observe() as events:
            unnamed.write(self.cast, pk, version=1, secret_note="jamais", sex="femme")
        actions = [event.action for event in events if event.action.startswith("identity")]
        self.assertEqual(actions, ["identity.written"])
        with people.as_person(self.cast.luc) as viewer:
            row = SealedDocument.objects.get(situation=pk, section="identity")
            self.assertEqual((row.kind, row.row_version), ("identity", 2))
            said = reveal_identity(viewer, people.fresh(self.cast, pk).code)
        self.assertEqual(said, {**unnamed.IDENTITY, "sex": "femme"})

    def test_what_may_not_be_written_is_refused(self) -> None:
        """C-12, C-28: no number of social security, no representative told against the measure."""
        pk = people.agreed(self.cast).pk
        for changes, field in (
            ({"address": "1 61 03 57 463 123 45"}, "address"),
            ({"last_name": " "}, "last_name"),
            (
                {"representative_informed": "representation_a_la_personne"},
                "representative_informed",
            ),
        ):
            with self.subTest(field), self.assertRaises(InvalidIdentity) as refused:
                unnamed.write(self.cast, pk, version=1, **changes)
            self.assertEqual(set(refused.exception.errors), {field})

    def test_a_stale_writer_sees_what_stands(self) -> None:
        """Style 22: nobody is overwritten, and the reading of the other text is recorded."""
        pk = people.agreed(self.cast).pk
        unnamed.write(self.cast, pk, version=1)
        with recorder.observe() as events, self.assertRaises(IdentityChanged) as changed:
            unnamed.write(self.cast, pk, version=1, phone="0611111111")
        self.assertEqual(changed.exception.version, 2)
        self.assertEqual(changed.exception.current["phone"], "0639980000")
        self.assertIn("identity.revealed", [event.action for event in events])

    def test_two_first_writings_make_one(self) -> None:
        """Two tabs that found nothing written: the second is refused, not added."""
        pk = unnamed.coded(self.cast).pk
        unnamed.agree(self.cast, pk)
        with people.as_person(self.cast.luc) as viewer:
            read_before = people.fresh(self.cast, pk)
            unnamed_row = people.fresh(self.cast, pk)
            identities.write(
                viewer=viewer, situation=unnamed_row, content=unnamed.IDENTITY, version=0
            )
            with self.assertRaises((StaleSituation, IdentityChanged)):
                identities.write(
                    viewer=viewer, situation=read_before, content=unnamed.IDENTITY, version=0
                )
            self.assertEqual(SealedDocument.objects.filter(section="identity").count(), 1)


class Pages(TestCase):
    """The page: masked, opened by a gesture, kept on an error."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"j{uuid.uuid4().hex[:8]}")

    def setUp(self) -> None:
        self.luc = people.client_of(self.cast.luc)

    def post(self, client: Any, code: str, **data: Any) -> Any:
        """Post the form of an identity."""
        key = {"idempotency_key": str(uuid.uuid4())}
        return client.post(url("identity_edit", code), {**key, **unnamed.IDENTITY, **data})

    def test_the_page_says_why_it_waits(self) -> None:
        """Without an agreement there is no form; a post comes back with everything typed."""
        situation = unnamed.coded(self.cast)
        page = self.luc.get(url("identity_edit", situation.code))
        self.assertContains(page, "recueillez d’abord l’accord")
        self.assertNotContains(page, 'name="last_name"')
        refused = self.post(self.luc, situation.code, version="0")
        self.assertContains(refused, "recueillez d’abord l’accord")
        self.assertContains(refused, "Marchandeau-Fictif")

    def test_a_first_writing_then_a_correction(self) -> None:
        """Empty form; saved; masked again; opened by a gesture; changed; shown by parts."""
        situation = unnamed.coded(self.cast)
        unnamed.agree(self.cast, situation.pk)
        address = url("identity_edit", situation.code)
        self.assertContains(self.luc.get(address), 'name="last_name"')
        saved = self.post(self.luc, situation.code, version="0")
        self.assertRedirects(saved, url("situation", situation.code))
        with recorder.observe() as events:
            masked = self.luc.get(address)
        self.assertNotContains(masked, "Marchandeau")
        self.assertNotIn("identity.revealed", [event.action for event in events])
        with recorder.observe() as events:
            opened = self.luc.post(address, {"action": "open"})
        self.assertContains(opened, "Marchandeau-Fictif")
        self.assertIn("identity.revealed", [event.action for event in events])
        changed = self.post(
            self.luc,
            situation.code,
            version="1",
            protection_measure="curatelle_simple",
            representative_name="Service des Tilleuls",
            representative_mandate="curateur",
            representative_informed="avec_son_accord",
            trusted_name="Sa sœur",
            carer_name="Une voisine",
        )
        self.assertRedirects(changed, url("situation", situation.code))
        page = self.luc.post(url("situation_identity", situation.code))
        for words in (
            "À ne pas faire en la contactant",
            "Ne pas laisser de message vocal",
            "Service des Tilleuls",
            "Oui, avec l’accord de la personne",
            "Personne de confiance",
            "Une voisine",
        ):
            self.assertContains(page, words)
        self.assertNotContains(page, "Nom de naissance")

    def test_a_stale_post_shows_both_texts(self) -> None:
        """Style 22: the next save stands on what was just read."""
        situation = people.agreed(self.cast)
        unnamed.write(self.cast, situation.pk, version=1)
        stale = self.post(self.luc, situation.code, version="1", phone="0611111111")
        self.assertContains(stale, "Ce texte a changé")
        self.assertContains(stale, "0639980000")
        self.assertContains(stale, 'name="version" value="2"')
        again = self.post(self.luc, situation.code, version="2", phone="0611111111")
        self.assertRedirects(again, url("situation", situation.code))

    def test_a_closed_vault_keeps_what_is_typed(self) -> None:
        """Nothing is lost on a time-out; nothing is written either."""
        situation = people.agreed(self.cast)
        closed = people.client_of(self.cast.luc, vault=False)
        page = self.post(closed, situation.code, version="1")
        self.assertContains(page, "Votre coffre s’est refermé")
        self.assertContains(page, "Marchandeau-Fictif")
        with people.as_person(self.cast.luc):
            self.assertEqual(SealedDocument.objects.get(section="identity").row_version, 1)

    def test_replayed_it_writes_once(self) -> None:
        """Decision 50: the same form posted again leads where the first led."""
        situation = people.agreed(self.cast)
        key = str(uuid.uuid4())
        for _ in range(2):
            self.post(self.luc, situation.code, version="1", idempotency_key=key)
        with people.as_person(self.cast.luc):
            self.assertEqual(SealedDocument.objects.get(section="identity").row_version, 2)

    def test_strangers_find_nothing(self) -> None:
        """C-23, C-21: another commission, a referrer, a member without the section: 404."""
        situation = people.agreed(self.cast)
        other = people.commission(f"k{uuid.uuid4().hex[:8]}")
        for person in (other.luc, other.claire, self.cast.julie, self.cast.marc, self.cast.denis):
            client = people.client_of(person)
            for method, data in (("get", {}), ("post", {"action": "open"}), ("post", {})):
                answer = getattr(client, method)(url("identity_edit", situation.code), data)
                self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.luc.get(url("identity_edit", situation.code)).status_code, 200)

    def test_no_name_in_titles_addresses_and_ledger(self) -> None:
        """Style 18: an opaque reference only, whatever page tells it."""
        situation = people.agreed(self.cast)
        with recorder.observe() as events:
            self.post(self.luc, situation.code, version="1")
            page = self.luc.post(url("situation_identity", situation.code))
        text = page.content.decode()
        self.assertIn("Marchandeau", text)  # Control.
        title = text[text.index("<title>") : text.index("</title>")]
        self.assertNotIn("Marchandeau", title)
        self.assertNotIn("Marchandeau", " ".join(repr(event) for event in events))

    def test_identity_follows_what_she_agreed(self) -> None:
        """C-08: whoever she did not open it to has no page; the lead keeps it."""
        categories = frozenset(InformationCategory) - {InformationCategory.IDENTITY}
        situation = people.shared(self.cast, "sophie", categories=categories)
        sophie = people.client_of(self.cast.sophie)
        self.assertEqual(sophie.get(url("identity_edit", situation.code)).status_code, 404)
        self.assertEqual(self.luc.get(url("identity_edit", situation.code)).status_code, 200)
