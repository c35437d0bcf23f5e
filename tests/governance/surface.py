"""Compare all that a committee member can open with what an oracle says of the bundles (R7)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
from odfdo import Document

from tests.governance.bundle_oracle import Line, Oracle, numbers
from tests.governance.crawler import Answer, Crawler
from tests.governance.released import PUBLIC_KEY, PUBLISHED_AT, Released

BESIDE = ("evolution/", "explorer/", "verifier/")
OPAQUE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
NOTES = re.compile(rf"/besoins/note/({OPAQUE.pattern})/")


class Surface:
    """What the crawler found, compared with what the oracle says."""

    def __init__(self, made: list[Released], crawler: Crawler, empty: Crawler) -> None:
        self.made = {self.key(one): one for one in reversed(made)}
        self.oracle = Oracle({key: one.bundle for key, one in self.made.items()})
        self.crawler, self.empty = crawler, empty
        # What the frame of the pages says by itself, for a council where nothing is published.
        framed = [empty.ask(empty.start + name) for name in ("", *BESIDE)]
        self.frame = {number for answer in framed for number in answer.rest()}
        self.headers = {name: value for one in framed for name, value in one.headers.items()}
        self.opened: Counter[str] = Counter()

    @staticmethod
    def key(one: Released) -> str:
        """Name a release's period as an address does."""
        period = one.manifest["period"]
        return f"{period['start'][:7]}_{period['end'][:7]}"

    def faults(self, only: Iterable[str] | None = None) -> list[str]:
        """Open everything, or some addresses only; name what the bundles do not say."""
        found: list[str] = []
        asked = self.crawler.walk() if only is None else map(self.crawler.ask, only)
        for answer in asked:
            assert answer.status in (200, 400), (answer.url, answer.status)
            path = urlsplit(answer.url).path.removeprefix(self.crawler.start)
            name = path.rpartition("/")[2] or path or "trends"
            self.opened[name] += 1
            checks = {
                "trends": self.trends,
                "explorer/": self.explore,
                "evolution/": self.evolution,
            }
            check = checks.get(name, self.rest if answer.tree is not None else self.file)
            found += [f"{answer.url}: {fault}" for fault in check(answer)]
            found += [f"{answer.url}: {fault}" for fault in self.header(answer)]
        return found

    def trends(self, answer: Answer) -> list[str]:
        asked = parse_qs(urlsplit(answer.url).query).get("periode", [""])[0]
        key = asked or next(iter(self.made))
        faults = []
        expected = self.oracle.charts(key)
        drawn = answer.charts()
        if drawn.keys() != expected.keys():
            faults.append(f"charts: {drawn.keys() ^ expected.keys()}")
        for title, lines in expected.items():
            shown = [line for line in lines if any(one.text != "n.d." for one in line.figures)]
            hidden = [Line(line.label, ()) for line in lines if line not in shown]
            if drawn.get(title) != [*shown, *hidden]:
                faults.append(f"chart {title}: {drawn.get(title)}")
        for table in answer.tables("//figure//table"):
            _, *rows = table
            title = next(
                (
                    t
                    for t, lines in expected.items()
                    if rows == [(n.label, *(f.text for f in n.figures)) for n in lines]
                ),
                "",
            )
            if not title:
                faults.append(f"table {rows[:2]}")
        tiles = {
            words_of(tile, "dt"): words_of(tile, "dd/text()")
            for tile in answer.tree.xpath("//*[@class='totals']//div")
        }
        if tiles != self.oracle.totals(key):
            faults.append(f"totals {tiles}")
        return faults + self.rest(answer)

    def explore(self, answer: Answer) -> list[str]:
        asked = parse_qs(urlsplit(answer.url).query)
        table = asked.get("table", [answer.tree.xpath("//option[@selected]/@value")[0]])[0]
        keys = asked.get("periode") or [next(iter(self.made))]
        expected = self.oracle.question(
            table,
            keys,
            rows=asked.get("ligne", []),
            columns_asked=asked.get("colonne", []),
            reunited=asked.get("reunir", []),
            turned="sens" in asked,
        )
        if (expected is None) != (answer.status == 400):
            return [f"answered {answer.status}, expected {expected}"]
        shown = answer.tables("//table[contains(@class, 'answer-table')]")
        wanted = [one for one in expected or [] if len(one) > 1]
        if shown != wanted:
            return [f"{shown} instead of {wanted}"]
        return self.rest(answer)

    def evolution(self, answer: Answer) -> list[str]:
        chosen = answer.tree.xpath("//option[@selected]/@value")
        if not chosen:
            return self.rest(answer)
        shown, wanted = answer.series(), self.oracle.evolution(chosen[0])
        faults = [] if shown == wanted else [f"{shown} instead of {wanted}"]
        return faults + self.rest(answer)

    def rest(self, answer: Answer) -> list[str]:
        """Every other number is one that a bundle says, or the frame, or the proof.

        A page of the council's own work, linked from the figures, has a frame of its own: what it
        says where nothing is published.
        """
        allowed, known = set(self.frame), [PUBLIC_KEY]
        own = answer.url.removeprefix(self.crawler.start)
        if own.startswith("besoins/note/"):
            # The form of a note is that of any need.
            own = "besoins/nouveau/"
        if urlsplit(own).path not in ("", *BESIDE) and not OPAQUE.search(own):
            allowed |= set(self.empty.ask(self.empty.start + own).rest())
        # A note is named by its own id, which counts nothing.
        known += NOTES.findall(answer.body.decode())
        for key, one in self.made.items():
            allowed |= set(numbers(*self.oracle.said(key), *_day(one), key))
            allowed |= set(numbers(one.manifest["plan"]["version"]))
            anchors = self.oracle.anchors(key)
            known += [one.id, _mark(one), *anchors]
            known += [f"/{anchor.removeprefix('tableau-')}/" for anchor in anchors]
        lines = max(
            len(table["rows"])
            for bundle in self.oracle.bundles.values()
            for part in bundle["populations"]
            for table in part["tables"]
        )
        faults = [f"number {one}" for one in answer.rest(*known) if one not in allowed]
        return faults + [f"rank {one}" for one in answer.counters(*known) if one > max(lines, 10)]

    def file(self, answer: Answer) -> list[str]:
        path = urlsplit(answer.url).path
        one = next(one for one in self.made.values() if one.id in path)
        key, name = self.key(one), path.rpartition("/")[2]
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
            return [] if rows[1:] == list(self.oracle.rows(key)) else ["csv"]
        if name.endswith(".ods"):
            return self._spreadsheet(answer, key)
        if name.endswith(".pdf"):
            return self._document(answer, key)
        if name.endswith(".zip"):
            return self._archive(answer, one)
        return [f"unknown file {name}"]

    def _spreadsheet(self, answer: Answer, key: str) -> list[str]:
        sheets = Document(io.BytesIO(answer.body)).body.tables[1:]
        rows = [
            ["" if value is None else str(value) for value in row]
            for sheet in sheets
            for row in list(sheet.iter_values())[1:]
        ]
        wanted = [row[2:] for row in self.oracle.rows(key)]
        padded = [row + [""] * (7 - len(row)) for row in rows]
        return [] if padded == wanted else ["ods"]

    def _document(self, answer: Answer, key: str) -> list[str]:
        document = pypdfium2.PdfDocument(answer.body)
        pages = [page.get_textpage().get_text_bounded() for page in document]
        text = "\n".join(pages)
        body = re.sub(r".*· empreinte .*|page \d+ sur \d+", "", text)
        found, wanted = Counter(numbers(body)), self.oracle.printed(key)
        return [] if found == wanted else [f"pdf {found - wanted} {wanted - found}"]

    def _archive(self, answer: Answer, one: Released) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(answer.body)) as made:
            files = {name: made.read(name) for name in made.namelist()}
        earlier = [r for r in self.made.values() if r.manifest["rank"] <= one.manifest["rank"]]
        ledger = "".join(r.ledger_line for r in sorted(earlier, key=lambda r: r.manifest["rank"]))
        texts = {
            "bundle.json": one.bundle_text,
            "manifest.json": one.manifest_text,
            "certificate.json": one.certificate_text,
            "ledger.jsonl": ledger,
            "cle-publique.txt": f"{PUBLIC_KEY}\n",
        }
        faults = [name for name, text in texts.items() if files[name] != text.encode()]
        period = one.manifest["period"]
        known = set(numbers(PUBLIC_KEY, str(one.manifest["rank"]), "0 1 2 3 3.11 25519 64"))
        known |= {part for day in (period["start"], period["end"]) for part in day.split("-")}
        told = numbers(files["LISEZMOI.txt"].decode())
        return faults + [f"LISEZMOI {n}" for n in told if n not in known]

    def header(self, answer: Answer) -> list[str]:
        """A header is the frame's, the length of the body, or the name of the period."""
        faults = []
        for name, value in answer.headers.items():
            if name == "Content-Length" and value == str(len(answer.body)):
                continue
            allowed = set(numbers(self.headers.get(name, "")))
            if name == "Content-Disposition":
                allowed |= set(numbers(*self.made))
            if name in ("ETag", "Last-Modified", "X-Total-Count") or set(numbers(value)) - allowed:
                faults.append(f"header {name}: {value}")
        return faults


def words_of(element: Any, path: str) -> str:
    """Give the words of a part of an element."""
    found = element.xpath(f"./{path}")
    return " ".join(one if isinstance(one, str) else one.text_content() for one in found).strip()


def _mark(one: Released) -> str:
    digest = hashlib.sha256(one.manifest_text.encode()).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


def _day(one: Released) -> list[str]:
    day = PUBLISHED_AT + dt.timedelta(days=one.manifest["rank"])
    # A note was published on the day before the first release.
    return [f"{day.day} {day.year}", f"{PUBLISHED_AT.day} {PUBLISHED_AT.year}"]
