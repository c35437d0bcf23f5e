"""The pages of exceptional accesses: two people, a follow-up, closed doors, constant costs."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from audit import recorder
from audit.events import Outcome
from cases.access import exceptional_words
from cases.actions import exceptional, exceptional_endings
from cases.models import ExceptionalAccess, Recusal, VaultOpening
from cases.permissions import Refused
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import Client, CommittingTestCase
from tests.commission import exceptionals as made
from tests.commission.test_pages_conflicts import key, url
from tests.commission.test_pages_queries import count

REASON = {"reason": "vie_en_danger", "words": made.WORDS, "is_lead_absent": "on"}


class Pages(CommittingTestCase):
    """Nadia asks, Claire confirms, Denis follows up; Luc leads."""

    def setUp(self) -> None:
        self.cast = people.commission(f"v{uuid.uuid4().hex[:8]}")
        self.situation = made.situation(self.cast)
        self.code = self.situation.code

    def post(self, who: Any, name: str, argument: Any, **data: Any) -> Any:
        """Post a form and follow where it leads."""
        client = who if isinstance(who, Client) else people.client_of(who)
        return client.post(url(name, argument), {"idempotency_key": key(), **data}, follow=True)

    def only(self) -> ExceptionalAccess:
        """Return the access that was asked."""
        with people.as_person(self.cast.denis):
            return ExceptionalAccess.objects.get()


class Journeys(Pages):
    """Whole journeys, page by page."""

    def test_an_emergency_from_the_list_to_its_end(self) -> None:
        """She finds it, sees what would open, asks; the second person confirms; both close it."""
        nadia, claire = people.client_of(self.cast.nadia), people.client_of(self.cast.claire)
        self.assertContains(nadia.get(reverse("cases:sleeping")), self.code)
        with recorder.observe() as events:
            page = nadia.get(url("emergency_ask", self.code))
        self.assertContains(page, "identité, socle, social, logement, santé, juridique")
        self.assertContains(page, self.cast.luc.user.full_name)
        self.assertNotContains(page, made.SECRET)
        (told,) = [one for one in events if one.action == "exceptional.shown"]
        self.assertEqual(told.objects, (self.situation.pk,))
        page = self.post(nadia, "emergency_ask", self.code, **REASON)
        self.assertContains(page, "Appelez une seconde personne")
        self.assertContains(page, made.WORDS)
        row = self.only()
        self.assertNotIn(made.WORDS.encode(), bytes(row.words))
        self.assertEqual(nadia.get(url("situation", self.code)).status_code, 404)
        self.assertContains(claire.get("/"), "accès d’urgence à confirmer")
        self.assertContains(claire.get(reverse("cases:exceptional")), self.code)
        page = self.post(claire, "exceptional_access", row.pk, action="confirm")
        self.assertContains(page, "L’accès est ouvert")
        page = nadia.get(url("situation", self.code))
        self.assertContains(page, made.SECRET)
        self.assertContains(page, "Accès d’urgence ouvert sur")
        self.assertContains(page, "encore 3 h 59")
        for address in ("/", reverse("cases:situations"), reverse("cases:vault")):
            self.assertContains(nadia.get(address), "Accès d’urgence ouvert sur")
        self.assertContains(nadia.get(reverse("cases:situations")), self.code)
        for reader in (self.cast.luc, self.cast.claire, self.cast.denis):
            page = people.client_of(reader).get(url("situation", self.code))
            self.assertContains(page, "Accès d’urgence en cours")
            self.assertContains(page, self.cast.nadia.user.full_name)
            self.assertNotContains(page, "Accès d’urgence ouvert sur")
        page = self.post(nadia, "exceptional_access", row.pk, action="end")
        self.assertContains(page, "L’accès est refermé.")
        self.assertNotContains(nadia.get("/"), "Accès d’urgence ouvert sur")
        self.assertEqual(nadia.get(url("situation", self.code)).status_code, 404)

    def test_the_identity_is_shown_by_a_gesture(self) -> None:
        """And leads back to the situation."""
        made.opened(self.cast, self.code)
        page = people.client_of(self.cast.nadia).post(
            url("situation_identity", self.code), {"idempotency_key": key()}
        )
        self.assertContains(page, "Dupont-Fictif")
        self.assertContains(page, url("situation", self.code))

    def test_the_secret_is_asked_again(self) -> None:
        """To ask and to confirm; not to decline nor to close (decision 23)."""
        VaultOpening.objects.all().delete()
        nadia = people.client_of(self.cast.nadia)
        with people.later(minutes=11):
            asked = self.post(nadia, "emergency_ask", self.code, **REASON)
            self.assertContains(asked, "Demander un accès d’urgence")
            self.assertContains(asked, "Phrase de passe")
            self.assertContains(asked, made.WORDS)  # What was typed is kept.
            again = self.post(
                nadia, "emergency_ask", self.code, confirm_passphrase=people.PASSPHRASE, **REASON
            )
            row = self.only()
            self.assertContains(again, "Appelez une seconde personne")
            claire = people.client_of(self.cast.claire)
            with people.later(minutes=11):
                page = self.post(claire, "exceptional_access", row.pk, action="confirm")
                self.assertContains(page, "Confirmer un accès")
                self.assertEqual(made.reads(self.cast.nadia, self.code), "")
                page = self.post(claire, "exceptional_access", row.pk, action="decline")
                self.assertContains(page, "rien n’a été ouvert")

    def test_what_is_typed_stays_and_a_post_counts_once(self) -> None:
        """An unticked box says what to do; the same key makes one request."""
        nadia = people.client_of(self.cast.nadia)
        page = self.post(nadia, "emergency_ask", self.code, reason="vie_en_danger", words="Mots")
        self.assertContains(page, "peut être jointe")
        self.assertContains(page, "Mots")
        long = self.post(nadia, "emergency_ask", self.code, **{**REASON, "words": "x" * 501})
        self.assertContains(long, "x" * 501)
        data = {"idempotency_key": key(), **REASON}
        for _ in range(2):
            nadia.post(url("emergency_ask", self.code), data)
        self.only()
        again = self.post(nadia, "emergency_ask", self.code, **REASON)
        self.assertContains(again, "déjà en cours")

    def test_two_tabs_confirm_once(self) -> None:
        """The second tells that it was decided; her own button never confirms."""
        row = made.ask(self.cast, self.code)
        self.post(self.cast.claire, "exceptional_access", row.pk, action="confirm")
        page = self.post(self.cast.luc, "exceptional_access", row.pk, action="confirm")
        self.assertContains(page, "a déjà reçu sa réponse")
        other = made.situation(self.cast)
        second = made.ask(self.cast, other.code)
        page = self.post(self.cast.nadia, "exceptional_access", second.pk, action="confirm")
        self.assertContains(page, "une autre personne doit la confirmer")
        self.assertEqual(made.reads(self.cast.nadia, other.code), "")

    def test_nothing_would_open(self) -> None:
        """The page says so, and whom to call, instead of a form."""
        situation = made.situation(self.cast, expires_on=now().date())
        with people.later(days=2):
            page = people.client_of(self.cast.nadia).get(url("emergency_ask", situation.code))
        self.assertContains(page, "n’ouvrirait rien")
        self.assertContains(page, "15")
        self.assertNotContains(page, "Demander l’accès")

    def test_the_dpo_follows_up_in_three_days(self) -> None:
        """The count leads there; what was really opened is told; late is said; concluded once."""
        row = made.opened(self.cast, self.code)
        with people.as_person(self.cast.nadia) as viewer:
            made.situations.open_situation(viewer, self.code, wanted=["housing"])
        denis = people.client_of(self.cast.denis)
        self.assertContains(denis.get("/"), "accès exceptionnel à suivre")
        page = denis.get(url("exceptional_access", row.pk))
        self.assertContains(page, made.WORDS)
        self.assertContains(page, "Volets réellement ouverts")
        self.assertEqual(dict(page.context["review"])["Volets réellement ouverts"], "logement")
        with people.later(hours=73):
            late = people.client_of(self.cast.denis)
            self.assertContains(late.get(reverse("cases:exceptional")), "en retard depuis le")
            self.assertContains(late.get(url("exceptional_access", row.pk)), "en retard")
        with recorder.observe() as events:
            page = self.post(
                denis, "exceptional_follow_up", row.pk, conclusion="excessif", words="CANARI-suite"
            )
        self.assertContains(page, "plus a été ouvert que nécessaire")
        self.assertContains(page, "CANARI-suite")
        (told,) = [one for one in events if one.action == "exceptional.reviewed"]
        self.assertEqual(told.objects, (self.situation.pk, row.pk))
        self.assertNotContains(denis.get("/"), "accès exceptionnel à suivre")
        again = self.post(denis, "exceptional_follow_up", row.pk, conclusion="justifie")
        self.assertContains(again, "déjà sa conclusion")
        luc = people.client_of(self.cast.luc).get(url("exceptional_access", row.pk))
        self.assertContains(luc, "CANARI-suite")
        self.assertNotContains(luc, "Volets réellement ouverts")

    def test_a_control_from_the_situation_to_its_end(self) -> None:
        """The DPO asks from the page; the coordinator accepts; a banner for everybody."""
        denis = people.client_of(self.cast.denis)
        page = denis.get(url("situation", self.code))
        self.assertContains(page, url("control_ask", self.code))
        self.assertNotContains(denis.get(url("control_ask", self.code)), "santé</label>")
        page = self.post(
            denis,
            "control_ask",
            self.code,
            reason="reclamation",
            words=made.WORDS,
            sections=["core"],
        )
        self.assertContains(page, "l’animation y répond")
        row = self.only()
        claire = people.client_of(self.cast.claire)
        self.assertContains(claire.get("/"), "contrôle à accepter")
        self.post(claire, "exceptional_access", row.pk, action="confirm")
        page = denis.get(url("situation", self.code))
        self.assertContains(page, made.SECRET)
        self.assertContains(page, "Contrôle ouvert sur")
        page = people.client_of(self.cast.luc).get(url("situation", self.code))
        self.assertContains(page, "Contrôle de la DPO en cours")
        self.post(self.cast.luc, "exceptional_access", row.pk, action="end")
        self.assertNotContains(denis.get(url("situation", self.code)), made.SECRET)

    def test_altered_words_are_said_and_alerted(self) -> None:
        """One text never stands for the other, nor another row's."""
        row = made.opened(self.cast, self.code)
        with people.as_person(self.cast.denis) as viewer:
            exceptional_endings.follow_up(
                viewer=viewer, pk=row.pk, conclusion="justifie", words="suite"
            )
        with made.administrator() as admin:
            admin.execute("UPDATE cases_exceptionalaccess SET words = conclusion_words")
        with recorder.observe() as events:
            page = people.client_of(self.cast.denis).get(url("exceptional_access", row.pk))
        self.assertContains(page, exceptional_words.ALTERED_WORDS)
        self.assertIn("exceptional_words_altered", [one.purpose for one in events])


