"""The three orders in which a sheet is printed, each a list of labelled fields.

``terres`` follows the founding sheet 5.5 (000-01 to 000-27), ``metz`` the sheet n° 15 (004-01 to
004-25), ``cnra`` the national centre's layout (practice.md 4.2). The first two go on with every
other field that the sheet fills, so that nothing written is lost on paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from clsm_core.council.models import Council
from clsm_core.roadmap.models import (
    ActionSheet,
    ActivityNature,
    IndicatorKind,
    ObjectiveGroup,
    PartnerRole,
)
from clsm_core.roadmap.presenters import words
from clsm_core.roadmap.presenters.indicator import years_of
from clsm_core.roadmap.queries import budget as budgets
from clsm_core.roadmap.queries import computed

Items = list[tuple[str, str]]
BUDGET_HEADERS = ("Dépense", "Nature", "Exercice", "Prévu", "Réalisé")
FUNDING_HEADERS = ("Financeur", "Exercice", "État", "Montant")


@dataclass
class Table:
    """A small table; ``widths`` are shares of the line."""

    headers: list[str] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Set to the right the columns where every cell is an amount, a rate or nothing."""
        self.numbers = [
            bool(self.rows)
            and all(
                row[place].endswith(("€", "%", "chiffré")) or not row[place] for row in self.rows
            )
            and any(row[place] for row in self.rows)
            for place in range(len(self.headers))
        ]


