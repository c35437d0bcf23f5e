"""The pages of a referral: a name that waits, gates that orient, answers in their place."""

from __future__ import annotations

import uuid
from typing import Any

from audit import recorder
from cases.access.situations import open_referral, open_situation
from cases.actions import referrals
from cases.domain.exceptions import NotAllowed
from cases.domain.facets import FACETS
from cases.models import Commission, SealedDocument, Situation
from tests import people
from tests.cases_of import TestCase
from tests.commission import unnamed
from tests.commission.test_pages_journey import url

NAME = "Canaribergamote"
PERSON = {"age_band": "56-65", "information_due_on": "2099-01-01", "action": "next"}
FACTS = {
    "story": "Elle ne sort plus depuis le printemps.",
    "problems": ["autre"],
    "severity": "eleve",
    "housing_type": "logement_social",
    "action": "next",
}
REQUEST = {
    "question": "Comment renouer le lien ?",
    "criteria": ["droit_commun", "complexite"],
    "action": "next",
}


class Pages(TestCase):
    """What Julie types, screen by screen."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"n{uuid.uuid4().hex[:8]}")

    def setUp(self) -> None:
        self.julie = people.client_of(self.cast.julie)

    def post(self, name: str, *args: Any, **data: Any) -> Any:
        """Post a page of hers."""
        return self.julie.post(url(name, *args), {**data, "idempotency_key": str(uuid.uuid4())})

    def start(self, **data: Any) -> Any:
        """Pass the first page."""
        return self.post("referral_new", urgency="non", **data)

    def last(self) -> Situation:
        """Return the referral that was sent, as the coordinator sees it."""
        with people.as_person(self.cast.claire):
            return Situation.objects.select_related("commission").latest("created_at")

    def test_a_name_waits_for_the_information(self) -> None:
        """Practice 5, n° 11: kindly, with what was typed; dropped by one button, then sent."""
        self.start()
        named = {"identification": "named", "last_name": NAME, **PERSON}
        for outcome in ("injoignable", "pas_encore"):
            page = self.post("referral_step", "personne", person_informed=outcome, **named)
            self.assertContains(page, "son nom reste avec vous")
            self.assertContains(page, NAME)
            self.assertContains(page, "Continuer sans son nom")
        again = self.julie.get(url("referral_step", "personne"))
        self.assertContains(again, NAME)  # Left and resumed, it is still there.
        dropped = self.post(
            "referral_step",
            "personne",
            **{**named, "person_informed": "pas_encore", "action": "without_name"},
        )
        self.assertRedirects(dropped, url("referral_step", "personne"))
        self.assertNotContains(self.julie.get(url("referral_step", "personne")), NAME)
        coded = {**PERSON, "identification": "coded", "person_informed": "pas_encore"}
        page = self.post("referral_step", "personne", **coded)
        self.assertContains(page, "Cochez cette case après avoir vérifié")
        self.post("referral_step", "personne", **coded, attest_anonymous="on")
        self.post("referral_step", "situation", **FACTS)
        sent = self.post("referral_step", "demande", **REQUEST)
        situation = self.last()
        self.assertRedirects(sent, url("referral_sent", situation.code))
        self.assertEqual(str(situation.information_due_on), "2099-01-01")
        with people.as_person(self.cast.claire):
            self.assertFalse(SealedDocument.objects.filter(section="identity").exists())

    def test_the_action_refuses_what_the_page_would(self) -> None:
        """A post that skips the pages meets the same rules; control: informed, the name goes."""
        for outcome in ("injoignable", "pas_encore", "", "autre"):
            with self.subTest(outcome), self.assertRaises(NotAllowed) as refused:
                people.referred(self.cast, person_informed=outcome, information_due_on="2099-01-01")
            self.assertEqual(refused.exception.code, "name_before_information")
        people.referred(self.cast)
        with self.assertRaises(NotAllowed) as refused:
            people.referred(self.cast, visitor_risk="")
        self.assertEqual(refused.exception.code, "visitor_risk_missing")

    def test_gates_orient_before_the_form(self) -> None:
        """A general referral opens at once; a heaped home is asked twice, then goes on."""
        self.assertRedirects(self.start(), url("referral_step", "personne"))
        opened = self.start(circuit="incurie")
        self.assertRedirects(opened, url("referral_gate"))
        page = self.post("referral_gate", insalubrite_bati="oui")
        self.assertContains(page, 'id="erreurs"')
        page = self.post("referral_gate", insalubrite_bati="oui", risque_intervenant="oui")
        self.assertContains(page, "service d’hygiène")
        self.assertContains(page, "N’y retournez pas seul")
        self.assertContains(page, url("referral_step", "personne"))
        facts = self.julie.get(url("referral_step", "situation"))
        self.assertContains(facts, '<option value="oui" selected>', html=False)
        calm = self.post("referral_gate", insalubrite_bati="non", risque_intervenant="non")
        self.assertRedirects(calm, url("referral_step", "personne"))
        missing = self.post("referral_step", "situation", **FACTS)
        self.assertContains(missing, "Dites si entrer présente un danger")

    def test_urgency_still_stops(self) -> None:
        """BR-08: whatever the circuit, nothing is kept."""
        page = self.post("referral_new", urgency="oui", circuit="incurie")
        self.assertContains(page, "3114")
        self.assertEqual(self.julie.get(url("referral_gate")).status_code, 302)

    def test_texts_about_a_coded_person_are_read_again(self) -> None:
        """C-03, C-27: a warning to confirm; what was seen is told to nobody."""
        self.start()
        self.post(
            "referral_step",
            "personne",
            **{**PERSON, "identification": "coded", "person_informed": "pas_encore"},
            attest_anonymous="on",
        )
        story = {**FACTS, "story": "Mme Durand habite 12 rue des Lilas."}
        with recorder.observe() as events:
            warned = self.post("referral_step", "situation", **story)
        self.assertContains(warned, "un nom, une adresse")
        self.assertContains(warned, "Mme Durand habite")
        self.assertNotIn("Durand", " ".join(repr(event) for event in events))
        confirmed = self.post("referral_step", "situation", **story, reread="on")
        self.assertRedirects(confirmed, url("referral_step", "demande"))
        # Control: about a named person, the same text asks nothing.
        self.post(
            "referral_step",
            "personne",
            **{
                **PERSON,
                "identification": "named",
                "last_name": "X",
                "person_informed": "informee",
            },
        )
        named = self.post("referral_step", "situation", **story)
        self.assertRedirects(named, url("referral_step", "demande"))

    def test_no_name_in_what_the_service_tells(self) -> None:
        """Style 18: titles, addresses and ledger hold none, before and after it is sent."""
        self.start()
        named = {"identification": "named", "last_name": NAME, "person_informed": "informee"}
        with recorder.observe() as events:
            self.post("referral_step", "personne", **{**PERSON, **named})
            page = self.julie.get(url("referral_step", "personne"))
            self.post("referral_step", "situation", **FACTS)
            sent = self.post("referral_step", "demande", **REQUEST, person_words="Je veux rester.")
        text = page.content.decode()
        self.assertIn(NAME, text)  # Control.
        self.assertNotIn(NAME, text[text.index("<title>") : text.index("</title>")])
        self.assertNotIn(NAME, sent["Location"])
        self.assertNotIn(NAME, " ".join(repr(event) for event in events))


class InPlace(TestCase):
    """Each answer in the section that may hold it (decision 20; practice.md 1.3)."""

    EXTRA = {
        "circuit": "logement",
        "signals": ["volets_fermes", "impayes", "ne_sort_plus", "propos_comportements_incoherents"],
        "entry_year": 1998,
        "litigation": "commandement",
        "litigation_cause": "impayes",
        "building_risks": ["feu", "gaz"],
        "animals": "oui",
        "refusal_of_help": "personne",
        "gp_known": "non",
        "complaint_expressed": "oui",
        "perceived_distress": "7",
        "intervention_frame": "Gestion locative",
        "prior_contact_wanted": True,
    }
    HELD = {
        "core": {"circuit", "prior_contact_wanted"},
        "social": {"intervention_frame", "refusal_of_help"},
        "housing": {"entry_year", "visitor_risk", "building_risks", "animals", "signals"},
        "health": {"person_signals", "gp_known", "complaint_expressed", "perceived_distress"},
        "legal": {"litigation", "litigation_cause"},
    }

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"e{uuid.uuid4().hex[:8]}")

    def test_each_answer_has_its_section(self) -> None:
        """What was noticed of the person, and a procedure, never stand among housing facts."""
        situation = people.admitted(self.cast, **self.EXTRA)
        with people.as_person(self.cast.luc) as viewer:
            opened = open_situation(viewer, situation.code)
            said = {
                view.section: {
                    key: value for one in view.documents for key, value in one.payload.items()
                }
                for view in opened.sections
            }
        for section, keys in self.HELD.items():
            with self.subTest(section):
                self.assertLessEqual(keys, set(said[section]))
                others = {key for code in said if code != section for key in said[code]}
                self.assertEqual(keys & others, set())
        self.assertEqual(said["housing"]["signals"], ["volets_fermes", "impayes"])
        self.assertEqual(len(said["health"]["person_signals"]), 2)
        self.assertEqual(
            {key for key in said["social"] if key in FACETS}, {"age_band", "sex", "household"}
        )

    def test_they_are_read_by_parts_and_empty_ones_are_not(self) -> None:
        """Grouped, in words; nothing is drawn for what was not answered."""
        situation = people.admitted(self.cast, **self.EXTRA)
        page = people.client_of(self.cast.luc).get(url("situation", situation.code))
        for words in (
            "Pour qui se rend sur place",
            "Entrée dans le logement",
            "Commandement de payer",
            "Souffrance perçue par le saisissant, sur 10",
            "Échange souhaité avant tout contact",
            "Signes remarqués chez elle",
        ):
            self.assertContains(page, words)
        bare = people.admitted(self.cast)
        page = people.client_of(self.cast.luc).get(url("situation", bare.code))
        for words in ("Souffrance perçue", "Une procédure avec le bailleur", "Suivi pressenti"):
            self.assertNotContains(page, words)

    def test_a_landlord_reads_no_health_and_no_procedure(self) -> None:
        """C-22, C-08: Marc reads the home; what was noticed of the person stays in health."""
        from cases.actions import grants

        pk = people.admitted(self.cast, **self.EXTRA).pk
        unnamed.agree(self.cast, pk)
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, pk)
            grants.share(
                viewer=viewer,
                situation=row,
                recipients=[self.cast.marc.user.pk],
                sections=["core", "housing"],
                level="read",
            )
        page = people.client_of(self.cast.marc).get(url("situation", row.code))
        self.assertContains(page, "Volets fermés en permanence")
        for words in ("Propos ou comportements incohérents", "Commandement", "sur 10"):
            self.assertNotContains(page, words)

    def test_the_follow_up_expected_is_sealed_at_admission(self) -> None:
        """practice.md 1.3 `intensite`: optional, in the core, for whoever reads it."""
        pk = people.referred(self.cast).pk
        with people.as_person(self.cast.claire) as viewer:
            row = people.fresh(self.cast, pk)
            referrals.admit(
                viewer=viewer, situation=row, lead=self.cast.luc.user.pk, intensity="soutenue"
            )
        page = people.client_of(self.cast.luc).get(url("situation", row.code))
        self.assertContains(page, "Suivi pressenti")
        self.assertContains(page, "Soutenue")

    def test_the_coordinator_screens_them_by_parts(self) -> None:
        """The screening page shows the same parts, health sealed for her (C-22)."""
        situation = people.referred(self.cast, **self.EXTRA)
        with people.as_person(self.cast.claire) as viewer:
            opened = open_referral(viewer, situation.code)
            self.assertFalse(opened.section("health").readable)
        page = people.client_of(self.cast.claire).get(url("referral", situation.code))
        self.assertContains(page, "Pour qui se rend sur place")
        self.assertNotContains(page, "sur 10")


class WrittenLater(TestCase):
    """Notes about somebody examined without her name (C-27)."""

    def test_a_note_is_read_again(self) -> None:
        """Confirmed, it is kept; a situation that bears a name asks nothing."""
        cast = people.commission(
            f"w{uuid.uuid4().hex[:8]}", mode=Commission.AgreementMode.ANONYMOUS
        )
        luc = people.client_of(cast.luc)
        text = {"place": "core", "text": "Vu avec Mme Durand, au 06 12 34 56 78."}
        coded = people.admitted(cast, identification="coded")
        named = people.admitted(cast)

        def post(code: str, **data: str) -> Any:
            key = {"idempotency_key": str(uuid.uuid4())}
            return luc.post(url("document_new", code), {**key, **text, **data})

        warned = post(coded.code)
        self.assertContains(warned, "un nom, un numéro de téléphone")
        self.assertContains(warned, "Vu avec Mme Durand")
        self.assertEqual(post(coded.code, reread="on").status_code, 302)
        self.assertEqual(post(named.code).status_code, 302)
