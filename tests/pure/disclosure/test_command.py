"""The command writes a whole release or nothing, and says what is wrong without repeating it."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from cases.disclosure import __main__ as command
from cases.disclosure import all_or_nothing
from cases.disclosure.plan_file import parse_plan
from cases.disclosure.release import ReleaseFiles
from clsm_core.observatory import certificate
from tests.pure.disclosure.enumerated import cells_of, holds
from tests.pure.disclosure.tiny_plans import GARDEN

ROOT = Path(__file__).resolve().parents[3]
COLUMNS = ("population", "period", "colour", "side", "hand", "flag", "end")
SECRET = "MARTIN-Paul-1961"
PARAMETERS = {**GARDEN["parameters"], "minimum_crosses": 100, "minimum_semester": 100}
PLAN = {**GARDEN, "parameters": PARAMETERS}


def rows(periods: dict[str, int], seed: int = 1) -> list[tuple[str, ...]]:
    """Draw examined situations, so many a period."""
    source = random.Random(seed)
    return [
        (
            "examined",
            period,
            source.choices("abc", [6, 3, 0.3])[0],
            source.choice("lr"),
            source.choice("mn"),
            source.choices(["p", "q", "p|q", "s"], [4, 3, 2, 1])[0],
            "",
        )
        for period, size in periods.items()
        for _ in range(size)
    ]


def csv_of(lines: list[tuple[str, ...]], mark: str = ",", columns: Any = COLUMNS) -> bytes:
    """Write a file of facets."""
    return "".join(mark.join(line) + "\n" for line in [columns, *lines]).encode()


class Place:
    """A directory in which the command is run, and what it said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        (folder / "plan.json").write_text(json.dumps(PLAN, indent=1), "utf-8")
        self.facets(rows({"2026": 140}))

    def facets(self, lines: list[tuple[str, ...]] | bytes) -> None:
        data = lines if isinstance(lines, bytes) else csv_of(lines)
        (self.folder / "facets.csv").write_bytes(data)

    def run(self, *more: str, out: str = "out", ledger: str = "ledger.jsonl") -> tuple[int, str]:
        """Run `protect`; give its status and its words."""
        status = command.main(
            [
                "protect",
                *("--plan", str(self.folder / "plan.json")),
                *("--facets", str(self.folder / "facets.csv")),
                *("--ledger", str(self.folder / ledger)),
                *("--out", str(self.folder / out)),
                *more,
            ]
        )
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def bytes(self) -> dict[str, bytes]:
        """Give every file but the inputs."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in ("plan.json", "facets.csv")
        }

    def refused(self, *more: str, status: int = 2, **places: str) -> str:
        """Run `protect`, which must refuse and leave everything as it was; give its words."""
        before = self.bytes()
        found, words = self.run(*more, **places)
        assert found == status, words
        assert self.bytes() == before
        assert SECRET not in words
        assert not [one for one in self.folder.iterdir() if ".old" in one.name]
        return words


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capsys)


def test_first_release_then_the_next(place: Place) -> None:
    status, words = place.run()
    assert (status, words.count("\n")) == (0, 1)
    assert {*place.bytes()} == {
        "ledger.jsonl", "out/bundle.json", "out/manifest.json",
        "out/certificate.json", "out/ledger.jsonl",
    }  # fmt: skip
    assert command.main(["verify", str(place.folder / "out")]) == 0
    first = place.bytes()["ledger.jsonl"]
    place.facets(rows({"2026": 140, "2027": 120}))
    assert place.run()[0] == 0
    assert place.bytes()["ledger.jsonl"].startswith(first)
    assert place.bytes()["out/ledger.jsonl"] == place.bytes()["ledger.jsonl"]
    assert command.main(["verify", str(place.folder / "out")]) == 0
    manifest = json.loads(place.bytes()["out/manifest.json"])
    assert (manifest["rank"], manifest["period"]["label"]) == (2, "2027")
    assert stat.S_IMODE((place.folder / "out").stat().st_mode) & 0o555 == 0o555


def test_same_rows_in_another_order_give_the_same_bytes(place: Place) -> None:
    lines = rows({"2026": 140})
    place.run(out="one", ledger="one.jsonl")
    random.Random(2).shuffle(lines)
    place.facets(csv_of(lines, ";"))
    place.run(out="two", ledger="two.jsonl")
    files = place.bytes()
    assert files["one/manifest.json"] == files["two/manifest.json"]


def test_mark_and_semicolons_of_a_spreadsheet_are_read(place: Place) -> None:
    place.run(out="one", ledger="one.jsonl")
    lines = [tuple(f'"{cell}"' for cell in line) for line in rows({"2026": 140})]
    place.facets(b"\xef\xbb\xbf" + csv_of(lines, ";").replace(b"\n", b"\r\n"))
    assert place.run(out="two", ledger="two.jsonl")[0] == 0
    assert place.bytes()["one/bundle.json"] == place.bytes()["two/bundle.json"]


def test_block_from_first_to_last_period_not_released(place: Place) -> None:
    place.facets(rows({"2024": 40, "2025-S1": 21, "2025S2": 22, "2026": 35}))
    assert place.run()[0] == 0
    assert json.loads(place.bytes()["out/bundle.json"])["period"]["label"] == "2024–2026"


def test_semester_then_year_counts_the_semester_again(place: Place) -> None:
    place.facets(rows({"2026S1": 130, "2026S2": 125}))
    assert place.run("--period", "2026S1", out="spring")[0] == 0
    assert place.run("--period", "2026", out="year")[0] == 0
    proof = json.loads(place.bytes()["year/certificate.json"])["populations"][0]
    assert (len(proof["atoms"]), proof["periods"]) == (2, [[0], [1], [0, 1]])


def test_confidential_file_is_for_its_owner_and_names_every_small_cell(place: Place) -> None:
    lines = rows({"2026": 140})
    secret = place.folder / "secret.json"
    assert place.run("--confidential", str(secret))[0] == 0
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    known = json.loads(secret.read_text("utf-8"))
    true = [
        {name: cell.split("|") for name, cell in zip(COLUMNS, line, strict=True)} for line in lines
    ]
    small = {
        f"examined/0/{name}"
        for name, terms in cells_of(PLAN, "examined")
        if sum(sign * sum(holds(one, f, c) for one in true) for sign, f, c in terms) < 11
    }
    assert {*known["protected"]} == small != set()
    assert known["report"]["protected_cells"] >= 0
    out = str(place.folder / "out")
    assert command.main(["verify", out, "--protected", str(secret)]) == 0
    inside = str(place.folder / "out" / "secret.json")
    assert "secret" in place.refused("--confidential", inside)


def spoiled(column: str, value: str, line: int = 7) -> Callable[[Place], None]:
    """Write a value in one cell."""

    def write(place: Place) -> None:
        lines = rows({"2026": 140})
        cells = list(lines[line - 2])
        cells[COLUMNS.index(column)] = value
        lines[line - 2] = tuple(cells)
        place.facets(lines)

    return write


def bytes_of(data: bytes) -> Callable[[Place], None]:
    """Write another file of facets."""
    return lambda place: place.facets(data)


LINES = rows({"2026": 140})
NO_SIDE = tuple(name for name in COLUMNS if name != "side")
BAD: dict[str, tuple[Callable[[Place], None], str]] = {
    "unknown code": (spoiled("colour", SECRET), "facets.csv, ligne 7, colonne colour"),
    "unknown code among several": (spoiled("flag", f"p|{SECRET}"), "ligne 7, colonne flag"),
    "several where one": (spoiled("colour", "a|b"), "ligne 7, colonne colour"),
    "code twice": (spoiled("flag", "p|p"), "ligne 7, colonne flag"),
    "exclusive beside": (spoiled("flag", "s|p"), "ligne 7, colonne flag"),
    "no answer": (spoiled("side", ""), "ligne 7, colonne side"),
    "unknown population": (spoiled("population", SECRET), "ligne 7, colonne population"),
    "period": (spoiled("period", SECRET), "ligne 7, colonne period"),
    "period of years": (spoiled("period", "2024-2026"), "ligne 7, colonne period"),
    "year zero": (spoiled("period", "0000"), "ligne 7, colonne period"),
    "no year": (spoiled("period", ""), "ligne 7, colonne period"),
    "missing column": (
        bytes_of(csv_of([(*one[:3], *one[4:]) for one in LINES], columns=NO_SIDE)),
        "colonne side",
    ),
    "no population": (
        bytes_of(csv_of([line[1:] for line in LINES], columns=COLUMNS[1:])),
        "facets.csv, ligne 1, colonne population",
    ),
    "column of names": (
        bytes_of(csv_of([(*line, "x") for line in LINES], columns=(*COLUMNS, SECRET))),
        "facets.csv, ligne 1, colonne n° 8",
    ),
    "column twice": (
        bytes_of(csv_of([(*line, "a") for line in LINES], columns=(*COLUMNS, "colour"))),
        "colonne colour",
    ),
    "no head": (bytes_of(csv_of(LINES[1:], columns=LINES[0])), "facets.csv, ligne 1, colonne n° 1"),
    "short row": (bytes_of(csv_of([*LINES, ("examined", SECRET)])), "facets.csv, ligne 142"),
    "empty": (bytes_of(b""), "facets.csv, ligne 1"),
    "head alone": (bytes_of(csv_of([])), "facets.csv, ligne 2"),
    "latin": (bytes_of(csv_of(LINES) + "é".encode("latin-1")), "facets.csv, ligne 142"),
    "zeros": (bytes_of(csv_of(LINES) + b"\0\0"), "facets.csv, ligne 142"),
    "open quote": (bytes_of(csv_of(LINES) + b'"' + SECRET.encode()), "facets.csv, ligne 14"),
    "endless cell": (bytes_of(csv_of(LINES) + b"x" * 200_000), "facets.csv, ligne 142"),
    "gap": (
        bytes_of(csv_of(rows({"2024": 60, "2026": 60}))),
        "facets.csv, colonne period : aucune situation n’est datée de 2025S1",
    ),
    "too few": (bytes_of(csv_of(LINES[:9])), "Moins de 11"),
    "odd span": (bytes_of(csv_of(rows({"2025S2": 60, "2026": 60}))), "semestre, une année"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "named"), BAD.values(), ids=BAD)
def test_bad_facets(spoil: Callable[[Place], None], named: str, place: Place) -> None:
    spoil(place)
    assert named in place.refused()


def cyclic() -> str:
    """Cross three facets two by two."""
    tables = [
        {"id": f"X{i}", "element": "E-05", "title": "x", "facets": pair,
         "ladder": [{"layouts": ["detail", "detail"]}]}
        for i, pair in enumerate((["colour", "side"], ["side", "hand"], ["colour", "hand"]))
    ]  # fmt: skip
    return json.dumps({**PLAN, "tables": [*PLAN["tables"][:4], *tables]}, indent=1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (cyclic(), "champ tables[6].facets"),
        ("{", "plan.json, ligne 1"),
        ("[]", "plan.json, ligne 1"),
        ("[" * 100_000, "plan.json, ligne 1"),
        (json.dumps({**PLAN, "insider": {}}), "plan.json, ligne 1"),
        (json.dumps({**PLAN, "facets": 3}), "champ facets"),
        (json.dumps({**PLAN, "parameters": {**PARAMETERS, "floor": 5}}), "parameters.floor"),
    ],
)
def test_bad_plan(text: str, named: str, place: Place) -> None:
    (place.folder / "plan.json").write_text(text, "utf-8")
    assert named in place.refused()


def test_missing_inputs_are_named(place: Place) -> None:
    (place.folder / "plan.json").unlink()
    assert "plan.json, ligne 1" in place.refused()
    (place.folder / "plan.json").write_bytes(b"\xff")
    assert "UTF-8" in place.refused()


@pytest.mark.parametrize(
    "period", ["2026S3", "2026-2035", "0000", "2027", "2026-2025", "x", "2025"]
)
def test_period_of_a_wrong_shape(period: str, place: Place) -> None:
    place.refused("--period", period)


def test_ledger_cut_or_edited(place: Place) -> None:
    place.run()
    place.facets(rows({"2026": 140, "2027": 120}))
    place.run(out="second")
    place.facets(rows({"2026": 140, "2027": 120, "2028": 130}))
    ledger = place.folder / "ledger.jsonl"
    whole = ledger.read_text("utf-8")
    first, second = whole.splitlines(keepends=True)
    edited = first.replace('"hi":', '"hi":1', 1) + second
    for text, named in (
        (whole[:-20], "ligne 2"),
        (edited, "ligne 2"),
        (second, "ligne 1"),
        (second + first, "ligne 1"),
        ("{}\n", "ligne 1"),
        ("9" * 5000 + "\n", "ligne 1"),
        ("[" * 100_000 + "\n", "ligne 1"),
    ):
        ledger.write_text(text, "utf-8")
        assert f"ledger.jsonl, {named}" in place.refused(out="third"), text[:40]
    ledger.write_bytes(b"\xff\n")
    assert "ledger.jsonl, ligne 1" in place.refused(out="third")
    ledger.write_text(whole, "utf-8")
    assert place.run(out="third")[0] == 0


def test_directory_that_the_ledger_does_not_know(place: Place) -> None:
    """A cut ledger would forget what was seen: the directory of the last release tells it."""
    place.run()
    first = place.bytes()["ledger.jsonl"]
    place.facets(rows({"2026": 140, "2027": 120, "2028": 130}))
    assert place.run("--period", "2027")[0] == 0
    (place.folder / "ledger.jsonl").write_bytes(first)
    assert "out/bundle.json" in place.refused("--period", "2028")
    (place.folder / "ledger.jsonl").unlink()
    assert "out/bundle.json" in place.refused("--period", "2028")
    assert place.run("--period", "2028", ledger="out/ledger.jsonl")[0] == 0
    bundle = place.folder / "out" / "bundle.json"
    bundle.write_text(bundle.read_text("utf-8").replace("2028", "2029"), "utf-8")
    place.facets(rows({"2029": 140}))
    assert "out/bundle.json" in place.refused(ledger="out/ledger.jsonl")


def test_directory_that_holds_something_else(place: Place) -> None:
    (place.folder / "out").mkdir()
    (place.folder / "out" / "thesis.odt").write_text("mine")
    assert "autre chose" in place.refused()
    assert "existe pas" in place.refused(out="nowhere/out")
    assert "pas un dossier" in place.refused(out="plan.json")


def full(*_: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("after", range(6))
def test_full_disk_writes_nothing(
    after: int, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.run()
    place.facets(rows({"2026": 140, "2027": 120}))
    written: list[int] = []
    fsync = os.fsync

    def sync(handle: int) -> None:
        written.append(handle)
        if len(written) > after:
            full()
        fsync(handle)

    monkeypatch.setattr(all_or_nothing.os, "fsync", sync)
    more = ("--confidential", str(place.folder / "secret.json"))
    assert "Rien n’est écrit" in place.refused(*more, status=1)
    monkeypatch.undo()
    assert place.run(*more)[0] == 0


@pytest.mark.parametrize("moved", range(4))
def test_move_that_fails_half_way_is_undone(
    moved: int, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.run()
    place.facets(rows({"2026": 140, "2027": 120}))
    count: list[int] = []
    true = {"rename": Path.rename, "replace": Path.replace}

    def counted(name: str) -> Callable[..., Any]:
        def move(self: Path, target: Path) -> Any:
            count.append(1)
            if len(count) == moved + 1:
                full()
            return true[name](self, target)

        return move

    for name in true:
        monkeypatch.setattr(Path, name, counted(name))
    more = ("--confidential", str(place.folder / "secret.json"))
    place.refused(*more, status=1)
    monkeypatch.undo()
    assert place.run(*more)[0] == 0


def test_engine_that_lies_writes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier, and the counts taken again from the rows, stand between engine and disk."""
    true = command.build_release

    def other_rows(plan: Any, snapshot: Any, *args: Any, **more: Any) -> ReleaseFiles:
        lines = [("examined", 0, row) for row in (
            {"colour": "a", "side": "l", "hand": "m", "flag": ["p"]},
            {"colour": "b", "side": "r", "hand": "n", "flag": ["q"]},
        ) for _ in range(70)]  # fmt: skip
        return true(plan, command.snapshot_of(plan, snapshot.atoms, lines), *args, **more)

    monkeypatch.setattr(command, "build_release", other_rows)
    assert "examined/" in place.refused(status=1)

    def wider(*args: Any, **more: Any) -> ReleaseFiles:
        files = true(*args, **more)
        bundle = files.bundle_text.replace('"total":[', '"total":[1', 1)
        texts = (files.manifest_text, files.certificate_text, files.ledger_line)
        return ReleaseFiles(bundle, *texts, files.report, files.protected)

    monkeypatch.setattr(command, "build_release", wider)
    assert "vérificateur refuse" in place.refused(status=1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_killed_while_it_works_writes_nothing(number: int, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), "utf-8")
    (tmp_path / "facets.csv").write_bytes(csv_of(rows({"2026": 140})))
    program = (
        "import signal, sys, time\n"
        # A suite run in the background ignores Ctrl-C, and so would its children.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from cases.disclosure import __main__ as command\n"
        "true = command.build_release\n"
        "def slow(*args, **more):\n"
        "    print('working', flush=True)\n"
        "    time.sleep(60)\n"
        "    return true(*args, **more)\n"
        "command.build_release = slow\n"
        "sys.exit(command.main(sys.argv[1:]))\n"
    )
    options = ("--plan", "plan.json", "--facets", "facets.csv", "--ledger", "l.jsonl")
    process = subprocess.Popen(
        [sys.executable, "-c", program, "protect", *options, "--out", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    time.sleep(0.05)
    process.send_signal(number)
    _, words = process.communicate(timeout=30)
    assert process.returncode == (1 if number != signal.SIGKILL else -9), words
    assert {path.name for path in tmp_path.iterdir()} == {"plan.json", "facets.csv"}
    assert "Traceback" not in words


def test_every_plan_of_the_tests_is_one_that_the_engine_reads() -> None:
    assert parse_plan(json.dumps(PLAN)).populations.keys() == {"examined", "closed"}
    assert certificate.Plan(PLAN).floor == 11