@dataclass
class Piece:
    """A part of a field: a small title, a text, a list, a table; what is empty is not printed."""

    title: str = ""
    text: str = ""
    items: Items = field(default_factory=list)
    table: Table = field(default_factory=Table)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to print."""
        return not (self.text or self.items or self.table.rows)


@dataclass
class Field:
    """A label and what it says."""

    label: str
    pieces: list[Piece]


class Paper:
    """The fields of one sheet, made ready for paper; each method gives the parts of one."""

    def __init__(
        self, council: Council, sheet: ActionSheet, today: date, count: computed.Counting
    ) -> None:
        self.council, self.sheet, self.today, self.count = council, sheet, today, count

    def text(self, name: str) -> list[Piece]:
        """Give a text of the sheet."""
        return [Piece(text=getattr(self.sheet, name))]

    def partners(self, *roles: str) -> list[Piece]:
        """Give the partners of some roles."""
        return [Piece(items=_bare(words.partners(self.sheet, *roles)))]

    def public(self) -> list[Piece]:
        """Give for whom the action is, in codes and in words."""
        named = [line.text for line in self.sheet.audience_lines.all()]
        return [
            Piece(text=", ".join(words.coded(self.sheet, "publics"))),
            Piece(items=_bare(named)),
            Piece("Personnes concernées", self.sheet.people_concerned),
        ]

    def both(self, codes: str, text: str) -> list[Piece]:
        """Give a list of codes and the words that go with it."""
        return [Piece(text=words.both(self.sheet, codes, text))]

    def objectives(self) -> list[Piece]:
        """Give the operational objectives, by group (004-05)."""
        lines = list(self.sheet.objective_lines.all())
        return [
            Piece(title, items=_bare([one.text for one in lines if one.group == code]))
            for code, title in _groups()
        ]

    def activities(self) -> list[Piece]:
        """Give what is planned, each with its nature and group."""
        return [Piece(items=[words.activity(one) for one in self.sheet.activity_lines.all()])]

    def activities_by_nature(self) -> list[Piece]:
        """Give what is planned: what exists and what is new, each by group (004-06)."""
        lines = list(self.sheet.activity_lines.all())
        natures = [(one.value, str(one.label).capitalize()) for one in ActivityNature]
        return [
            Piece(
                " – ".join(filter(None, [title, group_title])),
                items=_bare(
                    [one.text for one in lines if one.nature == nature and one.group == group]
                ),
            )
            for nature, title in [*natures, ("", "")]
            for group, group_title in _groups()
        ]

    def calendar(self) -> list[Piece]:
        """Give when, and the steps."""
        return [Piece(text=words.calendar(self.sheet)), *self.steps()]

    def steps(self) -> list[Piece]:
        """Give the steps."""
        return [Piece("Étapes", items=[words.step(one) for one in self.sheet.step_lines.all()])]

    def indicators(self, kind: str, title: str = "") -> list[Piece]:
        """Give the indicators of a kind, with their figures year by year."""
        items = []
        for line in self.sheet.indicator_lines.all():
            if line.kind != kind:
                continue
            label, remark = words.indicator(line)
            years = years_of(self.sheet, self.today.year)
            figures = [
                f"{year} : {words.number(value)}{f' – {comment}' if comment else ''}"
                for year, value, comment in words.values_of(
                    line, self.council, years, self.today, self.count
                )
            ]
            items.append((label, " ; ".join([remark, *figures])))
        return [Piece(title, items=items)]

    def budget(self) -> list[Piece]:
        """Give the expenses and the time given."""
        rows = [
            [
                line.label,
                line.get_kind_display() + (f", {line.hours} h" if line.hours else ""),
                str(line.year or ""),
                words.euros(line.amount),
                words.euros(line.spent) if line.spent is not None else "",
            ]
            for line in self.sheet.budgetline_lines.all()
        ]
        totals = budgets.of_sheet(self.sheet)
        note = ""
        if totals.planned:
            note = (
                f"Prévu {words.euros(totals.planned)}, notifié ou versé"
                f" {words.euros(totals.secured)}, reste à couvrir {words.euros(totals.uncovered)}"
            )
        return [
            Piece(table=Table(list(BUDGET_HEADERS), [2.6, 1.8, 1, 1.2, 1.2], rows)),
            Piece(text=note),
        ]

    def fundings(self) -> list[Piece]:
        """Give who pays or may pay."""
        rows = [
            [
                " – ".join(filter(None, [line.get_funder_display(), line.label])),
                str(line.year or ""),
                line.get_status_display(),
                words.euros(line.amount),
            ]
            for line in self.sheet.funding_lines.all()
        ]
        return [Piece(table=Table(list(FUNDING_HEADERS), [3, 1, 1.2, 1.4], rows))]

    def evaluation(self) -> list[Piece]:
        """Give how the action is evaluated."""
        return self.both("evaluation_methods", "evaluation_method")

    def yes_no(self, name: str) -> list[Piece]:
        """Give an answer by yes or no."""
        return [Piece(text=words.yes_no(getattr(self.sheet, name)))]

    def reviews(self, *names: str) -> list[Piece]:
        """Give some answers of the yearly reviews, year by year."""
        found = []
        for review in self.sheet.reviews.all():
            for name in names:
                label = str(review._meta.get_field(name).verbose_name).capitalize()
                found.append(Piece(f"{review.year} – {label}", getattr(review, name)))
        return found

    def chained(self) -> list[Piece]:
        """Give the sheet that this one follows."""
        before = self.sheet.chained_with
        return [Piece(text=f"{before.code} {before.title}" if before else "")]

    def needs(self) -> list[Piece]:
        """Give the needs that it answers."""
        return [Piece(items=_bare([one.title for one in self.sheet.needs.all()]))]


def _terres(paper: Paper) -> list[tuple[str, list[Piece]]]:
    sheet = paper.sheet
    return [
        ("Objectif stratégique", [Piece(text=words.strategic(sheet))]),
        ("Objectif opérationnel", paper.objectives()),
        ("Description de l’action", [*paper.text("description"), *paper.activities()]),
        (
            "Pilotes de l’action",
            paper.partners(PartnerRole.PILOT),
        ),
        ("Partenaires à mobiliser, associés", paper.partners(PartnerRole.ASSOCIATED)),
        ("Public visé", paper.public()),
        ("Éléments facilitateurs", paper.text("facilitators")),
        ("Freins", paper.text("obstacles")),
        ("Calendrier", paper.calendar()),
        (
            "Modalités de suivi",
            [
                *paper.text("follow_up"),
                *paper.indicators(IndicatorKind.PROCESS, "Indicateurs de processus"),
                *paper.indicators(IndicatorKind.RESULT, "Indicateurs de résultats"),
            ],
        ),
        ("Budget prévisionnel", paper.budget()),
        ("Financements mobilisables", paper.fundings()),
    ]


def _metz(paper: Paper) -> list[tuple[str, list[Piece]]]:
    sheet = paper.sheet
    return [
        ("Objectif stratégique", [Piece(text=words.strategic(sheet))]),
        ("Porteur", paper.partners(PartnerRole.CARRIER)),
        ("Pilote de la fiche", paper.partners(PartnerRole.PILOT)),
        (
            "Partenaires principaux",
            paper.partners(PartnerRole.IMPLEMENTING, PartnerRole.ASSOCIATED),
        ),
        ("Modalité de suivi", paper.text("follow_up")),
        ("Contexte et enjeux locaux", paper.text("context")),
        ("Objectif spécifique", [Piece(text=words.specific(sheet))]),
        ("Objectifs opérationnels", paper.objectives()),
        ("Description", [*paper.text("description"), *paper.activities_by_nature()]),
        ("Durée et calendrier", paper.calendar()),
        ("Territoire", paper.both("extents", "territories")),
        ("Public visé", paper.public()),
        ("Budget prévisionnel", paper.budget()),
        ("Financements pressentis", paper.fundings()),
        ("Déterminants de santé visés", paper.both("determinants", "health_determinants")),
        ("Politiques publiques concernées", paper.both("policies", "public_policies")),
        ("Indicateurs de processus", paper.indicators(IndicatorKind.PROCESS)),
        ("Indicateurs de résultats", paper.indicators(IndicatorKind.RESULT)),
        ("Méthode d’évaluation", paper.evaluation()),
        ("Vise les inégalités sociales de santé", paper.yes_no("targets_inequalities")),
        ("Démarche participative", paper.yes_no("is_participatory")),
        ("Articulation", paper.text("articulation")),
    ]


def _cnra(paper: Paper) -> list[tuple[str, list[Piece]]]:
    sheet = paper.sheet
    return [
        ("Thématique", paper.both("theme_codes", "themes")),
        ("Territoire de l’action", paper.both("extents", "territories")),
        ("Public cible", paper.public()),
        (
            "Objectifs",
            [
                Piece(
                    text="\n".join(filter(None, [words.strategic(sheet), words.specific(sheet)]))
                ),
                *paper.objectives(),
            ],
        ),
        (
            "Déroulement",
            [
                Piece("État des lieux", sheet.context),
                *paper.steps(),
                Piece("Actions qui en découlent", sheet.description),
                *paper.activities(),
            ],
        ),
        (
            "Résultats",
            [
                *paper.indicators(IndicatorKind.PROCESS, "Indicateurs de processus"),
                *paper.indicators(IndicatorKind.RESULT, "Indicateurs de résultats"),
                *paper.reviews("done", "attendance", "strong_points", "weak_points", "gaps"),
                *paper.text("yearly_review"),
            ],
        ),
        ("Perspectives", [*paper.reviews("prospects"), Piece("Capitalisation", sheet.lessons)]),
    ]


def _further(paper: Paper) -> list[tuple[str, list[Piece]]]:
    """Give every field, for those that a layout's own order leaves out."""
    sheet = paper.sheet
    return [
        ("Besoins à l’origine", paper.needs()),
        ("Contexte et enjeux locaux", paper.text("context")),
        ("Objectif spécifique", [Piece(text=words.specific(sheet))]),
        ("Porteur", paper.partners(PartnerRole.CARRIER)),
        ("Partenaires de mise en œuvre", paper.partners(PartnerRole.IMPLEMENTING)),
        ("Territoire", paper.both("extents", "territories")),
        ("Thématiques", paper.both("theme_codes", "themes")),
        ("Éléments facilitateurs", paper.text("facilitators")),
        ("Freins", paper.text("obstacles")),
        ("Déterminants de santé visés", paper.both("determinants", "health_determinants")),
        ("Politiques publiques concernées", paper.both("policies", "public_policies")),
        ("Méthode d’évaluation", paper.evaluation()),
        ("Vise les inégalités sociales de santé", paper.yes_no("targets_inequalities")),
        ("Démarche participative", paper.yes_no("is_participatory")),
        ("Articulation", paper.text("articulation")),
        ("Action chaînée avec", paper.chained()),
        (
            "Bilan",
            [
                *paper.reviews(
                    "done", "gaps", "attendance", "strong_points", "weak_points", "prospects"
                ),
                *paper.text("yearly_review"),
            ],
        ),
        ("Capitalisation", paper.text("lessons")),
        ("Origine de la fiche", paper.text("source")),
    ]


