"""Figures on their way to the steering committee: bands, never an exact count (decision 38)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from cases.disclosure.period import Period
from cases.domain.withdrawal import WithdrawalReason
from cases.models import ReleaseApproval, ReleaseDraft
from cases.presenters.dates import on
from clsm_core.ui.components import Cell, Fact

State = ReleaseDraft.State
HEADERS = ("Période", "Sorte", "Arrêtée le", "État")
KINDS = {
    State.PUBLISHED.value: "done",
    State.AUDITED.value: "attention",
    State.APPROVED_ONCE.value: "attention",
    State.NOT_PUBLISHABLE.value: "attention",
}
NOT_PUBLISHED = "n.d."
SITUATIONS = "Situations"
BUNDLE_FORMAT = "clsm-release/2"
SILENT_FOR = timedelta(minutes=2)
WITHDRAWN = "retirée"
# Somebody altered something, or the proof is wrong; everything else is figures that are too small.
ALARMS = (
    "history_broken",
    "ledger_invalid",
    "release_not_verified",
    "release_job_altered",
)
# What to do, by the code of the refusal; the engine's own words say why.
ADVICE = {
    "too_few_situations": "Attendez la fin d’une période plus longue, ou arrêtez un bloc de deux "
    "ou trois années. Rien ne change pour le comité de pilotage d’ici là.",
    "period_refused": "Choisissez une autre période.",
    "audit_timeout": "Recommencez quand le serveur est moins chargé. Si cela se reproduit, "
    "demandez un plan plus court ou plus de temps à la personne qui administre le logiciel.",
    "audit_failed": "Arrêtez de nouveau les chiffres. Si cela se reproduit, prévenez la personne "
    "qui administre le logiciel.",
    "history_broken": "Prévenez le DPO : une publication passée manque ou a été modifiée.",
    "ledger_invalid": "Prévenez le DPO : une publication passée manque ou a été modifiée.",
    "plan_invalid": "Le plan de publication est à corriger avant de recommencer.",
    "row_invalid": "Des réponses codées ne sont pas dans le plan. Prévenez la personne qui "
    "administre le logiciel.",
    "release_not_verified": "Ne recommencez pas avant que la cause soit trouvée.",
    "release_job_altered": "Arrêtez de nouveau les chiffres, après en avoir parlé à la DPO.",
}
OTHERWISE = "Arrêtez de nouveau les chiffres, sur une période plus longue s’il le faut."


@dataclass(frozen=True)
class Band:
    """One published figure: from ``low`` to ``high``, or nothing at all."""

    text: str
    low: int | None = None
    high: int | None = None
    heading: str = SITUATIONS


@dataclass(frozen=True)
class BandTable:
    """One table of a release, as bands."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[Band]]]
    hidden: list[str]
    maximum: int
    is_multiple: bool


@dataclass(frozen=True)
class Part:
    """One population of a release: what is published of it, what is not."""

    label: str
    sentence: str
    total: Band
    reading: list[str]
    evolution: list[str]
    tables: list[BandTable]
    unpublished: list[str]

    @property
    def says_something(self) -> bool:
        """Tell whether a number of it is published."""
        return self.total.low is not None or bool(self.tables)


@dataclass(frozen=True)
class Attacker:
    """What somebody who would want to know more was tried with, and what came out of it."""

    label: str
    cells: int
    narrowed: int


@dataclass(frozen=True)
class Proof:
    """What those who approve see of the proof, and nobody else."""

    facts: list[Fact]
    attackers: list[Attacker]
    dropped: list[str]


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    percent: int
    stage: str
    is_silent: bool
    attempt: int


@dataclass(frozen=True)
class ReleasePage:
    """A release on its way."""

    id: uuid.UUID
    state: str
    state_label: str
    kind: str
    name: str
    is_paper: bool
    frozen_at: datetime
    frozen_by: str
    parts: list[Part] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    institution: list[Fact] = field(default_factory=list)
    approvals: list[tuple[str, datetime]] = field(default_factory=list)


def groups(drafts: Iterable[ReleaseDraft]) -> list[tuple[str, list[list[Cell | str]]]]:
    """Return the lists of releases: what waits, what is published, withdrawn, on paper, given up.

    An empty list is left out.
    """
    found: dict[str, list[list[Cell | str]]] = {
        name: []
        for name in ("À terminer", "Publiées", "Anciens rapports", "Retirées", "Abandonnées")
    }
    for draft in drafts:
        found[_group(draft)].append(row(draft))
    return [(name, rows) for name, rows in found.items() if rows]


def _group(draft: ReleaseDraft) -> str:
    if draft.state == State.DROPPED:
        return "Abandonnées"
    if draft.state != State.PUBLISHED:
        return "À terminer"
    if draft.withdrawn_at is not None:
        return "Retirées"
    return "Anciens rapports" if draft.kind == ReleaseDraft.Kind.PAPER else "Publiées"


def row(draft: ReleaseDraft) -> list[Cell | str]:
    """Return one line of the list."""
    label, kind = state_of(draft)
    return [
        Cell(period_label(draft), url=reverse("cases:release", args=[draft.pk])),
        ReleaseDraft.Kind(draft.kind).label,
        on(draft.frozen_at),
        Cell(label, kind=kind),
    ]


