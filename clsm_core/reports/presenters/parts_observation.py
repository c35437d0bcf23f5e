"""Parts of a report on what is observed: needs, the commission's bands, the nine criteria.

Promises: what comes from the commission is read through the observatory, from proved bundles only,
and stays what it is there: bands, in the order of the plan; no share, no sum, no rank.

Source: decisions 35-39; releases.md 5.2; domain.md D.4 (parts 7, 8, 12).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from clsm_core.council.models import Council
from clsm_core.observatory.figures import Chart, in_order, themes_of, words
from clsm_core.observatory.models import Diagnosis, Need, Note, Priority
from clsm_core.observatory.presenters import chain_of
from clsm_core.observatory.queries import Reading, notes_of, readings_of
from clsm_core.reports.content import Block, chart, fact, table
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.templatetags.ui import short_day

# The questions that a steering committee asks; the rest stands on the observation page.
ASKED_THEMES = ("Ce qui est fréquent", "Ce qui est grave", "Ce qui manque")
HOW_TO_READ = (
    "Chaque chiffre est une fourchette : le vrai nombre est entre les deux bornes. « n.d. » : non"
    " diffusé. Cela ne veut dire ni zéro, ni peu."
)


def needs(source: Any) -> list[Block]:
    """7: diagnoses, needs, what the ARS was told, and the priorities drawn from them."""
    council, year, figures = source.council, source.year, source.figures
    found = Need.objects.filter(year.within("seen_on"), council=council)
    diagnoses = Diagnosis.objects.filter(year.within("ends_on"), council=council)
    return [
        Block(facts=[fact(one) for one in figures["observation"].lines if one.value]),
        chart(figures["needs"], "Origine"),
        table(
            "Besoins repérés dans l’année",
            ("Besoin", "Origine", "Urgence", "État", "Transmis à l’ARS"),
            (2.8, 1.3, 0.8, 1.3, 1.1),
            [
                (
                    one.title,
                    one.get_origin_display(),
                    one.get_urgency_display(),
                    one.get_state_display(),
                    sent_words(one, year),
                )
                for one in found.prefetch_related("transmissions").order_by(
                    "urgency", "seen_on", "pk"
                )
            ],
        ),
        priorities(council, year),
        *(
            Block(
                title=f"Diagnostic : {one.title}",
                text=[text for text in (one.summary, one.gaps) if text],
                facts=[("Sources", one.sources)] if one.sources else [],
            )
            for one in diagnoses.order_by("ends_on", "pk")
        ),
    ]


def priorities(council: Council, year: Year) -> Block:
    """List the priorities that ran in a year, with their needs and the actions that answer."""
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=year.first)
    found = Priority.objects.filter(running, council=council, starts_on__lte=year.on)
    answering = "needs__sheets__axis"
    return table(
        "Priorités du comité de pilotage",
        ("Priorité", "Visée", "Besoins", "Fiches-action", "Fin"),
        (2, 1.2, 2.4, 1, 0.9),
        [
            (
                one.title,
                one.get_goal_display(),
                " ; ".join(sorted(need.title for need in one.needs.all())),
                ", ".join(sorted(_decided(one))),
                short_day(one.ends_on) if one.ends_on and one.ends_on <= year.on else "",
            )
            for one in found.prefetch_related(answering).order_by("starts_on", "pk")
        ],
    )


def _decided(one: Priority) -> set[str]:
    """Return the codes of the decided actions that answer the needs of a priority."""
    sheets = (sheet for need in one.needs.all() for sheet in need.sheets.all())
    return {sheet.code for sheet in sheets if sheet.decision_id}


def sent_words(one: Need, year: Year) -> str:
    """Write when the ARS was told of a need for the last time, as known in the year."""
    days = [sent.on for sent in one.transmissions.all() if sent.on <= year.on]
    return short_day(max(days)) if days else "—"


def commission(source: Any) -> list[Block]:
    """8: the proved release of the year of each commission, and the notes published in it."""
    blocks: list[Block] = []
    for reading in source.readings:
        blocks += _release(reading)
    if source.notes:
        blocks.append(
            table(
                "Notes approuvées de la commission",
                ("Note", "Texte"),
                (1.4, 4),
                [(one.title, one.text) for one in source.notes],
            )
        )
    return blocks


def cited(source: Any) -> list[dict[str, str]]:
    """Name what the part takes from the commission, so that a withdrawal can be told later."""
    return [
        *({"id": str(one.release.pk), "label": title_of(one)} for one in source.readings),
        *({"id": str(one.pk), "label": f"note « {one.title} »"} for one in source.notes),
    ]


def title_of(reading: Reading) -> str:
    """Name a release: its commission, its period as the bundle writes it."""
    period = reading.proved.bundle["period"]["label"] if reading.proved else ""
    return f"{reading.release.commission_label}, {period}"


def notes_in(council: Council, year: Year) -> list[Note]:
    """Return the approved notes published in a year."""
    found = notes_of(council)
    return [one for one in found if year.first <= timezone.localdate(one.published_at) <= year.on]


def readings_in(council: Council, year: Year) -> list[Reading]:
    """Return, for each commission, the proved release whose period ends with the year."""
    found = []
    readings = readings_of(council)
    for origin in dict.fromkeys(one.release.source for one in readings):
        own = chain_of([one for one in readings if one.release.source == origin]).shown
        ended = [one for one in own if _ends_in(one, year)]
        if ended:
            found.append(ended[0])
    return found


def _ends_in(reading: Reading, year: Year) -> bool:
    """Tell whether the last day of a period, whose end is excluded, is in the year."""
    last = reading.release.period_end - timedelta(days=1)
    return year.first <= last <= year.last


def _release(reading: Reading) -> list[Block]:
    bundle = reading.proved.bundle if reading.proved else {"populations": (), "institution": ()}
    parts = in_order([part for part in bundle["populations"] if part["total"]])
    blocks = [
        Block(
            title=title_of(reading),
            facts=[
                *((part["label"], words(part["total"])) for part in parts),
                *((line["label"], line["text"]) for line in bundle["institution"]),
            ],
            text=[HOW_TO_READ],
        )
    ]
    for theme in themes_of(parts):
        if theme.title in ASKED_THEMES:
            blocks += [bands_of(one) for one in theme.charts if not one.columns]
    return blocks


def bands_of(one: Chart) -> Block:
    """Draw a published table: every row in the order of the plan, its band as a bar."""
    return Block(
        title=f"{one.title} ({one.population.lower()})",
        headers=["Constat", "Situations"],
        widths=[2.8, 1],
        rows=[[line.label, line.figures[0].text] for line in one.lines],
        numbers=[1],
        bars=[_ends(line) for line in one.lines],
        scale=float(one.scale),
        note="Une situation peut compter dans plusieurs lignes." if one.is_multi else "",
    )


def _ends(line: Any) -> list[float] | None:
    low, high = line.figures[0].low, line.figures[0].high
    return None if low is None or high is None else [float(low), float(high)]


def conformity(source: Any) -> list[Block]:
    """12: the nine criteria and what is missing."""
    met = sum(one.status == "conforme" for one in source.criteria)
    found = table(
        "Les neuf critères",
        ("Critère", "Conclusion", "Ce qui manque"),
        (1.7, 1.0, 3.6),
        [
            (
                f"{one.number}. {one.title}",
                one.status.value,
                "\n".join(lack.lack for lack in one.lacks) or "Rien.",
            )
            for one in source.criteria
        ],
    )
    found.facts = [("critères conformes", f"{met} sur {len(source.criteria)}")]
    return [found]