class Doors(Pages):
    """Style 24: anonymous, strangers, wrong method, audited, constant."""

    def addresses(self, pk: uuid.UUID) -> dict[str, str]:
        """Return every page about one access or one situation."""
        return {
            "emergency_ask": url("emergency_ask", self.code),
            "control_ask": url("control_ask", self.code),
            "exceptional_access": url("exceptional_access", pk),
            "exceptional_follow_up": url("exceptional_follow_up", pk),
        }

    def test_who_enters(self) -> None:
        """Each page opens for its people (control), and is a recorded 404 for all others."""
        row = made.opened(self.cast, self.code)
        other = people.commission(f"o{uuid.uuid4().hex[:8]}")
        allowed = {
            "emergency_ask": {"nadia"},
            "control_ask": {"denis"},
            "exceptional_access": {"nadia", "claire", "denis", "luc"},
            "exceptional_follow_up": {"denis"},
        }
        cast = {**self.cast.people, **{f"other {n}": p for n, p in other.people.items()}}
        for who, person in cast.items():
            client = people.client_of(person)
            for name, address in self.addresses(row.pk).items():
                expected = 200 if who in allowed[name] else 404
                with self.subTest(who, page=name), recorder.observe() as events:
                    self.assertEqual(client.get(address).status_code, expected)
                    denied = [one for one in events if one.outcome is Outcome.DENIED]
                    self.assertEqual(bool(denied), expected == 404)

    def test_anonymous_and_wrong_methods(self) -> None:
        """Login for nobody's session; 405 for anything but a form."""
        row = made.opened(self.cast, self.code)
        denis = people.client_of(self.cast.denis)
        for name, address in self.addresses(row.pk).items():
            with self.subTest(name):
                self.assertEqual(Client().get(address).status_code, 302)
                self.assertEqual(denis.put(address).status_code, 405)
        for name in ("exceptional", "sleeping"):
            address = reverse(f"cases:{name}")
            self.assertEqual(Client().get(address).status_code, 302)
            self.assertEqual(denis.post(address).status_code, 405)

    def test_an_act_of_another_name_is_absent(self) -> None:
        """And an access that is somebody else's business cannot be acted upon by its id."""
        row = made.ask(self.cast, self.code)
        claire = people.client_of(self.cast.claire)
        self.assertEqual(
            self.post(claire, "exceptional_access", row.pk, action="x").status_code, 404
        )
        with people.as_person(self.cast.julie) as viewer:
            for act in (exceptional.confirm, exceptional.decline, exceptional_endings.end):
                with self.assertRaises(Refused):
                    act(viewer=viewer, pk=row.pk)

    def test_constant_queries(self) -> None:
        """One access or several, one sleeping situation or several: the same cost."""
        made.opened(self.cast, self.code)
        clients = {
            "exceptional": [people.client_of(self.cast.people[n]) for n in ("claire", "denis")],
            "sleeping": [people.client_of(self.cast.nadia)],
            "home": [people.client_of(self.cast.claire), people.client_of(self.cast.denis)],
        }
        addresses = {
            "exceptional": reverse("cases:exceptional"),
            "sleeping": reverse("cases:sleeping"),
            "home": "/",
        }

        def costs() -> list[int]:
            return [
                count(client, addresses[name]) for name, held in clients.items() for client in held
            ]

        before = costs()
        for _ in range(2):
            made.opened(self.cast, made.situation(self.cast).code)
        self.assertEqual(costs(), before)

    def test_withdrawn_aside_and_the_pages(self) -> None:
        """Its code is told no more but to its lead and the DPO; who stepped aside sees no line."""
        made.opened(self.cast, self.code)
        with people.as_person(self.cast.luc) as viewer:
            made.agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        for name, told in (("nadia", False), ("claire", False), ("denis", True), ("luc", True)):
            client = people.client_of(self.cast.people[name])
            page = client.get(reverse("cases:exceptional"))
            with self.subTest(name):
                self.assertEqual(self.code in page.content.decode(), told)
                self.assertContains(page, "terminé")
                detail = client.get(url("exceptional_access", self.only().pk))
                self.assertEqual(self.code in detail.content.decode(), told)
        other = made.situation(self.cast)
        row = made.ask(self.cast, other.code)
        with people.as_person(self.cast.nadia) as viewer:
            Recusal(
                pk=uuid.uuid4(),
                situation_id=other.pk,
                user_id=viewer.user_id,
                kind=Recusal.Kind.DECLARED,
                reason="lien_familial",
                declared_by_id=viewer.user_id,
                declared_at=viewer.at,
            ).save(force_insert=True)
        nadia = people.client_of(self.cast.nadia)
        self.assertEqual(nadia.get(url("exceptional_access", row.pk)).status_code, 404)
        self.assertNotContains(nadia.get(reverse("cases:exceptional")), other.code)

    def test_a_control_opens_no_page_of_writing(self) -> None:
        """The DPO's page offers nothing to write, and the addresses are absent."""
        row = made.ask_control(self.cast, self.situation.pk)
        made.confirm(self.cast, row.pk, "claire")
        denis = people.client_of(self.cast.denis)
        self.assertEqual(denis.get(url("situation", self.code)).status_code, 200)  # Control.
        for name in ("document_new", "agreement", "withdraw", "share", "close", "erase"):
            with self.subTest(name):
                self.assertEqual(denis.get(url(name, self.code)).status_code, 404)
