"""Situations that change hands, rights that go on: lines to choose, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable

from cases.actions.extensions import Ending
from cases.actions.reassignments import Carried, Outcome
from cases.actions.substitutions import Outcome as Substituted
from cases.presenters.rights import section_words
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import short_day

ENDING_HEADERS = ("Situation", "Membre", "Volets", "Finit le", "Prolongeable jusqu’au")
SHOWN = 8


def carried_choices(rows: Iterable[Carried]) -> list[tuple[str, str]]:
    """List the situations that may change hands, for a form."""
    return [
        (
            str(row.situation),
            f"{row.code} — {row.state_label}, "
            + ("référent" if row.is_led else f"membre ({section_words(row.sections)})"),
        )
        for row in rows
    ]


def outcomes(done: list[Outcome]) -> list[tuple[bool, str]]:
    """Say what changed hands, what is still lacking, what did not and why."""
    told: list[tuple[bool, str]] = []
    whole = [one.code for one in done if one.is_done]
    if whole:
        told.append((True, f"Transmises : {_listed(whole)}."))
    lacking = [one for one in done if one.is_done and one.lacking]
    told += [
        (False, f"{one.code} : votre coffre n’a pas pu transmettre {section_words(one.lacking)}.")
        for one in lacking
    ]
    by_reason: dict[str, list[str]] = {}
    for one in done:
        if one.refusal:
            by_reason.setdefault(one.refusal.removeprefix(f"{one.code} : "), []).append(one.code)
    told += [(False, f"{_listed(codes)} : {words}") for words, codes in by_reason.items()]
    return told


def substituted(done: list[Substituted]) -> list[tuple[bool, str]]:
    """Say what a substitute received, and what she lacks."""
    told: list[tuple[bool, str]] = []
    given = [one.code for one in done if one.given]
    if given:
        told.append((True, f"Accès donnés : {_listed(given)}."))
    told += [
        (False, f"{one.code} : reste fermé {section_words(one.lacking)}.")
        for one in done
        if one.lacking and not one.refusal
    ]
    told += [(False, f"{one.code} : {one.refusal}") for one in done if one.refusal]
    if not done:
        told.append((False, "Le titulaire ne tient aucune situation en cours : rien à ouvrir."))
    return told


def _listed(codes: list[str]) -> str:
    more = len(codes) - SHOWN
    words = ", ".join(codes[:SHOWN])
    return f"{words} et {more} autres" if more > 0 else words


def ending_choices(lines: Iterable[Ending]) -> list[tuple[str, str]]:
    """List the rights that may go on, for a form."""
    return [
        (
            line.key,
            f"{line.code} — {line.name}, {line.basis} : {section_words(line.sections)}, "
            f"jusqu’au {short_day(line.ends)}",
        )
        for line in lines
        if not line.refusal
    ]


def ending_rows(lines: Iterable[Ending]) -> list[list[Cell | str]]:
    """Return the table of what cannot go on by itself, with its reason."""
    return [
        [
            Cell(line.code, is_code=True),
            f"{line.name}, {line.basis}",
            section_words(line.sections),
            short_day(line.ends),
            Cell(line.refusal, kind="attention"),
        ]
        for line in lines
        if line.refusal
    ]


def extended(done: list[Ending]) -> list[tuple[bool, str]]:
    """Say what goes on, and what does not."""
    whole = [line for line in done if not line.refusal]
    told: list[tuple[bool, str]] = []
    if whole:
        told.append(
            (True, f"Prolongées : {_listed([f'{one.code}, {one.name}' for one in whole])}.")
        )
    told += [(False, f"{one.code}, {one.name} : {one.refusal}") for one in done if one.refusal]
    return told
