"""Build a release: figures that are shown, a manifest that is signed, a certificate, a line.

All are canonical texts: the same counts, plan, period and ledger give the same bundle on any
machine. Nothing in them is an exact count, and nothing says why a figure is not published.

Source: releases.md 5.3, 5.4 and 5.7; decisions 35-38.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cases.disclosure import ledger as ledgers
from cases.disclosure.audit import OUTSIDER, Atoms, Audited, Candidates, Said, audit, emptied
from cases.disclosure.bundle import BUNDLE_FORMAT, part_of
from cases.disclosure.certify import certify
from cases.disclosure.counts import sum_of
from cases.disclosure.errors import AuditTimeout, PeriodRefused, TooFewSituations
from cases.disclosure.files import CERTIFICATE_FORMAT, ENGINE_VERSION, ReleaseFiles, write_files
from cases.disclosure.ladder import Offer, climb, layouts_shown, lines_of
from cases.disclosure.ledger import Entry, Line, needed_atoms, overlapping
from cases.disclosure.paper import paper_release
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.disclosure.reading import evolution, sentences
from cases.disclosure.snapshot import Snapshot

__all__ = ["ReleaseFiles", "build_release", "needed_atoms", "paper_release"]
Progress = Callable[[int, str], None]
Settled = dict[str, dict[str, Any]]
"""By population, what an audit decided: layouts refused and switches thrown. Confidential."""


def build_release(
    plan: Plan,
    snapshot: Snapshot,
    period: Period,
    ledger: Sequence[Entry],
    *,
    issuer: Mapping[str, str] | None,
    institution: Sequence[Mapping[str, str]] = (),
    withdrawn: frozenset[int] = frozenset(),
    progress: Progress = lambda percent, words: None,
    checkpoint: Callable[[Settled], None] = lambda done: None,
    resume: Settled | None = None,
    deadline: Callable[[], bool] = lambda: False,
) -> ReleaseFiles:
    """Build the release of every population over a period.

    `ledger` is every release ever made, withdrawn ones included: what was seen stays known.
    `withdrawn` are the ranks of those with which nothing is compared in words. `checkpoint` is
    given what is decided after each population, `resume` takes it back; `deadline` says that the
    time is over.

    Raises:
        PeriodRefused: the period cuts or precedes an earlier release, or is a semester with too
            few situations.
        TooFewSituations: nothing reaches the floor.
        AuditFailed: the release could not be proved safe; AuditTimeout: not within its time.
    """
    inside = overlapping(ledger, period)
    if list(snapshot.atoms) != needed_atoms(ledger, period):
        raise PeriodRefused("Les effectifs ne portent pas sur la période demandée : recomptez.")

    def tick() -> None:
        if deadline():
            raise AuditTimeout(
                "La vérification n’a pas abouti dans le temps prévu : rien n’est publié. "
                "Choisissez une période plus longue ou un plan plus simple."
            )

    maker = _Maker(plan, snapshot, period, inside, _compared(ledger, period, withdrawn), tick)
    if not any(maker.choose(name, {})[1] for name in plan.populations):
        if period.months < 12:
            raise PeriodRefused(
                f"Un semestre n’est publié qu’au-delà de {plan.parameters.minimum_semester} "
                "situations dans une population. Choisissez l’année."
            )
        raise TooFewSituations(
            f"Moins de {plan.parameters.floor} situations nouvelles sur cette période : rien ne "
            "peut être publié. Choisissez une période plus longue."
        )
    done: Settled = dict(resume or {})
    offers: dict[str, list[Offer]] = {}
    audits: dict[str, Audited] = {}
    certificates: list[dict[str, Any]] = []
    steps = 2 * len(plan.populations)
    for rank, (name, population) in enumerate(plan.populations.items()):
        label = population.label
        progress(100 * 2 * rank // steps, f"{label} : recherche de ce qu’il faut taire")
        offers[name], audits[name], done[name] = maker.settle(name, done.get(name))
        checkpoint(done)
        progress(100 * (2 * rank + 1) // steps, f"{label} : établissement de la preuve")
        certificates.append(maker.certify(name, audits[name]))
    bundle = {
        "format": BUNDLE_FORMAT,
        "kind": ledgers.FIGURES,
        "plan": {"version": plan.version, "sha256": plan.sha256},
        "period": {**period.as_dict(), "months": period.months},
        "populations": [maker.part(name, offers[name], audits[name]) for name in audits],
        "institution": [dict(line) for line in institution],
    }
    certificate = {
        "format": CERTIFICATE_FORMAT,
        "engine_version": ENGINE_VERSION,
        "plan": plan.data,
        "plan_sha256": plan.sha256,
        "populations": certificates,
    }
    progress(100, "Écriture")
    attackers = [OUTSIDER, *([f"insider:{plan.insider}"] if snapshot.insiders else [])]
    lines = [line for one in audits.values() for line in one.lines]
    return write_files(
        plan,
        period,
        ledger,
        ledgers.FIGURES,
        issuer,
        attackers,
        bundle,
        certificate,
        lines,
        report=_report(plan, audits, snapshot),
        protected=tuple(cell for one in audits.values() for cell in one.protected),
    )


class _Maker:
    """What the populations of one release have in common."""

    def __init__(
        self,
        plan: Plan,
        snapshot: Snapshot,
        period: Period,
        inside: Sequence[Entry],
        before: Entry | None,
        tick: Callable[[], None],
    ) -> None:
        self.plan, self.snapshot, self.period = plan, snapshot, period
        self.inside, self.before, self.tick = inside, before, tick
        self.here: Atoms = tuple(range(len(snapshot.atoms)))

    def settle(
        self, population: str, settled: Mapping[str, Any] | None
    ) -> tuple[list[Offer], Audited, dict[str, Any]]:
        """Climb and audit until no table that has a coarser layout left is lost.

        `settled` is what an interrupted audit had decided: it is checked, not trusted.
        """
        refused: dict[str, int] = dict(settled["refused"]) if settled else {}
        start = frozenset(settled["thrown"]) if settled else frozenset()
        while True:
            offers, lines = self.choose(population, refused)
            audited, thrown = self._audit(population, lines, start)
            coarser = {
                offer.table.id: rank
                for offer in offers
                if offer.table.id in emptied(audited)
                and (rank := _rung(offer) + 1) < len(offer.table.ladder)
            }
            if not coarser:
                return offers, audited, {"refused": refused, "thrown": sorted(thrown)}
            refused |= coarser
            start = frozenset()

    def choose(self, population: str, refused: Mapping[str, int]) -> tuple[list[Offer], list[Line]]:
        """Give what the ladder offers of a population, nothing when too few entered it."""
        counts = self.snapshot.counts[population]
        plan, floor = self.plan, self.plan.parameters.floor
        covered = {
            atom
            for entry in self.inside
            if _speaks(entry, population)
            for atom in self._atoms(entry)
        }
        fresh = sum(counts[atom].total for atom in self.here if atom not in covered)
        is_fresh = set(self.here) != covered
        whole = sum_of(counts)
        if whole.total < floor or (is_fresh and fresh < floor):
            return [], []
        before = self._layouts(population)
        offers = climb(plan, whole, months=self.period.months, before=before, refused=refused)
        if self.period.months < 12 and not offers:
            return [], []
        return offers, lines_of(plan, whole, offers)

    def _audit(
        self, population: str, lines: Sequence[Line], thrown: frozenset[int]
    ) -> tuple[Audited, frozenset[int]]:
        """Withhold what must be; a population of which nothing is offered needs no audit."""
        if not lines:
            return Audited((), (), (), {}, {}), frozenset()
        return audit(
            self.plan,
            population,
            self.snapshot,
            self.periods(population),
            self.said(population),
            Candidates(self.plan, lines),
            self.here,
            tick=self.tick,
            thrown=thrown,
        )

    def certify(self, population: str, audited: Audited) -> dict[str, Any]:
        """Give the population's part of the certificate."""
        if not audited.lines:
            return {"code": population, "atoms": [], "periods": [], "worlds": [], "cells": []}
        said = [*self.said(population), *(Said(line, self.here) for line in audited.lines)]
        return certify(
            self.plan,
            population,
            self.snapshot.atoms,
            self.periods(population),
            said,
            tick=self.tick,
        )

    def part(self, population: str, offers: Sequence[Offer], audited: Audited) -> dict[str, Any]:
        """Give what the bundle says of a population."""
        shown = {line.id: [line.lo, line.hi] for line in audited.lines if line.is_published}
        part = part_of(self.plan, population, offers, shown)
        return {
            **part,
            "reading": sentences(part, self.period.label),
            "evolution": evolution(part, self.before),
        }

    def said(self, population: str) -> list[Said]:
        """Give the lines of earlier releases that speak of these atoms."""
        return [
            Said(line, self._atoms(entry))
            for entry in self.inside
            for line in entry.lines
            if line.population == population
        ]

    def periods(self, population: str) -> list[Atoms]:
        """Give the unions of atoms whose cells must stay open.

        They are each atom, each release, this one, and what any of these adds to another.
        """
        released = {self._atoms(e) for e in self.inside if _speaks(e, population)}
        found = {*((atom,) for atom in self.here), *released, self.here}
        found |= {
            tuple(atom for atom in whole if atom not in part)
            for whole in found
            for part in found
            if set(part) < set(whole)
        }
        return sorted(found, key=lambda atoms: (len(atoms), atoms))

    def _atoms(self, entry: Entry) -> Atoms:
        """Give the ranks of the atoms of an earlier release."""
        return tuple(a for a in self.here if self.snapshot.atoms[a].lies_in(entry.period))

    def _layouts(self, population: str) -> dict[str, tuple[str, ...]]:
        """Give the layouts of the release that this one is compared with."""
        if self.before is None or self.before.plan_sha256 != self.plan.sha256:
            return {}
        lines = [line for line in self.before.lines if line.population == population]
        return layouts_shown(self.plan, lines)


