"""Releases: same bytes for the same bands, an unbroken ledger, no difference told (R3, R12-R18)."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.disclosure.canonical import canonical, sha256
from cases.disclosure.errors import AuditTimeout, LedgerInvalid, PeriodRefused, TooFewSituations
from cases.disclosure.files import ReleaseFiles
from cases.disclosure.ledger import parse_ledger
from cases.disclosure.paper import paper_release
from cases.disclosure.period import Period
from cases.disclosure.release import build_release
from clsm_core.observatory.certificate import verify_texts
from tests.pure.disclosure.releasing import examined, ledger_of, part, release, snapshot_for
from tests.pure.disclosure.simulated import DEFAULT, rows_for, tiny_plan

PLAN = tiny_plan()


def _rows(a: int, b: int, c: int) -> list[tuple[str, dict[str, Any]]]:
    codes = ["a"] * a + ["b"] * b + ["c"] * c
    return examined(
        [
            {"colour": code, "side": "lr"[rank % 2], "flag": ["p"] if rank % 3 else ["q"]}
            for rank, code in enumerate(codes)
        ]
    )


def _year(counts: tuple[int, int, int], year: int, *earlier: ReleaseFiles) -> ReleaseFiles:
    return release(PLAN, {str(year): _rows(*counts)}, str(year), *earlier)


def _verified(*releases: ReleaseFiles) -> None:
    """Ask the independent verifier about the last release, small cells given."""
    last = releases[-1]
    whole = "".join(one.ledger_line for one in releases)
    failures = verify_texts(
        last.bundle_text, last.manifest_text, last.certificate_text, whole, protected=last.protected
    )
    assert failures == []


def test_r12_zero_and_three_in_a_masked_cell_give_the_same_bytes() -> None:
    first, second = _year((25, 20, 0), 2026), _year((25, 17, 3), 2026)
    assert first.bundle_text == second.bundle_text
    assert first.certificate_text == second.certificate_text
    assert first.manifest_text == second.manifest_text


def test_r12_control_a_difference_between_bands_is_seen() -> None:
    assert _year((25, 20, 0), 2026).bundle_text != _year((14, 31, 0), 2026).bundle_text


def test_the_verifier_accepts_what_the_engine_makes_and_the_list_of_small_cells() -> None:
    found = _year((25, 17, 3), 2026)
    assert any(cell.startswith("examined/0/colour/c") for cell in found.protected)
    _verified(found)


def test_r10_control_a_cell_that_is_told_is_not_accepted_as_protected() -> None:
    found = _year((25, 17, 3), 2026)
    failures = verify_texts(
        found.bundle_text,
        found.manifest_text,
        found.certificate_text,
        found.ledger_line,
        protected=["examined/0/colour/a"],
    )
    assert [failure.cell for failure in failures] == ["examined/0/colour/a"]


@settings(max_examples=25, deadline=None)
@given(st.integers(11, 20), st.integers(21, 30), st.integers(0, 10), st.randoms())
def test_r17_counts_inside_the_same_bands_give_the_same_words(
    a: int, b: int, c: int, source: random.Random
) -> None:
    first = part(_year((a, b, c), 2026))
    second = part(_year((source.randint(11, 20), source.randint(21, 30), c), 2026))
    same = (first["total"], first["tables"]) == (second["total"], second["tables"])
    assert same == (first == second)


def test_r17_change_is_said_only_when_bands_are_disjoint() -> None:
    past = _year((15, 25, 12), 2025)
    near = part(_year((18, 28, 14), 2026, past))["evolution"]
    far = part(_year((45, 28, 14), 2026, past))["evolution"]
    assert near["since"] == far["since"] == "2025"
    assert near["moves"] == []
    assert {"table": "colour", "row": "a", "before": [11, 20], "after": [41, 50]}.items() <= next(
        move for move in far["moves"] if move["row"] == "a"
    ).items()
    assert any("Couleur — A\u00a0: en hausse" in text for text in far["reading"])


def test_r17_nothing_is_compared_with_a_withdrawn_release() -> None:
    past = _year((15, 25, 12), 2025)
    rows = {"2026": _rows(45, 28, 14)}
    found = release(PLAN, rows, "2026", past, withdrawn=frozenset([1]))
    assert part(found)["evolution"] == {"since": None, "moves": [], "reading": []}


def test_r18_shuffled_rows_give_the_same_bytes() -> None:
    rows = examined(rows_for(DEFAULT, "examined", 60, 3))
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)
    first, second = (release(DEFAULT, {"2026": part}, "2026") for part in (rows, shuffled))
    assert first.bundle_text == second.bundle_text
    assert first.manifest_text == second.manifest_text


def test_bundle_holds_no_number_that_is_not_a_band_or_a_date() -> None:
    """Every number shown is a bound of a band of ten from eleven, or the length of the period."""
    found = release(DEFAULT, {"2026": examined(rows_for(DEFAULT, "examined", 150, 4))}, "2026")

    def numbers(value: Any) -> list[int]:
        if isinstance(value, dict):
            return [n for one in value.values() for n in numbers(one)]
        if isinstance(value, list):
            return [n for one in value for n in numbers(one)]
        return [value] if isinstance(value, int) and not isinstance(value, bool) else []

    bundle = found.bundle
    assert bundle["period"].pop("months") == 12
    assert numbers(bundle)
    assert {number % 10 for number in numbers(bundle)} <= {0, 1}
    assert min(numbers(bundle)) >= 11
    tables = part(found)["tables"]
    assert len([table for table in tables if table["rows"]]) >= 8
    assert [table["id"] for table in tables] == [t.id for t in DEFAULT.tables_of("examined")]
    assert [one["code"] for one in bundle["populations"]] == list(DEFAULT.populations)


def test_manifest_and_ledger_bind_texts_plan_issuer_and_history() -> None:
    issuer = {"council": "metz", "commission": "Commission", "source": "x"}
    first = _year((15, 25, 12), 2025)
    second = release(PLAN, {"2026": _rows(15, 25, 12)}, "2026", first, issuer=issuer)
    manifest = json.loads(second.manifest_text)
    assert manifest["previous"] == sha256(first.ledger_line)
    assert manifest["rank"] == 2
    assert manifest["issuer"] == issuer
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        "bundle.json": sha256(second.bundle_text),
        "certificate.json": sha256(second.certificate_text),
    }
    assert manifest["plan"] == {"version": PLAN.version, "sha256": PLAN.sha256}
    assert {"id": "examined/colour/a", "lo": 11, "hi": 20} in manifest["published"]
    _, entry = ledger_of(first, second)
    assert (entry.manifest, entry.bundle) == (
        sha256(second.manifest_text),
        sha256(second.bundle_text),
    )
    assert canonical(manifest) == second.manifest_text


@pytest.mark.parametrize("period", ["2025S1", "2025S2", "2025"])
def test_r3_a_period_that_cuts_a_release_or_repeats_it_is_refused(period: str) -> None:
    first = _year((15, 25, 12), 2025)
    with pytest.raises(PeriodRefused, match=r"coupe la publication 2025|déjà publiée"):
        release(PLAN, {"2025S1": _rows(60, 60, 60)}, period, first)


def test_late_entries_never_reopen_an_older_period() -> None:
    first = _year((15, 25, 12), 2025)
    with pytest.raises(PeriodRefused, match="en retard"):
        release(PLAN, {"2024": _rows(15, 25, 12)}, "2024", first)


def test_r3_year_after_its_first_half_is_audited_with_it() -> None:
    """Halves of 150 and 4: the year would tell the second half; it is refused (R4)."""
    halves = {"2026S1": _rows(50, 50, 50), "2026S2": _rows(2, 1, 1)}
    first = release(PLAN, halves, "2026S1")
    with pytest.raises(TooFewSituations):
        release(PLAN, halves, "2026", first)


def test_r3_year_after_its_first_half_and_a_block_after_its_years() -> None:
    rows = {
        "2024S1": _rows(50, 45, 40),
        "2024S2": _rows(15, 12, 2),
        "2025S1": _rows(20, 12, 9),
        "2025S2": _rows(1, 12, 12),
    }
    half = release(PLAN, rows, "2024S1")
    year = release(PLAN, rows, "2024", half)
    _verified(half, year)
    following = release(PLAN, rows, "2025", half, year)
    _verified(half, year, following)
    block = release(PLAN, rows, "2024-2025", half, year, following)
    _verified(half, year, following, block)
    assert part(block)["total"] == [221, 230]
    cells = json.loads(block.certificate_text)["populations"][0]
    assert [0, 1, 2] in cells["periods"]
    assert len(cells["atoms"]) == 3


def test_r4_fewer_than_eleven_new_situations_release_nothing() -> None:
    rows = {"2025": _rows(15, 25, 12), "2026": _rows(4, 4, 2)}
    first = release(PLAN, rows, "2025")
    for period in ("2026", "2025-2026"):
        with pytest.raises(TooFewSituations):
            release(PLAN, rows, period, first)
    more = {**rows, "2026": _rows(4, 4, 3)}
    assert part(release(PLAN, more, "2026", first))["total"] == [11, 20]


def test_semester_needs_one_hundred_situations() -> None:
    with pytest.raises(PeriodRefused, match="Choisissez l’année"):
        release(PLAN, {"2026S1": _rows(15, 25, 12)}, "2026S1")
    found = release(PLAN, {"2026S1": _rows(50, 50, 50)}, "2026S1")
    assert part(found)["total"] == [141, 150]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 1), date(2027, 3, 1)),
        (date(2026, 1, 2), date(2027, 1, 2)),
        (date(2026, 1, 1), date(2027, 1, 2)),
        (date(2020, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_odd_windows_are_refused(start: date, end: date) -> None:
    with pytest.raises(PeriodRefused):
        Period(start, end)


def test_r10_altered_or_missing_ledger_lines_block_publication() -> None:
    first = _year((15, 25, 12), 2024)
    second = _year((15, 25, 12), 2025, first)
    whole = first.ledger_line + second.ledger_line
    assert len(parse_ledger(whole)) == 2
    broken = {
        second.ledger_line: "ligne 1, champ rank",
        second.ledger_line + first.ledger_line: "ligne 1, champ rank",
        whole.replace('"hi":20', '"hi":30', 1): "ligne 2, champ previous",
        whole[:-3]: "ligne 2 : la ligne est coupée",
        first.ledger_line * 2: "ligne 2, champ rank",
        whole.replace('"lines":[', '"lignes":[', 1): "ligne 1, champ lines",
    }
    for text, message in broken.items():
        with pytest.raises(LedgerInvalid, match=message):
            parse_ledger(text)


def test_r15_below_eleven_nothing_is_released() -> None:
    with pytest.raises(TooFewSituations):
        _year((3, 3, 4), 2026)
    assert part(_year((4, 3, 4), 2026))["total"] == [11, 20]


def test_paper_report_is_counted_and_its_exact_small_figure_stays_the_only_one_known() -> None:
    """An old report said three: the block that contains it is proved around what was said."""
    rows = {"2024": _rows(20, 17, 3), "2025": _rows(25, 20, 14), "2026": _rows(30, 22, 15)}
    told = [
        {"population": "examined", "table": "", "groups": [], "lo": 40, "hi": 40},
        {"population": "examined", "table": "colour", "groups": ["c"], "lo": 3, "hi": 3},
    ]
    paper = paper_release(PLAN, Period.year(2024), told, [], issuer=None)
    block = release(PLAN, rows, "2024-2026", paper)
    assert block.report["already_known"] >= 1
    assert "examined/0/colour/c" not in block.protected
    _verified(paper, block)
    alone = release(PLAN, rows, "2024-2026")
    assert alone.report["already_known"] == 0


@pytest.mark.parametrize(
    "line",
    [
        {"population": "nowhere", "table": "", "groups": [], "lo": 1, "hi": 1},
        {"population": "examined", "table": "size", "groups": ["c"], "lo": 1, "hi": 1},
        {"population": "examined", "table": "colour", "groups": ["z"], "lo": 1, "hi": 1},
        {"population": "examined", "table": "colour", "groups": [], "lo": 1, "hi": 1},
        {"population": "examined", "table": "", "groups": [], "lo": 2, "hi": 1},
        {"population": "examined", "table": "", "groups": [], "lo": True, "hi": 1},
        {"population": "examined"},
    ],
)
def test_paper_line_that_the_plan_cannot_say_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(PeriodRefused, match="aucun tableau du plan"):
        paper_release(PLAN, Period.year(2024), [line], [], issuer=None)


def test_interrupted_audit_goes_on_from_its_checkpoint_to_the_same_bytes() -> None:
    rows = {"2026": examined(rows_for(DEFAULT, "examined", 60, 3))}
    seen: list[dict[str, Any]] = []
    words: list[tuple[int, str]] = []
    whole = release(
        DEFAULT,
        rows,
        "2026",
        checkpoint=lambda done: seen.append(json.loads(json.dumps(done))),
        progress=lambda percent, text: words.append((percent, text)),
    )
    again = release(DEFAULT, rows, "2026", resume=seen[2])
    assert again.bundle_text == whole.bundle_text
    assert [percent for percent, _ in words] == sorted(percent for percent, _ in words)
    assert words[-1][0] == 100


def test_resumed_state_is_checked_not_trusted() -> None:
    """A forged state that withholds nothing gives the bytes of a whole audit."""
    rows = {"2026": examined(rows_for(DEFAULT, "examined", 60, 3))}
    forged = {name: {"refused": {}, "thrown": []} for name in DEFAULT.populations}
    whole = release(DEFAULT, rows, "2026")
    assert release(DEFAULT, rows, "2026", resume=forged).bundle_text == whole.bundle_text


def test_r21_an_audit_that_lasts_too_long_publishes_nothing() -> None:
    rows = {"2026": examined(rows_for(DEFAULT, "examined", 60, 3))}
    with pytest.raises(AuditTimeout):
        release(DEFAULT, rows, "2026", deadline=lambda: True)


def test_counts_of_other_atoms_are_refused() -> None:
    """A snapshot taken before a release was made does not serve after it."""
    rows = {"2024S1": _rows(50, 45, 40), "2024S2": _rows(15, 12, 12)}
    first = release(PLAN, rows, "2024S1")
    stale = snapshot_for(PLAN, rows, Period.year(2024), [])
    with pytest.raises(PeriodRefused, match="recomptez"):
        build_release(PLAN, stale, Period.year(2024), ledger_of(first), issuer=None)
