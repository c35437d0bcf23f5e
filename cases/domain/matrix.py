"""Who reads what, in which state: the permission matrix, written by hand.

Nothing here is computed from the rules: the tests compare each cell with `cases.domain.reading`
over the whole product (T-20), and `make check` compares the block of SECURITY.md with `page`,
which `python -m cases.domain.matrix` prints. A cell that is not one of `Reads` stops the import.

Source: BR-02, BR-07, C-01…C-10, C-20…C-25, C-52, C-55, C-65, C-73; decisions 19-22, 26-30.
"""

import sys
from dataclasses import dataclass
from enum import StrEnum


class Reads(StrEnum):
    """What somebody reads of the sections of her right."""

    NOTHING = "–"
    AGREED = "agreed"
    """What the person opened, to this reader, for this use; see `LEGEND`."""
    ALL = "all"
    CONTROL = "control"
    """Everything, to read only."""
    URGENT = "urgent"
    """What the person did not close, to read only."""


@dataclass(frozen=True)
class Row:
    """One kind of reader: what she reads in each column, and by which rules."""

    who: str
    cells: dict[str, Reads]
    rules: str


COLUMNS: dict[str, tuple[str, str]] = {
    "draft": ("referral being written", "decision 19"),
    "referral": ("referral sent, not admitted", "BR-07"),
    "preparing": ("preparing", "C-02"),
    "examined": ("inscribed, reviewed", "C-08"),
    "followed": ("restituted, follow-up", "C-08"),
    "closed": ("closed", "C-09"),
    "withdrawn": ("refused or withdrawn", "C-04"),
    "limited": ("limited", "C-65"),
    "archived": ("archived", "C-52"),
    "erased": ("erased", "C-55"),
}
"""Erased, limited, archived and withdrawn win over the others, in this order."""

TABLE = """
nobody        | – – – – – – – – – – | C-21, C-23   | nobody here: not logged in, elected official, steering committee, plenary, council's accounts
staff         | – – – – – – – – – – | C-20, C-21   | staff or superuser of the server
inactive      | – – – – – – – – – – | C-25         | closed account
suspended     | – – – – – – – – – – | BR-02, C-25  | mandate suspended
excluded      | – – – – – – – – – – | BR-03, C-25  | member excluded
out_of_term   | – – – – – – – – – – | BR-02, C-25  | mandate ended, or not begun
unsigned      | – – – – – – – – – – | BR-02        | charter in force not signed
referrer      | – – – – – – – – – – | decision 19  | referrer: an answer, apart, and nothing of the situation
aside         | – – – – – – – – – – | decision 22  | member who stepped aside, or was set aside
without       | – – – – – – – – – – | C-21         | member without a right on the section
to_come       | – – – – – – – – – – | C-24         | member whose right has not begun
ended         | – – – – – – – – – – | C-24, C-25   | member whose right ended or was revoked
uninvited     | – – – – – – – – – – | C-24, dec. 22 | guest who has not accepted, or declined
guest_before  | – – – – – – – – – – | C-24         | guest before the window
guest_after   | – – – – – – – – – – | C-24         | guest after the window
asleep        | – – – – – – – – – – | decision 19  | depositary, asleep
dpo           | – – – – – – – – – – | C-73, dec. 26 | DPO without a control
member        | – – agreed agreed agreed agreed* – – – – | C-07, C-08 | permanent member, substitute, users' representative
guest         | – – agreed agreed agreed agreed* – – – – | C-07, C-24 | guest who accepted, in the window
coordinator   | – all all agreed agreed agreed* – – – – | BR-07, C-08 | coordinator (intake)
lead          | all* all* all all all all all – – – | C-04, C-08 | lead
woken         | urgent* urgent urgent urgent urgent urgent – – – – | C-04, §2.4 | depositary, exceptional access confirmed
control       | control* control control control control control – – – – | C-73 | DPO, control of a day
"""  # noqa: E501 — one reader a line: a grid that is broken cannot be read.

SECTIONS: dict[str, tuple[str, bool, bool]] = {
    # section: (opened by, in an anonymous evocation, to professions outside R1110-2)
    "identity": ("identite", False, True),
    "core": ("any agreement", True, True),
    "social": (
        "situation_sociale, budget_droits, entourage_familial, parcours_scolaire_professionnel",
        True,
        True,
    ),
    "housing": ("logement", True, True),
    "health": ("sante_psychique, sante_somatique, addictions", True, False),
    "legal": ("situation_juridique", True, True),
    "shareable": ("any agreement", True, True),
}

LEGEND = (
    "**agreed**: with an agreement in force (valid, restricted or a dated exception) that counts"
    " her among the readers (the coordinator is one of every agreement, C-07), for the use that the"
    " state serves (examining, then following up), of a text that its author and day leave open,"
    " and by the categories of the second table: one of a section's opens the section, a document"
    " needs its own (C-08). Expired or absent, nothing (C-02, C-09), but in a commission that"
    " allows an anonymous evocation, everything except the identity from preparing to follow-up"
    " (C-03).",
    "**all**: every section of her right, whatever the agreement. **control**: the same, to read"
    " only. **urgent**: to read only, what the person did not close: everything when nobody was"
    " asked, nothing after a refusal or an agreement that ended; the core and the shareable"
    " synthesis with any category left open.",
    "Refused by name, or by her structure, a reader reads nothing of any of these, in a coded"
    " evocation and in an emergency as well, unless she leads or controls (C-07).",
    "Everywhere: health is read by the professions of article R1110-2 alone, whatever the right"
    " (C-22), a document that says health filed elsewhere included; a level (read, contribute,"
    " manage) includes those before it and never those after it (C-21).",
    "\\* the life cycle does not let it happen; it is what the decision would answer.",
)


def _row(line: str) -> tuple[str, Row]:
    """Read one line of the grid. Raises: ValueError on a cell that is not known."""
    code, cells, rules, who = (part.strip() for part in line.split("|"))
    read = [Reads(cell.removesuffix("*")) for cell in cells.split()]
    return code, Row(who, dict(zip(COLUMNS, read, strict=True)), rules)


MATRIX: dict[str, Row] = dict(_row(line) for line in TABLE.strip().splitlines())


def _grid() -> list[str]:
    """Write the first table; stars are kept."""
    heads = " | ".join(f"{words} ({rule})" for words, rule in COLUMNS.values())
    lines = [f"| Reader | {heads} | Rules |", "|---" * (len(COLUMNS) + 2) + "|"]
    for line in TABLE.strip().splitlines():
        _, cells, rules, who = (part.strip() for part in line.split("|"))
        shown = " | ".join(cell.replace("*", "\\*") for cell in cells.split())
        lines.append(f"| {who} | {shown} | {rules} |")
    return lines


def page() -> str:
    """Write the matrix in Markdown, for a block of SECURITY.md."""
    said = {True: "yes", False: "no"}
    lines = [*_grid(), ""]
    for paragraph in LEGEND:
        lines += [paragraph, ""]
    lines += [
        "| Section | Opened by the categories | Anonymous evocation | Outside R1110-2 |",
        "|---|---|---|---|",
    ]
    for section, (opened_by, anonymous, anybody) in SECTIONS.items():
        lines.append(f"| {section} | {opened_by} | {said[anonymous]} | {said[anybody]} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(page())