def _report(plan: Plan, audits: Mapping[str, Audited], snapshot: Snapshot) -> dict[str, Any]:
    """Tell those who approve what was demanded, what was withheld and what was known before."""
    labels = {OUTSIDER: "Lecteur extérieur"}
    if plan.insider:
        labels |= plan.facets[plan.insider].labels
    return {
        "protected_cells": sum(len(one.protected) for one in audits.values()),
        "masked": [name for one in audits.values() for name in one.withheld],
        "dropped": [
            f"{population}/{table}" for population, one in audits.items() for table in emptied(one)
        ],
        "attackers": [
            {
                "code": code,
                "label": labels[code],
                "cells": sum(one.demands.get(code, 0) for one in audits.values()),
                "narrowed": sum(one.known.get(code, 0) for one in audits.values()),
            }
            for code in (OUTSIDER, *snapshot.insiders)
        ],
        "shown": sum(1 for one in audits.values() for line in one.lines if line.is_published),
        "already_known": sum(one.known.get(OUTSIDER, 0) for one in audits.values()),
    }


def _compared(ledger: Sequence[Entry], period: Period, withdrawn: frozenset[int]) -> Entry | None:
    """Give the last release of the same length of time that may be compared in words."""
    return next(
        (
            entry
            for entry in sorted(ledger, key=lambda e: e.period.start, reverse=True)
            if entry.kind == ledgers.FIGURES
            and entry.rank not in withdrawn
            and entry.period.months == period.months
            and not entry.period.overlaps(period)
        ),
        None,
    )


def _rung(offer: Offer) -> int:
    """Give the rank of an offer's layouts in its table's ladder."""
    names = tuple(layout.name for layout in offer.layouts)
    return next(rank for rank, rung in enumerate(offer.table.ladder) if rung.layouts == names)


def _speaks(entry: Entry, population: str) -> bool:
    """Tell whether a release says anything of a population."""
    return any(line.population == population for line in entry.lines)
