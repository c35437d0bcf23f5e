"""The verifier accepts what enumeration proves, and names what is wrong in anything else (R10)."""

from __future__ import annotations

import ast
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clsm_core.observatory import certificate
from clsm_core.observatory.certificate import Check, Unreadable, main, verify_texts
from tests.pure.disclosure.enumerated import Made, canonical
from tests.pure.disclosure.made_releases import coin, crossed, garden, spring

MADE = [garden, crossed, spring, coin]
FILE = Path(certificate.__file__)


def failing(made: Made) -> set[str]:
    """Name what the verifier finds wrong once every hash was computed again."""
    return {failure.cell for failure in verify_texts(*made.texts())}


def world(made: Made, rank: int = 0, part: int = 0) -> list[Any]:
    """Give the rows of one part of one world."""
    rows: list[Any] = made.certificate["populations"][0]["worlds"][rank][0]["parts"][part]["rows"]
    return rows


@pytest.mark.parametrize("make", MADE)
def test_what_enumeration_proves_is_accepted(make: Callable[[], Made]) -> None:
    made = make()
    assert verify_texts(*made.texts(), protected=made.small) == []


def test_cells_that_may_be_empty_or_large_are_counted() -> None:
    made = garden()
    check = Check(*made.texts())
    true = {
        cell for cell, low, _, high, _ in made.certificate["populations"][0]["cells"]
        if low == 0 and high >= 11
    }  # fmt: skip
    assert check.ambiguous == true
    assert {*made.small} < true < {*check.cells}


def test_a_protected_cell_that_is_proved_is_named() -> None:
    cell = "examined/0/side/l"
    assert [f.cell for f in verify_texts(*garden().texts(), protected=[cell])] == [cell]
    assert [f.cell for f in verify_texts(*garden().texts(), protected=["nowhere"])] == ["nowhere"]


def drop_cell(made: Made) -> str:
    """Take a cell away."""
    cells = made.certificate["populations"][0]["cells"]
    return str(cells.pop(7)[0])


def double_cell(made: Made) -> str:
    cells = made.certificate["populations"][0]["cells"]
    cells.append(cells[3])
    return "examined"


def foreign_cell(made: Made) -> str:
    made.certificate["populations"][0]["cells"].append(["examined/0/colour/z", 0, 0, 11, 0])
    return "examined/0/colour/z"


def world_out_of_list(made: Made) -> str:
    cell = made.certificate["populations"][0]["cells"][2]
    cell[4] = 9999
    return str(cell[0])


def empty_answer(made: Made) -> str:
    world(made, part=2)[0][1] = []
    return "examined, monde 0"


def exclusive_beside(made: Made) -> str:
    world(made, part=2)[0][1] = ["p", "s"]
    return "examined, monde 0"


def twice_in_answer(made: Made) -> str:
    world(made, part=2)[0][1] = ["p", "p"]
    return "examined, monde 0"


def several_for_one(made: Made) -> str:
    world(made)[0][1] = ["a"]
    return "examined, monde 0"


def unknown_code(made: Made) -> str:
    world(made)[0][1] = "bc"
    return "examined, monde 0"


def nobody_in_row(made: Made) -> str:
    world(made).append([0, "a"])
    return "examined, monde 0"


def true_for_one(made: Made) -> str:
    world(made).append([True, "a"])
    return "examined, monde 0"


def one_more(made: Made) -> str:
    world(made)[0][0] += 1
    return "examined, monde 0"


def without_facet(made: Made) -> str:
    made.certificate["populations"][0]["worlds"][0][0]["parts"].pop()
    return "examined, monde 0"


def facet_twice(made: Made) -> str:
    parts = made.certificate["populations"][0]["worlds"][0][0]["parts"]
    parts.append(parts[0])
    return "examined, monde 0"


def crossing_apart(made: Made) -> str:
    """Give each crossed facet alone: the crossing can no longer be counted."""
    parts = made.certificate["populations"][0]["worlds"][0][0]["parts"]
    joined = next(part for part in parts if len(part["facets"]) == 2)
    parts.remove(joined)
    for column, facet in enumerate(joined["facets"], 1):
        parts.append({"facets": [facet], "rows": [[r[0], r[column]] for r in joined["rows"]]})
    return "examined, monde 0"


def without_population(made: Made) -> str:
    made.certificate["populations"] = []
    return "examined"


def label_changed(made: Made) -> str:
    table = made.bundle["populations"][0]["tables"][0]
    table["rows"][0]["label"], table["rows"][1]["label"] = "BC", "A"
    return "examined/T-colour"


