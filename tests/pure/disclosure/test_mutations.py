"""R10: five hundred forgeries of valid releases, each refused, the failing cell named.

A clever forger computes every hash again. What the texts alone cannot tell (another history, other
words in the plan, another proof that holds) the signature tells: its message is the manifest, on
which everything else hangs by hashes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit.verifier import BadSignature, verify_signature
from clsm_core.observatory.certificate import Check, Unreadable, World, verify_texts
from tests.pure.disclosure.enumerated import Made
from tests.pure.disclosure.made_releases import coin, crossed, garden
from tests.pure.disclosure.naive_check import still_proves

BASES: tuple[Callable[[], Made], ...] = (garden, crossed, coin)
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Forged(NamedTuple):
    """A forgery: its texts as objects, whether hashes follow, what must be named (None: any)."""

    made: Made
    relink: bool
    named: str | None


def _draw(source: random.Random) -> Made:
    return source.choice(BASES)()


def _proof(made: Made) -> dict[str, Any]:
    found: dict[str, Any] = made.certificate["populations"][0]
    return found


def _bands(made: Made) -> list[tuple[str, Any, Any]]:
    """Give each published figure: its id, what holds its band, and the key there."""
    found: list[tuple[str, Any, Any]] = []
    for population in made.bundle["populations"]:
        if population["total"]:
            found.append((f"{population['code']}/total", population, "total"))
        for table in population["tables"]:
            for row in table["rows"]:
                name = f"{population['code']}/{table['id']}/{row['code']}"
                if row.get("band"):
                    found.append((name, row, "band"))
                for rank, band in enumerate(row.get("bands", [])):
                    if band:
                        column = table["columns"][rank]["code"]
                        found.append((f"{name}/{column}", row["bands"], rank))
    return found


def bound_everywhere(source: random.Random) -> Forged:
    """Move one bound by one in the bundle, the manifest and the ledger together."""
    made = _draw(source)
    name, holder, key = source.choice(_bands(made))
    side, step = source.choice(["lo", "hi"]), source.choice([-1, 1])
    band = list(holder[key])
    band[side == "hi"] += step
    holder[key] = band
    for listed in (made.manifest["published"], made.ledger[-1]["lines"]):
        next(line for line in listed if line["id"] == name)[side] += step
    return Forged(made, True, name)


def bound_somewhere(source: random.Random) -> Forged:
    """Move one bound in one of the three only."""
    made = _draw(source)
    name, holder, key = source.choice(_bands(made))
    step, where = source.choice([-1, 1, -10, 10]), source.choice(["bundle", "manifest", "ledger"])
    if where == "bundle":
        holder[key] = [holder[key][0], holder[key][1] + step]
    else:
        listed = made.manifest["published"] if where == "manifest" else made.ledger[-1]["lines"]
        next(line for line in listed if line["id"] == name)["hi"] += step
    return Forged(made, True, name)


def band_shifted(source: random.Random) -> Forged:
    """Replace a band by the next legal one everywhere: the worlds contradict it."""
    made = _draw(source)
    name, holder, key = source.choice(_bands(made))
    step = source.choice([10, 20])
    holder[key] = [bound + step for bound in holder[key]]
    for listed in (made.manifest["published"], made.ledger[-1]["lines"]):
        line = next(line for line in listed if line["id"] == name)
        line["lo"] += step
        line["hi"] += step
    return Forged(made, True, name)


def earlier_bound(source: random.Random) -> Forged:
    """Move a bound of an earlier release."""
    made = coin()
    line = source.choice(made.ledger[0]["lines"])
    line[source.choice(["lo", "hi"])] += source.choice([-1, 1])
    return Forged(made, source.random() < 0.7, line["id"])


def rule_forgotten(source: random.Random) -> Forged:
    """Take away, or loosen, what the rule of publication says of a cell."""
    made = source.choice([garden, crossed])()
    lines = made.ledger[-1]["lines"]
    line = source.choice([x for x in lines if x["id"].endswith("/floor") or x["beside"]])
    if source.random() < 0.5:
        lines.remove(line)
    elif line["beside"]:
        line["beside"] = source.choice([None, line["beside"] - 1])
    else:
        line["lo"] -= 1
    return Forged(made, True, line["id"])


def witness_by_one(source: random.Random) -> Forged:
    """Add or take away one situation in a world."""
    made = _draw(source)
    rank = source.randrange(len(_proof(made)["worlds"]))
    part = source.choice(source.choice(_proof(made)["worlds"][rank])["parts"])
    if not part["rows"]:
        return Forged(made, True, None)
    source.choice(part["rows"])[0] += source.choice([-1, 1])
    return Forged(made, True, f"examined, monde {rank}")


def witness_moved(source: random.Random) -> Forged:
    """Move one situation of a world from one answer to another."""
    made = _draw(source)
    atoms = source.choice(_proof(made)["worlds"])
    part = source.choice(source.choice(atoms)["parts"])
    if len(part["rows"]) > 1:
        first, second = source.sample(part["rows"], 2)
        first[0] += 1
        second[0] -= 1
        part["rows"] = [row for row in part["rows"] if row[0]]
    return Forged(made, True, None)


def value_by_one(source: random.Random) -> Forged:
    """State a lowest or a highest value that its world does not have."""
    made = _draw(source)
    cell = source.choice(_proof(made)["cells"])
    place = source.choice([1, 3])
    cell[place] = (
        max(0, cell[place] - 1) if source.random() < 0.5 and cell[place] else cell[place] + 1
    )
    return Forged(made, True, cell[0])


def release_removed(source: random.Random) -> Forged:
    """Forget the first release, with or without ranking the other anew."""
    made = coin()
    del made.ledger[0]
    if source.random() < 0.5:
        made.ledger[0]["rank"] = made.manifest["rank"] = 1
        return Forged(made, True, None)
    return Forged(made, source.random() < 0.5, "ledger.jsonl, ligne 1")


def period_swapped(source: random.Random) -> Forged:
    """Say another year, or give the two releases each other's period."""
    made = _draw(source)
    if len(made.ledger) > 1 and source.random() < 0.5:
        first, last = made.ledger
        first["period"], last["period"] = last["period"], first["period"]
        made.bundle["period"] = made.manifest["period"] = last["period"]
        return Forged(made, True, None)
    year = source.choice([2024, 2025, 2027])
    period = {**made.bundle["period"], "start": f"{year}-01-01", "end": f"{year + 1}-01-01"}
    for head in (made.bundle, made.manifest, made.ledger[-1]):
        head["period"] = {**period, "label": str(year)}
    return Forged(made, True, "examined")


