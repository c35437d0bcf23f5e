"""Priorities, transmissions to the ARS, the committee's one screen (D-05, D-08, 001-08, 001-09)."""

from __future__ import annotations

import datetime as dt
import uuid
from unittest import mock

from clsm_core.accounts.posting import Refusal
from clsm_core.observatory.field.actions import priorities as priority_actions
from clsm_core.observatory.field.actions import transmissions as actions
from clsm_core.observatory.models import Need, Priority, Transmission
from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance import observatory_rows as made
from tests.governance.council_people import council, member

BASE = "/conseils/metz/observation/"
PRIORITIES = f"{BASE}priorites/"
SENT = f"{BASE}transmissions/"
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)
TODAY = NOW.date()


class Steering(TestCase):
    """A council on a day of June 2026."""

    def setUp(self) -> None:
        for name in (
            "clsm_core.council.access.now",
            "clsm_core.observatory.field.views.steering.now",
        ):
            self.enterContext(mock.patch(name, return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.elise = member(self.council, "steering_member", "elise")


class Priorities(Steering):
    """A need, a decision of kind priority, a goal; an end with its reason."""

    def typed(self, *needs: Need, **values: object) -> dict[str, object]:
        return {
            "title": "Aller vers",
            "goal": "care",
            "decision": "",
            "starts_on": "2026-03-12",
            "chosen": [one.pk for one in needs],
            **values,
        }

    def test_all_that_is_typed_is_read_again(self) -> None:
        """001-08: the need is marked as kept; both pages lead to each other."""
        need, decision = made.need(self.council, "canari-besoin"), made.decision(self.council)
        page = self.claire.get(f"{PRIORITIES}retenir/?besoin={need.pk}")
        self.assertContains(page, 'value="canari-besoin"')
        self.assertContains(page, f'value="{need.pk}" class="form-check-input"')
        typed = self.typed(need, title="canari-priorité", goal="inclusion", decision=decision.pk)
        answer = rows.submit(self.claire, f"{PRIORITIES}retenir/", **typed)
        one = Priority.objects.get()
        self.assertRedirects(answer, f"{PRIORITIES}{one.pk}/")
        page = self.claire.get(f"{PRIORITIES}{one.pk}/")
        for shown in (
            "canari-priorité",
            "inclusion sociale",
            "canari-besoin",
            decision.code,
            "12 mars 2026",
        ):
            self.assertContains(page, shown)
        need.refresh_from_db()
        self.assertEqual(need.state, "kept")
        self.assertContains(self.elise.get(f"{BASE}besoins/{need.pk}/"), "canari-priorité")
        listed = self.elise.get(PRIORITIES)
        for shown in ("Inclusion sociale", "canari-priorité", "canari-besoin", decision.code):
            self.assertContains(listed, shown)

    def test_no_priority_without_a_need(self) -> None:
        """D-05: by page and by action; a need set aside or of another council counts for none."""
        decision = made.decision(self.council)
        aside = made.need(self.council, "écarté", state="set_aside")
        elsewhere = made.need(council("autre", "Autre"))
        typed = self.typed(decision=decision.pk)
        answer = rows.submit(self.claire, f"{PRIORITIES}retenir/", **typed)
        self.assertContains(answer, "au moins un besoin repéré")
        for wrong in ((), (aside,), (elsewhere,)):
            with self.assertRaises(Refusal):
                priority_actions.write(
                    council=self.council,
                    priority=None,
                    values={
                        "title": "x",
                        "goal": "care",
                        "decision": decision,
                        "starts_on": TODAY,
                    },
                    needs=wrong,
                )
        answer = rows.submit(
            self.claire,
            f"{PRIORITIES}retenir/",
            **self.typed(elsewhere, decision=decision.pk),
        )
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(Priority.objects.exists())
        self.assertEqual(made.priority(self.council, made.need(self.council)).needs.count(), 1)

    def test_only_a_decision_of_kind_priority_of_the_committee(self) -> None:
        need = made.need(self.council)
        for wrong in (
            made.decision(self.council, "budget"),
            made.orientation(self.council),
            made.decision(council("autre", "Autre")),
            made.decision(self.council, state="dropped"),
        ):
            typed = self.typed(need, decision=wrong.pk)
            answer = rows.submit(self.claire, f"{PRIORITIES}retenir/", **typed)
            self.assertContains(answer, "Sélectionnez un choix")
            with self.assertRaises(Refusal):
                made.priority(self.council, need, decision=wrong)
        self.assertFalse(Priority.objects.exists())

    def test_without_such_a_decision_the_form_says_where_to_go(self) -> None:
        page = self.claire.get(f"{PRIORITIES}retenir/")
        self.assertContains(page, "Inscrivez d’abord la décision")
        self.assertContains(page, "/decisions/inscrire/")
        made.decision(self.council)
        page = self.claire.get(f"{PRIORITIES}retenir/")
        self.assertNotContains(page, "Inscrivez d’abord la décision")

    def test_history_with_reasons(self) -> None:
        """003-17: how priorities changed since the first, and why; needs wait again."""
        first, second = made.need(self.council, "un"), made.need(self.council, "deux")
        old = made.priority(
            self.council, first, second, title="canari-ancienne", starts_on=dt.date(2022, 1, 10)
        )
        made.priority(self.council, second, title="canari-nouvelle")
        url = f"{PRIORITIES}{old.pk}/terminer/"
        answer = rows.submit(self.claire, url, old, ends_on="2026-06-01", end_reason="canari-motif")
        self.assertRedirects(answer, f"{PRIORITIES}{old.pk}/")
        page = self.elise.get(PRIORITIES)
        told = [(one.on, one.text, one.detail) for one in page.context["history"]]
        self.assertEqual(
            told,
            [
                (dt.date(2026, 6, 1), "Terminée : canari-ancienne", "canari-motif"),
                (made.DAY, "Retenue : canari-nouvelle", ""),
                (dt.date(2022, 1, 10), "Retenue : canari-ancienne", ""),
            ],
        )
        self.assertContains(page, "canari-motif")
        first.refresh_from_db()
        second.refresh_from_db()
        self.assertEqual((first.state, second.state), ("seen", "kept"))
        self.assertContains(self.elise.get(f"{PRIORITIES}{old.pk}/"), "canari-motif")
        for more in ("terminer/", "modifier/"):
            self.assertEqual(self.claire.get(f"{PRIORITIES}{old.pk}/{more}").status_code, 404)

    def test_an_end_has_a_past_day_and_a_reason(self) -> None:
        one = made.priority(self.council)
        url = f"{PRIORITIES}{one.pk}/terminer/"
        for values, words in (
            ({"ends_on": "2026-06-16", "end_reason": "x"}, "quand elle a eu lieu"),
            ({"ends_on": "2026-06-01", "end_reason": " "}, "obligatoire"),
            ({"ends_on": "2020-01-01", "end_reason": "x"}, "se termine à une date"),
            ({"ends_on": "2026-06-01", "end_reason": "M. Martin"}, "semble désigner"),
        ):
            self.assertContains(rows.submit(self.claire, url, one, **values), words)
        one.refresh_from_db()
        self.assertIsNone(one.ends_on)

    def test_two_tabs_and_posted_twice(self) -> None:
        one = made.priority(self.council)
        typed = self.typed(*one.needs.all(), decision=one.decision_id, title="premier onglet")
        url = f"{PRIORITIES}{one.pk}/modifier/"
        self.assertEqual(rows.submit(self.claire, url, one, **typed).status_code, 302)
        stale = rows.submit(self.claire, url, one, **{**typed, "title": "second onglet"})
        self.assertContains(stale, "premier onglet")
        self.assertNotContains(stale, "clsm_observatory")
        typed |= {"title": "une fois", "idempotency_key": str(uuid.uuid4())}
        for _ in range(2):
            rows.submit(self.claire, f"{PRIORITIES}retenir/", **typed)
        self.assertEqual(Priority.objects.filter(title="une fois").count(), 1)

    def test_who_may_what(self) -> None:
        one = made.priority(self.council)
        reader = member(self.council, "reader", "rene")
        stranger = member(council("autre", "Autre"), "coordinator", "sam")
        read = (PRIORITIES, f"{PRIORITIES}{one.pk}/")
        written = (
            f"{PRIORITIES}retenir/",
            f"{PRIORITIES}{one.pk}/modifier/",
            f"{PRIORITIES}{one.pk}/terminer/",
        )
        for url in (*read, *written):
            with self.subTest(url):
                self.assertEqual(self.claire.get(url).status_code, 200)
                self.assertEqual(reader.get(url).status_code, 200 if url in read else 404)
                self.assertEqual(self.elise.get(url).status_code, 200 if url in read else 404)
                self.assertEqual(stranger.get(url).status_code, 404)
                self.assertEqual(self.client.get(url).status_code, 302)
        # A reader who may not read the decision reads its number alone.
        self.assertNotContains(reader.get(read[1]), "Retenir l’aller vers")
        self.assertContains(reader.get(read[1]), one.decision.code)
        self.assertContains(self.elise.get(read[1]), "Retenir l’aller vers")


class Transmissions(Steering):
    """One note a year at least, its needs, the answer."""

    def test_all_that_is_typed_is_read_again(self) -> None:
        """D-08, 001-09: on the pages and in the tagged note."""
        need = made.need(
            self.council,
            "canari-besoin",
            description="canari-description",
            theme="older",
            publics=["carers"],
            territory="canari-territoire",
            urgency=1,
        )
        other = made.need(self.council, "canari-laissé")
        answer = rows.submit(
            self.claire, f"{SENT}nouvelle/", on="2026-06-10", chosen=[need.pk], message="canari-mot"
        )
        one = Transmission.objects.get()
        self.assertRedirects(answer, f"{SENT}{one.pk}/")
        reply = {"answered_on": "2026-06-14", "answer": "canari-réponse"}
        rows.submit(self.claire, f"{SENT}{one.pk}/reponse/", one, **reply)
        page = self.elise.get(f"{SENT}{one.pk}/")
        paper = self.elise.get(f"{SENT}{one.pk}/note.pdf")
        text = rows.pdf_text(paper.content).replace("\ufffe", "-")
        for shown in (
            "canari-besoin",
            "canari-mot",
            "canari-réponse",
            "10 juin 2026",
            "14 juin 2026",
        ):
            self.assertContains(page, shown)
            self.assertIn(shown, text)
        for shown in ("canari-description", "canari-territoire", "personnes âgées", "aidants"):
            self.assertIn(shown, text)
        self.assertNotIn("canari-laissé", text)
        self.assertIn(b"/MarkInfo", paper.content)
        self.assertEqual(
            paper["Content-Disposition"], 'attachment; filename="note-ars-2026-06-10.pdf"'
        )
        of_need = self.elise.get(f"{BASE}besoins/{need.pk}/")
        for shown in ("Transmis à l’ARS", "10 juin 2026", "canari-réponse"):
            self.assertContains(of_need, shown)
        self.assertContains(self.elise.get(f"{BASE}besoins/{other.pk}/"), "pas encore été transmis")

    def test_it_is_said_when_none_was_sent_this_year(self) -> None:
        """D-08: last year's does not count; on the list and on the one screen."""
        late = "Aucune transmission cette année"
        self.assertContains(self.elise.get(SENT), late)
        made.transmission(self.council, on=dt.date(2025, 12, 31))
        self.assertContains(self.elise.get(SENT), late)
        self.assertContains(self.elise.get(f"{BASE}synthese/"), "aucune cette année")
        made.transmission(self.council, on=dt.date(2026, 1, 1))
        self.assertNotContains(self.elise.get(SENT), late)
        self.assertContains(self.elise.get(f"{BASE}synthese/"), "faite cette année")

    def test_needs_never_sent_are_ticked(self) -> None:
        """The same need may be told again another year."""
        sent, waiting = made.need(self.council, "dit"), made.need(self.council, "à dire")
        made.transmission(self.council, sent, on=dt.date(2025, 6, 1))
        form = self.claire.get(f"{SENT}nouvelle/").context["form"]
        self.assertEqual(form.initial["chosen"], [waiting.pk])
        made.transmission(self.council, sent, on=dt.date(2026, 6, 1))
        self.assertEqual(sent.transmissions.count(), 2)

    def test_what_is_refused(self) -> None:
        need = made.need(self.council)
        elsewhere = made.need(council("autre", "Autre"))
        for values, words in (
            ({"chosen": []}, "au moins un besoin"),
            ({"on": "2026-06-16"}, "le jour où elle est faite"),
            ({"chosen": [elsewhere.pk]}, "Sélectionnez un choix"),
            ({"message": "Mme Martin"}, "semble désigner"),
        ):
            typed = {"on": "2026-06-10", "chosen": [need.pk], "message": "", **values}
            self.assertContains(rows.submit(self.claire, f"{SENT}nouvelle/", **typed), words)
        with self.assertRaises(Refusal):
            made.transmission(self.council, elsewhere)
        self.assertFalse(Transmission.objects.exists())

    def test_an_answer_follows_and_seals(self) -> None:
        one = made.transmission(self.council, on=dt.date(2026, 6, 1))
        url = f"{SENT}{one.pk}/reponse/"
        for values, words in (
            ({"answered_on": "2026-05-31", "answer": "x"}, "suit la transmission"),
            ({"answered_on": "2026-06-16", "answer": "x"}, "à venir"),
            ({"answered_on": "2026-06-10", "answer": ""}, "obligatoire"),
        ):
            self.assertContains(rows.submit(self.claire, url, one, **values), words)
        self.assertEqual(self.claire.get(f"{SENT}{one.pk}/modifier/").status_code, 200)
        good = {"answered_on": "2026-06-10", "answer": "première"}
        self.assertEqual(rows.submit(self.claire, url, one, **good).status_code, 302)
        stale = rows.submit(self.claire, url, one, **{**good, "answer": "seconde"})
        self.assertContains(stale, "première")
        self.assertEqual(self.claire.get(f"{SENT}{one.pk}/modifier/").status_code, 404)
        with self.assertRaises(Refusal):
            actions.send(
                council=self.council,
                transmission=Transmission.objects.get(),
                on=TODAY,
                message="",
                needs=one.needs.all(),
                today=TODAY,
            )

    def test_a_need_set_aside_since_stays_in_its_note(self) -> None:
        need = made.need(self.council, "dit puis écarté")
        one = made.transmission(self.council, need, on=dt.date(2026, 6, 1))
        need.state = "set_aside"
        need.save()
        typed = {"on": "2026-06-02", "chosen": [need.pk], "message": ""}
        answer = rows.submit(self.claire, f"{SENT}{one.pk}/modifier/", one, **typed)
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(list(one.needs.all()), [need])
        new = self.claire.get(f"{SENT}nouvelle/")
        self.assertNotContains(new, "dit puis écarté")

    def test_who_may_what(self) -> None:
        one = made.transmission(self.council)
        reader = member(self.council, "reader", "rene")
        stranger = member(council("autre", "Autre"), "coordinator", "sam")
        page = f"{SENT}{one.pk}/"
        for url, of_reader, of_elise in (
            (SENT, 200, 200),
            (page, 200, 200),
            (f"{page}note.pdf", 404, 200),
            (f"{SENT}nouvelle/", 404, 404),
            (f"{page}modifier/", 404, 404),
            (f"{page}reponse/", 404, 404),
        ):
            with self.subTest(url):
                self.assertEqual(self.claire.get(url).status_code, 200)
                self.assertEqual(reader.get(url).status_code, of_reader)
                self.assertEqual(self.elise.get(url).status_code, of_elise)
                self.assertEqual(stranger.get(url).status_code, 404)
                self.assertEqual(self.client.get(url).status_code, 302)
