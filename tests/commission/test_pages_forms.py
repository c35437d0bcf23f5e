"""The forms' own promises: few mandatory answers, conditions in words, the rules' errors placed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from cases.domain.agreement_rules import validate
from cases.domain.sections import Section
from cases.forms.agreement import AgreementForm
from cases.forms.document import places
from cases.forms.referral import PersonStep, RequestStep, SituationStep
from cases.forms.referral_start import StartForm
from cases.forms.review import ReviewForm

AT = datetime(2026, 5, 4, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
MOST = 12
# Mandatory only on a condition, at worst together: how the person is designated, her name or the
# attestation; then her words when she knows, or the day before which she will; the danger for
# visitors of a heaped home.
ON_CONDITION = 4


class ReferralForms(SimpleTestCase):
    """Decision 19: three screens, twelve mandatory answers at most."""

    def test_mandatory_answers(self) -> None:
        """Count those of the three screens, those on a condition included; the gate asks one."""
        forms: list[Any] = [PersonStep(), SituationStep(), RequestStep()]
        required = [name for form in forms for name, field in form.fields.items() if field.required]
        self.assertLessEqual(len(required) + ON_CONDITION, MOST)
        self.assertIn("story", required)
        gate = [name for name, one in StartForm(commissions=[]).fields.items() if one.required]
        self.assertEqual(gate, ["urgency"])

    def test_the_conditions_are_all_counted(self) -> None:
        """Control: an empty referral about a heaped home asks for no more than twelve answers."""
        problems = {"problems": ["logement_incurie_diogene"]}
        for known in ({"person_informed": "informee"}, {"person_informed": "pas_encore"}):
            is_unreachable = known["person_informed"] != "informee"
            person = {**known, "identification": "coded" if is_unreachable else "named"}
            forms: list[Any] = [
                PersonStep(person),
                SituationStep(problems),
                RequestStep({}, is_unreachable=is_unreachable),
            ]
            given = len(person) + len(problems)
            asked = [name for form in forms for name in form.errors]
            with self.subTest(known):
                self.assertLessEqual(len(asked) + given, MOST)
                self.assertIn("visitor_risk", asked)

    def test_unreachable_person_needs_a_date_and_no_words(self) -> None:
        """Decision 26."""
        data = {
            "identification": "coded",
            "attest_anonymous": "on",
            "person_informed": "injoignable",
            "age_band": "26-35",
        }
        self.assertIn("information_due_on", PersonStep(data).errors)
        data["information_due_on"] = "2026-06-01"
        form = PersonStep(data)
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(form.content()["information_due_on"], "2026-06-01")
        asked = {"question": "Comment ?", "criteria": ["droit_commun", "complexite"]}
        self.assertIn("person_words", RequestStep(asked).errors)
        self.assertTrue(RequestStep(asked, is_unreachable=True).is_valid())

    def test_coded_person_has_no_identity(self) -> None:
        """C-03: a name typed in coded mode is refused, not dropped."""
        data = {
            "identification": "coded",
            "last_name": "Fictif",
            "person_informed": "informee",
            "age_band": "26-35",
            "attest_anonymous": "on",
        }
        self.assertIn("identification", PersonStep(data).errors)
        form = PersonStep({**data, "last_name": ""})
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(form.content()["identity"], {})

    def test_what_is_not_known_has_its_code(self) -> None:
        """The statistics need an answer to every facet: « not known » is one."""
        form = SituationStep(
            {
                "story": "Des faits.",
                "problems": ["autre"],
                "severity": "modere",
                "housing_type": "rue",
            }
        )
        self.assertTrue(form.is_valid(), form.errors)
        content = form.content()
        self.assertEqual(content["severity_factors"], ["aucun"])
        self.assertEqual(content["care_status"], "inconnu")

    def test_a_name_waits_for_the_information(self) -> None:
        """Practice 5, n° 11: not informed, the name stays; what was typed is kept, or dropped."""
        data = {
            "identification": "named",
            "last_name": "Fictif",
            "person_informed": "pas_encore",
            "information_due_on": "2026-06-01",
            "age_band": "26-35",
        }
        form = PersonStep(data)
        self.assertIn("son nom reste avec vous", str(form.errors["identification"]))
        self.assertEqual(form.typed()["identity"], {"last_name": "Fictif"})
        self.assertTrue(form.may_drop_name)
        self.assertEqual(form.without_name()["identity"], {})
        self.assertNotIn("Fictif", str(form.without_name()))
        self.assertTrue(PersonStep({**data, "person_informed": "informee"}).is_valid())

    def test_invalid_values_are_kept(self) -> None:
        """Decision 50: a draft keeps what was typed, valid or not."""
        form = PersonStep({"birth_year": "abc", "last_name": "Fictif"})
        self.assertFalse(form.is_valid())
        self.assertEqual(form.typed()["identity"]["birth_year"], "abc")
        self.assertEqual(PersonStep.flat(form.typed())["last_name"], "Fictif")


class AgreementForms(SimpleTestCase):
    """C-05, C-06, C-10: each error stands on the field that mends it."""

    def errors(self, **data: Any) -> dict[str, Any]:
        """Return the errors of a form once the rules have read it."""
        form = AgreementForm({"expressed_on": "2026-05-04", **data}, members=[], at=AT)
        self.assertTrue(form.is_valid(), form.errors)
        form.refuse(validate(form.expression(), form.person()))
        return dict(form.errors)

    def test_rules_speak_on_their_fields(self) -> None:
        """An empty agreement and an empty exception."""
        named = self.errors(kind="named_sharing")
        self.assertLessEqual(
            {"giver", "mode", "notice_handed_on", "categories", "security_described"}, set(named)
        )
        self.assertNotIn("__all__", named)
        self.assertLessEqual({"reason", "regularise_by"}, set(self.errors(kind="urgency")))

    def test_today_is_now_and_tomorrow_is_refused(self) -> None:
        """An agreement of today counts from now; one to come is refused on its own field."""
        form = AgreementForm({"kind": "urgency", "expressed_on": "2026-05-04"}, members=[], at=AT)
        self.assertTrue(form.is_valid())
        self.assertEqual(form.expression().expressed_at, AT)
        tomorrow = (AT + timedelta(days=1)).date().isoformat()
        self.assertIn("expressed_on", self.errors(kind="urgency", expressed_on=tomorrow))


class OtherForms(SimpleTestCase):
    """BR-10 and decision 20."""

    def test_review_ends_with_something(self) -> None:
        """Neither a proposal nor a date of review is refused; half a line is refused."""
        self.assertIn("proposal_1_kind", ReviewForm({"presence": "oui"}).errors)
        none = {"presence": "oui", "no_proposal": "on"}
        self.assertIn("review_due_on", ReviewForm(none).errors)
        self.assertTrue(ReviewForm({**none, "review_due_on": "2026-06-01"}).is_valid())
        half = ReviewForm({**none, "review_due_on": "2026-06-01", "analysis_1_text": "Texte"})
        self.assertIn("analysis_1_category", half.errors)

    def test_a_text_goes_only_where_one_may_write(self) -> None:
        """The identity is never a free text."""
        everything = frozenset(section.value for section in Section)
        offered = {code for _, group in places(everything) for code, _ in group}
        self.assertNotIn("identite", offered)
        self.assertIn("logement", offered)
        few = {code for _, group in places(frozenset({"core"})) for code, _ in group}
        self.assertEqual(few, {"core"})
