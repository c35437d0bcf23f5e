"""Releases by their pages: counted, proved, previewed as bands, approved by two, withdrawn."""

from __future__ import annotations

import re
import uuid
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import tasks
from cases.models import ReleaseDraft
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import releasing
from tests.commission.releasing import LAST, SITUATIONS

State = ReleaseDraft.State


def frozen(cast: people.Cast) -> ReleaseDraft:
    """Return figures that are proved and wait for their approvals."""
    return releasing.audited(cast, size=12)


class ReleasePages(CommittingTestCase):
    """R19, decision 38: what is approved is what was shown."""

    def setUp(self) -> None:
        self.cast = people.commission(f"r{uuid.uuid4().hex[:8]}")
        self.claire = people.client_of(self.cast.claire)
        self.denis = people.client_of(self.cast.denis)

    def freeze(self, client: Any = None, **changes: Any) -> Any:
        """Send the form for the year before this one."""
        fields = {
            "period": f"{LAST}-01-01_{LAST + 1}-01-01",
            "idempotency_key": str(uuid.uuid4()),
            **changes,
        }
        return (client or self.claire).post(reverse("cases:release_freeze"), fields)

    def drafts(self) -> list[ReleaseDraft]:
        """Return the releases of the commission."""
        with people.as_person(self.cast.claire):
            return list(ReleaseDraft.objects.filter(commission=self.cast.commission))

    def test_counted_proved_and_published(self) -> None:
        """From the form to the council, by the pages alone but the worker's pass."""
        releasing.entries(self.cast)
        form = self.claire.get(reverse("cases:release_freeze"))
        self.assertContains(form, "Situations examinées")
        made = self.freeze()
        self.assertEqual(made.status_code, 302)
        here = made["Location"]
        page = self.claire.get(here)
        self.assertContains(page, "Vérification en cours")
        self.assertContains(page, "<progress")
        self.assertNotContains(page, "Approuver ces chiffres")
        (draft,) = self.drafts()
        releasing.proved(self.cast, draft)
        page = self.claire.get(here)
        self.assertContains(page, "Approuver ces chiffres")
        self.assertContains(page, "Lecteur extérieur")
        self.assertContains(page, "certificat accepté")
        self.assertContains(page, "Petits nombres protégés")
        self.assertNotContains(page, f">{SITUATIONS}<")
        self.assertContains(page, "Total&nbsp;: 51 à 60.")
        approve = reverse("cases:release_approve", args=[draft.pk])
        data = {"digest": _digest(page)}
        self.assertRedirects(self.claire.post(approve, data), here)
        self.assertContains(self.claire.get(here), "approuvée une fois")
        self.assertNotContains(self.claire.get(here), "Approuver ces chiffres")
        again = self.claire.post(approve, data, follow=True)
        self.assertContains(again, "Vous avez déjà approuvé")
        self.assertContains(self.denis.get(reverse("home")), f"Chiffres {LAST}")
        self.denis.post(approve, {"digest": _digest(self.denis.get(here))})
        page = self.denis.get(here)
        self.assertContains(page, "publiée")
        self.assertContains(page, "Retirer cette publication")
        self.assertContains(self.claire.get(reverse("cases:releases")), "Publiées")

    def test_what_changes_since_the_last_one(self) -> None:
        """Lines that appear, go, move, as bands; nothing of it for the first release."""
        first = releasing.released(self.cast, year=LAST - 1)
        page = self.claire.get(reverse("cases:release", args=[first.pk]))
        self.assertNotContains(page, "Ce qui change")
        releasing.entries(self.cast, year=LAST, size=35)
        draft = releasing.proved(self.cast, releasing.counted(self.cast))
        page = self.claire.get(reverse("cases:release", args=[draft.pk]))
        self.assertContains(page, f"Par rapport à la publication {LAST - 1}")
        self.assertContains(page, "Lignes qui changent")
        self.assertContains(page, "Lignes qui disparaissent")
        text = page.content.decode()
        moved = text.split("Lignes qui changent")[1].split("</table>")[0]
        self.assertIn("51 à 60", moved)
        self.assertIn("31 à 40", moved)

    def test_other_figures_are_not_approved(self) -> None:
        """The digest of the preview is what is approved."""
        draft = frozen(self.cast)
        approve = reverse("cases:release_approve", args=[draft.pk])
        refused = self.claire.post(approve, {"digest": "0" * 64}, follow=True)
        self.assertContains(refused, "Les chiffres ont changé")
        self.assertEqual(releasing.row(self.cast, draft.pk).state, State.AUDITED)

    def test_dropped(self) -> None:
        """Figures that are not published can be given up, while they are proved as after."""
        draft = frozen(self.cast)
        drop = reverse("cases:release_drop", args=[draft.pk])
        self.claire.post(drop)
        self.assertContains(self.claire.get(reverse("cases:releases")), "Abandonnées")
        self.freeze()
        (second,) = [one for one in self.drafts() if one.state == State.COMPUTING]
        self.claire.post(reverse("cases:release_drop", args=[second.pk]))
        row = releasing.row(self.cast, second.pk)
        self.assertEqual((row.state, row.job, row.job_key), (State.DROPPED, None, None))

    def test_too_few_situations(self) -> None:
        """The engine's refusal is a page that says why and what to do; the figures are gone."""
        self.freeze()
        (draft,) = self.drafts()
        releasing.proved(self.cast, draft)
        page = self.claire.get(reverse("cases:release", args=[draft.pk]))
        self.assertContains(page, "Moins de 11 situations")
        self.assertContains(page, "Que faire")
        self.assertNotContains(page, "Approuver ces chiffres")
        self.assertContains(self.claire.get(reverse("cases:releases")), "non publiable")

    def test_an_empty_list_teaches(self) -> None:
        """What the page is for, and the first act."""
        page = self.claire.get(reverse("cases:releases"))
        self.assertContains(page, "Aucune publication")
        self.assertContains(page, reverse("cases:release_freeze"))

    def test_a_refused_period_is_said_on_the_form(self) -> None:
        """What cuts an earlier release, with the period still chosen."""
        releasing.released(self.cast, size=12)
        refused = self.freeze()
        self.assertContains(refused, "déjà publiée")
        self.assertContains(refused, f'value="{LAST}-01-01_{LAST + 1}-01-01"')
        self.assertContains(refused, "checked")

    def test_a_closed_vault_keeps_the_form(self) -> None:
        """Nothing is counted; the period chosen stays, and works once the vault is open."""
        releasing.entries(self.cast, size=12)
        shut = people.client_of(self.cast.claire, vault=False)
        page = self.freeze(shut)
        self.assertContains(page, "Votre coffre s’est refermé")
        self.assertContains(page, "checked")
        self.assertEqual(self.drafts(), [])
        self.freeze()  # Control.
        self.assertEqual(len(self.drafts()), 1)

    def test_posted_twice_counts_once(self) -> None:
        """One key, one release and one job (decision 50)."""
        key = str(uuid.uuid4())
        with mock.patch.object(tasks, "ask_for_audit", wraps=tasks.ask_for_audit) as asked:
            first, again = self.freeze(idempotency_key=key), self.freeze(idempotency_key=key)
        self.assertEqual(first["Location"], again["Location"])
        self.assertEqual((len(self.drafts()), asked.call_count), (1, 1))
        self.assertContains(self.freeze(), "attend déjà")

    def test_an_approval_posted_twice(self) -> None:
        """The same key leads to what the first made; two tabs approve once."""
        draft = frozen(self.cast)
        approve = reverse("cases:release_approve", args=[draft.pk])
        page = self.claire.get(reverse("cases:release", args=[draft.pk]))
        data = {"digest": _digest(page), "idempotency_key": str(uuid.uuid4())}
        for _ in range(2):
            self.assertEqual(self.claire.post(approve, data).status_code, 302)
        other_tab = {**data, "idempotency_key": str(uuid.uuid4())}
        self.assertContains(
            self.claire.post(approve, other_tab, follow=True), "Vous avez déjà approuvé"
        )
        self.assertEqual(releasing.row(self.cast, draft.pk).state, State.APPROVED_ONCE)

    def test_withdrawn_with_a_reason_of_the_list(self) -> None:
        """Free words are refused; the reason chosen is what the council reads."""
        draft = releasing.released(self.cast, size=12)
        address = reverse("cases:release_withdraw", args=[draft.pk])
        self.assertContains(self.claire.get(address), "Le conseil lit ce motif")
        key = {"idempotency_key": str(uuid.uuid4())}
        refused = self.claire.post(address, {**key, "reason": "Madame Dupont se reconnaît"})
        self.assertEqual(refused.status_code, 200)
        self.assertIsNone(releasing.row(self.cast, draft.pk).withdrawn_at)
        self.claire.post(address, {**key, "reason": "doute_anonymat"})
        page = self.claire.get(reverse("cases:release", args=[draft.pk]))
        self.assertContains(page, "Un doute existe sur la protection des personnes.")
        self.assertNotContains(page, "Retirer cette publication")
        self.assertContains(self.claire.get(reverse("cases:releases")), "Retirées")
        again = self.denis.post(address, {"reason": "decision_dpo"})
        self.assertContains(again, "n’est pas en ligne")

    def test_what_is_not_published_cannot_be_withdrawn(self) -> None:
        """404, as for an address that does not exist."""
        draft = frozen(self.cast)
        address = reverse("cases:release_withdraw", args=[draft.pk])
        self.assertEqual(self.claire.get(address).status_code, 404)

    def test_a_release_of_the_first_shape_is_still_shown(self) -> None:
        """Published before certificates existed: no figures, no false alert."""
        draft = frozen(self.cast)
        releasing.changed(
            type(self),
            draft.pk,
            state="published",
            bundle='{"format":"clsm-release/1"}',
            manifest="{}",
            certificate="",
            ledger_line="",
            report=None,
            report_version=None,
        )
        page = self.claire.get(reverse("cases:release", args=[draft.pk]))
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, "altérés")

    def test_members_alone_see_nothing(self) -> None:
        """A permanent member is no approver: 404, like an address that does not exist."""
        draft = frozen(self.cast)
        luc = people.client_of(self.cast.luc)
        for name, args in (
            ("release", [draft.pk]),
            ("releases", []),
            ("release_freeze", []),
        ):
            address = reverse(f"cases:{name}", args=args)
            self.assertEqual(luc.get(address).status_code, 404)
            self.assertEqual(self.claire.get(address).status_code, 200)  # Control.

    def test_twenty_releases_cost_what_one_does(self) -> None:
        """The list asks as many questions, whatever its length."""
        frozen(self.cast)
        self.claire.get(reverse("cases:releases"))
        number = self.queries()
        (draft,) = self.drafts()
        with self.as_administrator() as admin:
            for _ in range(19):
                admin.execute(
                    "INSERT INTO cases_releasedraft SELECT (jsonb_populate_record(d, jsonb_build_"
                    "object('id', gen_random_uuid(), 'state', 'dropped'))).*"
                    " FROM cases_releasedraft d WHERE id = %s",
                    [draft.pk],
                )
        self.assertEqual(len(self.drafts()), 20)
        self.assertEqual(self.queries(), number)

    def queries(self) -> int:
        """Return how many questions the list asks now."""
        with CaptureQueriesContext(connection) as asked:
            self.claire.get(reverse("cases:releases"))
        self.assertGreater(len(asked), 5)
        return len(asked)


def _digest(response: Any) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', response.content.decode())
    assert found is not None
    return found[1]
