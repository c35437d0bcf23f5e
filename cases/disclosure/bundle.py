"""Build a release: the bundle that is shown and the manifest that is signed.

Both are canonical texts: the same counts, plan, period and history give the same bytes on any
machine. Nothing in them is an exact count, and nothing says why a figure is not published.

Source: releases.md 5.3, 5.4 and 5.7; decisions 35-38.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cases.disclosure.audit import secure
from cases.disclosure.counts import Counts
from cases.disclosure.errors import HistoryBroken, PeriodRefused, TooFewSituations
from cases.disclosure.ladder import Line, Offer, climb, lines_of
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan, Table
from cases.disclosure.reading import comparable, evolution, evolution_sentences, sentences

FORMAT: Final = "clsm-release/1"
ENGINE_VERSION: Final = "1"
BUNDLE_NAME: Final = "bundle.json"


@dataclass(frozen=True)
class ReleaseFiles:
    """The two texts of a release; the signature covers the bytes of the manifest."""

    bundle_text: str
    manifest_text: str

    @property
    def bundle(self) -> dict[str, Any]:
        """The bundle, read."""
        value: dict[str, Any] = json.loads(self.bundle_text)
        return value

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, read."""
        value: dict[str, Any] = json.loads(self.manifest_text)
        return value

    @property
    def sha256(self) -> str:
        """Fingerprint by which the next release names this one."""
        return sha256(self.manifest_text)


def build_release(
    plan: Plan,
    counts: Counts,
    period: Period,
    history: Sequence[ReleaseFiles],
    *,
    issuer: Mapping[str, str],
) -> ReleaseFiles:
    """Build the release of one population over one period.

    `history` is every release the commission ever made, oldest first, withdrawn ones included:
    what was seen stays known. `issuer` names the council and the commission in the manifest.

    Raises:
        HistoryBroken: an earlier release is missing or altered.
        PeriodRefused: the period overlaps an earlier release of the population, precedes one,
            or is a semester with too few situations.
        TooFewSituations: fewer situations than the floor.
        AuditFailed: the release could not be proved safe.
    """
    check_history(history)
    parameters = plan.parameters
    if counts.total < parameters.floor:
        raise TooFewSituations(
            f"Moins de {parameters.floor} situations sur cette période : rien ne peut être "
            "publié. Choisissez une période plus longue."
        )
    _check_period(plan, counts, period, history)
    offers = secure(plan, counts, climb(plan, counts, months=period.months))
    lines = lines_of(plan, counts, offers)
    earlier = [past.bundle for past in history]
    bundle = _bundle(plan, counts.population, period, offers, lines)
    before = next(
        (b for b in reversed(earlier) if b["population"]["code"] == counts.population), None
    )
    bundle["reading"] = sentences(bundle)
    bundle["evolution"] = {
        "since": before["period"]["label"] if before and comparable(bundle, before) else None,
        "moves": evolution(bundle, before),
        "reading": evolution_sentences(bundle, before),
    }
    bundle_text = canonical(bundle)
    manifest = {
        "format": FORMAT,
        "engine_version": ENGINE_VERSION,
        "issuer": dict(issuer),
        "plan": {"version": plan.version, "sha256": plan.sha256},
        "parameters": parameters.as_dict(),
        "population": counts.population,
        "period": period.as_dict(),
        "previous_release_hash": history[-1].sha256 if history else None,
        "attackers": ["outsider"],
        "files": [{"path": BUNDLE_NAME, "sha256": sha256(bundle_text)}],
        "published": [
            {"id": "/".join((line.table or "total", *line.groups)), "lo": line.lo, "hi": line.hi}
            for line in lines
        ],
    }
    return ReleaseFiles(bundle_text, canonical(manifest))


def check_history(history: Sequence[ReleaseFiles]) -> None:
    """Follow the chain of releases from the first.

    Raises:
        HistoryBroken: a bundle or a manifest was altered, left out or moved.
    """
    previous: str | None = None
    for rank, past in enumerate(history, start=1):
        manifest = past.manifest
        named = [file["sha256"] for file in manifest["files"] if file["path"] == BUNDLE_NAME]
        if named != [sha256(past.bundle_text)] or manifest["previous_release_hash"] != previous:
            raise HistoryBroken(
                f"La publication n° {rank} manque ou a été modifiée : rien ne peut être publié "
                "tant que l’historique n’est pas rétabli. Prévenez le DPO."
            )
        previous = past.sha256


def canonical(value: Any) -> str:
    """Write JSON in one way only: sorted keys, no spaces, lists in the order of the plan."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def sha256(text: str) -> str:
    """Give the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check_period(
    plan: Plan, counts: Counts, period: Period, history: Sequence[ReleaseFiles]
) -> None:
    """Refuse what would let two releases be subtracted from each other.

    Raises:
        PeriodRefused: see `build_release`.
    """
    for past in history:
        if past.bundle["population"]["code"] != counts.population:
            continue
        other = Period.from_dict(past.bundle["period"])
        if period.overlaps(other):
            raise PeriodRefused(
                f"La période {period.label} recouvre la publication {other.label} : leur "
                "différence désignerait peu de personnes. Choisissez une période qui commence "
                f"après {other.label}."
            )
        if period.start < other.start:
            raise PeriodRefused(
                f"Une publication plus récente existe ({other.label}) : une situation entrée "
                "en retard est comptée dans la période suivante, jamais dans une ancienne."
            )
    if period.months < 12 and not climb(plan, counts, months=period.months):
        raise PeriodRefused(
            "Un semestre n’est publié qu’au-delà de "
            f"{plan.parameters.minimum_semester} situations. Choisissez l’année."
        )


def _bundle(
    plan: Plan, population: str, period: Period, offers: Sequence[Offer], lines: Sequence[Line]
) -> dict[str, Any]:
    """Write what is shown, every declared table included, in the order of the plan."""
    known = plan.populations[population]
    bands = {(line.table, line.groups): [line.lo, line.hi] for line in lines}
    shown = {offer.table.id: offer for offer in offers}
    return {
        "format": FORMAT,
        "population": {"code": known.code, "label": known.label, "sentence": known.sentence},
        "period": {**period.as_dict(), "months": period.months},
        "total": bands["", ()],
        "tables": [
            _table(plan, table, shown.get(table.id), bands) for table in plan.tables_of(population)
        ],
    }


def _table(
    plan: Plan,
    table: Table,
    offer: Offer | None,
    bands: Mapping[tuple[str, tuple[str, ...]], list[int]],
) -> dict[str, Any]:
    """Write one table; without an offer it has no rows and no layout."""
    facets = [plan.facets[name] for name in table.facets]
    result: dict[str, Any] = {
        "id": table.id,
        "title": table.title,
        "facets": [{"code": facet.code, "label": facet.label} for facet in facets],
        "multi": facets[0].multi,
        "layout": [layout.name for layout in offer.layouts] if offer else None,
        "columns": [],
        "rows": [],
    }
    if offer is None:
        return result
    columns = offer.layouts[1].groups if table.is_cross else ()
    result["columns"] = [{"code": group.code, "label": group.label} for group in columns]
    for group in offer.layouts[0].groups:
        row: dict[str, Any] = {
            "code": group.code,
            "label": group.label,
            "codes": sorted(group.codes),
        }
        if columns:
            row["bands"] = [bands.get((table.id, (group.code, c.code))) for c in columns]
        else:
            row["band"] = bands.get((table.id, (group.code,)))
        result["rows"].append(row)
    return result