def state_of(draft: ReleaseDraft) -> tuple[str, str]:
    """Return the state of a release in words, and its meaning."""
    if draft.withdrawn_at is not None:
        return WITHDRAWN, "attention"
    return str(State(draft.state).label), KINDS.get(draft.state, "")


def period_label(draft: ReleaseDraft) -> str:
    """Name the period of a release."""
    return Period(draft.period_start, draft.period_end).label


def name(draft: ReleaseDraft) -> str:
    """Name a release where it stands among other things."""
    kind = "Ancien rapport" if draft.kind == ReleaseDraft.Kind.PAPER else "Chiffres"
    return f"{kind} {period_label(draft)}"


def band(value: Sequence[int] | None, heading: str = SITUATIONS) -> Band:
    """Return a band in words; the symbol n.d. when it is not published."""
    if value is None:
        return Band(NOT_PUBLISHED, heading=heading)
    low, high = value
    return Band(f"{low} à {high}" if low != high else str(low), low, high, heading)


def table(said: Mapping[str, Any]) -> BandTable:
    """Return one published table of a bundle; the rows that say nothing are only named."""
    columns = [column["label"] for column in said["columns"]]
    found: list[tuple[str, list[Band]]] = []
    for line in said["rows"]:
        values = line["bands"] if "bands" in line else [line.get("band")]
        headed = zip(columns or [SITUATIONS], values, strict=True)
        found.append((line["label"], [band(value, heading) for heading, value in headed]))
    highs = [one.high for _, bands in found for one in bands if one.high is not None]
    return BandTable(
        title=said["title"],
        columns=columns,
        rows=[one for one in found if columns or one[1][0].low is not None],
        hidden=[] if columns else [label for label, bands in found if bands[0].low is None],
        maximum=max(highs, default=1),
        is_multiple=bool(said["multi"]),
    )


def part(said: Mapping[str, Any]) -> Part:
    """Return one population of a bundle."""
    return Part(
        label=said["label"],
        sentence=said["sentence"],
        total=band(said["total"]),
        reading=said["reading"],
        evolution=said["evolution"]["reading"],
        tables=[table(one) for one in said["tables"] if one["rows"]],
        unpublished=[one["title"] for one in said["tables"] if not one["rows"]],
    )


def page(draft: ReleaseDraft, approvals: Iterable[ReleaseApproval]) -> ReleasePage:
    """Return a release, its figures exactly as they would be published."""
    bundle = json.loads(draft.bundle) if draft.bundle else {}
    is_readable = bundle.get("format") == BUNDLE_FORMAT
    label, kind = state_of(draft)
    parts = [part(one) for one in bundle["populations"]] if is_readable else []
    return ReleasePage(
        id=draft.pk,
        state=draft.state,
        state_label=label,
        kind=kind,
        name=name(draft),
        is_paper=draft.kind == ReleaseDraft.Kind.PAPER,
        frozen_at=draft.frozen_at,
        frozen_by=draft.frozen_by.full_name,
        parts=[one for one in parts if one.says_something],
        silent=[one.label for one in parts if not one.says_something],
        institution=[Fact(one["label"], one["text"]) for one in bundle["institution"]]
        if is_readable
        else [],
        approvals=[(one.user.full_name, one.approved_at) for one in approvals],
    )


def progress(draft: ReleaseDraft, at: datetime) -> Progress:
    """Return how far a job is; silent when nothing moved for a while."""
    last = draft.beat_at or draft.frozen_at
    return Progress(
        draft.progress_percent,
        draft.progress_stage or "En attente du service de calcul",
        at - last > SILENT_FOR,
        draft.attempt,
    )


def refusal(draft: ReleaseDraft) -> tuple[str, str, str]:
    """Return why a release is not publishable, what to do, and how grave it is."""
    kind = "danger" if draft.refusal in ALARMS else "attention"
    return draft.refusal_words, ADVICE.get(draft.refusal, OTHERWISE), kind


def withdrawal(draft: ReleaseDraft) -> str:
    """Return why a release was withdrawn, as the council reads it."""
    return WithdrawalReason(draft.withdrawn_reason).label


def proof(draft: ReleaseDraft, report: Mapping[str, Any]) -> Proof:
    """Return what the job found, for those who approve."""
    bundle, manifest = json.loads(draft.bundle), json.loads(draft.manifest)
    certified = json.loads(draft.certificate)
    cells = sum(len(one["cells"]) for one in certified["populations"])
    titles = {
        f"{told['code']}/{one['id']}": one["title"]
        for told in bundle["populations"]
        for one in told["tables"]
    }
    facts = [
        Fact("Vérificateur indépendant", "certificat accepté"),
        Fact("Rang dans la suite des publications", manifest["rank"]),
        Fact("Plan", manifest["plan"]["version"]),
    ]
    if draft.kind != ReleaseDraft.Kind.PAPER:
        facts[1:1] = [
            Fact("Cases éprouvées", cells),
            Fact("Nombres montrés", report["shown"]),
            Fact("Nombres masqués", len(report["masked"])),
            Fact("Tableaux retirés", len(report["dropped"])),
            Fact("Petits nombres protégés", report["protected_cells"]),
        ]
    return Proof(
        facts=facts,
        attackers=[
            Attacker(one["label"], one["cells"], one["narrowed"]) for one in report["attackers"]
        ],
        dropped=[titles.get(one, one) for one in report["dropped"]],
    )
