"""T-10: vaults, answers, drafts and coded facts, changed in every way: refused and recorded."""

from __future__ import annotations

import base64
from datetime import date

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from cases.access import openings, statistics
from cases.actions import drafts, referrals
from cases.models import Commission, ReferralAnswer, VaultSlot
from cases.vault.errors import VaultError
from cases.vault.facets import seal_facets
from tests import people
from tests.commission.sealed_rows import OTHER, SECRET, SealedRows, changes


class AroundTheSituation(SealedRows):
    """What opens a vault, and what is sealed to somebody else."""

    def unlock(self) -> tuple[str, list[str]]:
        """Open Luc's vault by its page; return whether it opened, and what was recorded."""
        client = people.client_of(self.cast.luc, vault=False)
        with self.told() as events:
            client.post(reverse("cases:vault"), {"passphrase": people.PASSPHRASE})
        cache.clear()  # The tries are counted; they are not what is looked for.
        return ("open" if settings.VAULT_COOKIE_NAME in client.cookies else ""), events

    def slot(self, name: str, kind: str = VaultSlot.Kind.PASSPHRASE) -> VaultSlot:
        """Return somebody's slot."""
        return VaultSlot.objects.get(user=self.cast.people[name].user, kind=kind)

    def test_slots(self) -> None:
        """T-10: another member's, another kind's, a lower cost: the vault stays closed."""
        lower = bytearray(self.slot("luc").blob)
        lower[5] //= 2
        donors = {
            "another member": bytes(self.slot("marc").blob),
            "another kind": bytes(self.slot("luc", VaultSlot.Kind.RECOVERY).blob),
            "a lower cost": bytes(lower),
        }
        pk = self.slot("luc").pk
        self.each("cases_vaultslot", "blob", pk, donors, self.unlock, "vault.refused")

    def test_member_vaults(self) -> None:
        """T-10: another member's sealed identity opens no vault."""
        luc, marc = (self.cast.people[name].user.pk for name in ("luc", "marc"))
        query = "SELECT sealed_identity FROM cases_membervault WHERE user_id = %s"
        donors = {"another member": bytes(self.one(query, marc))}
        self.each("cases_membervault", "sealed_identity", luc, donors, self.unlock, "vault.refused")

    def test_open_vaults(self) -> None:
        """T-10: half of an open vault, changed or another session's: closed, and recorded."""
        client, stranger = (people.client_of(self.cast.people[n]) for n in ("luc", "marc"))
        rows = {}
        for name, one in (("luc", client), ("marc", stranger)):
            mark = openings._mark(one.session.session_key)
            rows[name] = self.one("SELECT id FROM cases_vaultopening WHERE session = %s", mark)

        def attempt() -> tuple[str, list[str]]:
            with self.told() as events:
                page = client.get(reverse("cases:situation", args=[self.situation.code]))
            return (SECRET if SECRET in page.content.decode() else ""), events

        donors = {"another session": self.blob("cases_vaultopening", "blob", rows["marc"])}
        self.each("cases_vaultopening", "blob", rows["luc"], donors, attempt, "opening_altered")

    def test_answers(self) -> None:
        """T-10: the answer to a referrer, sealed by the server: another's, or changed."""
        ids = []
        for text in (SECRET, OTHER):
            pk = people.referred(self.cast).pk
            with people.as_person(self.cast.claire) as viewer:
                referrals.refuse(
                    viewer=viewer,
                    situation=people.fresh(self.cast, pk),
                    reason="doublon",
                    message=text,
                )
            ids.append(pk)

        def attempt() -> tuple[str, list[str]]:
            with self.told() as events, people.as_person(self.cast.julie) as viewer:
                row = ReferralAnswer.objects.get(pk=ids[0])
                words = referrals.opened_answer(viewer=viewer, answer=row)
            return (words if words == SECRET else ""), events

        donors = {"another referral": self.blob("cases_situation", "answer", ids[1])}
        self.each("cases_situation", "answer", ids[0], donors, attempt, "answer_altered")
        with self.changed("cases_situation", "answer", ids[0], donors["another referral"]):
            code = self.one("SELECT code FROM cases_situation WHERE id = %s", ids[0])
            page = people.client_of(self.cast.julie).get(reverse("cases:my_referral", args=[code]))
        self.assertIn("Cette réponse a été altérée", page.content.decode())

    def test_drafts(self) -> None:
        """T-10: a draft opens as itself or not at all: it looks like another browser's."""
        made = []
        with people.as_person(self.cast.julie) as viewer:
            for text in (SECRET, OTHER):
                made.append(
                    drafts.save(
                        viewer=viewer,
                        commission=self.cast.commission,
                        content={"story": text},
                        key=None,
                        draft_id=None,
                    )
                )
        pk, key = made[0]
        blob = self.blob("cases_referraldraft", "blob", pk)
        donors = {"another draft": self.blob("cases_referraldraft", "blob", made[1][0])}
        with people.as_person(self.cast.julie) as viewer:
            self.assertEqual(
                drafts.load(viewer=viewer, draft_id=pk, key=key), {"story": SECRET}
            )  # Control.
        for name, changed in changes(blob, donors):
            with (
                self.subTest(name),
                self.changed("cases_referraldraft", "blob", pk, changed),
                people.as_person(self.cast.julie) as viewer,
                self.assertRaises(VaultError),
            ):
                drafts.load(viewer=viewer, draft_id=pk, key=key)

    def test_facets(self) -> None:
        """T-10: coded facts of another period or population, or changed: none is counted."""
        commission = Commission.objects.get(pk=self.cast.commission.pk)
        query = "SELECT id FROM cases_facetrecord WHERE population = %s ORDER BY id LIMIT 1"
        pk = self.one(query, "referred")
        period = self.one("SELECT period FROM cases_facetrecord WHERE id = %s", pk)
        year = int(period[:4])
        whole = (date(year, 1, 1), date(year + 1, 1, 1))

        def attempt() -> tuple[str, list[str]]:
            with self.told() as events, people.as_person(self.cast.claire) as viewer:
                try:
                    rows = list(statistics.open_entries(viewer, commission, [whole]))
                except VaultError:
                    rows = []
            return str(rows) if rows else "", events

        public = bytes(commission.statistics_public)
        donors = {
            "another population": seal_facets(public, period, "closed", {"a": "b"}),
            "another period": seal_facets(public, "1999T1", "referred", {"a": "b"}),
        }
        self.each("cases_facetrecord", "blob", pk, donors, attempt, "facets_altered")

    def test_an_open_vault_of_another_browser(self) -> None:
        """T-53 at this depth: the vault's cookie of one session opens no other one's."""
        client, stranger = (people.client_of(self.cast.luc) for _ in range(2))
        stranger.cookies[settings.VAULT_COOKIE_NAME] = base64.urlsafe_b64encode(bytes(32)).decode()
        page = reverse("cases:situation", args=[self.situation.code])
        self.assertIn(SECRET, client.get(page).content.decode())  # Control.
        self.assertEqual(stranger.get(page).status_code, 302)
