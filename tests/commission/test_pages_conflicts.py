"""Forms that meet another post, a vault that closed, a refusal: nothing typed is lost, no 500.

Decisions 31, 32 and 50, promise 5.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

from django.db import connections
from django.urls import reverse

from audit import recorder
from cases.actions import members, milestones, situations
from cases.models import (
    AgendaItem,
    Mandate,
    MemberVault,
    Proposal,
    ReferralAnswer,
    Review,
    SealedDocument,
)
from cases.permissions import Role
from cases.views import draft, submission
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CharterAcceptance
from tests import people
from tests.cases_of import Client, CommittingTestCase, TestCase

LOCKED = "Votre coffre s’est refermé"
CHANGED = "Cette situation a changé entre-temps"
TYPED = "Tapé avec soin, jamais perdu."


def url(name: str, *args: Any) -> str:
    """Return an address of the commission."""
    return reverse(f"cases:{name}", args=args)


def key() -> str:
    """Return a new idempotency key."""
    return str(uuid.uuid4())


def twin(client: Any) -> Client:
    """Return a second window of the same browser."""
    other = Client()
    other.cookies.update(client.cookies)
    return other


def both(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Post twice at once; return the two answers."""
    answers: list[Any] = [None, None]

    def run(number: int, post: Callable[[], Any]) -> None:
        try:
            answers[number] = post()
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, post))
        for number, post in enumerate((first, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def meeting(function: Callable[..., Any], *, before: bool) -> Callable[..., Any]:
    """Make two callers of a function wait for each other, on its way in or out."""
    barrier = threading.Barrier(2, timeout=30)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            barrier.wait()
            return function(*args, **kwargs)
        found = function(*args, **kwargs)
        barrier.wait()
        return found

    return wrapped


class AtOnceTests(CommittingTestCase):
    """Decision 50: two posts at the same moment, on real commits."""

    def setUp(self) -> None:
        self.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")

    def review(self, idempotency_key: str) -> dict[str, Any]:
        """Return a complete review form."""
        return {
            "idempotency_key": idempotency_key,
            "presence": "oui",
            "analysis_1_category": "logement",
            "analysis_1_text": TYPED,
            "proposal_1_kind": "visite_a_domicile_conjointe",
            "proposal_1_title": "Visite à deux",
            "proposal_1_category": "situation_sociale",
            "proposal_1_holder": "CMP et CCAS",
            "shareable_text": "Nous avons parlé du logement.",
        }

    def post_review(self, keys: tuple[str, str]) -> tuple[list[Any], int]:
        """Post the review of one point twice at once; return the answers and the reviews made."""
        situation, item = people.inscribed(self.cast)
        luc = people.client_of(self.cast.luc)
        windows = (luc, twin(luc))
        reserve = meeting(submission.receipts.reserve, before=True)
        with mock.patch.object(submission.receipts, "reserve", reserve):
            answers = both(
                *(
                    lambda window=window, one=one: window.post(
                        url("review", item.pk), self.review(one)
                    )
                    for window, one in zip(windows, keys, strict=True)
                )
            )
        with people.as_person(self.cast.luc):
            made = Review.objects.filter(situation=situation).count()
        return answers, made

    def test_identical_reviews_make_one(self) -> None:
        """The second post waits for the first, then leads where it led."""
        same = key()
        answers, made = self.post_review((same, same))
        self.assertEqual([answer.status_code for answer in answers], [302, 302])
        self.assertEqual(made, 1)
        places = sorted(answer.headers["Location"] for answer in answers)
        self.assertIn(url("already_posted", same), places)
        luc = people.client_of(self.cast.luc)
        led = luc.get(url("already_posted", same)).headers["Location"]
        self.assertIn(led, places)

    def test_two_reviews_of_one_point(self) -> None:
        """Two forms, each with its key: one stands, the other comes back with its text."""
        answers, made = self.post_review((key(), key()))
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 302])
        self.assertEqual(made, 1)
        (refused,) = [answer for answer in answers if answer.status_code == 200]
        self.assertContains(refused, TYPED)
        self.assertContains(refused, 'id="erreurs"')

    def refer(self) -> Any:
        """Write a referral up to its last screen; return the browser."""
        julie = people.client_of(self.cast.julie)
        julie.post(url("referral_new"), {"urgency": "non", "idempotency_key": key()})
        for step, data in (
            (
                "personne",
                {
                    "last_name": "Dupont-Fictif",
                    "first_name": "Camille",
                    "person_informed": "informee",
                    "informed_by": "la gardienne",
                    "age_band": "56-65",
                },
            ),
            (
                "situation",
                {
                    "story": "Elle ne sort plus.",
                    "problems": ["logement_incurie_diogene"],
                    "visitor_risk": "non",
                    "severity": "eleve",
                    "housing_type": "logement_social",
                    "care_status": "connu_rupture",
                },
            ),
        ):
            answer = julie.post(
                url("referral_step", step), {**data, "action": "next", "idempotency_key": key()}
            )
            self.assertEqual(answer.status_code, 302, step)
        return julie

    def post_last(self, keys: tuple[str, str]) -> tuple[list[Any], int]:
        """Post the last screen twice at once; return the answers and the referrals made."""
        julie = self.refer()
        windows = (julie, twin(julie))
        data = {
            "person_words": "Je veux garder mon appartement.",
            "question": "Comment renouer le lien ?",
            "referrer_category": "bailleur_social",
            "criteria": ["droit_commun", "complexite"],
            "action": "next",
        }
        with mock.patch.object(draft, "find", meeting(draft.find, before=False)):
            answers = both(
                *(
                    lambda window=window, one=one: window.post(
                        url("referral_step", "demande"), {**data, "idempotency_key": one}
                    )
                    for window, one in zip(windows, keys, strict=True)
                )
            )
        with people.as_person(self.cast.julie):
            made = ReferralAnswer.objects.count()
        return answers, made

    def test_identical_last_screens_send_one(self) -> None:
        """The draft that the first post sent is gone for the second, which leads to its result."""
        same = key()
        answers, made = self.post_last((same, same))
        self.assertEqual([answer.status_code for answer in answers], [302, 302])
        self.assertEqual(made, 1)
        self.assertEqual(len({answer.headers["Location"] for answer in answers}), 1)

    def test_two_windows_send_one_draft(self) -> None:
        """With two keys as well: the second is told, on the list of what was sent."""
        answers, made = self.post_last((key(), key()))
        self.assertEqual(made, 1)
        self.assertIn(url("my_referrals"), [answer.headers["Location"] for answer in answers])

    def test_two_vaults_at_once(self) -> None:
        """A double click makes one vault; the second answer says that it exists."""
        user = people.account("ines", "Roy", suffix=f".{uuid.uuid4().hex[:8]}")
        today = now().date()
        Mandate.objects.create(
            commission=self.cast.commission,
            user=user,
            role=Role.PERMANENT,
            profession="none",
            organisation="Association",
            organisation_kind="association_sociale",
            starts_on=today,
            ends_on=today.replace(year=today.year + 1),
        )
        people.give_second_factor(user)
        CharterAcceptance.objects.create(
            user=user, charter=people.charter(now()), accepted_at=now()
        )
        ines = people.client_of(people.Person(user, None))
        windows = (ines, twin(ines))
        with mock.patch.object(members, "check", meeting(members.check, before=True)):
            answers = both(
                *(
                    lambda window=window: window.post(
                        url("vault_new"), {"passphrase": people.PASSPHRASE}
                    )
                    for window in windows
                )
            )
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 302])
        self.assertEqual(MemberVault.objects.filter(user=user).count(), 1)
        (told,) = [
            window
            for window, answer in zip(windows, answers, strict=True)
            if answer.status_code == 302
        ]
        self.assertContains(told.get(url("vault")), "Votre coffre existe déjà")