# A layout and the labels of what it already says under other words.
LAYOUTS: dict[str, tuple[Callable[[Paper], list[tuple[str, list[Piece]]]], frozenset[str]]] = {
    "terres": (_terres, frozenset()),
    "metz": (_metz, frozenset({"Porteur", "Partenaires de mise en œuvre"})),
    "cnra": (_cnra, frozenset()),
}
# The national layout is closed: it prints its own headings and no other.
CLOSED = frozenset({"cnra"})


def fields_of(paper: Paper, layout: str) -> list[Field]:
    """Return the fields of a sheet in the order of a layout; what is empty is left out."""
    own, said = LAYOUTS[layout]
    pairs = own(paper)
    if layout not in CLOSED:
        labels = {label for label, _ in pairs} | said
        pairs += [pair for pair in _further(paper) if pair[0] not in labels]
    found = []
    for label, pieces in pairs:
        kept = [piece for piece in pieces if not piece.is_empty]
        if kept:
            found.append(Field(label, kept))
    return found


def printed_sheet(
    council: Council, sheet: ActionSheet, layout: str, today: date, count: computed.Counting
) -> dict[str, Any]:
    """Return a sheet as its document reads it."""
    state = f"{sheet.get_status_display()} · avancement {words.percent(sheet.progress)}"
    if sheet.decision:
        state += f" · décision {sheet.decision.code}"
    paper = Paper(council, sheet, today, count)
    return {
        "axis": f"Axe stratégique {sheet.axis.number} — {sheet.axis.title}",
        "title": f"Fiche-action {sheet.code} — {sheet.title}",
        "state": state[0].upper() + state[1:],
        "fields": [asdict(one) for one in fields_of(paper, layout)],
    }


def _groups() -> list[tuple[str, str]]:
    return [*((one.value, str(one.label).capitalize()) for one in ObjectiveGroup), ("", "")]


def _bare(texts: list[str]) -> Items:
    return [(text, "") for text in texts]
