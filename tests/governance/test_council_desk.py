"""The coordinator's desk: the home page, the council's sheet (domain.md D.1)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from auditlog.models import LogEntry
from django.urls import reverse
from lxml import html

from clsm_core.accounts.clock import now
from clsm_core.council.models import (
    ArticulationMeeting,
    Council,
    Objective,
    Post,
    PostFunding,
    PostTraining,
    PsychiatricSector,
    SchemeLink,
)
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import (
    METZ,
    WOIPPY,
    errors_of,
    fields_of,
    fill,
    load_official,
    over,
)

HOME = "/conseils/metz/"
SHEET = "/conseils/metz/fiche/"


def missing_of(page: Any) -> list[str]:
    """Return what the desk says is to be completed."""
    tree = html.fromstring(page.content.decode())
    return [
        " ".join(one.split())
        for one in tree.xpath("//section[@aria-labelledby='a-completer']//li/a/text()")
    ]


class Desk(TestCase):
    """What the coordinator finds when she comes in."""

    def setUp(self) -> None:
        """Open a council with its name only."""
        load_official()
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def test_an_empty_council_says_all_that_is_missing_and_where(self) -> None:
        """D.6 (4, 6, 9), 001-02, 002-06, 002-09, 003-10: each line leads to its page."""
        page = self.claire.get(HOME)
        self.assertEqual(len(missing_of(page)), 12)
        for url in html.fromstring(page.content.decode()).xpath(
            "//section[@aria-labelledby='a-completer']//a/@href"
        ):
            self.assertEqual(self.claire.get(url).status_code, 200)

    def test_what_is_filled_in_leaves_the_list_and_what_expires_returns(self) -> None:
        """The list follows the data: a full council says so, an ended scheme comes back."""
        today = now().date()
        over(self.council, METZ)
        Council.objects.filter(pk=self.council.pk).update(
            presidency="Élise Fontaine",
            co_animation="Luc Perrin",
            presentation="Texte",
            objectives=["care"],
            perimeter_reviewed_on=today - dt.timedelta(days=1000),
        )
        for kind in ("adult", "child"):
            PsychiatricSector.objects.create(
                council=self.council, kind=kind, code="57G05", hospital="CH"
            )
        post = Post.objects.create(
            council=self.council,
            holder="Claire Morel",
            employer="hospital",
            employer_name="CH",
            time_percent=100,
            contract="permanent",
            starts_on=dt.date(2024, 1, 1),
            job_description_on=dt.date(2024, 1, 1),
        )
        PostTraining.objects.create(post=post, title="CNFPT", on=dt.date(2024, 3, 1))
        for funder in ("local_authority", "hospital", "ars"):
            PostFunding.objects.create(post=post, year=today.year, funder=funder, amount=1000)
        cls = SchemeLink.objects.create(council=self.council, kind="cls", name="CLS")
        SchemeLink.objects.create(council=self.council, kind="ptsm", name="PTSM")
        ArticulationMeeting.objects.create(
            scheme=cls, on=today - dt.timedelta(days=300), subject="Point"
        )
        page = self.claire.get(HOME)
        self.assertEqual(missing_of(page), [])
        self.assertContains(page, "complet")
        cls.ends_on = today - dt.timedelta(days=1)
        cls.save()
        PostFunding.objects.filter(funder="ars").update(amount=Decimal(0))
        Council.objects.filter(pk=self.council.pk).update(
            perimeter_reviewed_on=today - dt.timedelta(days=3 * 366)
        )
        self.assertEqual(
            missing_of(self.claire.get(HOME)),
            [
                "La revue du périmètre",
                f"Le financement tripartite de {today.year}",
                "Le lien avec le CLS",
            ],
        )

    def test_others_see_the_council_without_the_list(self) -> None:
        """A reader has neither the list of what is missing nor the page of rights."""
        page = member(self.council, "reader").get(HOME)
        self.assertNotContains(page, "À compléter")
        self.assertNotContains(page, reverse("council:members", args=["metz"]))
        self.assertNotContains(page, reverse("observatory:trends", args=["metz"]) + '"><b>')
        self.assertContains(self.claire.get(HOME), reverse("council:members", args=["metz"]))

    def test_queries_stay_the_same_with_twenty_of_everything(self) -> None:
        """One row or twenty: the same number of queries (style 24)."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        over(self.council, METZ)

        def more(first: int, last: int) -> None:
            for rank in range(first, last):
                post = Post.objects.create(
                    council=self.council,
                    holder=f"P{rank}",
                    employer="other",
                    employer_name="X",
                    time_percent=1,
                    contract="other",
                    starts_on=dt.date(2024, 1, 1),
                )
                PostTraining.objects.create(post=post, title="T", on=dt.date(2024, 1, 1))
                PostFunding.objects.create(post=post, year=2026, funder="ars", amount=1)
                scheme = SchemeLink.objects.create(
                    council=self.council, kind="other", name=f"S{rank}"
                )
                ArticulationMeeting.objects.create(
                    scheme=scheme, on=dt.date(2026, 1, 1), subject="x"
                )
                PsychiatricSector.objects.create(
                    council=self.council, kind="adult", code=str(rank), hospital="CH"
                )

        more(0, 1)
        pages = [HOME, *(reverse(f"council:{n}", args=["metz"]) for n in ("post", "schemes"))]
        counts = []
        for limit in (1, 20):
            if limit > 1:
                more(1, limit)
                over(self.council, METZ, WOIPPY)
            for url in pages:
                self.claire.get(url)
                with CaptureQueriesContext(connection) as seen:
                    self.assertEqual(self.claire.get(url).status_code, 200)
                counts.append(len(seen))
        self.assertEqual(counts[:3], counts[3:])