class LockedTests(TestCase):
    """Decision 50: the vault closes by itself; what was typed comes back."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("referme")
        cls.situation, _ = people.reviewed(cls.cast)
        with people.as_person(cls.cast.luc) as viewer:
            cls.document = situations.write(
                viewer=viewer,
                situation=people.fresh(cls.cast, cls.situation.pk),
                section="housing",
                category="logement",
                text="Avant.",
            )
            cls.proposals = {
                one.section: one.pk for one in Proposal.objects.filter(situation=cls.situation)
            }
        cls.today = now().date().isoformat()

    def setUp(self) -> None:
        self.closed = people.client_of(self.cast.luc, vault=False)
        self.opened = people.client_of(self.cast.luc)

    def restitution(self) -> dict[str, Any]:
        """Return a complete restitution."""
        answers = {f"answer_{pk}": "oui" for pk in self.proposals.values()}
        return {"given_on": self.today, "mode": "rencontre", "words": TYPED, **answers}

    def kept(self, address: str, data: dict[str, Any], *texts: str) -> None:
        """Require the form back with its words, and no text of the vault."""
        page = self.closed.post(address, {"idempotency_key": key(), **data})
        self.assertContains(page, LOCKED)
        for text in texts:
            self.assertContains(page, text)
        self.assertNotContains(page, "Avant.")
        self.assertNotContains(page, "Visite à deux")

    def test_a_restitution_comes_back(self) -> None:
        """The words and every answer; then, the vault open, the same post stands."""
        data = self.restitution()
        address = url("restitute", self.situation.code)
        self.kept(address, data, TYPED, "checked")
        done = self.opened.post(address, {"idempotency_key": key(), **data})
        self.assertRedirects(done, url("situation", self.situation.code))

    def test_a_changed_text_comes_back(self) -> None:
        """The text and the version it was read at."""
        address = url("document_edit", self.situation.code, self.document.pk)
        data = {"text": TYPED, "version": "1"}
        self.kept(address, data, TYPED, 'name="version" value="1"')
        done = self.opened.post(address, {"idempotency_key": key(), **data})
        self.assertEqual(done.status_code, 302)

    def test_a_stranger_gets_nothing_back(self) -> None:
        """The closed vault opens no other way in: same 404 as before."""
        marc = people.client_of(self.cast.marc, vault=False)
        for address in (
            url("document_edit", self.situation.code, self.document.pk),
            url("document_edit", self.situation.code, uuid.uuid4()),
            url("proposal", self.proposals["social"]),
            url("restitute", self.situation.code),
        ):
            page = marc.post(address, {"text": TYPED, "action": "answer"})
            self.assertEqual(page.status_code, 404, address)

    def test_a_proposal_s_answer_comes_back(self) -> None:
        """The answer and its date; the form that was not posted stays away."""
        address = url("proposal", self.proposals["social"])
        data = {"action": "answer", "avis-answer": "partiel", "avis-on": self.today}
        self.kept(address, data, self.today, "partiel")
        done = self.opened.post(address, {"idempotency_key": key(), **data})
        self.assertEqual(done.status_code, 302)
        data = {"action": "progress", "etat-status": "non_realisee", "version": "2"}
        self.kept(address, data, "non_realisee")


class RefusalTests(TestCase):
    """A conflict or a refusal is an error of the form, recorded, never a 500."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("conflit")
        cls.situation = people.shared(cls.cast)

    def close(self) -> Any:
        """Close the situation as its lead."""
        return people.client_of(self.cast.luc).post(
            url("close", self.situation.code),
            {
                "idempotency_key": key(),
                "reason": "objectifs_atteints",
                "outcome_housing": "maintien",
                "outcome_care": "inconnu",
                "outcome_rights": ["aucun"],
                "missing_offer": ["aucun"],
                "words": TYPED,
            },
        )

    def test_a_stale_situation_keeps_the_text(self) -> None:
        """Somebody changed the situation between the reading and the writing."""
        stale = mock.patch.object(situations, "change", side_effect=milestones.StaleSituation)
        with recorder.observe() as events, stale:
            page = self.close()
        self.assertContains(page, CHANGED)
        self.assertContains(page, TYPED)
        denied = [event for event in events if event.action == "access.denied"]
        self.assertEqual([event.purpose for event in denied], ["stale"])
        with people.as_person(self.cast.luc):
            words = SealedDocument.objects.filter(situation=self.situation, kind="words")
            self.assertEqual(words.count(), 0)
        self.assertEqual(self.close().status_code, 302)

    def test_what_another_post_made_is_told(self) -> None:
        """A UNIQUE answers like a stale page: here, the same situation on the same agenda."""
        _, item = people.inscribed(self.cast)

        def twice(*args: Any, **kwargs: Any) -> None:
            AgendaItem.objects.create(
                pk=uuid.uuid4(),
                sitting_id=item.sitting_id,
                situation_id=item.situation_id,
                mode=item.mode,
                kind=item.kind,
                rank=9,
            )

        with mock.patch.object(situations, "change", side_effect=twice):
            page = self.close()
        self.assertContains(page, CHANGED)
        self.assertContains(page, TYPED)

    def test_a_button_speaks_of_no_text(self) -> None:
        """A single button has nothing typed to keep."""
        luc = people.client_of(self.cast.luc)
        situation, _ = people.reviewed(self.cast)
        luc.post(
            url("restitute", situation.code),
            {"idempotency_key": key(), "given_on": now().date().isoformat(), "mode": "rencontre"},
        )
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            milestones.change(viewer, row, state="restituted")
        with mock.patch.object(situations, "change", side_effect=milestones.StaleSituation):
            page = luc.post(url("follow", situation.code), {"idempotency_key": key()}, follow=True)
        self.assertContains(page, "relisez la page, puis recommencez")
        self.assertNotContains(page, "gardé ci-dessous")

    def test_a_complement_refused_is_kept(self) -> None:
        """The screening moved meanwhile: the form comes back although nothing is asked any more."""
        referral = people.referred(self.cast)
        julie = people.client_of(self.cast.julie)
        address = url("my_referral", referral.code)
        self.assertNotContains(julie.get(address), "<textarea")
        page = julie.post(address, {"idempotency_key": key(), "text": TYPED})
        self.assertContains(page, TYPED)
        self.assertContains(page, 'id="erreurs"')

    def test_no_words_after_a_withdrawal(self) -> None:
        """Promise 5: the field is not there, and what is posted all the same is not kept."""
        luc = people.client_of(self.cast.luc)
        address = url("close", self.situation.code)
        self.assertContains(luc.get(address), 'name="words"')
        luc.post(
            url("withdraw", self.situation.code),
            {
                "kind": "withdrawal",
                "giver": "personne",
                "expressed_on": now().date().isoformat(),
                "understood": "on",
                "idempotency_key": key(),
            },
        )
        self.assertNotContains(luc.get(address), 'name="words"')
        self.assertEqual(self.close().status_code, 302)