def title_changed(made: Made) -> str:
    made.bundle["populations"][0]["tables"][1]["title"] = "Autre"
    return "examined/T-side"


def table_left_out(made: Made) -> str:
    made.bundle["populations"][0]["tables"].pop()
    return "examined/total"


def number_in_words(made: Made) -> str:
    made.bundle["populations"][0]["reading"].append("Dont 3 personnes.")
    return "examined/total"


def institution_unknown(made: Made) -> str:
    line = {"id": "E-02-autre", "element": "E-02", "label": "Autre", "text": "3"}
    made.bundle["institution"].append(line)
    return "E-02-autre"


def smaller_floor(made: Made) -> str:
    made.certificate["plan"]["parameters"]["floor"] = 1
    made.manifest["parameters"]["floor"] = 1
    return "certificate.json"


def parameters_differ(made: Made) -> str:
    made.manifest["parameters"]["floor"] = 21
    return "certificate.json"


def longer_period(made: Made) -> str:
    for head in (made.bundle, made.manifest, made.ledger[-1]):
        head["period"] = {**head["period"], "months": 24}
    return "ledger.jsonl, ligne 1"


@pytest.mark.parametrize(
    "spoil",
    [
        *(drop_cell, double_cell, foreign_cell, world_out_of_list, empty_answer),
        *(exclusive_beside, twice_in_answer, several_for_one, unknown_code, nobody_in_row),
        *(true_for_one, one_more, without_facet, facet_twice, without_population),
        *(label_changed, title_changed, table_left_out, number_in_words, institution_unknown),
        *(smaller_floor, parameters_differ, longer_period),
    ],
)
def test_each_kind_of_wrong_is_named(spoil: Callable[[Made], str]) -> None:
    made = garden()
    named = spoil(made)
    assert named in failing(made)


def test_crossing_counted_apart_is_refused() -> None:
    made = crossed()
    assert crossing_apart(made) in failing(made)


def test_rule_of_a_withheld_cell_is_a_line_too() -> None:
    """The reader knows that a cell withheld in a shown layout reaches the floor."""
    made = crossed()
    line = next(ln for ln in made.ledger[-1]["lines"] if ln["id"].endswith("/floor"))
    made.ledger[-1]["lines"].remove(line)
    assert line["id"] in failing(made)


def test_answers_beside_a_shown_one_are_counted() -> None:
    """A row of several answers is shown only when the floor is reached beside it too."""
    made = garden()
    for found in made.certificate["populations"][0]["worlds"]:
        atom = found[0]
        flag = next(part for part in atom["parts"] if part["facets"] == ["flag"])
        few = 15 if atom["total"] > 26 else 11
        flag["rows"] = [[few, ["q"]], [atom["total"] - few, ["p", "q"]]]
    assert "examined/T-flag/q" in failing(made)


def test_atoms_unite_every_overlapping_release() -> None:
    made = coin()
    proof = made.certificate["populations"][0]
    proof["atoms"] = [{"start": "2026-01-01", "end": "2027-01-01"}]
    assert "examined" in failing(made)


def test_every_released_period_is_proved() -> None:
    made = coin()
    made.certificate["populations"][0]["periods"].pop()
    assert "examined" in failing(made)


def test_semester_left_out_of_the_count_is_found() -> None:
    """A certificate that forgets the earlier line holds worlds that contradict it."""
    made = coin()
    proof = made.certificate["populations"][0]
    for atoms in proof["worlds"]:
        atoms.reverse()
    assert {"examined/total"} <= failing(made)


# --- hostile texts ------------------------------------------------------------------------------

HOSTILE = {
    "empty": "",
    "word": "bonjour",
    "nan": "NaN\n",
    "deep": "[" * 100_000 + "]" * 100_000,
    "deep_object": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "long_number": "9" * 10_000,
    "list": "[]\n",
    "null": "null\n",
    "surrogate": '{"format":"\\ud800"}\n',
    "float": '{"format":1e999}\n',
}


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_unreadable(text: str, place: int) -> None:
    texts = list(garden().texts())
    texts[place] = text
    with pytest.raises(Unreadable) as caught:
        Check(*texts)
    assert (caught.value.file, caught.value.line) == (certificate.NAMES[place], 1)


def test_key_twice_is_unreadable() -> None:
    bundle, *others = garden().texts()
    with pytest.raises(Unreadable, match="canonique"):
        Check('{"kind":"paper",' + bundle[1:], *others)


