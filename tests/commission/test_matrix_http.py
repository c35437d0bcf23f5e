"""T-20 over HTTP: each URL × method × everybody whom test_answers.py has not, from a table.

Absent and forbidden are one 404. Who has no account here, who left it and who has not signed the
charter are led to a door, whatever they ask. An address missing from the table fails (T-21).
"""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from django.db import transaction
from django.urls import get_resolver, reverse

from audit import recorder
from audit.events import Outcome
from cases.models import Mandate
from tests.breadth import IS_WHOLE
from tests.commission import test_answers
from tests.commission.everybody import MORE, Everybody

# Led to a door by every address: the login, or the charter to sign.
AT_THE_DOOR = {
    "anonymous": "/compte/login/",
    "inactive": "/compte/login/",
    "unsigned": "/compte/charte/",
}
# The columns of the table, and who stands in each.
COLUMNS = {
    "out": ("suspended", "excluded"),
    "aside": ("aside",),
    "landlord": ("landlord",),
    "asleep": ("depositary",),
    "shut": ("uninvited", "guest_before", "guest_after"),
    "guest": ("guest_in",),
}
NO_METHOD = "-"
OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

# What GET answers, then what an empty POST does, in the order of the columns: out of office, aside,
# a landlord with every right, a depositary asleep, a guest outside her window or who has not
# accepted, a guest in it. One number stands for all; "-" is a method that nobody may use (405).
EXPECTED: dict[str, str] = {
    "home":                            "200 | -",
    "cases:referral_new":              "404 200 200 200 404 404 | 404 200 200 200 404 404",
    "cases:referral_gate":             "404 302 302 302 404 404 | 404 302 302 302 404 404",
    "cases:referral_step":             "404 302 302 302 404 404 | 404 302 302 302 404 404",
    "cases:search":                    "404 200 200 200 200 200 | 404 200 200 200 200 200",
    "cases:referral_sent":             "404 | -",
    "cases:my_referrals":              "404 200 200 200 404 404 | -",
    "cases:my_referral":               "404 | 404",
    "cases:referral_take_back":        "- | 404",
    "cases:referrals":                 "404 | -",
    "cases:referral":                  "404 | -",
    "cases:referral_duplicates":       "- | 404",
    "cases:screen":                    "404 | 404",
    "cases:situations":                "404 200 200 200 200 200 | -",
    "cases:situation":                 "404 404 200 404 404 200 | -",
    "cases:situation_section":         "404 404 200 404 404 200 | -",
    "cases:situation_identity":        "- | 404 404 200 404 404 200",
    "cases:identity_edit":             "404 404 200 404 404 404 | 404 404 200 404 404 404",
    "cases:agreement":                 "404 | 404",
    "cases:agreement_history":         "404 | 404",
    "cases:agreement_receipt":         "404 | -",
    "cases:agreement_receipt_data":    "404 | -",
    "cases:withdraw":                  "404 | 404",
    "cases:share":                     "404 | 404",
    "cases:readers":                   "404 404 200 404 404 200 | -",
    "cases:grant_revoke":              "- | 404 404 302 404 404 302",
    "cases:set_aside":                 "404 | 404",
    "cases:step_aside":                "404 404 200 404 404 200 | 404 404 200 404 404 200",
    "cases:recusal_lift":              "- | 404",
    "cases:lead":                      "404 | 404",
    "cases:leaderless":                "404 | 404",
    "cases:extend":                    "404 | 404",
    "cases:keys":                      "404 | 404",
    "cases:erase":                     "404 | 404",
    "cases:exceptional":               "404 200 200 200 200 200 | -",
    "cases:sleeping":                  "404 404 404 200 404 404 | -",
    "cases:emergency_ask":             "404 404 404 200 404 404 | 404 404 404 200 404 404",
    "cases:control_ask":               "404 | 404",
    "cases:exceptional_access":        "404 | 404",
    "cases:exceptional_follow_up":     "404 | 404",
    "cases:erasures":                  "404 | -",
    "cases:erasure":                   "404 | 404",
    "cases:inscribe":                  "404 | 404",
    "cases:restitute":                 "404 | 404",
    "cases:follow":                    "- | 404",
    "cases:close":                     "404 | 404",
    "cases:reopen":                    "404 | 404",
    "cases:document_new":              "404 404 200 404 404 404 | 404 404 200 404 404 404",
    "cases:document_edit":             "404 | 404",
    "cases:file_new":                  "404 404 200 404 404 404 | 404 404 200 404 404 404",
    "cases:file":                      "404 404 404 404 404 200 | -",
    "cases:file_delete":               "404 | 404",
    "cases:file_drop":                 "- | 404 404 302 404 404 302",
    "cases:export":                    "404 404 200 404 404 404 | 404 404 200 404 404 404",
    "cases:proposal":                  "404 | 404",
    "cases:sittings":                  "404 200 200 200 200 200 | -",
    "cases:sitting_new":               "404 | 404",
    "cases:sitting":                   "404 200 200 200 200 200 | -",
    "cases:sitting_advance":           "- | 404",
    "cases:sitting_live":              "404 | -",
    "cases:sitting_convene":           "404 | 404",
    "cases:invitations":               "404 | -",
    "cases:invite_in_room":            "404 | 404",
    "cases:invite":                    "404 | 404",
    "cases:invitation_note":           "- | 404",
    "cases:invitation_commitment":     "404 | 404",
    "cases:invitation_cancel":         "- | 404",
    "cases:my_invitations":            "404 404 404 404 200 200 | -",
    "cases:invitation_accept":         "- | 404",
    "cases:invitation_decline":        "404 | 404",
    "cases:item_presence":             "404 | 404",
    "cases:item_remove":               "404 | 404",
    "cases:review":                    "404 | 404",
    "cases:members":                   "404 200 200 200 200 200 | -",
    "cases:sign_keys":                 "404 | 404",
    "cases:continuity":                "404 | -",
    "cases:factor_reset_decide":       "- | 404",
    "cases:member":                    "404 | -",
    "cases:depart":                    "404 | 404",
    "cases:regrant":                   "404 200 200 404 200 200 | 404 302 302 404 302 302",
    "cases:reassign":                  "404 | 404",
    "cases:substitution":              "404 | 404",
    "cases:factor_reset":              "404 | 404",
    "cases:why":                       "404 200 200 200 200 200 | 404 200 200 200 200 200",
    "cases:devices":                   "200 | 404",
    "cases:releases":                  "404 | -",
    "cases:release":                   "404 | -",
    "cases:release_approve":           "- | 404",
    "cases:release_drop":              "- | 404",
    "cases:release_freeze":            "404 | 404",
    "cases:release_paper":             "404 | 404",
    "cases:release_resume":            "- | 404",
    "cases:release_withdraw":          "404 | 404",
    "cases:plan":                      "404 | -",
    "cases:plan_new":                  "404 | 404",
    "cases:plan_import":               "404 | 404",
    "cases:plan_file":                 "404 | -",
    "cases:plan_version":              "404 | -",
    "cases:plan_version_file":         "404 | -",
    "cases:plan_approve":              "- | 404",
    "cases:plan_drop":                 "- | 404",
    "cases:notes":                     "404 | -",
    "cases:note_new":                  "404 | 404",
    "cases:note":                      "404 | -",
    "cases:note_approve":              "- | 404",
    "cases:note_drop":                 "- | 404",
    "cases:note_withdraw":             "404 | 404",
    "cases:missing_offers":            "404 | -",
    "cases:vault":                     "200 | 200",
    "cases:vault_close":               "- | 302",
    "cases:vault_new":                 "404 302 302 302 302 302 | 404 302 302 302 302 302",
    "cases:vault_kit":                 "- | 200",
    "cases:vault_kit_new":             "200 | 200",
    "cases:slots":                     "200 | -",
    "cases:slot_add":                  "302 | 302",
    "cases:slot_remove":               "404 | 404",
    "cases:vault_recover":             "200 | -",
    "cases:vault_recover_by":          "200 | 200",
    "cases:vault_renew":               "200 | 200",
    "cases:to_council":                "404 | -",
    "cases:already_posted":            "302 | -",
    "audit:desk":                      "404 | -",
}  # fmt: skip


