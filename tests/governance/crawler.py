"""Go wherever a committee member can, and take out of every answer all that could tell a number.

Source: R4, R7; decision 41 (answers are compared after removing token and clock).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

from tests.governance.bundle_oracle import Drawn, Line, numbers

# What differs from one answer to the next and tells nothing: tokens, the clock, ids in drawings.
TOKENS = re.compile(
    r'name="(?:csrfmiddlewaretoken|idempotency_key)" value="[^"]*"|csrftoken=[^;]*|'
    r"(?:Date|Expires|expires)[=:][^\r\n;]*"
)
# Attributes that say nothing by themselves: names of styles, and places inside the page.
SILENT = {"class", "id", "for", "aria-labelledby", "name", "tabindex"}


class Answer:
    """One answer of the service, read."""

    def __init__(self, url: str, response: Any) -> None:
        self.url = url
        self.status = response.status_code
        self.body = bytes(response.content)
        self.headers = {name: str(value) for name, value in response.headers.items()}
        self.kind = self.headers.get("Content-Type", "").split(";")[0]
        self.tree: Any = html.fromstring(self.body.decode()) if self.kind == "text/html" else None

    @property
    def settled(self) -> tuple[int, dict[str, str], bytes]:
        """The answer without token and clock."""
        headers = {name: value for name, value in self.headers.items() if name != "Date"}
        return self.status, headers, TOKENS.sub("", self.body.decode("latin-1")).encode("latin-1")

    def charts(self) -> dict[str, list[Line]]:
        """Give the charts as drawn: rows shown, in order, then rows said not to be published."""
        found = {}
        for figure in self.tree.xpath("//figure[contains(@class, 'chart')]"):
            lines = []
            for row in figure.xpath(".//ul/li[not(@class)]"):
                label = _text(row.xpath("./span[contains(@class, 'bands-label')]/text()")[0])
                lines.append(
                    Line(
                        label,
                        tuple(_drawn(one) for one in row.xpath(".//*[@class='bands-figure']")),
                    )
                )
            hidden = figure.xpath(".//li[@class='bands-hidden']/span/text()")
            labels = [one for one in re.split(r"\s*;\s*", _text("".join(hidden))) if one]
            lines += [Line(label, ()) for label in labels]
            found[_text(figure.xpath(".//h3")[0].text_content())] = lines
        return found

    def tables(self, xpath: str) -> list[list[tuple[str, ...]]]:
        """Give tables as written, heads first."""
        return [
            [tuple(_words(cell) for cell in row.xpath("./th|./td")) for row in table.xpath(".//tr")]
            for table in self.tree.xpath(xpath)
        ]

    def series(self) -> list[Line]:
        """Give the lines of an evolution, a figure a period."""
        return [
            Line(
                _text(one.xpath("./h3/text()")[0]),
                tuple(
                    Drawn(
                        _text(mark.xpath("./*[@class='mark-value']")[0].text_content()),
                        "".join(mark.xpath(".//rect[@class='sure']/@height")),
                        "".join(mark.xpath(".//rect[@class='unsure']/@height")),
                    )
                    for mark in one.xpath("./ol/li")
                ),
            )
            for one in self.tree.xpath("//ul[@class='series']/li")
        ]

    def rest(self, *known: str) -> list[str]:
        """Give every number outside of charts and tables: texts, links, drawings, alternatives.

        `known` are whole words that may stand there: ids, a key, a fingerprint.
        """
        body = self.body.decode()
        for word in known:
            body = body.replace(word, "")
        tree = html.fromstring(body)
        for gone in tree.xpath(
            "//figure[contains(@class, 'chart')] | //table | //ul[@class='series'] | //style"
            " | //select | //fieldset | //link | //meta | //input[@type='hidden']"
            " | //svg[@class='icon'] | //svg[@class='patterns']"
        ):
            gone.drop_tree()
        found = numbers(*tree.itertext())
        for element in tree.iter():
            if isinstance(element.tag, str):
                for name, value in element.attrib.items():
                    if name not in SILENT:
                        found += numbers(value)
        return found

    def counters(self, *known: str) -> list[int]:
        """Give the ranks that stand in ids: they may only count what the bundle lists.

        `known` are whole ids that a bundle gives.
        """
        found = set(self.tree.xpath("//@id | //@for | //@aria-labelledby")).difference(known)
        return [int(one) for value in found for one in re.findall(r"-(\d+)$", value)]


class Crawler:
    """Follow every link and every form of the committee's pages."""

    def __init__(self, browser: Any, start: str) -> None:
        self.browser = browser
        self.start = start

    def ask(self, url: str) -> Answer:
        """Ask for one address."""
        return Answer(url, self.browser.get(url))

    def walk(self) -> Iterator[Answer]:
        """Give every answer that can be reached from the first page."""
        waiting, seen = [self.start], {self.start}
        while waiting:
            answer = self.ask(waiting.pop(0))
            yield answer
            for url in self._next(answer):
                if url not in seen:
                    seen.add(url)
                    waiting.append(url)

    def _next(self, answer: Answer) -> Iterator[str]:
        if answer.tree is None:
            return
        here = answer.url
        for link in answer.tree.xpath("//a/@href"):
            url = urljoin(here, link).split("#")[0]
            if urlsplit(url).path.startswith(self.start):
                yield url
        for form in answer.tree.xpath("//form[@method='get']"):
            hidden = [
                (i.get("name"), i.get("value")) for i in form.xpath(".//input[@type='hidden']")
            ]
            for select in form.xpath(".//select"):
                for value in select.xpath(".//option/@value"):
                    query = urlencode([*hidden, (select.get("name"), value)])
                    yield f"{urlsplit(here).path}?{query}"
            # The first and the last boxes alone, then all of them together.
            boxes = [
                (i.get("name"), i.get("value")) for i in form.xpath(".//input[@type='checkbox']")
            ]
            for box in [*([one] for one in (*boxes[:2], *boxes[-2:])), boxes]:
                if box:
                    yield f"{urlsplit(here).path}?{urlencode([*hidden, *box])}"


def _drawn(figure: Any) -> Drawn:
    text = _text(figure.xpath(".//*[@class='bands-value']")[0].text_content())
    sure = figure.xpath(".//rect[@class='sure']/@width")
    unsure = figure.xpath(".//rect[@class='unsure']/@width")
    starts = figure.xpath(".//rect[@class='unsure']/@x")
    assert sure == starts, "the paler part starts where the full one ends"
    return Drawn(text, sure[0] if sure else "", unsure[0] if unsure else "")


def _words(cell: Any) -> str:
    """Give the words of a cell: those of its figure when it has one, and its drawing checked."""
    figure = cell.xpath(".//*[@class='bands-value']")
    return _text((figure[0] if figure else cell).text_content())


def _text(value: str) -> str:
    return re.sub(r"\s+", " ", value).strip()
