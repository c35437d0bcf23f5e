"""The note that tells the ARS of the year's needs and actions, in one or two pages (001-09, D-08).

Promises: it stays short whatever the council holds: the most pressing needs and the actions of the
year, then how many more there are.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from clsm_core.council.models import Council
from clsm_core.governance.models import Decision, DecisionKind
from clsm_core.governance.presenters.papers import Block, printed
from clsm_core.observatory.models import Need, NeedState, Transmission
from clsm_core.reports.computed import computed
from clsm_core.reports.presenters.parts_observation import sent_words
from clsm_core.reports.presenters.report import essential
from clsm_core.reports.typography import spaced
from clsm_core.roadmap.queries.counts.actions import sheets_of
from clsm_core.roadmap.queries.counts.meetings import is_representative
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.templatetags.ui import day

MOST_NEEDS = 8
MOST_ACTIONS = 10
MOST_DECISIONS = 4
LONGEST = 110
# What is under way or done tells more than what was put off.
RANKS = {"ongoing": 0, "done": 1, "validated": 2, "postponed": 3, "abandoned": 4}


def note_pdf(council: Council, year: Year, *, at: datetime) -> bytes:
    """Return the note on paper."""
    blocks = [_year(council, year), _needs(council, year), _actions(council, year)]
    blocks += [_decisions(council, year), _answers(council, year)]
    kept = [Block(**spaced(asdict(one))) for one in blocks if one.rows or one.facts or one.text]
    lead = [
        f"Note d’information à l’agence régionale de santé. Année {year.number}, au {day(year.on)}."
    ]
    return printed(
        council, f"Besoins repérés et actions menées en {year.number}", kept, at=at, lead=lead
    )


def _year(council: Council, year: Year) -> Block:
    figures = computed(council, year)
    facts = [(label.capitalize(), number) for number, label in essential(figures)]
    if figures["bodies"].lines:
        told = "oui" if is_representative(figures["steering"]) else "non"
        facts.append(("Comité de pilotage représentatif", told))
    return Block(
        title="Le conseil dans l’année",
        facts=facts,
        text=[] if facts else ["Aucune réunion ni action n’est enregistrée pour cette année."],
    )


def _needs(council: Council, year: Year) -> Block:
    """List what is still open, the most pressing first, and what was seen in the year."""
    found = list(
        Need.objects.filter(council=council, seen_on__lte=year.on)
        .exclude(state__in=(NeedState.ANSWERED, NeedState.SET_ASIDE))
        .prefetch_related("transmissions")
        .order_by("urgency", "-seen_on", "pk")
    )
    return Block(
        title="Besoins repérés",
        headers=("Besoin", "Origine", "Urgence", "Transmis le"),
        widths=(3.6, 1.4, 0.9, 1.1),
        rows=[
            [
                _short(one.title),
                one.get_origin_display(),
                one.get_urgency_display(),
                sent_words(one, year),
            ]
            for one in found[:MOST_NEEDS]
        ],
        note=_more(len(found) - MOST_NEEDS, "besoin"),
    )


def _actions(council: Council, year: Year) -> Block:
    found = sorted(sheets_of(council, year), key=lambda one: RANKS.get(one.status, 9))
    return Block(
        title="Actions menées",
        headers=("Fiche", "Action", "État", "Avancement"),
        widths=(0.6, 3.8, 1.4, 1),
        rows=[
            [one.code, _short(one.title), str(one.get_status_display()), f"{one.progress} %"]
            for one in found[:MOST_ACTIONS]
        ],
        note=_more(len(found) - MOST_ACTIONS, "action"),
    )


def _decisions(council: Council, year: Year) -> Block:
    found = list(
        Decision.objects.filter(
            council=council,
            year=year.number,
            kind=DecisionKind.TO_ARS,
            meeting__starts_at__date__lte=year.on,
        ).order_by("number")
    )
    return Block(
        title="Ce que le conseil transmet à l’ARS",
        headers=("Décision", "Intitulé", "État"),
        widths=(0.9, 4, 1),
        rows=[
            [one.code, _short(one.title), str(one.get_state_display())]
            for one in found[:MOST_DECISIONS]
        ],
        note=_more(len(found) - MOST_DECISIONS, "décision"),
    )


def _answers(council: Council, year: Year) -> Block:
    """Tell which transmissions still wait for an answer of the ARS."""
    sent = Transmission.objects.filter(council=council, on__lte=year.on)
    waiting = sent.filter(answered_on__isnull=True).order_by("on")
    days = [day(one.on) for one in waiting]
    if not days:
        return Block()
    told = ", ".join(f"le {one}" for one in days[:MOST_DECISIONS])
    return Block(
        title="Réponses attendues",
        text=[f"Transmissions encore sans réponse, envoyées {told}."],
        note=_more(len(days) - MOST_DECISIONS, "transmission"),
    )


def _more(count: int, noun: str) -> str:
    if count <= 0:
        return ""
    return f"Et {count} {noun if count == 1 else noun + 's'} de plus."


def _short(text: str) -> str:
    """Keep the beginning of a long title, cut between two words."""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + "…"
