"""The roadmap's doors: who reads, who proposes, who writes; another council's rows; queries."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from clsm_core.observatory.models import Need
from clsm_core.roadmap.actions import plans
from clsm_core.roadmap.models import ActionSheet, Partner
from tests.governance import governance_rows as governance
from tests.governance import roadmap_rows as rows
from tests.governance.council_people import account_of, council, member
from tests.governance.roadmap_case import BASE, RoadmapCase


class Doors(RoadmapCase):
    """Who enters, and what is not there."""

    def reading(self) -> list[str]:
        return [
            BASE,
            self.plan(),
            self.plan("fiches/"),
            self.plan("calendrier/"),
            self.plan("budget/"),
            self.plan("feuille-de-route.pdf"),
            self.plan("fiches.ods"),
            self.url(),
            self.url(f"chiffres/{self.indicator.pk}/"),
            self.url("fiche-terres.pdf"),
            self.url("fiche-metz.pdf"),
            self.url("fiche-cnra.pdf"),
        ]

    def writing(self) -> list[str]:
        strategic = self.axis.objectives.first()
        assert strategic is not None
        return [
            f"{BASE}feuilles/nouvelle/",
            f"{BASE}modele-fiches.ods",
            self.plan("modifier/"),
            self.plan("terminer/"),
            self.plan("renouveler/"),
            self.plan("importer/"),
            self.plan("axes/nouvel-axe/"),
            f"{BASE}axes/{self.axis.pk}/",
            f"{BASE}axes/{self.axis.pk}/retirer/",
            f"{BASE}axes/{self.axis.pk}/nouvel-objectif/",
            f"{BASE}objectifs/{strategic.pk}/",
            f"{BASE}objectifs/{strategic.pk}/nouvel-objectif/",
            f"{BASE}objectifs-specifiques/{strategic.specifics.get().pk}/",
            self.url("etat/"),
            self.url("dupliquer/"),
            self.url("changer-d-axe/"),
            self.url("supprimer/"),
            self.url("modifier/action/"),
            self.url("modifier/bilan/"),
            self.url("bilans/nouveau/"),
            self.url("listes/partenaires/ajouter/"),
            self.url(f"listes/partenaires/{self.line.pk}/"),
            self.url(f"listes/partenaires/{self.line.pk}/retirer/"),
        ]

    def with_objectives(self) -> None:
        above = plans.add_strategic(axis=self.axis, values={"text": "Haut"})
        plans.add_specific(strategic=above, values={"text": "Bas"})

    def test_every_role_reads(self) -> None:
        reader = member(self.council, "reader", "lea")
        for url in self.reading():
            with self.subTest(url=url):
                self.assertEqual(reader.get(url).status_code, 200)
                self.assertEqual(reader.post(url).status_code, 404 if "chiffres" in url else 405)

    def test_only_the_coordination_writes(self) -> None:
        """Insufficient roles: absent; the coordination is the control."""
        self.with_objectives()
        others = [member(self.council, role, role) for role in ("reader", "president")]
        for url in self.writing():
            with self.subTest(url=url):
                self.assertEqual(self.claire.get(url).status_code, 200)
                for browser in others:
                    self.assertEqual(browser.get(url).status_code, 404)
                    self.assertEqual(
                        browser.post(url).status_code, 404 if "ods" not in url else 405
                    )

    def test_anonymous_goes_to_login_and_a_stranger_sees_nothing(self) -> None:
        self.with_objectives()
        stranger = member(council("autre", "Autre"), "coordinator", "paul")
        for url in [*self.reading(), *self.writing()]:
            with self.subTest(url=url):
                asked = self.client.get(url)
                self.assertEqual(asked.status_code, 302)
                self.assertIn("/compte/login/", asked.url)
                self.assertEqual(stranger.get(url).status_code, 404)

    def test_rows_of_another_council_are_not_there(self) -> None:
        """Every id of an address, taken from another council; ours is the control."""
        other = council("autre", "Autre")
        theirs = rows.roadmap(other)
        axis = rows.axis(theirs)
        sheet = rows.sheet(axis)
        line = rows.line(sheet, Partner, role="pilot", name="Ailleurs")
        indicator = rows.indicator(sheet)
        for url in (
            self.plan(of=theirs),
            self.plan("fiches/", theirs),
            self.plan("feuille-de-route.pdf", theirs),
            self.plan("fiches.ods", theirs),
            self.plan("modifier/", theirs),
            self.plan("importer/", theirs),
            f"{BASE}axes/{axis.pk}/",
            f"{BASE}axes/{axis.pk}/retirer/",
            self.url(of=sheet),
            self.url("fiche-metz.pdf", sheet),
            self.url("modifier/action/", sheet),
            self.url("etat/", sheet),
            self.url("dupliquer/", sheet),
            self.url(f"listes/partenaires/{line.pk}/"),
            self.url(f"listes/partenaires/{line.pk}/", sheet),
            self.url(f"chiffres/{indicator.pk}/"),
            self.url(of=ActionSheet(pk=uuid.uuid4())),
            self.url("fiche-autre.pdf"),
            self.url("modifier/autre/"),
            self.url("listes/autre/ajouter/"),
        ):
            with self.subTest(url=url):
                self.assertEqual(self.claire.get(url).status_code, 404)
        self.assertEqual(self.claire.get(self.url()).status_code, 200)

    def test_ids_of_another_council_in_a_form_are_refused(self) -> None:
        other = council("autre", "Autre")
        axis = rows.axis(rows.roadmap(other))
        sheet = rows.sheet(axis)
        decision = rows.decision(other)
        for url, typed in (
            (f"{BASE}fiches/nouvelle/", {"axis": axis.pk, "title": "Fiche"}),
            (self.url("dupliquer/"), {"axis": axis.pk, "title": "Copie"}),
            (self.url("changer-d-axe/"), {"axis": axis.pk}),
            (self.url("modifier/liens/"), {"chained_with": sheet.pk}),
            (self.url("etat/"), {"status": "validated", "decision": decision.pk}),
        ):
            with self.subTest(url=url):
                answer = self.claire.post(url, {"version": self.sheet.version, **typed})
                self.assertContains(answer, "Sélectionnez un choix valide")
        self.assertEqual(ActionSheet.objects.filter(axis__council=self.council).count(), 1)

    def test_posted_twice_makes_one(self) -> None:
        typed = {"axis": self.axis.pk, "title": "Deux fois", "idempotency_key": str(uuid.uuid4())}
        first = self.claire.post(f"{BASE}fiches/nouvelle/", typed)
        again = self.claire.post(f"{BASE}fiches/nouvelle/", typed)
        self.assertRedirects(again, first.url)
        self.assertEqual(ActionSheet.objects.filter(title="Deux fois").count(), 1)

    def test_two_tabs(self) -> None:
        """A stale edit is refused with both texts, on a section and on a line."""
        old = self.sheet.version
        url = self.url("modifier/action/")
        self.claire.post(url, {"version": old, "context": "premier texte"})
        answer = self.claire.post(url, {"version": old, "context": "second texte"})
        self.assertContains(answer, "premier texte")
        self.assertContains(answer, "second texte")
        self.sheet.refresh_from_db()
        self.assertEqual(self.sheet.context, "premier texte")
        line = self.url(f"listes/partenaires/{self.line.pk}/")
        typed = {"role": "carrier", "name": "Autre", "organisation": "", "place": 1}
        self.assertEqual(self.claire.post(line, {**typed, "version": old}).status_code, 200)
        self.assertEqual(
            self.claire.post(line, {**typed, "version": self.sheet.version}).status_code, 302
        )

    def test_a_right_that_ended_closes_the_page(self) -> None:
        url = self.url("modifier/action/")
        self.assertEqual(self.claire.get(url).status_code, 200)
        governance.end_role(self.claire, dt.date(2021, 1, 1))
        typed = {"version": self.sheet.version, "context": "trop tard"}
        self.assertEqual(self.claire.post(url, typed).status_code, 404)

    def test_what_is_typed_comes_back_with_the_error(self) -> None:
        """Decision 50; D-10: a text that seems to tell of somebody is asked again, then kept."""
        url = self.url("modifier/action/")
        typed = {
            "version": self.sheet.version,
            "context": "Madame Durand a demandé",
            "description": "d",
        }
        answer = self.claire.post(url, typed)
        self.assertContains(answer, "Madame Durand a demandé")
        self.assertEqual(self.claire.post(url, {**typed, "is_general": "on"}).status_code, 302)


class Proposing(RoadmapCase):
    """Whoever may propose writes her sheet while it is proposed."""

    def setUp(self) -> None:
        super().setUp()
        self.paul = member(self.council, "contributor", "paul")
        self.paul.post(f"{BASE}fiches/nouvelle/", {"axis": self.axis.pk, "title": "De Paul"})
        self.mine = ActionSheet.objects.get(title="De Paul")

    def test_she_writes_hers_and_nobody_elses(self) -> None:
        self.assertEqual(
            (self.mine.status, self.mine.proposed_by), ("proposed", account_of(self.paul))
        )
        self.assertEqual(self.paul.get(self.url("modifier/action/")).status_code, 404)
        answer = self.paul.post(
            self.url("modifier/action/", self.mine), {"version": 1, "context": "Mon texte"}
        )
        self.assertEqual(answer.status_code, 302)
        self.assertContains(self.paul.get(self.url(of=self.mine)), "Mon texte")
        self.assertEqual(
            self.paul.get(self.url("listes/etapes/ajouter/", self.mine)).status_code, 200
        )
        for closed in ("etat/", "dupliquer/", "changer-d-axe/"):
            self.assertEqual(self.paul.get(self.url(closed, self.mine)).status_code, 404)

    def test_once_decided_only_the_coordination_writes(self) -> None:
        decided = rows.validated(self.mine)
        self.assertEqual(self.paul.get(self.url("modifier/action/", decided)).status_code, 404)
        self.assertEqual(
            self.paul.get(self.url("listes/etapes/ajouter/", decided)).status_code, 404
        )
        self.assertEqual(self.claire.get(self.url("modifier/action/", decided)).status_code, 200)

    def test_she_takes_back_her_proposal_and_not_a_decided_one(self) -> None:
        url = self.url("supprimer/", self.mine)
        self.assertEqual(self.paul.post(url, {"version": self.mine.version}).status_code, 302)
        self.assertFalse(ActionSheet.objects.filter(pk=self.mine.pk).exists())
        decided = rows.validated(self.sheet)
        answer = self.claire.post(self.url("supprimer/"), {"version": decided.version})
        self.assertContains(answer, "ne se supprime pas")

    def test_a_sheet_opened_from_a_need_keeps_it(self) -> None:
        """D-05: the need of the council; another's is left aside."""

        def need(of: Any) -> Need:
            return Need.objects.create(
                council=of, title="Attente longue", origin="partner", seen_on=dt.date(2026, 1, 5)
            )

        ours, theirs = need(self.council), need(council("autre", "Autre"))
        for one, kept in ((ours, [ours]), (theirs, [])):
            url = f"{BASE}fiches/nouvelle/?besoin={one.pk}"
            self.claire.post(url, {"axis": self.axis.pk, "title": f"Fiche {one.pk}"})
            made = ActionSheet.objects.get(title=f"Fiche {one.pk}")
            self.assertEqual(list(made.needs.all()), kept)
        self.assertEqual(self.claire.get(f"{BASE}fiches/nouvelle/?besoin=x").status_code, 200)
        url, old = self.url("modifier/objectifs/"), self.sheet.version
        for typed, status in (([ours.pk], 302), ([theirs.pk], 200)):
            self.sheet.refresh_from_db()
            data = {"kept_needs": typed, "version": self.sheet.version}
            self.assertEqual(self.claire.post(url, data).status_code, status)
            self.assertEqual(list(self.sheet.needs.all()), [ours])
        self.assertContains(self.claire.get(self.url()), "Attente longue")
        stale = self.claire.post(url, {"kept_needs": [], "version": old})
        self.assertContains(stale, "Quelqu’un a modifié cette page")
        self.assertEqual(list(self.sheet.needs.all()), [ours])
