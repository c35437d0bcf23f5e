"""Contacts of the directory: entered, corrected, set aside, forgotten."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from unittest import mock
from uuid import uuid4

from auditlog.models import LogEntry
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clsm_core.accounts import posting
from clsm_core.accounts.posting import Refusal
from clsm_core.directory.actions import contacts as actions
from clsm_core.directory.models import Batch, College, Contact, MailingList
from clsm_core.directory.queries.citations import cited_contacts
from clsm_core.governance.models import Body, BodyMandate
from tests.cases_of import TestCase
from tests.governance.council_people import account_of, council, member
from tests.governance.directory_rows import contact, organisation

HOME = "/conseils/metz/annuaire/contacts/"
NEW = f"{HOME}nouveau/"
CANARIES = {
    "last_name": "Canari-Lefèvre",
    "first_name": "Solène",
    "job_title": "directrice canari",
    "organisation": "centre medico-psychologique",
    "college": "psychiatry",
    "is_referent": "on",
    "email": "solene.canari@exemple.invalid",
    "phone": "06 11 22 33 44",
    "accepts_mail": "on",
    "accepts_mail_since": "2026-02-03",
}


def page_of(one: Contact, act: str = "") -> str:
    """Return the address of a contact's page, or of an act on her."""
    return f"{HOME}{one.pk}/{act}"


def cite(one: Contact) -> BodyMandate:
    """Give a contact a mandate in a body of her council."""
    fields: dict[str, Any] = {"council": one.council, "kind": "steering", "name": "Copil"}
    body = Body.objects.create(**fields, starts_on=dt.date(2025, 1, 1))
    return BodyMandate.objects.create(
        body=body, contact=one, college=one.college, starts_on=dt.date(2025, 1, 1)
    )


