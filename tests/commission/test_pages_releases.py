"""Releases by their pages: previewed as bands, approved by two persons, published (R19)."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.urls import reverse

from cases import publish
from cases.disclosure.bundle import build_release
from cases.disclosure.counts import count_rows
from cases.disclosure.period import Period
from cases.disclosure.plan_file import load_plan
from cases.models import ReleaseDraft
from tests import people
from tests.cases_of import CommittingTestCase
from tests.pure.disclosure.simulated import rows_for

SITUATIONS = 120
YEAR = 2025


def frozen(cast: people.Cast) -> ReleaseDraft:
    """Freeze fictitious figures, without the months of work that would make them."""
    plan = load_plan()
    counts = count_rows(plan, "examined", rows_for(plan, "examined", SITUATIONS, 1))
    period = Period.year(YEAR)
    files = build_release(plan, counts, period, [], issuer=publish.issuer(cast.commission))
    with people.as_person(cast.claire) as viewer:
        return ReleaseDraft.objects.create(
            commission=cast.commission,
            population="examined",
            period_start=period.start,
            period_end=period.end,
            bundle=files.bundle_text,
            manifest=files.manifest_text,
            frozen_by=cast.claire.user,
            frozen_at=viewer.at,
        )


class ReleasePages(CommittingTestCase):
    """R19, decision 38: what is approved is what was shown."""

    def setUp(self) -> None:
        self.cast = people.commission(f"r{uuid.uuid4().hex[:8]}")
        self.claire = people.client_of(self.cast.claire)
        self.denis = people.client_of(self.cast.denis)

    def test_two_persons_publish(self) -> None:
        """One approval is not enough, the same person cannot give both."""
        draft = frozen(self.cast)
        page = reverse("cases:release", args=[draft.pk])
        approve = reverse("cases:release_approve", args=[draft.pk])
        shown = self.claire.get(page)
        self.assertContains(shown, "Approuver ces chiffres")
        self.assertNotContains(shown, f">{SITUATIONS}<")
        data = {"digest": _digest(shown)}
        self.assertRedirects(self.claire.post(approve, data), page)
        self.assertContains(self.claire.get(page), "approuvée une fois")
        self.assertNotContains(self.claire.get(page), "Approuver ces chiffres")
        again = self.claire.post(approve, data, follow=True)
        self.assertContains(again, "Vous avez déjà approuvé")
        self.denis.post(approve, {"digest": _digest(self.denis.get(page))})
        self.assertContains(self.denis.get(page), "publiée")

    def test_other_figures_are_not_approved(self) -> None:
        """The digest of the preview is what is approved."""
        draft = frozen(self.cast)
        approve = reverse("cases:release_approve", args=[draft.pk])
        refused = self.claire.post(approve, {"digest": "0" * 64}, follow=True)
        self.assertContains(refused, "Les chiffres ont changé")
        draft.refresh_from_db()
        self.assertEqual(draft.state, ReleaseDraft.State.FROZEN)

    def test_dropped(self) -> None:
        """Figures that are not published can be given up."""
        draft = frozen(self.cast)
        self.claire.post(reverse("cases:release_drop", args=[draft.pk]))
        self.assertContains(self.claire.get(reverse("cases:releases")), "abandonnée")

    def test_too_few_situations_is_said_on_the_form(self) -> None:
        """The engine's refusal is an error of the form, in French."""
        address = reverse("cases:releases")
        form = self.claire.get(address).content.decode()
        period = re.findall(r'name="period" value="([^"]+)"', form)[1]
        refused = self.claire.post(address, {"population": "examined", "period": period})
        self.assertContains(refused, "Moins de")

    def test_members_alone_see_nothing(self) -> None:
        """A permanent member is no approver: 404, like an address that does not exist."""
        draft = frozen(self.cast)
        luc = people.client_of(self.cast.luc)
        self.assertEqual(luc.get(reverse("cases:release", args=[draft.pk])).status_code, 404)
        self.assertEqual(luc.get(reverse("cases:releases")).status_code, 404)


def _digest(response: Any) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', response.content.decode())
    assert found is not None
    return found[1]
