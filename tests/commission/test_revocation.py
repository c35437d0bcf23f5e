"""T-24: what ends, ends at the next request: pages, sections, texts, sittings, vault, jobs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.urls import reverse

from cases.access.keys import open_keys
from cases.actions import agreements, departures, grants
from cases.actions.situations import write
from cases.models import Grant, Mandate, Proposal, SealedDocument, VaultOpening, Wrap
from cases.tasks import delete_expired_wraps
from tests import people
from tests.cases_of import ALIASES, Client, CommittingTestCase

SECRET = "CANARI-gentiane-7781"


class NextRequest(CommittingTestCase):
    """Marc has every page of a reviewed situation open in his browser, and its vault."""

    databases = ALIASES | {"jobs"}

    def setUp(self) -> None:
        self.cast = people.commission(f"fin{uuid.uuid4().hex[:6]}")
        self.situation, self.review = people.reviewed(self.cast, "marc", "claire")
        with people.as_person(self.cast.luc) as viewer:
            note = write(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                section="core",
                category="",
                text=SECRET,
            )
            proposal = Proposal.objects.filter(
                situation_id=self.situation.pk, section="social"
            ).first()
        assert proposal is not None
        code = self.situation.code
        self.pages = {
            "page": ("get", reverse("cases:situation", args=[code])),
            "section": ("get", reverse("cases:situation_section", args=[code, "social"])),
            "identity": ("post", reverse("cases:situation_identity", args=[code])),
            "readers": ("get", reverse("cases:readers", args=[code])),
            "a new text": ("get", reverse("cases:document_new", args=[code])),
            "a text": ("get", reverse("cases:document_edit", args=[code, note.pk])),
            "a proposal": ("get", reverse("cases:proposal", args=[proposal.pk])),
        }
        self.client_of_marc = people.client_of(self.cast.marc)

    def answers(self, client: Client | None = None) -> dict[str, int]:
        """Ask every page again from the open browser; return the codes."""
        client = client or self.client_of_marc
        return {
            name: getattr(client, method)(address).status_code
            for name, (method, address) in self.pages.items()
        }

    def assertGone(self, client: Client | None = None) -> None:
        """Check that every page refuses, by the 404 of an absent one, and the list forgets."""
        self.assertEqual(set(self.answers(client).values()), {404})
        page = (client or self.client_of_marc).get(reverse("cases:situations"))
        self.assertNotIn(self.situation.code, page.content.decode())

    def assertThere(self) -> None:
        """Check, as the control of what follows, that every page answers and shows the words."""
        self.assertEqual(set(self.answers().values()), {200})
        page = self.client_of_marc.get(self.pages["page"][1]).content.decode()
        self.assertIn(SECRET, page)

    def held(self) -> list[Grant]:
        """Return Marc's grants, as the lead reads them."""
        return list(
            Grant.objects.filter(
                situation=self.situation.pk,
                recipient_id=self.cast.marc.user.pk,
                revoked_at__isnull=True,
            )
        )

    def test_revoked(self) -> None:
        """T-24: a right taken back; the same browser, the same session, the next request."""
        self.assertThere()
        with people.as_person(self.cast.luc) as viewer:
            for grant in self.held():
                grants.revoke(viewer=viewer, grant_id=grant.pk)
        self.assertGone()

    def test_one_section_revoked(self) -> None:
        """T-24: the section goes alone, its proposals with it."""
        self.assertThere()
        with people.as_person(self.cast.luc) as viewer:
            for grant in self.held():
                if grant.section == "social":
                    grants.revoke(viewer=viewer, grant_id=grant.pk)
        found = self.answers()
        self.assertEqual(found["page"], 200)
        page = self.client_of_marc.get(self.pages["section"][1]).content.decode()
        self.assertNotIn("Elle ne sort plus", page)
        self.assertNotIn("Visite à deux", page)

    def test_withdrawn(self) -> None:
        """T-24, C-04: the person takes her agreement back: gone for all but the lead."""
        self.assertThere()
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        self.assertGone()
        sitting = reverse("cases:sitting", args=[self.review.item.sitting_id])
        for name in ("marc", "claire"):
            page = people.client_of(self.cast.people[name]).get(sitting)
            self.assertNotIn(self.situation.code, page.content.decode())
        lead = people.client_of(self.cast.luc).get(self.pages["page"][1])
        self.assertEqual(lead.status_code, 200)
        self.assertIn(SECRET, lead.content.decode())  # She must be able to close it.

    def test_expired(self) -> None:
        """T-24, C-24: the date alone is enough, before the job; then the job removes the wraps."""
        self.assertThere()
        with people.later(days=740):
            self.assertGone(people.client_of(self.cast.marc))
            with self.as_administrator() as admin:
                count = "SELECT count(*) FROM cases_wrap WHERE grant_id IS NOT NULL"
                before = admin.execute(count).fetchone()
                self.assertGreater(delete_expired_wraps(timestamp=0), 0)
                after = admin.execute(count).fetchone()
            assert before is not None
            assert after is not None
            self.assertLess(after[0], before[0])

    def departed(self) -> None:
        """End Marc's mandate, as the coordinator does."""
        with people.as_person(self.cast.claire) as viewer:
            departures.depart(
                viewer=viewer,
                mandate=Mandate.objects.select_related("commission", "user").get(
                    pk=self.cast.marc.mandate.pk
                ),
                successors={},
            )

    def test_a_departed_member(self) -> None:
        """T-24, C-25: every page, every list, and the vault that was open."""
        self.assertThere()
        key = self.client_of_marc.cookies[settings.VAULT_COOKIE_NAME].value
        self.departed()
        self.assertEqual(set(self.answers().values()), {302})  # The session itself has ended.
        page = self.client_of_marc.get(self.pages["page"][1])
        self.assertIn(reverse("account_login"), page["Location"])
        self.assertFalse(VaultOpening.objects.filter(user=self.cast.marc.user).exists())
        # Logged in again, with the former vault's key or a new one.
        for vault in (False, True):
            client = people.client_of(self.cast.marc, vault=vault)
            if not vault:
                client.cookies[settings.VAULT_COOKIE_NAME] = key
            self.assertEqual(set(self.answers(client).values()), {404})
            for name in ("situations", "sittings", "members"):
                self.assertEqual(client.get(reverse(f"cases:{name}")).status_code, 404)

    def test_keys_read_before_serve_no_more(self) -> None:
        """T-24: his identity in hand, the wraps and the server's half are out of reach."""
        with people.as_person(self.cast.marc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            self.assertTrue(open_keys(viewer, row).deks)  # Control.
        self.departed()
        with people.as_person(self.cast.marc) as viewer:
            self.assertEqual(open_keys(viewer, row).deks, {})
            self.assertEqual(Wrap.objects.filter(situation=row).count(), 0)
            self.assertEqual(SealedDocument.objects.filter(situation=row).count(), 0)
