"""Earlier paper reports: typed once, approved like the rest, known to every later release."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from django.urls import reverse

from cases.models import ReleaseDraft
from clsm_core.observatory import interface
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import releasing
from tests.commission.releasing import LAST

State = ReleaseDraft.State


class Paper(CommittingTestCase):
    """By the page."""

    def setUp(self) -> None:
        self.cast = people.commission(f"p{uuid.uuid4().hex[:8]}")
        self.claire = people.client_of(self.cast.claire)
        self.address = reverse("cases:release_paper")
        self.table = next(
            table
            for table in releasing.PLAN.tables_of("examined")
            if not table.is_cross and len(table.ladder) > 1
        )
        self.cross = next(table for table in releasing.PLAN.tables if table.is_cross)

    def post(self, action: str = "save", **fields: Any) -> Any:
        """Send the form."""
        data = {"action": action, "idempotency_key": str(uuid.uuid4()), **fields}
        return self.claire.post(self.address, data)

    def cells(self, page: Any) -> list[str]:
        """Return the names of the number fields shown."""
        return re.findall(r'<input type="text" name="(v:[^"]+)"', page.content.decode())

    def drafts(self) -> list[ReleaseDraft]:
        """Return what was prepared."""
        with people.as_person(self.cast.claire):
            return list(ReleaseDraft.objects.filter(commission=self.cast.commission))

    def test_typed_shown_and_approved(self) -> None:
        """Exact numbers and intervals go as they are; two persons; the council says it is paper."""
        asked = self.post("show", period=str(LAST - 3), tables=[self.table.id, self.cross.id])
        names = [name for name in self.cells(asked) if f"v:{self.table.id}:" in name]
        self.assertGreater(len(names), 2)
        self.assertNotContains(asked, "Quelque chose est à corriger")
        fields = {
            "period": str(LAST - 3),
            "total:examined": "57",
            "tables": [self.table.id],
            names[0]: "23",
            names[1]: "11 à 20",
        }
        made = self.post(**fields)
        self.assertEqual(made.status_code, 302)
        (draft,) = self.drafts()
        self.assertEqual((draft.kind, draft.state), ("paper", State.AUDITED))
        page = self.claire.get(made["Location"])
        self.assertContains(page, "Ancien rapport")
        self.assertContains(page, "Total&nbsp;: 57.")
        self.assertContains(page, "11 à 20")
        draft = releasing.published(self.cast, draft)
        (one,) = interface.history(
            council=self.cast.commission.council, source=self.cast.commission.pk
        )
        line = json.loads(one.ledger_line)
        self.assertEqual(line["kind"], "paper")
        bounds = sorted((one["lo"], one["hi"]) for one in line["lines"])
        self.assertEqual(bounds, [(11, 20), (23, 23), (57, 57)])
        self.assertIsNone(interface.latest(council=self.cast.commission.council))
        self.assertContains(self.claire.get(reverse("cases:releases")), "Anciens rapports")

    def test_nothing_typed_is_lost(self) -> None:
        """On an error, on another table asked, on a table put aside, on another layout."""
        asked = self.post("show", period="", tables=[self.table.id])
        names = self.cells(asked)
        typed = {names[0]: "vingt", names[1]: "31", "total:referred": "64"}
        wrong = self.post(period="en 2020", tables=[self.table.id], **typed)
        self.assertContains(wrong, "Quelque chose est à corriger")
        for value in ("vingt", "31", "64", "en 2020"):
            self.assertContains(wrong, f'value="{value}"')
        self.assertContains(wrong, "Écrivez un nombre, comme 12")
        more = self.post("show", period="en 2020", tables=[self.table.id, self.cross.id], **typed)
        self.assertContains(more, 'value="31"')
        self.assertNotContains(more, "Quelque chose est à corriger")
        aside = self.post("show", period="en 2020", tables=[self.cross.id], **typed)
        self.assertContains(aside, f'<input type="hidden" name="{names[1]}" value="31">', html=True)
        rung = "+".join(self.table.ladder[-1].layouts)
        other = self.post(
            "show", tables=[self.table.id], **{f"layout:{self.table.id}": rung, **typed}
        )
        self.assertNotEqual(self.cells(other), names)
        self.assertContains(other, 'value="31"')
        self.assertEqual(self.drafts(), [])

    def test_a_locked_vault_is_no_obstacle(self) -> None:
        """Nothing sealed is opened by typing a report; an approval asks for the person again."""
        client = people.client_of(self.cast.claire, vault=False)
        made = client.post(
            self.address,
            {"period": "2019", "total:examined": "12", "idempotency_key": str(uuid.uuid4())},
        )
        self.assertEqual(made.status_code, 302)

    def test_refused(self) -> None:
        """No figure, bounds upside down, a period under way: said, and nothing is made."""
        for fields, words in (
            ({"period": "2019"}, "au moins un chiffre"),
            ({"period": "2019", "total:examined": "20 à 11"}, "La première borne"),
            ({"period": "2019", "total:examined": "-3"}, "Écrivez un nombre"),
            ({"period": str(LAST + 1), "total:examined": "12"}, "pas terminée"),
            ({"period": "2011-2019", "total:examined": "12"}, "cinq années"),
        ):
            with self.subTest(words):
                self.assertContains(self.post(**fields), words)
        self.assertEqual(self.drafts(), [])

    def test_posted_twice(self) -> None:
        """One key, one report; and a second one waits for the first (decision 50)."""
        key = str(uuid.uuid4())
        fields = {"period": "2019", "total:examined": "12", "idempotency_key": key}
        first = self.claire.post(self.address, fields)
        again = self.claire.post(self.address, fields)
        self.assertEqual(first["Location"], again["Location"])
        self.assertEqual(len(self.drafts()), 1)
        other = self.post(**{"period": "2018", "total:examined": "12"})
        self.assertContains(other, "attend déjà")

    def test_a_report_weighs_on_what_follows(self) -> None:
        """Its lines are in the ledger that the next proof is given, and the chain goes on."""
        self.post(period=str(LAST), **{"total:examined": "30"})
        (paper,) = self.drafts()
        releasing.published(self.cast, paper)
        releasing.entries(self.cast, size=30)
        draft = releasing.proved(self.cast, releasing.counted(self.cast))
        self.assertEqual((draft.state, draft.refusal_words), (State.AUDITED, ""))
        self.assertEqual(json.loads(draft.manifest)["rank"], 2)
        self.assertEqual(
            json.loads(draft.manifest)["previous"], json.loads(draft.ledger_line)["previous"]
        )
        releasing.published(self.cast, draft)

    def test_members_do_not_see_the_page(self) -> None:
        """404 for Luc; Claire and Denis do (control)."""
        for name, status in (("luc", 404), ("julie", 404), ("claire", 200), ("denis", 200)):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(self.address).status_code, status, name)