class Sheet(TestCase):
    """The council's own sheet (domain.md D.1)."""

    def setUp(self) -> None:
        """Open a council."""
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def test_every_field_typed_is_found_again(self) -> None:
        """001-01, 001-02, 002-04, 002-10, 003-11: canaries, page and history."""
        typed = {
            "name": "Conseil canari de Metz",
            "status": "dormant",
            "created_on": "2012-06-14",
            "presidency": "Élise canari",
            "co_animation": "Luc canari",
            "carrier": "hospital",
            "scale": "infracommunal",
            "territory_type": "mixed",
            "objectives": ["stigma", "care"],
            "presentation": "Présentation canari.",
            "perimeter_reviewed_on": "2025-02-03",
            "accent": "olive",
        }
        self.assertRedirects(fill(self.claire, SHEET, **typed), HOME)
        self.council.refresh_from_db()
        self.assertEqual(self.council.version, 2)
        self.assertEqual(self.council.created_on, dt.date(2012, 6, 14))
        self.assertEqual(self.council.perimeter_reviewed_on, dt.date(2025, 2, 3))
        page = self.claire.get(HOME)
        for words in (
            "Conseil canari de Metz",
            "en sommeil",
            "14 juin 2012",
            "Élise canari",
            "Luc canari",
            "hôpital psychiatrique",
            "infracommunale",
            "semi-urbain ou semi-rural",
            "Présentation canari.",
            "accent-olive",
            Objective.STIGMA.label,
            Objective.CARE.label,
        ):
            self.assertContains(page, words)
        self.assertNotContains(page, Objective.INCLUSION.label)
        self.assertContains(self.claire.get("/conseils/metz/territoire/"), "3 février 2025")
        entry = LogEntry.objects.get_for_object(self.council).first()
        assert entry is not None
        self.assertEqual(entry.changes["presidency"], ["", "…"])

    def test_the_history_names_nobody(self) -> None:
        """What changed is kept for ever, not who is named: a person leaves, a history does not."""
        post = Post.objects.create(
            council=self.council,
            holder="Canari-nom",
            employer="other",
            employer_name="Ville",
            time_percent=100,
            contract="permanent",
            starts_on=dt.date(2026, 1, 1),
        )
        sector = PsychiatricSector.objects.create(
            council=self.council, kind="adult", code="57G05", name="Pôle", chief="Canari-nom"
        )
        post.holder = "Canari-autre"
        post.time_percent = 50
        post.save()
        kept = [
            one.changes for row in (post, sector) for one in LogEntry.objects.get_for_object(row)
        ]
        self.assertNotIn("Canari", str(kept))
        self.assertEqual(kept[0], {"holder": ["…", "…"], "time_percent": ["100", "50"]})
        self.assertEqual(len(kept), 3)

    def test_an_active_council_needs_its_date(self) -> None:
        """The date of creation is asked beside its field; what was typed stays."""
        page = fill(self.claire, SHEET, created_on="", presidency="Élise canari")
        self.assertIn("Un conseil actif a une date de création", errors_of(page))
        self.assertContains(page, "Élise canari")
        self.council.refresh_from_db()
        self.assertEqual((self.council.version, self.council.presidency), (1, ""))
        self.assertRedirects(fill(self.claire, SHEET, created_on="", status="planned"), HOME)

    def test_days_to_come_and_unknown_codes_are_refused(self) -> None:
        """A future date, a colour nobody measured, a sixth objective: nothing is written."""
        for typed in (
            {"created_on": "2999-01-01"},
            {"perimeter_reviewed_on": "2999-01-01"},
            {"accent": "fuchsia"},
            {"objectives": ["sixth"]},
        ):
            with self.subTest(typed):
                self.assertTrue(errors_of(fill(self.claire, SHEET, **typed)))
        self.council.refresh_from_db()
        self.assertEqual(self.council.version, 1)

    def test_two_tabs_do_not_overwrite_each_other(self) -> None:
        """Style 22: the second is shown both texts, and may then decide."""
        second = fields_of(self.claire.get(SHEET))
        fill(self.claire, SHEET, presidency="La première")
        page = self.claire.post(SHEET, {**second, "presidency": "La seconde"})
        self.assertContains(page, "La première")
        self.assertContains(page, "La seconde")
        self.council.refresh_from_db()
        self.assertEqual(self.council.presidency, "La première")
        again = {**fields_of(page), "presidency": "La seconde"}
        self.assertRedirects(self.claire.post(SHEET, again), HOME)

    def test_a_form_sent_twice_writes_once(self) -> None:
        """Decision 50: the second answer is the first one's."""
        sent = {**fields_of(self.claire.get(SHEET)), "presidency": "Élise"}
        for _ in range(2):
            self.assertRedirects(self.claire.post(SHEET, sent), HOME)
        self.council.refresh_from_db()
        self.assertEqual(self.council.version, 2)