class ContactPages(TestCase):
    """Names and functions for all, addresses for who corrects, forgetting for the coordination."""

    def setUp(self) -> None:
        """Open two councils."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.browser = member(self.council, "contributor", "chloe")
        self.coordinator = member(self.council, "coordinator", "camille")

    def test_what_is_typed_is_found_again(self) -> None:
        """D.1 (contact), 001-01: name, function, organisation, college, address, agreement."""
        place = organisation(self.council)
        answer = self.browser.post(NEW, CANARIES)
        one = Contact.objects.get(council=self.council)
        self.assertRedirects(answer, page_of(one))
        self.assertEqual(one.organisation, place)
        page = self.browser.get(page_of(one))
        for name in ("last_name", "first_name", "job_title", "email", "phone"):
            self.assertContains(page, CANARIES[name], msg_prefix=name)
        self.assertContains(page, College.PSYCHIATRY.label)
        self.assertContains(page, "depuis le 3 février 2026")
        self.assertContains(page, place.name)
        again = self.browser.get(page_of(one, "modifier/"))
        for name in ("last_name", "first_name", "job_title", "email", "phone"):
            self.assertContains(again, CANARIES[name], msg_prefix=name)
        self.assertContains(again, f'value="{place.name}"')

    def test_no_name_stands_in_a_title_or_an_address(self) -> None:
        one = contact(self.council, "Zylberstein", email="z@exemple.invalid")
        page = self.coordinator.get(page_of(one)).content.decode()
        self.assertIn("<h1>Zylberstein</h1>", page)
        self.assertNotIn("Zylberstein", page.split("</title>")[0])
        listed = self.coordinator.post(HOME, {"words": "zylber"})
        self.assertContains(listed, "Zylberstein")
        self.assertNotContains(listed, "words=zylber")

    def test_readers_see_who_but_not_how_to_reach(self) -> None:
        one = contact(self.council, "Lambert", email="secret@exemple.invalid", phone="0387999999")
        reader = member(self.council, "reader", "remi")
        page = reader.get(page_of(one))
        self.assertContains(page, "Lambert")
        self.assertNotContains(page, "secret@exemple.invalid")
        self.assertNotContains(page, "0387999999")
        self.assertEqual(reader.get(NEW).status_code, 404)
        self.assertContains(self.browser.get(page_of(one)), "secret@exemple.invalid")

    def test_an_agreement_has_a_past_date(self) -> None:
        organisation(self.council)
        for since, words in (("", "Indiquez quand"), ("2999-01-01", "à venir")):
            page = self.browser.post(NEW, {**CANARIES, "accepts_mail_since": since})
            self.assertContains(page, words)
        data = {name: value for name, value in CANARIES.items() if name != "accepts_mail"}
        self.assertContains(self.browser.post(NEW, data), "cochez la case")
        self.assertFalse(Contact.objects.exists())

    def test_an_organisation_is_typed_by_name_and_proposed_when_unknown(self) -> None:
        place = organisation(self.council, "Mission locale du Pays messin", "local_mission")
        organisation(self.other, "Mission locale d’ailleurs", "local_mission")
        page = self.browser.post(NEW, {**CANARIES, "organisation": "mission local messin"})
        self.assertContains(page, place.name)
        self.assertContains(page, "Peut-être")
        stolen = self.browser.post(NEW, {**CANARIES, "organisation": "Mission locale d’ailleurs"})
        self.assertEqual(stolen.status_code, 200)
        self.assertFalse(Contact.objects.exists())
        self.assertNotContains(page, "ailleurs")

    def test_homonymous_organisations_are_told_apart_by_place(self) -> None:
        organisation(self.council, "Centre social", "social_centre", postcode="57000", city="Metz")
        there = organisation(
            self.council, "Centre social", "social_centre", postcode="57140", city="Woippy"
        )
        bare = self.browser.post(NEW, {**CANARIES, "organisation": "Centre social"})
        self.assertContains(bare, "Centre social (57140 Woippy)")
        self.browser.post(NEW, {**CANARIES, "organisation": "centre social (57140 woippy)"})
        self.assertEqual(Contact.objects.get().organisation, there)

    def test_an_organisation_set_aside_stays_where_it_was_written(self) -> None:
        place = organisation(self.council)
        one = contact(self.council, organisation=place)
        place.is_active = False
        place.save()
        edit = page_of(one, "modifier/")
        self.assertContains(self.browser.get(edit), "inactive. Laissez vide pour la garder")
        data = {"last_name": "Lambert", "college": "social", "version": 1, "organisation": ""}
        self.assertEqual(self.browser.post(edit, data).status_code, 302)
        one.refresh_from_db()
        self.assertEqual(one.organisation, place)
        named = {**data, "organisation": place.name, "version": 2}
        self.assertIn("organisation", self.browser.post(edit, named).context["form"].errors)

    def test_an_account_is_chosen_among_those_of_the_council(self) -> None:
        one = contact(self.council)
        mine, theirs = account_of(self.browser), account_of(member(self.other, "reader", "sacha"))
        edit = page_of(one, "modifier/")
        self.assertNotContains(self.browser.get(edit), "Compte dans ce logiciel")
        page = self.coordinator.get(edit)
        self.assertContains(page, str(mine.pk))
        self.assertNotContains(page, str(theirs.pk))
        data = {"last_name": one.last_name, "college": one.college, "version": 1}
        refused = self.coordinator.post(edit, {**data, "account_id": str(theirs.pk)})
        self.assertIn("account_id", refused.context["form"].errors)
        smuggled = self.browser.post(edit, {**data, "account_id": str(mine.pk)})
        self.assertEqual(smuggled.status_code, 302)
        one.refresh_from_db()
        self.assertIsNone(one.account_id, "who may not choose an account sets none")
        chosen = self.coordinator.post(edit, {**data, "version": 2, "account_id": str(mine.pk)})
        self.assertEqual(chosen.status_code, 302)
        one.refresh_from_db()
        self.assertEqual(one.account_id, mine.pk)
        # A contributor who corrects her function keeps the account as it was.
        self.browser.post(edit, {**data, "version": 3, "job_title": "agente"})
        one.refresh_from_db()
        self.assertEqual((one.account_id, one.job_title), (mine.pk, "agente"))

    def test_an_account_has_one_contact(self) -> None:
        user = account_of(self.browser)
        contact(self.council, "Une", account=user)
        with self.assertRaises(Refusal):
            contact(self.council, "Deux", account=user)

    def test_setting_aside_and_back(self) -> None:
        one = contact(self.council, "Lambert")
        away, again = page_of(one, "desactiver/"), page_of(one, "reactiver/")
        self.assertEqual(self.browser.post(away, {"version": 1}).status_code, 404)
        self.assertRedirects(self.coordinator.post(away, {"version": 1}), page_of(one))
        self.assertNotContains(self.coordinator.get(HOME), page_of(one))
        self.assertContains(self.coordinator.get(f"{HOME}?etat=inactifs"), page_of(one))
        self.assertRedirects(self.coordinator.post(again, {"version": 2}), page_of(one))
        self.assertContains(self.coordinator.get(HOME), page_of(one))

    def test_who_is_cited_nowhere_is_deleted(self) -> None:
        one = contact(self.council, "Lambert", accepts_mail=True)
        mailing = MailingList.objects.create(council=self.council, name="Lettre")
        mailing.contacts.add(one)
        gone = page_of(one, "oublier/")
        self.assertEqual(self.browser.post(gone, {"version": 1}).status_code, 404)
        self.assertEqual(self.coordinator.get(gone).status_code, 200)
        self.assertTrue(Contact.objects.filter(pk=one.pk).exists())
        self.assertRedirects(self.coordinator.post(gone, {"version": 1}), HOME)
        self.assertFalse(Contact.objects.filter(pk=one.pk).exists())
        self.assertEqual(mailing.contacts.count(), 0)

    def test_who_is_cited_keeps_function_and_college_alone(self) -> None:
        """GDPR art. 17: minutes keep that a college was there, not who."""
        user = account_of(self.browser)
        one = contact(
            self.council,
            "Lambert",
            first_name="Inès",
            job_title="cadre",
            email="l@exemple.invalid",
            phone="0387",
            accepts_mail=True,
            account=user,
        )
        mandate = cite(one)
        mailing = MailingList.objects.create(council=self.council, name="Lettre")
        mailing.contacts.add(one)
        self.coordinator.post(page_of(one, "oublier/"), {"version": 1})
        one.refresh_from_db()
        self.assertEqual(
            (one.first_name, one.last_name, one.email, one.phone, one.sort_key), ("",) * 5
        )
        self.assertEqual((one.job_title, one.college), ("cadre", "social"))
        self.assertEqual((one.account, one.accepts_mail, one.is_active), (None, False, False))
        self.assertEqual(mailing.contacts.count(), 0)
        self.assertTrue(BodyMandate.objects.filter(pk=mandate.pk, contact=one).exists())
        page = self.coordinator.get(page_of(one))
        self.assertContains(page, "personne oubliée")
        self.assertNotContains(page, "Lambert")
        self.assertNotContains(self.coordinator.get(f"{HOME}?etat=inactifs"), page_of(one))
        self.assertEqual(self.coordinator.get(page_of(one, "modifier/")).status_code, 404)
        self.assertEqual(self.coordinator.get(page_of(one, "reactiver/")).status_code, 404)

    def test_forgetting_reaches_the_imports_that_held_her(self) -> None:
        """GDPR art. 17: no copy stays in a preview or in what serves to undo."""
        one, two = contact(self.council, "Lambert"), contact(self.council, "Morel")
        lines = [
            {"n": 2, "kind": "changed", "id": str(one.pk), "values": {"phone": "0387"}},
            {"n": 3, "kind": "changed", "id": str(two.pk), "values": {"phone": "0388"}},
        ]
        batch = Batch.objects.create(
            council=self.council, kind="contacts", made_by=account_of(self.browser), lines=lines
        )
        actions.forget(contact=one)
        batch.refresh_from_db()
        self.assertEqual([line["n"] for line in batch.lines], [3])

    def test_the_history_names_nobody(self) -> None:
        one = contact(self.council, "Zylberstein", email="z@exemple.invalid", phone="0600")
        one.email = "autre@exemple.invalid"
        actions.save(contact=one)
        actions.forget(contact=one)
        kept = json.dumps([entry.changes for entry in LogEntry.objects.get_for_model(Contact)])
        self.assertIn("college", kept)
        for secret in ("Zylberstein", "exemple.invalid", "0600"):
            self.assertNotIn(secret, kept)

    def test_the_history_tells_that_an_address_changed_and_by_whom(self) -> None:
        """Convocations go there: a change by a contributor leaves a trace, without the address."""
        one = contact(self.council, "Zylberstein", email="z@exemple.invalid")
        contributor = member(self.council, "contributor", "ines")
        typed = {"last_name": one.last_name, "college": one.college, "version": one.version}
        answer = contributor.post(
            page_of(one, "modifier/"),
            {**typed, "email": "autre@exemple.invalid"},
            headers={"X-Forwarded-Port": "99999999999"},
        )
        self.assertEqual(answer.status_code, 302)
        entry = LogEntry.objects.get_for_object(one).first()
        self.assertEqual(entry.changes, {"email": ["…", "…"]})
        self.assertEqual(entry.actor_id, account_of(contributor).pk)
        # Neither the author's own address nor her machine's: no entry is ever changed.
        self.assertEqual(
            (entry.actor_email, entry.remote_addr, entry.remote_port), (None, None, None)
        )

    def test_forgotten_by_two_clicks_or_in_another_tab(self) -> None:
        """Decisions 50: the same form leads to the list again; another one finds nobody."""
        one = contact(self.council, "Lambert")
        data = {"version": one.version, "idempotency_key": str(uuid4())}
        answers = [self.coordinator.post(page_of(one, "oublier/"), data) for _ in range(2)]
        self.assertEqual([answer.status_code for answer in answers], [302, 302])
        self.assertEqual(answers[1].url, HOME)
        two = contact(self.council, "Morel")
        meanwhile = posting._once

        def once(*args: Any) -> str:
            Contact.objects.filter(pk=two.pk).delete()
            return meanwhile(*args)

        with mock.patch.object(posting, "_once", once):
            answer = self.coordinator.post(page_of(two, "oublier/"), {"version": two.version})
        self.assertEqual(answer.status_code, 404)

    def test_citations_are_found_without_knowing_who_cites(self) -> None:
        cited, free = contact(self.council, "Citée"), contact(self.council, "Libre")
        cite(cited)
        listed = MailingList.objects.create(council=self.council, name="Lettre")
        listed.contacts.add(free)
        self.assertEqual(cited_contacts([cited.pk, free.pk]), {cited.pk})

    def test_tiles_count_by_state_and_college(self) -> None:
        """001-01: colleges are counted."""
        contact(self.council, "A", "elected", accepts_mail=True)
        contact(self.council, "B", "users", is_referent=True)
        contact(self.council, "C", "users", is_active=False)
        contact(self.other, "D", "carers")
        page = self.browser.get(HOME)
        counts = {tile.label: tile.number for tile in page.context["tiles"]}
        self.assertEqual(list(counts.values()), [2, 1, 1, 1])
        colleges = {tile.label: tile.number for tile in page.context["colleges"]}
        self.assertEqual(colleges, {"élus": 1, College.USERS.label: 1})
        only = self.browser.get(f"{HOME}?college=elected")
        self.assertEqual([row[0].text for row in only.context["rows"]], ["A"])

    def test_a_search_finds_by_name_and_organisation_without_accents(self) -> None:
        place = organisation(self.council, "Hôpital de jour")
        contact(self.council, "Élouard", organisation=place)
        contact(self.other, "Élouard")
        for words in ("elouard", "HOPITAL eloua"):
            page = self.browser.post(HOME, {"words": words})
            self.assertEqual([row[0].text for row in page.context["rows"]], ["Élouard"], words)

    def test_a_name_is_searched_before_it_is_entered(self) -> None:
        near = contact(self.council, "Lefèvre", first_name="Paul")
        contact(self.council, "Dubois")
        page = self.browser.post(NEW, {"look_for": "Lefebvre"})
        self.assertContains(page, page_of(near))
        self.assertNotContains(page, "Dubois")

    def test_a_list_costs_the_same_for_one_row_and_thirty(self) -> None:
        contact(self.council, "Une", organisation=organisation(self.council))
        one = self._queries(HOME)
        for number in range(35):
            place = organisation(self.council, f"Structure {number}")
            contact(self.council, f"Nom {number}", organisation=place)
        self.assertEqual(self._queries(HOME), one)

    def test_strangers_visitors_and_other_councils_ids(self) -> None:
        mine, theirs = contact(self.council), contact(self.other)
        stranger = member(self.other, "coordinator", "sacha")
        acts = ("", "modifier/", "desactiver/", "reactiver/", "oublier/")
        for address in (HOME, NEW, *(page_of(mine, act) for act in acts)):
            visitor = Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(address)
            self.assertEqual(visitor.status_code, 302, address)
            self.assertEqual(stranger.get(address).status_code, 404, address)
            self.assertEqual(self.coordinator.get(address).status_code, 200, address)
        for act in acts:
            self.assertEqual(self.coordinator.get(page_of(theirs, act)).status_code, 404, act)
            if act:
                answer = self.coordinator.post(page_of(theirs, act), {"version": 1})
                self.assertEqual(answer.status_code, 404, act)
        self.assertTrue(Contact.objects.filter(pk=theirs.pk, is_active=True).exists())
        foreign = organisation(self.other)
        self.assertEqual(self.browser.get(f"{NEW}?structure={foreign.pk}").status_code, 404)
        self.assertEqual(self.browser.get(f"{NEW}?structure=x").status_code, 404)
        own = organisation(self.council)
        self.assertEqual(self.browser.get(f"{NEW}?structure={own.pk}").status_code, 200)

    def test_a_stale_correction_is_refused_with_both_organisations(self) -> None:
        first = organisation(self.council, "Première")
        organisation(self.council, "Seconde")
        one = contact(self.council, organisation=first)
        data = {"last_name": "Lambert", "college": "social", "version": 1}
        self.browser.post(page_of(one, "modifier/"), {**data, "organisation": "Seconde"})
        late = self.browser.post(page_of(one, "modifier/"), {**data, "organisation": "Première"})
        self.assertContains(late, '<div class="stale-text"><p>Seconde</p></div>')
        self.assertContains(late, '<div class="stale-text"><p>Première</p></div>')

    def _queries(self, address: str) -> int:
        self.browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            self.browser.get(address)
        return len(seen)