def ledger_reordered(source: random.Random) -> Forged:
    """Put the last release first."""
    made = coin()
    made.ledger.reverse()
    return Forged(made, False, "ledger.jsonl, ligne 1")


def worlds_swapped(source: random.Random) -> Forged:
    """Exchange two worlds."""
    made = _draw(source)
    worlds = _proof(made)["worlds"]
    a, b = source.sample(range(len(worlds)), 2)
    worlds[a], worlds[b] = worlds[b], worlds[a]
    return Forged(made, True, None)


def cells_removed(source: random.Random) -> Forged:
    """Keep silent about some cells."""
    made = _draw(source)
    cells = _proof(made)["cells"]
    gone = source.sample(cells, source.randint(1, 3))
    _proof(made)["cells"] = [cell for cell in cells if cell not in gone]
    return Forged(made, True, gone[0][0])


def plan_edited(source: random.Random) -> Forged:
    """Change the plan: a label, a code, a table, the floor."""
    made = _draw(source)
    plan = made.certificate["plan"]
    facet, table = source.choice(plan["facets"]), source.choice(plan["tables"])
    kind = source.randrange(5)
    if kind == 0:
        facet["codes"].append(["zz", "Nouveau"])
        facet.pop("layouts", None)
    elif kind == 1:
        plan["tables"].remove(table)
    elif kind == 2:
        table["title"] = "Un autre titre"
    elif kind == 3:
        plan["parameters"]["floor"] = made.manifest["parameters"]["floor"] = 5
    else:
        facet["codes"][0][1] = "Un autre libellé"
    return Forged(made, source.random() < 0.8, None)


