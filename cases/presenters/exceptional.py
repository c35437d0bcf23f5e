"""Exceptional accesses in words: the register, one of them, and what is told while one is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from cases.access.exceptional import StandingAccess, labels
from cases.access.exceptional_register import AccessLine, Status, own_open, waiting
from cases.access.sleeping import SleepingSituation
from cases.domain.exceptional import AccessKind
from cases.permissions import Viewer
from cases.presenters.dates import when
from clsm_core.ui.components import Cell, Fact, Tile
from clsm_core.ui.layout import NavItem, Notice

HEADERS = ("Situation", "Accès", "Demandé par", "Le", "État", "Suivi")
SLEEPING_HEADERS = ("Situation", "État", "Référent")
NO_CODE = "accord retiré"
_TONES = {Status.WAITING: "attention", Status.OPEN: "attention"}


def rows(lines: Iterable[AccessLine]) -> list[list[Cell | str]]:
    """Return the lines of the register; each leads to its page."""
    return [
        [
            Cell(
                line.place.code or NO_CODE,
                url=reverse("cases:exceptional_access", args=[line.id]),
                is_code=bool(line.place.code),
            ),
            line.kind.label,
            line.asked_by_name,
            when(line.asked_at),
            Cell(line.status.label, kind=_TONES.get(line.status, "")),
            _follow_up(line),
        ]
        for line in lines
    ]


def _follow_up(line: AccessLine) -> Cell | str:
    if line.followed_up_at is not None:
        return Cell("conclu", kind="done")
    if line.follow_up_due_at is None:
        return "—"
    if line.is_overdue:
        return Cell(f"en retard depuis le {when(line.follow_up_due_at)}", kind="danger")
    return f"avant le {when(line.follow_up_due_at)}"


def facts(line: AccessLine, words: str) -> list[Fact]:
    """Return who asked what, why, and who answered."""
    found = [
        Fact("Accès", line.kind.label),
        Fact("Demandé par", f"{line.asked_by_name}, le {when(line.asked_at)}"),
        Fact("Motif", _sentence(line.reason)),
        Fact("En mots", words),
        Fact("Volets", ", ".join(line.sections)),
    ]
    if line.decided_at is not None:
        word = "Non confirmé par" if line.status is Status.DECLINED else "Confirmé par"
        found.append(Fact(word, f"{line.decided_by_name}, le {when(line.decided_at)}"))
    if line.status is Status.OPEN and line.ends_at is not None:
        found.append(Fact("Jusqu’au", when(line.ends_at)))
    if line.closed_at is not None:
        found.append(Fact("Terminé le", when(line.closed_at)))
    return found


def review_facts(line: AccessLine, words: str, opened: tuple[str, ...] | None) -> list[Fact]:
    """Return what was really opened, for the DPO alone, and what was concluded."""
    found = []
    if opened is not None and line.follow_up_due_at is not None:
        found.append(Fact("Volets réellement ouverts", ", ".join(opened) or "aucun"))
    if line.followed_up_at is not None:
        told = f"{line.conclusion} ({line.followed_up_by_name}, le {when(line.followed_up_at)})"
        found.append(Fact("Conclusion", _sentence(told)))
        if words:
            found.append(Fact("Précisions", words))
    elif line.follow_up_due_at is not None:
        late = "en retard, attendue" if line.is_overdue else "attendue"
        found.append(Fact("Conclusion", f"{late} avant le {when(line.follow_up_due_at)}"))
    return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def sleeping_rows(found: Iterable[SleepingSituation]) -> list[list[Cell | str]]:
    """Return the situations in which the viewer's right sleeps; each leads to the request."""
    return [
        [
            Cell(one.code, url=reverse("cases:emergency_ask", args=[one.code]), is_code=True),
            one.state.label,
            one.lead_name or "aucun",
        ]
        for one in found
    ]


def section_words(codes: Iterable[str]) -> str:
    """Return sections in words, for a sentence."""
    return ", ".join(labels(codes))


def banners(found: Iterable[StandingAccess]) -> list[tuple[str, str]]:
    """Return what every page of a situation says of the accesses under way."""
    told = []
    for one in found:
        opened = "Accès d’urgence en cours" if one.is_emergency else "Contrôle de la DPO en cours"
        told.append(
            (
                opened,
                f"Par {one.holder}, confirmé par {one.confirmer}, jusqu’au {when(one.until)}, en "
                f"lecture seule : {', '.join(one.sections)}.",
            )
        )
    return told


def frame_notices(user: Any, at: datetime) -> tuple[Notice, ...]:
    """Return what every page of the person tells her of her own accesses under way."""
    found = []
    for pk, kind, code, until in own_open(user.pk, at):
        is_emergency = kind == AccessKind.EMERGENCY
        word = "Accès d’urgence ouvert" if is_emergency else "Contrôle ouvert"
        found.append(
            Notice(
                title=f"{word} sur {code}, encore {remaining(until - at)}",
                text="En lecture seule. Chaque ouverture est enregistrée ; la DPO et la personne "
                "référente le savent.",
                kind="attention",
                links=(
                    NavItem("Ouvrir la situation", reverse("cases:situation", args=[code])),
                    NavItem("Refermer cet accès", reverse("cases:exceptional_access", args=[pk])),
                ),
            )
        )
    return tuple(found)


def remaining(left: timedelta) -> str:
    """Say how long is left: « 3 h 12 », « 8 min »."""
    minutes = max(1, int(left.total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d}" if hours else f"{minutes} min"


def tiles(viewer: Viewer) -> list[Tile]:
    """Return a counted tile for each kind of access that waits for the viewer."""
    held = waiting(viewer)
    url = reverse("cases:exceptional")
    late = "danger" if held.overdue else "attention"
    found = (
        ("accès d’urgence à confirmer", "accès d’urgence à confirmer", held.to_confirm, "danger"),
        ("contrôle à accepter", "contrôles à accepter", held.to_decide, "attention"),
        ("accès exceptionnel à suivre", "accès exceptionnels à suivre", held.to_follow_up, late),
    )
    return [
        Tile(one if count == 1 else many, count, url, kind=kind)
        for one, many, count, kind in found
        if count
    ]
