"""Turn an attacker's numbers into fictitious situations that give them.

A certificate shows situations rather than sums: anybody can count them, and nobody has to believe
the relations of `cases.disclosure.system`. Crossed facets form trees, so answers are drawn from the
root outwards; the answers of a facet with several are laid end to end around the circle of those
who answer, so that everybody gives at least one.

Source: releases.md 0.4 (witness tables).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cases.disclosure.plan import Facet, Group, Table
from cases.disclosure.solver import Whole
from cases.disclosure.system import REST, System

Answer = str | tuple[str, ...]


def world_of(system: System, numbers: Whole, atoms: int) -> list[dict[str, Any]]:
    """Give one population's fictitious situations, atom by atom, in the certificate's form."""
    return [_Atom(system, numbers, atom).as_dict() for atom in range(atoms)]


class _Atom:
    """The situations of one period, facet by facet in each tree of crossed facets."""

    def __init__(self, system: System, numbers: Whole, atom: int) -> None:
        self._system, self._numbers, self._atom = system, numbers, atom
        self.total = self._value("T")

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form: a total, and the distinct answers of each tree with their number."""
        parts = []
        for tree in _trees(self._system):
            answers = self._tree(tree)
            counted = Counter(zip(*(answers[code] for code in tree), strict=True))
            rows = [
                [count, *(list(one) if isinstance(one, tuple) else one for one in row)]
                for row, count in sorted(counted.items())
            ]
            parts.append({"facets": list(tree), "rows": rows})
        return {"total": self.total, "parts": parts}

    def _tree(self, tree: Sequence[str]) -> dict[str, list[Answer]]:
        """Give every situation's answer to each facet of a tree; the tree's first is its root."""
        answers: dict[str, list[Answer]] = {}
        for code in tree:
            facet = self._system.facets[code]
            link = next(
                (
                    t
                    for t in self._system.crosses
                    if code in t.facets and _other(t, code) in answers
                ),
                None,
            )
            if facet.multi:
                column = link and answers[link.facets[1]]
                answers[code] = self._several(facet, column or [()] * self.total)
            elif link is None:
                counts = {one: self._value(code, one) for one in facet.codes}
                answers[code] = [one for one in facet.codes for _ in range(counts[one])]
            else:
                is_row = link.facets[0] == code
                given = answers[_other(link, code)]
                left = {
                    known: [
                        one
                        for one in facet.codes
                        for _ in range(
                            self._value(link.id, *((one, known) if is_row else (known, one)))
                        )
                    ]
                    for known in self._system.facets[_other(link, code)].codes
                }
                answers[code] = [left[str(known)].pop() for known in given]
        return answers

    def _several(self, facet: Facet, columns: Sequence[Answer]) -> list[Answer]:
        """Give each situation's set of answers, part by part."""
        answers: list[set[str]] = [set() for _ in columns]
        for part, _ in self._system.slices(self._atom, facet):
            here = [i for i, one in enumerate(columns) if not part or one == part[0]]

            def held(group: str, part: tuple[str, ...] = part) -> int:
                rank = self._system.several(self._atom, facet, group, part)
                return int(self._numbers[rank])

            start = 0
            for code in sorted(facet.exclusive):
                for place in here[start : start + held(code)]:
                    answers[place].add(code)
                start += held(code)
            assert len(here) - start == held(REST)
            for code, places in _laid(facet, here[start:], held):
                for place in places:
                    answers[place].add(code)
        return [tuple(sorted(one)) for one in answers]

    def _value(self, *name: str) -> int:
        """Give the value of an unknown."""
        return int(self._numbers[self._system.rank(self._atom, *name)])


def _laid(
    facet: Facet, people: list[int], held: Callable[[str], int]
) -> Iterator[tuple[str, list[int]]]:
    """Give codes to people, union by union, so that each union covers its own people."""
    (chain,) = facet.chains()

    def share(
        groups: Sequence[Group], level: int, among: list[int]
    ) -> Iterator[tuple[str, list[int]]]:
        start = 0
        for group in groups:
            count = held(group.code)
            chosen = [among[(start + step) % len(among)] for step in range(count)]
            start += count
            parts: Sequence[Group] = ()
            depth = level
            while not parts and depth > 0:
                depth -= 1
                parts = [one for one in chain[depth].groups if one.codes < group.codes]
            if parts:
                yield from share(parts, depth, chosen)
            else:
                yield group.code, chosen

    top = len(chain) - 1
    tops = [group for group in chain[top].groups if not group.codes & facet.exclusive]
    yield from share(tops, top, people)


def _trees(system: System) -> list[tuple[str, ...]]:
    """Give the trees of crossed facets, each from a root outwards; a lone facet is a tree."""
    left = list(system.facets)
    trees = []
    while left:
        # A facet with several answers is counted within the columns of another: never a root
        # when it is crossed.
        crossed = {name for table in system.crosses for name in table.facets}
        root = next((f for f in left if f not in crossed or not system.facets[f].multi), left[0])
        tree = [root]
        for known in tree:
            for table in system.crosses:
                if known in table.facets and _other(table, known) not in tree:
                    tree.append(_other(table, known))
        left = [code for code in left if code not in tree]
        trees.append(tuple(tree))
    return trees


def _other(table: Table, facet: str) -> str:
    """Give the facet that a table crosses with another."""
    first, second = table.facets
    return second if first == facet else first