MUTATIONS: dict[Callable[[random.Random], Forged], int] = {
    bound_everywhere: 70,
    bound_somewhere: 50,
    band_shifted: 40,
    earlier_bound: 30,
    rule_forgotten: 40,
    witness_by_one: 50,
    witness_moved: 50,
    value_by_one: 50,
    release_removed: 20,
    period_swapped: 25,
    ledger_reordered: 5,
    worlds_swapped: 25,
    cells_removed: 30,
    plan_edited: 40,
}
BY_SIGNATURE = {release_removed, witness_moved, worlds_swapped, plan_edited}
"""What may hold together without being what was signed."""


def names_of(texts: tuple[str, str, str, str]) -> set[str]:
    """Name what the verifier finds wrong; nothing when it accepts."""
    try:
        return {failure.cell for failure in verify_texts(*texts)}
    except Unreadable as error:
        return {error.file, error.field}


@pytest.mark.parametrize("base", BASES)
def test_control_what_was_not_touched_passes(base: Callable[[], Made]) -> None:
    made = base()
    texts = made.texts()
    verify_signature(PUBLIC, texts[1].encode(), KEY.sign(texts[1].encode()))
    assert names_of(texts) == set()
    assert still_proves(made)


def test_r10_five_hundred_forgeries() -> None:
    assert sum(MUTATIONS.values()) >= 500
    source = random.Random("R10")
    untouched = {base().texts() for base in BASES}
    signatures = {KEY.sign(texts[1].encode()) for texts in untouched}
    accepted: Counter[str] = Counter()
    for mutation, times in MUTATIONS.items():
        done = 0
        while done < times:
            made, relink, named = mutation(source)
            texts = made.texts(relink=relink)
            if texts in untouched:
                continue
            done += 1
            names = names_of(texts)
            if names:
                assert named is None or named in names, (mutation.__name__, named, names)
                continue
            # The texts hold together: another proof or another history, which nobody signed.
            assert named is None
            assert mutation in BY_SIGNATURE, mutation.__name__
            assert relink
            accepted[mutation.__name__] += 1
            if mutation is not release_removed:
                assert still_proves(made), mutation.__name__
            for signature in signatures:
                with pytest.raises(BadSignature):
                    verify_signature(PUBLIC, texts[1].encode(), signature)
    assert sum(accepted.values()) < 60, accepted


@pytest.mark.parametrize(
    ("weakened", "mutation", "relink"),
    [
        ("_check_chain", earlier_bound, True),
        ("_check_links", plan_edited, False),
        ("_check_published", bound_somewhere, True),
        ("_check_proof", value_by_one, True),
        ("_check_proof", cells_removed, True),
        ("_check_cells", value_by_one, True),
        ("_world", witness_moved, True),
    ],
)
def test_control_a_weakened_verifier_lets_forgeries_through(
    weakened: str,
    mutation: Callable[[random.Random], Forged],
    relink: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def count() -> int:
        source = random.Random("control")
        forgeries = (mutation(source) for _ in range(60))
        return sum(not names_of(one.made.texts(relink=relink)) for one in forgeries)

    sound = count()

    def blind(check: Check, where: str, population: str, data: Any, *_: Any) -> list[World]:
        return [World(check.plan, population, part) for part in data]

    monkeypatch.setattr(Check, weakened, blind if weakened == "_world" else lambda *_: None)
    assert count() > sound


def test_no_hash_can_be_left_behind() -> None:
    """One character changed anywhere, hashes kept: always refused."""
    source = random.Random("one character")
    for base in BASES:
        texts = base().texts()
        for _ in range(60):
            place = source.randrange(4)
            text = texts[place]
            at = source.randrange(len(text))
            letter = source.choice('0123456789abcdef{}[]",:\n é')
            if text[at] != letter:
                spoiled = [*texts]
                spoiled[place] = text[:at] + letter + text[at + 1 :]
                assert names_of((spoiled[0], spoiled[1], spoiled[2], spoiled[3])), (place, at)
