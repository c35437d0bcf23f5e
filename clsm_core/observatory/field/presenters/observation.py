"""What the pages and papers of diagnoses and series show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.presenters.papers import Block, lines, printed
from clsm_core.observatory.field import series_file
from clsm_core.observatory.field.presenters.frame import decision_words, page_url, sections
from clsm_core.observatory.models import Diagnosis, Method, Need, Series
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.spreadsheet import csv_bytes
from clsm_core.ui.templatetags.ui import day

DIAGNOSIS_HEADERS = ("Diagnostic", "Thématique", "Période", "Validation", "Suite")
SERIES_HEADERS = ("Série", "Territoire", "Source", "Dernière valeur", "Années")
METHODS = dict(Method.choices)
TEXTS = (
    ("Synthèse", "summary"),
    ("Offre existante", "resources"),
    ("Écarts entre l’offre et les besoins", "gaps"),
    ("Sources", "sources"),
)


class Bar(NamedTuple):
    """A year of a series, drawn on a scale that holds them all; places in hundredths."""

    year: int
    text: str
    start: str
    length: str


def diagnoses_page(council: Council, member: Member, rows: Sequence[Diagnosis]) -> dict[str, Any]:
    """Give the values of the list of diagnoses."""
    return {
        "council": council,
        "sections": sections(member, "observatory:diagnoses"),
        "headers": DIAGNOSIS_HEADERS,
        "rows": [_line(council, one, member.today) for one in rows],
        "may_manage": member.may(Act.MANAGE),
        "new_url": page_url(council, "diagnosis_new"),
    }


def diagnosis_page(
    council: Council,
    member: Member,
    diagnosis: Diagnosis,
    series: Sequence[Series],
    needs: Sequence[Need],
) -> dict[str, Any]:
    """Give the values of one diagnosis."""
    decision, decision_url = decision_words(member, diagnosis.decision)
    return {
        "council": council,
        "diagnosis": diagnosis,
        "texts": [(label, getattr(diagnosis, name)) for label, name in TEXTS],
        "facts": _facts(diagnosis),
        "decision": decision,
        "decision_url": decision_url,
        "again": again(diagnosis, member.today),
        "charts": [(one, bars_of(one)) for one in series],
        "needs": [(one.title, page_url(council, "need", one.pk)) for one in needs],
        "may_manage": member.may(Act.MANAGE),
        "may_propose": member.may(Act.PROPOSE),
        "need_url": page_url(council, "need_new", diagnostic=diagnosis.pk),
        "series_url": page_url(council, "series_new", diagnostic=diagnosis.pk),
    }


def again(diagnosis: Diagnosis, on: date) -> str:
    """Say when a diagnosis is to be made again: « à refaire » once its term is past."""
    if diagnosis.is_continuous:
        return "observation continue"
    if not diagnosis.every_years:
        return "fait une fois"
    due = diagnosis.ends_on.year + diagnosis.every_years
    return "à refaire" if due <= on.year else f"à refaire en {due}"


def diagnosis_paper(
    council: Council,
    member: Member,
    diagnosis: Diagnosis,
    series: Sequence[Series],
    needs: Sequence[Need],
    *,
    at: datetime,
) -> bytes:
    """Return a diagnosis as a document to hand over."""
    decision, _ = decision_words(member, diagnosis.decision)
    facts = [*_facts(diagnosis), Fact("Validé par", decision or "pas encore validé")]
    blocks = [Block(facts=lines(facts))]
    blocks += [
        Block(title=label, text=[text])
        for label, name in TEXTS
        if (text := getattr(diagnosis, name))
    ]
    if series:
        blocks.append(Block(title="Séries de données"))
    blocks += [
        Block(
            title=one.title,
            level=3,
            text=[" · ".join(part for part in (one.territory, one.definition) if part)],
            headers=("Année", _value_head(one)),
            widths=(1, 2),
            rows=[[str(bar.year), bar.text] for bar in bars_of(one)],
            note=f"Source : {one.source}",
        )
        for one in series
    ]
    if needs:
        blocks.append(Block(title="Besoins repérés", text=[f"– {one.title}" for one in needs]))
    return printed(council, diagnosis.title, blocks, at=at, lead=[diagnosis.theme])


def series_page(council: Council, member: Member, rows: Sequence[Series]) -> dict[str, Any]:
    """Give the values of the list of series."""
    return {
        "council": council,
        "sections": sections(member, "observatory:series"),
        "headers": SERIES_HEADERS,
        "rows": [_series_line(council, one) for one in rows],
        "may_manage": member.may(Act.MANAGE),
        "new_url": page_url(council, "series_new"),
    }


def one_series_page(council: Council, member: Member, series: Series) -> dict[str, Any]:
    """Give the values of one series: its chart and its table."""
    bars = bars_of(series)
    return {
        "council": council,
        "series": series,
        "bars": bars,
        "headers": ("Année", _value_head(series)),
        "rows": [[bar.year, Cell(bar.text, is_number=True)] for bar in bars],
        "facts": [
            Fact("Territoire", series.territory),
            Fact("Source", series.source),
            Fact("Unité", series.unit),
            Fact("Définition", series.definition),
        ],
        "diagnosis_url": series.diagnosis_id
        and page_url(council, "diagnosis", series.diagnosis_id),
        "may_manage": member.may(Act.MANAGE),
    }


def bars_of(series: Series) -> list[Bar]:
    """Draw a series: bars from zero, on one scale from its lowest value to its highest."""
    values = [(one.year, one.value) for one in series.values.all()]
    low = min([Decimal(0), *(value for _, value in values)])
    high = max([Decimal(0), *(value for _, value in values)])
    scale = (high - low) or Decimal(1)
    return [
        Bar(
            year,
            series_file.written(value),
            f"{(min(value, Decimal(0)) - low) * 100 / scale:.2f}",
            f"{abs(value) * 100 / scale:.2f}",
        )
        for year, value in values
    ]


def series_csv(rows: Sequence[Series]) -> bytes:
    """Return every value of some series, as the import reads them."""
    return csv_bytes(series_file.COLUMNS, series_file.lines_of(rows))


def preview(changes: Sequence[series_file.Change]) -> list[list[Any]]:
    """Say series by series what a file would write."""
    return [
        [
            one.brought.fields["title"],
            one.brought.fields["territory"],
            "nouvelle" if one.series is None else "connue",
            ", ".join(
                f"{year} : {series_file.written(value)}"
                for year, value in sorted(one.added.items())
            )
            or "—",
            ", ".join(
                f"{year} : {series_file.written(before)} devient {series_file.written(after)}"
                for year, (before, after) in sorted(one.changed.items())
            )
            or "—",
        ]
        for one in changes
    ]


def _line(council: Council, one: Diagnosis, on: date) -> list[Any]:
    told = again(one, on)
    return [
        Cell(one.title, url=page_url(council, "diagnosis", one.pk)),
        one.theme or "—",
        _period(one),
        Cell("validé", kind="done") if one.decision_id else Cell("à valider", kind=""),
        Cell(told, kind="attention" if told == "à refaire" else None),
    ]


def _series_line(council: Council, one: Series) -> list[Any]:
    values = list(one.values.all())
    last = values[-1] if values else None
    years = sorted({values[0].year, values[-1].year}) if values else []
    unit = f" {one.unit}" if one.unit else ""
    return [
        Cell(one.title, url=page_url(council, "series_one", one.pk)),
        one.territory,
        one.source,
        f"{series_file.written(last.value)}{unit}" if last else "—",
        "–".join(map(str, years)) or "—",
    ]


def _facts(one: Diagnosis) -> list[Fact]:
    every = f"tous les {one.every_years} ans" if (one.every_years or 0) > 1 else "tous les ans"
    return [
        Fact("Période observée", _period(one)),
        Fact("Méthodes", ", ".join(str(METHODS.get(code, code)) for code in one.methods)),
        Fact(
            "Périodicité",
            "observation continue"
            if one.is_continuous
            else (every if one.every_years else "une fois"),
        ),
        Fact("Comité de suivi", one.committee),
    ]


def _period(one: Diagnosis) -> str:
    return f"du {day(one.starts_on)} au {day(one.ends_on)}"


def _value_head(one: Series) -> str:
    return f"Valeur ({one.unit})" if one.unit else "Valeur"
