"""One situation by its pages, from the referral to the closure: what each clicks and sees."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse

from cases.models import AgendaItem, Proposal, Sitting, Situation
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import CommittingTestCase

HIDDEN = re.compile(r'name="(version|digest)" value="([^"]+)"')


def url(name: str, *args: Any) -> str:
    """Return an address of the commission."""
    return reverse(f"cases:{name}", args=args)


class JourneyTests(CommittingTestCase):
    """BR-08…BR-12, C-01…C-09, decisions 19, 28–30, 50, 54."""

    def setUp(self) -> None:
        self.cast = people.commission(f"p{uuid.uuid4().hex[:8]}")
        self.julie = people.client_of(self.cast.julie)
        self.claire = people.client_of(self.cast.claire)
        self.luc = people.client_of(self.cast.luc)
        self.marc = people.client_of(self.cast.marc)
        self.today = now().date()

    # --- acts by HTTP ------------------------------------------------------------------------
    def ok(self, client: Any, address: str) -> str:
        """Return a page that opens."""
        response = client.get(address)
        self.assertEqual(response.status_code, 200, f"{address} {response.headers}")
        return str(response.content.decode())

    def post(self, client: Any, address: str, data: dict[str, Any]) -> Any:
        """Post a form and follow where it leads."""
        response = client.post(address, {"idempotency_key": str(uuid.uuid4()), **data}, follow=True)
        text = response.content.decode()
        summary = text[text.find('id="erreurs"') :][:900] if 'id="erreurs"' in text else ""
        self.assertEqual(response.status_code, 200, f"{address}: {response.redirect_chain}")
        self.assertFalse(summary, f"{address}\n{summary}")
        return response

    def refer(self) -> str:
        """Refer a situation by the gate and the three screens; return its code."""
        self.ok(self.julie, url("referral_new"))
        self.post(self.julie, url("referral_new"), {"urgency": "non"})
        self.post(
            self.julie,
            url("referral_step", "personne"),
            {
                "last_name": "Dupont-Fictif",
                "first_name": "Camille",
                "person_informed": "informee",
                "informed_by": "la gardienne",
                "age_band": "56-65",
                "action": "next",
            },
        )
        self.post(
            self.julie,
            url("referral_step", "situation"),
            {
                "story": "Elle ne sort plus depuis le printemps.",
                "problems": ["logement_incurie_diogene"],
                "visitor_risk": "non",
                "severity": "eleve",
                "housing_type": "logement_social",
                "care_status": "connu_rupture",
                "health_text": "Elle dit ne plus voir son médecin.",
                "action": "next",
            },
        )
        sent = self.post(
            self.julie,
            url("referral_step", "demande"),
            {
                "person_words": "Je veux garder mon appartement.",
                "question": "Comment renouer le lien ?",
                "referrer_category": "bailleur_social",
                "criteria": ["droit_commun", "complexite"],
                "action": "next",
            },
        )
        code = sent.request["PATH_INFO"].rstrip("/").rsplit("/", 1)[-1]
        self.assertIn(code, sent.content.decode())
        return str(code)

    def test_whole_life(self) -> None:
        """A situation is referred, admitted, agreed, shared, examined, restituted and closed."""
        code = self.refer()
        self.assertIn(code, self.ok(self.julie, url("my_referrals")))
        mine = self.ok(self.julie, url("my_referral", code))
        self.assertNotIn("Elle ne sort plus", mine)

        # Screening, by Claire only.
        self.assertIn(code, self.ok(self.claire, url("referrals")))
        page = self.ok(self.claire, url("referral", code))
        self.assertIn("Je veux garder mon appartement.", page)
        self.assertNotIn("Dupont-Fictif", page)
        self.assertEqual(self.luc.get(url("referral", code)).status_code, 404)
        self.ok(self.claire, url("screen", code, "admettre"))
        self.post(
            self.claire,
            url("screen", code, "admettre"),
            {"lead": str(self.cast.luc.user.pk)},
        )

        # The lead: agreement, identity by a gesture, sharing.
        page = self.ok(self.luc, url("situation", code))
        self.assertIn("Recueillir l’accord", page)
        self.assertNotIn("Dupont-Fictif", page)
        revealed = self.luc.post(url("situation_identity", code))
        self.assertContains(revealed, "Dupont-Fictif")
        self.assertEqual(self.marc.get(url("situation", code)).status_code, 404)
        self.ok(self.luc, url("agreement", code))
        self.post(
            self.luc,
            url("agreement", code),
            {
                "kind": "named_sharing",
                "expressed_on": self.today.isoformat(),
                "giver": "personne",
                "mode": "ecrit_signe",
                "notice_version": "1",
                "notice_handed_on": self.today.isoformat(),
                "notice_form": "papier",
                "purposes": ["examen", "suivi", "statistiques"],
                "categories": ["identite", "situation_sociale", "logement", "sante_psychique"],
                "professions": ["professionnel_sante", "bailleur_social"],
                "security_described": "on",
                "presence": "oui",
            },
        )
        self.ok(self.luc, url("share", code))
        self.post(
            self.luc,
            url("share", code),
            {
                "recipients": [str(self.cast.marc.user.pk), str(self.cast.sophie.user.pk)],
                "sections": ["core", "social", "housing", "health", "shareable"],
                "level": "contribute",
                "reason": "suivi",
                "until": (self.today + timedelta(days=200)).isoformat(),
            },
        )
        self.assertIn("Marc", self.ok(self.luc, url("readers", code)))
        page = self.ok(self.marc, url("situation", code))
        self.assertIn("Je veux garder mon appartement.", page)
        self.assertNotIn("ne plus voir son médecin", page)
        self.assertIn("Volet santé scellé pour vous", page)
        self.assertIn(
            "scellé pour vous", self.ok(self.marc, url("situation_section", code, "health"))
        )
        for section in ("social", "housing", "health", "legal", "shareable"):
            self.ok(self.luc, url("situation_section", code, section))

        # A text, its edit, a stale edit that loses nothing.
        self.ok(self.luc, url("document_new", code))
        self.post(self.luc, url("document_new", code), {"place": "logement", "text": "Premier."})
        section = self.ok(self.luc, url("situation_section", code, "housing"))
        edit = re.search(rf"/situations/{code}/texte/[0-9a-f-]+/", section)
        assert edit is not None
        version = HIDDEN.search(self.ok(self.luc, edit[0]))
        assert version is not None
        self.post(self.luc, edit[0], {"text": "Deuxième.", "version": version[2]})
        stale = self.luc.post(edit[0], {"text": "Autre.", "version": version[2]})
        self.assertContains(stale, "Deuxième.")
        self.assertContains(stale, "Autre.")

        # A sitting, its agenda, the projector, the review.
        self.ok(self.claire, url("sitting_new"))
        starts = (now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
        self.post(self.claire, url("sitting_new"), {"starts_at": starts, "place": "Salle bleue"})
        sitting = Sitting.objects.get(commission=self.cast.commission)
        self.ok(self.claire, url("inscribe", code))
        self.post(
            self.claire, url("inscribe", code), {"sitting": str(sitting.pk), "mode": "nominatif"}
        )
        self.assertIn(code, self.ok(self.claire, url("sitting", sitting.pk)))
        self.assertIn("Marc Didier", self.ok(self.claire, url("sitting_convene", sitting.pk)))
        self.post(self.claire, url("sitting_convene", sitting.pk), {"state": "draft"})
        self.post(self.claire, url("sitting_advance", sitting.pk), {"state": "convened"})
        with people.as_person(self.cast.claire):
            item = AgendaItem.objects.get(sitting=sitting)
        self.ok(self.claire, url("item_presence", item.pk))
        self.ok(self.claire, url("item_remove", item.pk))
        live = self.ok(self.claire, url("sitting_live", sitting.pk))
        self.assertNotIn("Comment renouer le lien ?", live)
        present = [str(self.cast.luc.user.pk), str(self.cast.marc.user.pk)]
        self.post(self.claire, url("item_presence", item.pk), {"present": present})
        live = self.ok(self.claire, url("sitting_live", sitting.pk))
        self.assertIn("Comment renouer le lien ?", live)
        self.assertNotIn("Dupont-Fictif", live)
        present.append(str(self.cast.nadia.user.pk))
        self.post(self.claire, url("item_presence", item.pk), {"present": present})
        live = self.ok(self.claire, url("sitting_live", sitting.pk))
        self.assertNotIn("Comment renouer le lien ?", live)
        self.ok(self.luc, url("review", item.pk))
        self.post(
            self.luc,
            url("review", item.pk),
            {
                "presence": "oui",
                "analysis_1_category": "logement",
                "analysis_1_text": "Logement encombré.",
                "proposal_1_kind": "visite_a_domicile_conjointe",
                "proposal_1_title": "Visite à deux",
                "proposal_1_category": "situation_sociale",
                "proposal_1_holder": "CMP et CCAS",
                "proposal_2_kind": "reprise_suivi",
                "proposal_2_title": "Rendez-vous au CMP",
                "proposal_2_category": "sante_psychique",
                "proposal_2_holder": "CMP",
                "shareable_text": "Nous avons parlé du logement.",
            },
        )
        self.post(self.claire, url("sitting_advance", sitting.pk), {"state": "open"})
        self.assertIn("close", self.ok(self.claire, url("sitting", sitting.pk)))

        # The restitution, an answer per proposal; the work; the closure.
        page = self.ok(self.luc, url("situation", code))
        self.assertIn("Noter la restitution", page)
        self.assertIn("Rendez-vous au CMP", page)
        page = self.ok(self.marc, url("situation", code))
        self.assertIn("Visite à deux", page)
        self.assertNotIn("Rendez-vous au CMP", page)
        with people.as_person(self.cast.luc):
            proposals = {
                one.section: one.pk for one in Proposal.objects.filter(situation__code=code)
            }
        self.ok(self.luc, url("restitute", code))
        self.post(
            self.luc,
            url("restitute", code),
            {
                "given_on": self.today.isoformat(),
                "mode": "rencontre",
                f"answer_{proposals['social']}": "oui",
                f"answer_{proposals['health']}": "en_attente",
                "words": "D’accord pour la visite.",
            },
        )
        page = self.ok(self.luc, url("situation", code))
        self.assertIn("D’accord pour la visite.", page)
        self.post(self.luc, url("follow", code), {})
        page = self.ok(self.luc, url("proposal", proposals["health"]))
        self.post(
            self.luc,
            url("proposal", proposals["health"]),
            {"action": "answer", "avis-answer": "partiel", "avis-on": self.today.isoformat()},
        )
        page = self.ok(self.luc, url("proposal", proposals["social"]))
        version = HIDDEN.search(page)
        assert version is not None
        self.post(
            self.luc,
            url("proposal", proposals["social"]),
            {"action": "progress", "etat-status": "en_cours", "version": version[2]},
        )
        self.ok(self.luc, url("close", code))
        self.post(
            self.luc,
            url("close", code),
            {
                "reason": "objectifs_atteints",
                "outcome_housing": "maintien",
                "outcome_care": "suivi_repris",
                "outcome_rights": ["droits_ouverts", "accompagnement_en_place"],
                "missing_offer": ["equipe_mobile"],
                "words": "Merci.",
            },
        )
        self.ok(self.luc, url("situations"))
        self.ok(self.luc, url("reopen", code))

    def test_emergency_opens_nothing(self) -> None:
        """BR-08: the page says whom to call, and no draft is made."""
        response = self.julie.post(url("referral_new"), {"urgency": "oui"})
        for number in ("15", "18", "112", "3114"):
            self.assertContains(response, f">{number}</a>")
        again = self.julie.get(url("referral_step", "personne"))
        self.assertRedirects(again, url("referral_new"))

    def test_what_is_typed_is_kept(self) -> None:
        """Decision 50: on the error page and in the draft, every field is found again."""
        self.post(self.julie, url("referral_new"), {"urgency": "non"})
        step = url("referral_step", "situation")
        response = self.julie.post(step, {"story": "Des faits.", "action": "next"})
        self.assertContains(response, "Des faits.")
        self.assertContains(response, "Ce que vous avez écrit est resté")
        self.assertContains(self.julie.get(step), "Des faits.")

    def test_posted_twice_makes_one(self) -> None:
        """Decision 50."""
        starts = (now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
        data = {"starts_at": starts, "place": "Salle", "idempotency_key": str(uuid.uuid4())}
        first = self.claire.post(url("sitting_new"), data)
        second = self.claire.post(url("sitting_new"), data)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(Sitting.objects.filter(commission=self.cast.commission).count(), 1)

    def test_withdrawal_leaves_the_lead_alone(self) -> None:
        """C-04, promise 5: gone at the next click for all but the lead."""
        situation = people.shared(self.cast, "marc")
        self.ok(self.marc, url("situation", situation.code))
        self.ok(self.luc, url("withdraw", situation.code))
        self.post(
            self.luc,
            url("withdraw", situation.code),
            {
                "kind": "withdrawal",
                "giver": "personne",
                "expressed_on": now().date().isoformat(),
                "understood": "on",
            },
        )
        self.assertEqual(self.marc.get(url("situation", situation.code)).status_code, 404)
        page = self.ok(self.luc, url("situation", situation.code))
        self.assertIn("Clore la situation", page)
        self.post(
            self.luc,
            url("close", situation.code),
            {
                "reason": "refus_ou_retrait_de_la_personne",
                "outcome_housing": "inconnu",
                "outcome_care": "inconnu",
                "outcome_rights": ["inconnu"],
                "missing_offer": ["inconnu"],
            },
        )

    def test_other_answers_to_a_referral(self) -> None:
        """Decision 28: asked for more, completed, redirected, refused, taken back."""
        first = people.referred(self.cast)
        for answer in ("complement", "refuser", "reorienter"):
            self.ok(self.claire, url("screen", first.code, answer))
        self.post(
            self.claire,
            url("screen", first.code, "complement"),
            {"reason": "information_insuffisante", "message": "Depuis quand ?"},
        )
        page = self.ok(self.julie, url("my_referral", first.code))
        self.assertIn("Depuis quand ?", page)
        self.post(self.julie, url("my_referral", first.code), {"text": "Depuis mars."})
        self.assertIn("Depuis mars.", self.ok(self.claire, url("referral", first.code)))
        self.post(
            self.claire,
            url("screen", first.code, "reorienter"),
            {"destination": "dac", "message": "Voyez le DAC."},
        )
        self.assertIn("Voyez le DAC.", self.ok(self.julie, url("my_referral", first.code)))
        second = people.referred(self.cast)
        self.post(self.julie, url("referral_take_back", second.code), {})
        self.assertEqual(self.claire.get(url("referral", second.code)).status_code, 404)

    def test_homes(self) -> None:
        """Each role has its first page, empty or not."""
        for name in ("claire", "luc", "julie", "denis"):
            self.ok(people.client_of(self.cast.people[name]), "/")
        people.shared(self.cast, "marc")
        for name in ("claire", "luc", "marc"):
            self.ok(people.client_of(self.cast.people[name]), "/")
        denis = people.client_of(self.cast.denis)
        for name in ("members", "releases", "situations"):
            self.ok(denis, url(name))

    def test_vault_pages(self) -> None:
        """A closed vault leads to its opening, then back."""
        situation = people.shared(self.cast, "marc")
        marc = people.client_of(self.cast.marc, vault=False)
        closed = marc.get(url("situation", situation.code))
        self.assertEqual(closed.status_code, 302)
        self.assertIn("Votre coffre", self.ok(marc, closed.headers["Location"]))
        opened = marc.post(closed.headers["Location"], {"passphrase": people.PASSPHRASE})
        self.assertRedirects(opened, url("situation", situation.code))
        self.ok(marc, url("vault"))

    def test_situation_is_absent_alike(self) -> None:
        """An unknown code and one that is not mine answer the same 404 (style 16)."""
        situation: Situation = people.agreed(self.cast)
        mine = self.marc.get(url("situation", situation.code))
        unknown = self.marc.get(url("situation", "SIT-0000"))
        self.assertEqual(mine.status_code, 404)
        self.assertEqual(mine.content.replace(situation.code.encode(), b""), unknown.content)