def answers(view: str, method: str) -> dict[str, int]:
    """Return what a method answers to each column."""
    said = EXPECTED[view].split(" | ")[0 if method in ("GET", "HEAD") else 1].split()
    codes = [405 if one == NO_METHOD else int(one) for one in said]
    return dict(zip(COLUMNS, codes * len(COLUMNS) if len(codes) == 1 else codes, strict=False))


class EveryAddress(Everybody):
    """Each URL × method × person."""

    __test__ = True

    def ask(self, client: Any, method: str, view: str) -> Any:
        """Ask, and undo what was done."""
        with transaction.atomic():
            answer = client.generic(method, self.address(view))
            transaction.set_rollback(True)
        if answer.streaming:
            answer.getvalue()
        return answer

    def methods(self, column: str, name: str, view: str) -> tuple[str, ...]:
        """Return what somebody asks: both by the first of a column, and in `make drill` by all.

        The others of a column take turns, so that each address is asked either way by one of them.
        """
        if IS_WHOLE or name == COLUMNS[column][0]:
            return ("GET", "POST")
        turn = COLUMNS[column].index(name) + list(EXPECTED).index(view)
        return ("GET", "POST")[turn % 2 :][:1]

    def people_in(self, *columns: str) -> list[tuple[str, str]]:
        """Return (column, person) pairs."""
        return [(column, name) for column in columns or COLUMNS for name in COLUMNS[column]]

    def test_the_table_covers_every_url(self) -> None:
        """T-21, and everybody has a column."""
        names = test_answers.every_name(get_resolver())
        ours = {name for name in names if not name.startswith(test_answers.ELSEWHERE)}
        self.assertEqual({name for name in ours if not name.endswith("None")}, set(EXPECTED))
        self.assertEqual(set(EXPECTED), set(test_answers.EXPECTED))
        standing = {name for column in COLUMNS.values() for name in column}
        self.assertEqual(standing | set(AT_THE_DOOR), set(MORE))

    def test_every_answer_is_the_one_written(self) -> None:
        """T-20: GET and POST, each person; a 404 leaves its event of refusal."""
        wrong = []
        for column, name in self.people_in():
            with self.when(name):
                client = self.client_of(name)
                asked = [
                    (view, method)
                    for view in EXPECTED
                    for method in self.methods(column, name, view)
                ]
                for view, method in asked:
                    expected = answers(view, method)[column]
                    with recorder.observe() as events:
                        status = self.ask(client, method, view).status_code
                    if status != expected:
                        wrong.append(f"{method} {view} {name}: {status}, not {expected}")
                    denied = any(event.outcome is Outcome.DENIED for event in events)
                    if status == 404 and not denied:
                        wrong.append(f"{method} {view} {name}: a 404 without its event")
        self.assertEqual(wrong, [])

    def test_those_at_the_door_go_no_further(self) -> None:
        """C-21, C-25, BR-02: GET and POST of every address lead to the login or to the charter."""
        wrong = []
        for name, door in AT_THE_DOOR.items():
            client = self.client_of(name)
            for view, method in itertools.product(EXPECTED, ("GET", "POST")):
                answer = self.ask(client, method, view)
                led = answer.headers.get("Location", "")
                if answer.status_code != 302 or not led.startswith(door):
                    wrong.append(f"{method} {view} {name}: {answer.status_code} {led}")
        self.assertEqual(wrong, [])

    def test_other_methods_do_nothing(self) -> None:
        """T-20: 405 for everybody; HEAD answers what GET does, without a body."""
        wrong = []
        turns = itertools.cycle(OTHERS)
        for column, name in self.people_in("out", "landlord", "guest"):
            if not IS_WHOLE and name != COLUMNS[column][0]:
                continue
            client = self.client_of(name)
            for view in EXPECTED:
                asked = [(next(turns), 405), (next(turns), 405)]
                if IS_WHOLE or column != "out":
                    asked.append(("HEAD", answers(view, "HEAD")[column]))
                for method, expected in asked:
                    answer = self.ask(client, method, view)
                    if answer.status_code != expected:
                        wrong.append(f"{method} {view} {name}: {answer.status_code}")
                    if method == "HEAD" and not answer.streaming and answer.content:
                        wrong.append(f"HEAD {view} {name}: a body")
        self.assertEqual(wrong, [])

    def test_whoever_reads_elsewhere_may_post(self) -> None:
        """Control: the same posts are not refused to the lead, nor to the coordinator."""
        lead, claire = self.client_of("lead"), self.client_of("coordinator")
        for view in ("cases:agreement", "cases:withdraw", "cases:share", "cases:close"):
            for client in (lead, claire):
                self.assertEqual(self.ask(client, "POST", view).status_code, 200, view)
        self.assertEqual(self.ask(claire, "POST", "cases:set_aside").status_code, 200)

    def test_a_suspended_lead_acts_no_more(self) -> None:
        """BR-02, C-25: what she could write she finds absent; control: she posts before."""
        views = [view for view in EXPECTED if "/situations/" in self.address(view)]
        self.assertGreater(len(views), 20)
        client = self.client_of("lead")
        self.assertEqual(self.ask(client, "POST", "cases:withdraw").status_code, 200)
        Mandate.objects.filter(pk=self.cast.luc.mandate.pk).update(status="suspended")
        client = self.client_of("lead")
        for view, method in itertools.product(views, ("GET", "POST")):
            status = self.ask(client, method, view).status_code
            self.assertIn(status, (404, 405), f"{method} {view}")

    def test_absent_and_forbidden_are_the_same_page(self) -> None:
        """C-23: one body, for the situation of the story and for one that never was."""
        seen = 0
        for _, name in self.people_in("out", "aside", "asleep", "shut"):
            with self.when(name):
                client = self.client_of(name)
                for view in ("situation", "readers", "agreement", "share", "lead", "export"):
                    address = reverse(f"cases:{view}", args=[self.situation.code])
                    absent = client.get(reverse(f"cases:{view}", args=["SIT-0000"]))
                    forbidden = client.get(address)
                    self.assertEqual(forbidden.status_code, 404, f"{view} {name}")
                    self.assertEqual(forbidden.content, absent.content, f"{view} {name}")
                    seen += 1
                for view, known in (("proposal", self.proposal.pk), ("review", self.item.pk)):
                    absent = client.get(reverse(f"cases:{view}", args=[uuid.uuid4()]))
                    forbidden = client.get(reverse(f"cases:{view}", args=[known]))
                    self.assertEqual(forbidden.content, absent.content, f"{view} {name}")
        self.assertGreater(seen, 30)