def test_line_of_the_ledger_is_named() -> None:
    *three, ledger = coin().texts()
    first, second = ledger.splitlines(keepends=True)
    spoiled = json.loads(second)
    spoiled["lines"][0]["hi"] = "70"
    with pytest.raises(Unreadable) as caught:
        Check(*three, first + canonical(spoiled))
    assert (caught.value.line, caught.value.field) == (2, "lines[0].hi")
    with pytest.raises(Unreadable, match="coupée"):
        Check(*three, ledger[:-9])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the place of every value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*path, key))


STRANGE: tuple[Any, ...] = (None, True, -1, 2.5, 10**12, "", "é/~", [], {}, [[]], {"a": 1})
TOLD_ONLY = {"engine_version", "attackers", "solver", "issuer", "reading", "entry", "element"}
"""Fields whose words no check can prove wrong."""


def test_no_strange_value_anywhere_makes_it_crash_or_believe() -> None:
    source = random.Random(20260101)
    made = garden()
    places = [
        (name, path)
        for name in ("bundle", "manifest", "certificate", "ledger")
        for path in leaves(getattr(made, name))
        if path and not TOLD_ONLY & {*path}
    ]
    seen = {"unreadable": 0, "refused": 0}
    for name, path in source.sample(places, 500):
        copy = garden()
        spot = getattr(copy, name)
        for key in path[:-1]:
            spot = spot[key]
        before = spot[path[-1]]
        spot[path[-1]] = source.choice([one for one in STRANGE if one != before])
        try:
            relink = source.random() < 0.5
            texts = copy.texts(relink=relink)
        except (TypeError, KeyError, AttributeError, IndexError, ValueError):
            texts = copy.texts(relink=False)
        if texts == made.texts():
            continue
        try:
            failures = verify_texts(*texts)
        except Unreadable:
            seen["unreadable"] += 1
        else:
            assert failures, (name, path, spot[path[-1]])
            seen["refused"] += 1
    assert min(seen.values()) > 20


# --- alone, on any machine ----------------------------------------------------------------------


def written(folder: Path, made: Made) -> Path:
    """Write the four files."""
    for name, text in zip(certificate.NAMES, made.texts(), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    names = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(FILE.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in (
            [ast.alias(str(node.module))] if isinstance(node, ast.ImportFrom) else node.names
        )
    }
    assert names <= sys.stdlib_module_names
    shutil.copy(FILE, tmp_path / "certificate.py")
    folder = tmp_path / "release"
    folder.mkdir()
    written(folder, garden())
    command = [sys.executable, "-I", "-S", str(tmp_path / "certificate.py"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "34 cellules" in run.stdout
    run = subprocess.run(
        [*command, "--key", "00" * 32], capture_output=True, text=True, check=False
    )
    assert run.returncode == 3
    assert "non vérifiée" in run.stdout


def test_exit_status_and_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = garden()
    assert main([str(written(tmp_path, made))]) == 0
    assert "n’en met pas" in capsys.readouterr().out
    (tmp_path / "small.json").write_text(json.dumps({"protected": made.small}))
    assert main([str(tmp_path), "--protected", str(tmp_path / "small.json")]) == 0
    (tmp_path / "small.json").write_text(json.dumps(["examined/0/side/l"]))
    assert main([str(tmp_path), "--protected", str(tmp_path / "small.json")]) == 1
    assert "examined/0/side/l" in capsys.readouterr().out
    for hostile in ("{}", "3", '[["a"]]', '{"protected":[{}]}', "[1]", "[" * 99999):
        (tmp_path / "small.json").write_text(hostile)
        assert main([str(tmp_path), "--protected", str(tmp_path / "small.json")]) == 2, hostile
    (tmp_path / "bundle.json").write_bytes(b"\xff\xfe")
    assert main([str(tmp_path)]) == 2
    assert "bundle.json, ligne 1" in capsys.readouterr().out
    (tmp_path / "bundle.json").unlink()
    assert main([str(tmp_path)]) == 2


def test_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = Ed25519PrivateKey.generate()
    known = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    made = garden()
    made.manifest["issuer"] = {"council": "metz", "commission": "Commission", "source": "x"}
    folder = written(tmp_path, made)
    assert main([str(folder)]) == 3
    assert main([str(folder), "--key", known]) == 1
    (folder / "signature.bin").write_bytes(key.sign((folder / "manifest.json").read_bytes()))
    assert main([str(folder), "--key", known]) == 0
    assert "Signature vérifiée" in capsys.readouterr().out
    for wrong in ("11" * 32, "zz", "11"):
        assert main([str(folder), "--key", wrong]) == 1
    made.manifest["issuer"]["council"] = "nancy"
    written(folder, made)
    assert main([str(folder), "--key", known]) == 1
