"""R7, R4: whatever a committee member opens says what the released bundles say, and nothing else.

An oracle that holds the bundles alone computes again each chart, drawing, answer and file; the
crawler opens every page, form and file. Then the commission's tables grow, and nothing moves.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.test import override_settings

from clsm_core.council.models import Council
from clsm_core.observatory import presenters
from tests.cases_of import CommittingTestCase
from tests.governance.bundle_oracle import numbers, words
from tests.governance.council_people import council, member
from tests.governance.crawler import Answer, Crawler
from tests.governance.publishing import insert_all, insert_note, withdraw
from tests.governance.released import PUBLIC_KEY
from tests.governance.surface import Surface

COUNTED = (
    "cases_situation",
    "cases_review",
    "cases_sitting",
    "cases_proposal",
    "cases_facetrecord",
    "cases_releasedraft",
)
NOTE = ("Pas d’équipe mobile", "Les visites reposent sur le seul centre médico-psychologique.")


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class OnlyTheBundle(CommittingTestCase):
    """A large council with four years, a small one with a block, one with nothing."""

    def surface(self, name: str, slug: str) -> Surface:
        """Publish a committed chain in a council of its own."""
        here, empty = council(slug), council(f"{slug}-vide")
        made = insert_all(here, name)
        insert_note(here, *NOTE)
        return Surface(
            [one for one in made if one.manifest["kind"] == "figures"],
            Crawler(member(here, name=slug), f"/conseils/{slug}/observation/"),
            Crawler(member(empty, name=f"{slug}-v"), f"/conseils/{slug}-vide/observation/"),
        )

    def test_r7_large_council(self) -> None:
        surface = self.surface("large", "grande")
        self.maxDiff = None
        self.assertEqual(surface.faults(), [])
        self.assertGreater(surface.opened["explorer/"], 40)
        self.assertGreater(surface.opened["evolution/"], 20)
        for name in ("tableaux.csv", "tableaux.ods", "tableaux.pdf", "tout-verifier-seul.zip"):
            self.assertEqual(surface.opened[name], 4, name)

    def test_r7_small_council(self) -> None:
        surface = self.surface("small", "petite")
        self.assertEqual(surface.faults(), [])

    def test_r7_total_only(self) -> None:
        surface = self.surface("total", "seule")
        self.assertEqual(surface.faults(), [])

    def test_control_a_planted_count_is_found_wherever_it_stands(self) -> None:
        surface = self.surface("small", "plantee")
        page = [surface.crawler.start]
        self.assertEqual(surface.faults(page), [])
        true_page, true_ask = presenters.trends_page, Crawler.ask
        # A number that no band of this chain ends with.
        said = {n for key in surface.made for n in numbers(*surface.oracle.said(key))}
        planted = next(str(n) for n in range(12, 400) if str(n) not in said)

        def in_words(*args: Any, **kwargs: Any) -> dict[str, Any]:
            found = true_page(*args, **kwargs)
            return {**found, "institution": [*found["institution"], ("En cours", planted)]}

        def in_a_drawing(*args: Any, **kwargs: Any) -> dict[str, Any]:
            found = true_page(*args, **kwargs)
            shown = found["themes"].first[0].charts[0].shown[0]
            shown.figures[0] = shown.figures[0]._replace(scale=int(planted))
            return found

        def by_rank(*args: Any, **kwargs: Any) -> dict[str, Any]:
            found = true_page(*args, **kwargs)
            found["themes"].first[0].charts[0].lines.reverse()
            return found

        for weak in (in_words, in_a_drawing, by_rank):
            with (
                self.subTest(weak=weak.__name__),
                mock.patch.object(presenters, "trends_page", weak),
            ):
                self.assertNotEqual(surface.faults(page), [])

        def in_a_header(crawler: Crawler, url: str) -> Answer:
            answer = true_ask(crawler, url)
            answer.headers["X-Count"] = planted
            return answer

        with mock.patch.object(Crawler, "ask", in_a_header):
            self.assertNotEqual(surface.faults(page), [])
        self.assertEqual(surface.faults(page), [])

    def test_r4_nothing_moves_when_the_commission_works(self) -> None:
        surface = self.surface("small", "vivante")
        before = {answer.url: answer.settled for answer in surface.crawler.walk()}
        for times in (1, 10):
            self.fill(times)
            after = {url: surface.crawler.ask(url).settled for url in before}
            self.assertEqual([url for url in before if before[url] != after[url]], [])

    def test_control_a_live_count_moves(self) -> None:
        surface = self.surface("small", "vive")
        true_page = presenters.trends_page

        def live(*args: Any, **kwargs: Any) -> dict[str, Any]:
            page = true_page(*args, **kwargs)
            with self.as_administrator() as owner:
                row = owner.execute("SELECT count(*) FROM cases_situation").fetchone()
            return {**page, "period": f"{page['period']} ({row[0]})"}  # type: ignore[index]

        with mock.patch.object(presenters, "trends_page", live):
            before = surface.crawler.ask(surface.crawler.start).settled
            self.fill(1)
            self.assertNotEqual(before, surface.crawler.ask(surface.crawler.start).settled)

    def test_r7_same_bundle_same_answers_in_another_database(self) -> None:
        """Two councils of one database stand for two databases: same slug length, same texts."""
        surface = self.surface("small", "jumelle")
        first = {answer.url: answer.settled for answer in surface.crawler.walk()}
        again = member(council_of("jumelle"), name="jumelle-bis")
        second = {
            answer.url: answer.settled for answer in Crawler(again, surface.crawler.start).walk()
        }
        renamed = {
            url: (status, headers, body.replace(b"Jumelle-Bis", b"Jumelle"))
            for url, (status, headers, body) in second.items()
        }
        self.assertEqual(
            {url: (s, _lengthless(h), b) for url, (s, h, b) in first.items()},
            {url: (s, _lengthless(h), b) for url, (s, h, b) in renamed.items()},
        )

    def test_withdrawal_leaves_no_figure_anywhere(self) -> None:
        here = council("retiree")
        (made,) = insert_all(here, "small")
        crawler = Crawler(member(here, name="retiree"), "/conseils/retiree/observation/")
        self.assertIn("tableaux.pdf", " ".join(one.url for one in crawler.walk()))
        withdraw(made.id)
        opened = list(crawler.walk())
        self.assertNotIn("tableaux.pdf", " ".join(one.url for one in opened))
        total = words(made.bundle["populations"][2]["total"])
        for answer in opened:
            self.assertNotIn(total.encode(), answer.body)
        for name in ("bundle.json", "tableaux.csv", "tout-verifier-seul.zip"):
            self.assertEqual(crawler.ask(f"{crawler.start}{made.id}/{name}").status, 404)

    def fill(self, times: int) -> None:
        """Add rows to the commission's tables, as the database's owner could."""
        with self.as_administrator() as owner:
            for table in COUNTED:
                columns = owner.execute(
                    "SELECT attname, atttypid::regtype::text FROM pg_attribute WHERE attrelid ="
                    " %s::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull"
                    " AND attname <> 'id'",
                    [table],
                ).fetchall()
                for column, _ in columns:
                    owner.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" DROP NOT NULL')
                for (name,) in owner.execute(
                    "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass"
                    " AND contype IN ('c', 'f', 'u', 'x')",
                    [table],
                ).fetchall():
                    owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
                owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                made = owner.execute(
                    f"INSERT INTO {table} (id) SELECT gen_random_uuid() FROM"
                    " generate_series(1, %s)",
                    [times],
                )
                self.assertEqual(made.rowcount, times)


def council_of(slug: str) -> Any:
    """Find a council."""
    return Council.objects.get(slug=slug)


def _lengthless(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Content-Length"}
