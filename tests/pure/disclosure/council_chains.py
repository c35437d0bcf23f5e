"""The releases that the council service's tests show, built by the engine from fictitious rows.

The council's suite loads no commission code: the files are made once, committed under
``tests/governance/data``, and compared with the engine's by ``test_council_chains.py``. To make
them again: ``python -m tests.pure.disclosure.council_chains``.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Sequence
from pathlib import Path

from cases.disclosure.ledger import needed_atoms, parse_ledger
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.disclosure.plan_file import load_plan
from cases.disclosure.release import ReleaseFiles, build_release, paper_release
from cases.disclosure.snapshot import snapshot_of
from tests.simulator.commission import Row, rows_of

DATA = Path(__file__).parents[2] / "governance" / "data"
ISSUER = {
    "council": "metz",
    "commission": "Cellule de réflexion et d’aide",
    "source": "6f1c2c62-5b0e-4c53-9f6a-0c9b7a5f4e11",
}
TOLD = {
    "E-02-seances": "10",
    "E-02-participants": "9 à 11",
    "E-19-charte": "91 % ou plus",
    "E-19-incidents": "n.d.",
}
# A paper report of the years before: exact figures, which the page must never show.
PAPER = ({"population": "examined", "table": "", "groups": [], "lo": 57, "hi": 57},)


def chains() -> Iterator[tuple[str, list[ReleaseFiles]]]:
    """Give each chain by name, in the order in which its releases were made."""
    plan = load_plan()
    large = _rows(plan, seed=4, size=130, years=(2022, 2023, 2024, 2025))
    small = _rows(plan, seed=7, size=16, years=(2023, 2024, 2025))
    yield "large", _chain(plan, large, ["2022", "2023", "2024", "2025"])
    yield "small", _chain(plan, small, ["2023-2025"])
    yield "total", _chain(plan, small, ["2025"])
    yield "paper", _chain(plan, large, ["2024"], paper="2021")


def texts_of(chain: Sequence[ReleaseFiles]) -> list[dict[str, str]]:
    """Give the texts of a chain, as they are committed."""
    return [
        {
            "bundle": files.bundle_text,
            "manifest": files.manifest_text,
            "certificate": files.certificate_text,
            "ledger_line": files.ledger_line,
        }
        for files in chain
    ]


def _chain(
    plan: Plan, rows: Sequence[Row], periods: Sequence[str], *, paper: str = ""
) -> list[ReleaseFiles]:
    """Build releases one after the other, each knowing the lines before it."""
    made: list[ReleaseFiles] = []
    if paper:
        made.append(paper_release(plan, Period.parse(paper), list(PAPER), [], issuer=ISSUER))
    for name in periods:
        period = Period.parse(name)
        ledger = parse_ledger("".join(files.ledger_line for files in made))
        atoms = needed_atoms(ledger, period)
        counted = [Period.parse(row.period) for row in rows]
        placed = [
            (row.population, rank, dict(row.answers))
            for row, when in zip(rows, counted, strict=True)
            for rank, atom in enumerate(atoms)
            if atom.start <= when.start and when.end <= atom.end
        ]
        made.append(
            build_release(
                plan,
                snapshot_of(plan, atoms, placed),
                period,
                ledger,
                issuer=ISSUER,
                institution=_institution(plan),
            )
        )
    return made


def _rows(plan: Plan, *, seed: int, size: int, years: Sequence[int]) -> list[Row]:
    """Draw a commission; nobody asks the professionals in this product yet."""
    drawn = rows_of(plan.data, seed=seed, size=size, years=years)
    return [row for row in drawn if row.population != "professionals"]


def _institution(plan: Plan) -> list[dict[str, str]]:
    """Say what the commission counts of itself, in the plan's words."""
    return [
        {"id": line.id, "element": line.element, "label": line.label, "text": TOLD[line.id]}
        for line in plan.institution
        if line.id in TOLD
    ]


def write() -> None:
    """Write the files of every chain."""
    DATA.mkdir(exist_ok=True)
    for name, chain in chains():
        body = json.dumps(texts_of(chain), ensure_ascii=False, indent=0).encode()
        (DATA / f"{name}.json.xz").write_bytes(lzma.compress(body, preset=9))


def read(name: str) -> list[dict[str, str]]:
    """Read the files of a chain, as they are committed."""
    value: list[dict[str, str]] = json.loads(
        lzma.decompress((DATA / f"{name}.json.xz").read_bytes())
    )
    return value


if __name__ == "__main__":
    write()
