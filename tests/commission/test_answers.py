"""What each URL answers to each person: a table written by hand; any other answer fails.

T-20 and T-21 at first depth. Absent and forbidden are the same 404, and the ledger shows each
refusal. The coordinator's own column is the control: the page exists and opens for her.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from audit import recorder
from audit.events import Outcome
from cases.actions import releases
from cases.models import Agreement, Proposal
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CharterAcceptance
from tests import people
from tests.cases_of import Client, TestCase
from tests.files import deposited, status

PEOPLE = (
    "coordinator",
    "lead",
    "stranger",
    "steering",
    "core_only",
    "expired",
    "superuser",
    "referrer",
    "dpo",
)

# GET answers: coordinator, lead, stranger, steering member, a member without the section, a
# member whose grant has ended, a superuser made by SQL, the referrer, the DPO.
# 302 for the steering member is the login page: her account does not exist in this service.
EXPECTED: dict[str, str] = {
    "home":                 "200 200 200 302 200 200 200 200 200",
    "cases:referral_new":   "200 200 200 302 200 200 404 200 404",
    "cases:referral_gate":  "302 302 302 302 302 302 404 302 404",
    "cases:referral_step":  "302 302 302 302 302 302 404 302 404",
    "cases:search":         "200 200 200 302 200 200 404 404 404",
    "cases:referral_sent":  "404 404 404 302 404 404 404 200 404",
    "cases:my_referrals":   "200 200 200 302 200 200 404 200 404",
    "cases:my_referral":    "404 404 404 302 404 404 404 200 404",
    "cases:referral_take_back": "405 405 405 302 405 405 405 405 405",
    "cases:referrals":      "200 404 200 302 404 404 404 404 404",
    "cases:referral":       "200 404 404 302 404 404 404 404 404",
    "cases:referral_duplicates": "405 405 405 302 405 405 405 405 405",
    "cases:screen":         "200 404 404 302 404 404 404 404 404",
    "cases:situations":     "200 200 200 302 200 200 404 404 200",
    "cases:situation":      "200 200 404 302 200 404 404 404 200",
    "cases:situation_section": "200 200 404 302 200 404 404 404 200",
    "cases:situation_identity": "405 405 405 302 405 405 405 405 405",
    "cases:identity_edit":  "200 200 404 302 404 404 404 404 404",
    "cases:agreement":      "200 200 404 302 404 404 404 404 404",
    "cases:agreement_history": "200 200 404 302 404 404 404 404 200",
    "cases:agreement_receipt": "200 200 404 302 404 404 404 404 200",
    "cases:agreement_receipt_data": "200 200 404 302 404 404 404 404 200",
    "cases:withdraw":       "200 200 404 302 404 404 404 404 404",
    "cases:share":          "200 200 404 302 404 404 404 404 404",
    "cases:readers":        "200 200 404 302 200 404 404 404 200",
    "cases:grant_revoke":   "405 405 405 302 405 405 405 405 405",
    "cases:set_aside":      "200 404 404 302 404 404 404 404 404",
    "cases:step_aside":     "200 200 404 302 200 404 404 404 200",
    "cases:recusal_lift":   "405 405 405 302 405 405 405 405 405",
    "cases:lead":           "200 404 404 302 404 404 404 404 404",
    "cases:leaderless":     "200 404 200 302 404 404 404 404 404",
    "cases:extend":         "200 200 200 302 404 404 404 404 404",
    "cases:keys":           "200 200 404 302 404 404 404 404 404",
    "cases:erase":          "200 200 404 302 404 404 404 404 404",
    "cases:exceptional":    "200 200 200 302 200 200 404 404 200",
    "cases:sleeping":       "404 404 404 302 404 404 404 404 404",
    "cases:emergency_ask":  "404 404 404 302 404 404 404 404 404",
    "cases:control_ask":    "404 404 404 302 404 404 404 404 200",
    "cases:exceptional_access": "404 404 404 302 404 404 404 404 404",
    "cases:exceptional_follow_up": "404 404 404 302 404 404 404 404 404",
    "cases:erasures":       "200 404 200 302 404 404 404 404 200",
    "cases:erasure":        "404 404 404 302 404 404 404 404 404",
    "cases:inscribe":       "404 404 404 302 404 404 404 404 404",
    "cases:restitute":      "404 404 404 302 404 404 404 404 404",
    "cases:follow":         "405 405 405 302 405 405 405 405 405",
    "cases:close":          "200 200 404 302 404 404 404 404 404",
    "cases:reopen":         "404 404 404 302 404 404 404 404 404",
    "cases:document_new":   "200 200 404 302 200 404 404 404 404",
    "cases:document_edit":  "404 404 404 302 404 404 404 404 404",
    "cases:file_new":       "200 200 404 302 200 404 404 404 404",
    "cases:file":           "404 200 404 302 404 404 404 404 404",
    "cases:file_delete":    "404 200 404 302 404 404 404 404 404",
    "cases:file_drop":      "405 405 405 302 405 405 405 405 405",
    "cases:export":         "200 200 404 302 200 404 404 404 404",
    "cases:proposal":       "200 200 404 302 404 404 404 404 404",
    "cases:sittings":       "200 200 200 302 200 200 404 404 404",
    "cases:sitting_new":    "200 404 200 302 404 404 404 404 404",
    "cases:sitting":        "200 200 404 302 200 200 404 404 404",
    "cases:sitting_advance": "405 405 405 302 405 405 405 405 405",
    "cases:sitting_live":   "200 404 404 302 404 404 404 404 404",
    "cases:sitting_convene": "200 404 404 302 404 404 404 404 404",
    "cases:invitations":    "200 404 404 302 404 404 404 404 404",
    "cases:invite_in_room": "200 404 404 302 404 404 404 404 404",
    "cases:invite":         "200 404 404 302 404 404 404 404 404",
    "cases:invitation_note": "405 405 405 302 405 405 405 405 405",
    "cases:invitation_commitment": "404 404 404 302 404 404 404 404 404",
    "cases:invitation_cancel": "405 405 405 302 405 405 405 405 405",
    "cases:my_invitations": "404 404 404 302 404 404 404 404 404",
    "cases:invitation_accept": "405 405 405 302 405 405 405 405 405",
    "cases:invitation_decline": "404 404 404 302 404 404 404 404 404",
    "cases:item_presence":  "200 404 404 302 404 404 404 404 404",
    "cases:item_remove":    "200 404 404 302 404 404 404 404 404",
    "cases:review":         "200 200 404 302 404 404 404 404 404",
    "cases:members":        "200 200 200 302 200 200 404 404 200",
    "cases:sign_keys":      "200 404 200 302 404 404 404 404 200",
    "cases:continuity":     "200 404 200 302 404 404 404 404 200",
    "cases:factor_reset_decide": "405 405 405 302 405 405 405 405 405",
    "cases:member":         "200 404 404 302 404 404 404 404 200",
    "cases:depart":         "200 404 404 302 404 404 404 404 200",
    "cases:regrant":        "200 200 404 302 200 200 404 404 404",
    "cases:reassign":       "200 404 404 302 404 404 404 404 404",
    "cases:substitution":   "404 404 404 302 404 404 404 404 404",
    "cases:factor_reset":   "200 404 404 302 404 404 404 404 200",
    "cases:why":            "200 200 200 302 200 200 404 404 200",
    "cases:devices":        "200 200 200 302 200 200 302 302 200",
    "cases:releases":       "200 404 200 302 404 404 404 404 200",
    "cases:release":        "404 404 404 302 404 404 404 404 404",
    "cases:release_approve": "405 405 405 302 405 405 405 405 405",
    "cases:release_drop":   "405 405 405 302 405 405 405 405 405",
    "cases:release_freeze": "200 404 200 302 404 404 404 404 200",
    "cases:release_paper":  "200 404 200 302 404 404 404 404 200",
    "cases:release_resume": "405 405 405 302 405 405 405 405 405",
    "cases:release_withdraw": "404 404 404 302 404 404 404 404 404",
    "cases:plan":           "200 404 200 302 404 404 404 404 200",
    "cases:plan_new":       "200 404 200 302 404 404 404 404 200",
    "cases:plan_import":    "200 404 200 302 404 404 404 404 200",
    "cases:plan_file":      "200 404 200 302 404 404 404 404 200",
    "cases:plan_version":   "404 404 404 302 404 404 404 404 404",
    "cases:plan_version_file": "404 404 404 302 404 404 404 404 404",
    "cases:plan_approve":   "405 405 405 302 405 405 405 405 405",
    "cases:plan_drop":      "405 405 405 302 405 405 405 405 405",
    "cases:notes":          "200 404 200 302 404 404 404 404 200",
    "cases:note_new":       "200 404 200 302 404 404 404 404 200",
    "cases:note":           "404 404 404 302 404 404 404 404 404",
    "cases:note_approve":   "405 405 405 302 405 405 405 405 405",
    "cases:note_drop":      "405 405 405 302 405 405 405 405 405",
    "cases:note_withdraw":  "404 404 404 302 404 404 404 404 404",
    "cases:missing_offers": "200 404 200 302 404 404 404 404 200",
    "cases:vault":          "200 200 200 302 200 200 302 302 200",
    "cases:vault_close":    "405 405 405 302 405 405 405 405 405",
    "cases:vault_new":      "302 302 302 302 302 302 404 404 302",
    "cases:vault_kit":      "405 405 405 302 405 405 405 405 405",
    "cases:vault_kit_new":  "200 200 200 302 200 200 302 302 200",
    "cases:slots":          "200 200 200 302 200 200 302 302 200",
    "cases:slot_add":       "302 302 302 302 302 302 302 302 302",
    "cases:slot_remove":    "404 404 404 302 404 404 404 404 404",
    "cases:vault_recover":  "200 200 200 302 200 200 302 302 200",
    "cases:vault_recover_by": "200 200 200 302 200 200 302 302 200",
    "cases:vault_renew":    "200 200 200 302 200 200 302 302 200",
    "cases:to_council":     "404 404 404 302 404 404 404 404 404",
    "cases:already_posted": "302 302 302 302 302 302 302 302 302",
    "audit:desk":           "404 404 404 302 404 404 404 404 200",
}  # fmt: skip
# The account library's own pages and those of the frame, tried in the governance suite.
ELSEWHERE = ("account_", "mfa_", "usersessions_", "accounts:", "alive")


def every_name(resolver: Any, prefix: str = "") -> set[str]:
    """Return the names of every URL of the service."""
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= every_name(pattern, space)
        elif isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
    return found


class Answers(TestCase):
    """Every (person, URL) once, by GET."""

    maxDiff = None

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("metz")
        cls.other = people.commission("ailleurs")
        cls.situation, item = people.inscribed(cls.cast)
        cls.item = item
        cls.referral = people.referred(cls.cast)
        reviewed, _ = people.reviewed(cls.cast)
        cls.reviewed = reviewed
        # What convening gave: the columns below say who holds what, and no more.
        for one in (cls.situation, reviewed):
            people.ended(cls.cast, one, "marc", "sophie")
        cls.proposal = Proposal.objects.none()
        with people.as_person(cls.cast.luc) as viewer:
            from cases.actions import grants

            row = people.fresh(cls.cast, cls.situation.pk)
            grants.share(
                viewer=viewer,
                situation=row,
                recipients=[cls.cast.marc.user.pk],
                sections=["core"],
                level="contribute",
            )
            cls.proposal = Proposal.objects.filter(situation=reviewed).first()
            cls.agreement = Agreement.objects.filter(situation=row).values_list("pk", flat=True)[0]
        # Of health: the coordinator, outside the list of R1110-2, does not open it (C-22).
        cls.file = deposited(cls.cast, cls.situation, category="sante_psychique")
        cls.root = get_user_model().objects.create_user(
            realm="commission", email="root@exemple.invalid", password=people.PASSPHRASE
        )
        get_user_model().objects.filter(pk=cls.root.pk).update(is_superuser=True)
        cls.root.refresh_from_db()
        people.give_second_factor(cls.root)
        CharterAcceptance.objects.create(
            user=cls.root, charter=people.charter(now()), accepted_at=now()
        )

    def person(self, name: str) -> people.Person:
        """Return who a column is."""
        cast = self.cast
        return {
            "coordinator": cast.claire,
            "lead": cast.luc,
            "stranger": self.other.claire,
            "core_only": cast.marc,
            "expired": cast.sophie,
            "superuser": people.Person(self.root, None),
            "referrer": cast.julie,
            "dpo": cast.denis,
        }[name]

    def address(self, name: str) -> str:
        """Return the address of a view for the situation of the story."""
        code = self.situation.code
        by_code = {"code": code}
        arguments: dict[str, dict[str, Any]] = {
            "cases:referral_step": {"step": "personne"},
            "cases:referral_sent": {"code": self.referral.code},
            "cases:my_referral": {"code": self.referral.code},
            "cases:referral_take_back": {"code": self.referral.code},
            "cases:referral": {"code": self.referral.code},
            "cases:screen": {"code": self.referral.code, "answer": "admettre"},
            "cases:referral_duplicates": {"code": self.referral.code},
            "cases:situation_section": {"code": code, "section": "social"},
            "cases:agreement_receipt": {"code": code, "pk": self.agreement},
            "cases:agreement_receipt_data": {"code": code, "pk": self.agreement},
            "cases:document_edit": {"code": code, "document": uuid.uuid4()},
            "cases:file": {"code": code, "pk": self.file.pk},
            "cases:file_delete": {"code": code, "pk": self.file.pk},
            "cases:file_drop": {"code": code, "pk": uuid.uuid4()},
            "cases:proposal": {"pk": self.proposal.pk},
            "cases:sitting": {"pk": self.item.sitting_id},
            "cases:sitting_advance": {"pk": self.item.sitting_id},
            "cases:sitting_live": {"pk": self.item.sitting_id},
            "cases:item_presence": {"pk": self.item.pk},
            "cases:sitting_convene": {"pk": self.item.sitting_id},
            **{
                f"cases:{name}": {"pk": self.item.pk}
                for name in ("invitations", "invite_in_room", "invite")
            },
            **{
                f"cases:{name}": {"pk": uuid.uuid4()}
                for name in (
                    "invitation_note",
                    "invitation_commitment",
                    "invitation_cancel",
                    "invitation_accept",
                    "invitation_decline",
                    "recusal_lift",
                )
            },
            "cases:item_remove": {"pk": self.item.pk},
            "cases:review": {"pk": self.item.pk},
            "cases:factor_reset_decide": {"pk": uuid.uuid4()},
            **{
                name: {"pk": self.cast.nadia.mandate.pk}
                for name in (
                    "cases:member",
                    "cases:depart",
                    "cases:regrant",
                    "cases:factor_reset",
                    "cases:reassign",
                    "cases:substitution",
                )
            },
            "cases:erasure": {"pk": uuid.uuid4()},
            "cases:exceptional_access": {"pk": uuid.uuid4()},
            "cases:exceptional_follow_up": {"pk": uuid.uuid4()},
            "cases:release": {"pk": uuid.uuid4()},
            "cases:release_approve": {"pk": uuid.uuid4()},
            "cases:release_drop": {"pk": uuid.uuid4()},
            "cases:release_resume": {"pk": uuid.uuid4()},
            "cases:release_withdraw": {"pk": uuid.uuid4()},
            **{
                f"cases:{name}": {"pk": uuid.uuid4()}
                for name in (
                    "plan_version",
                    "plan_version_file",
                    "plan_approve",
                    "plan_drop",
                    "note",
                    "note_approve",
                    "note_drop",
                    "note_withdraw",
                )
            },
            "cases:slot_remove": {"pk": uuid.uuid4()},
            "cases:vault_recover_by": {"way": "kit"},
            "cases:already_posted": {"key": uuid.uuid4()},
        }
        by_code_names = {
            "situation", "situation_identity", "agreement", "agreement_history", "withdraw",
            "share", "readers",
            "grant_revoke", "inscribe", "restitute", "follow", "close", "reopen", "document_new",
            "set_aside", "step_aside", "lead",
            "keys", "erase", "file_new", "export", "emergency_ask", "control_ask", "identity_edit",
        }  # fmt: skip
        kwargs = arguments.get(name, by_code if name.split(":")[-1] in by_code_names else {})
        return reverse(name, kwargs=kwargs)

    def test_the_table_covers_every_url(self) -> None:
        """T-21: a URL without a row fails."""
        names = {
            name
            for name in every_name(get_resolver())
            if not name.startswith(ELSEWHERE) and not name.endswith("None")
        }
        self.assertEqual(names, set(EXPECTED))

    def test_every_answer_is_the_one_written(self) -> None:
        """T-20: no other answer, and each 404 of a page left an event of refusal."""
        wrong = []
        for column, name in enumerate(PEOPLE):
            if name == "steering":
                continue
            client = people.client_of(self.person(name))
            for view, answers in EXPECTED.items():
                expected = int(answers.split()[column])
                with recorder.observe() as events:
                    response = client.get(self.address(view))
                given = status(response)
                if given != expected:
                    wrong.append(f"{view} {name}: {given} instead of {expected}")
                denied = [event for event in events if event.outcome is Outcome.DENIED]
                if response.status_code == 404 and not denied:
                    wrong.append(f"{view} {name}: a 404 without its event")
        self.assertEqual(wrong, [])

    def test_a_steering_member_is_nobody_here(self) -> None:
        """C-23: an account of the other realm, were it known, would be shown the login."""
        client = Client()
        for view in EXPECTED:
            response = client.get(self.address(view))
            self.assertEqual(response.status_code, 302, view)
            self.assertTrue(response["Location"].startswith("/compte/login/"), view)

    def test_absent_and_forbidden_look_the_same(self) -> None:
        """C-23: one body for a random code and for somebody else's situation."""
        client = people.client_of(self.other.claire)
        forbidden = client.get(reverse("cases:situation", args=[self.situation.code]))
        absent = client.get(reverse("cases:situation", args=["SIT-0000"]))
        self.assertEqual(forbidden.status_code, absent.status_code)
        self.assertEqual(forbidden.content, absent.content)

    def test_the_expired_grant_worked_before(self) -> None:
        """C-24: the same person, the same page, before and after the end of the grant."""
        until = now().date()
        from datetime import timedelta

        with people.as_person(self.cast.luc) as viewer:
            from cases.actions import grants

            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.cast.sophie.user.pk],
                sections=["core", "health"],
                level="read",
                until=until + timedelta(days=2),
            )
        client = people.client_of(self.cast.sophie)
        address = reverse("cases:situation", args=[self.situation.code])
        self.assertEqual(client.get(address).status_code, 200)
        with people.later(days=4):
            client = people.client_of(self.cast.sophie)
            self.assertEqual(client.get(address).status_code, 404)

    def test_a_missing_section_shows_its_seal_and_nothing_else(self) -> None:
        """C-22: Marc, a landlord, reads the core; health is a seal."""
        client = people.client_of(self.cast.marc)
        page = client.get(reverse("cases:situation", args=[self.situation.code]))
        self.assertContains(page, "Je veux garder mon appartement.")
        health = client.get(
            reverse("cases:situation_section", args=[self.situation.code, "health"])
        )
        self.assertNotContains(health, "Elle dit ne plus voir son médecin.", status_code=200)

    def test_the_ledger_says_which_section_was_shown(self) -> None:
        """Decision 32: one event a showing, with the sections opened and no other."""
        client = people.client_of(self.cast.luc)
        with recorder.observe() as events:
            client.get(reverse("cases:situation_section", args=[self.situation.code, "housing"]))
        shown = [event for event in events if event.action == "situation.shown"]
        self.assertEqual([event.sections for event in shown], [("housing",)])
        self.assertEqual(shown[0].objects, (self.situation.pk,))

    def test_nobody_freezes_a_release_of_another_commission(self) -> None:
        """R19 begins here: the officers of one commission are strangers to the other."""
        from cases.permissions import Refused

        with people.as_person(self.other.claire) as viewer, self.assertRaises(Refused):
            releases.freeze(
                viewer=viewer,
                commission=self.cast.commission,
                start=viewer.at.date().replace(year=viewer.at.year - 1, month=1, day=1),
                end=viewer.at.date().replace(month=1, day=1),
                then=lambda pk: None,
            )
