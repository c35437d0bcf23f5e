"""Read priority districts out of a CSV; pure: every line is read or its fault is said.

Columns: code;nom;code_insee;population;annee. Source: 003-09, 003-12; domain.md D.1 (QPV).
"""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

MAX_BYTES = 300_000
MAX_LINES = 500
COLUMNS = ("code", "nom", "code_insee", "population", "annee")
# The codes of the two generations: QP057001 and QN05701M.
CODE = re.compile(r"Q[PN][0-9A-Z]{6}")
INSEE = re.compile(r"[0-9AB]{5}")
FIRST_YEAR, LAST_YEAR = 1990, 2100
MAX_PEOPLE = 1_000_000
NAME_LENGTH = 160


class DistrictLine(NamedTuple):
    """One district of the file."""

    number: int
    code: str
    name: str
    insee: str
    population: int | None
    year: int | None


class Faults(Exception):
    """The file cannot be taken; ``messages`` say why, a line each."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(*messages)
        self.messages = messages


def decode(content: bytes) -> str:
    """Return the text of a file, in UTF-8 or as older French spreadsheets write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str, known_communes: frozenset[str]) -> list[DistrictLine]:
    """Return every district of a CSV.

    Args:
        text: the file, semicolons or commas between the columns.
        known_communes: INSEE codes of the council's perimeter.

    Raises:
        Faults: a column is missing, or lines are wrong; all of them are named at once.
    """
    text = text.lstrip("\ufeff")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as wrong:
        raise Faults(
            ["Le fichier ne se lit pas comme un CSV : enregistrez-le de nouveau."]
        ) from wrong
    head = [one.strip().lower().replace("é", "e") for one in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        raise Faults(
            [
                "La première ligne doit porter les colonnes code;nom;code_insee;population;annee."
                f" Il manque : {', '.join(missing)}."
            ]
        )
    places = {name: head.index(name) for name in COLUMNS}
    lines: list[DistrictLine] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
        wrong, line = _line(number, cells, known_communes)
        if line.code in seen and line.code:
            wrong.append(f"le code {line.code} est déjà à la ligne {seen[line.code]}")
        seen.setdefault(line.code, number)
        faults += [f"Ligne {number} : {text}." for text in wrong]
        lines.append(line)
    if not lines and not faults:
        faults = ["Le fichier ne contient aucun quartier sous sa ligne de titres."]
    if len(lines) > MAX_LINES:
        faults = [f"Le fichier dépasse {MAX_LINES} lignes."]
    if faults:
        raise Faults(faults)
    return lines


def _line(
    number: int, cells: dict[str, str], known: frozenset[str]
) -> tuple[list[str], DistrictLine]:
    """Read one line; return what is wrong with it, and the line."""
    wrong: list[str] = []
    code, insee = cells["code"].upper(), cells["code_insee"].upper()
    if not CODE.fullmatch(code):
        wrong.append("le code doit ressembler à QP057001 ou QN05701M")
    if not cells["nom"]:
        wrong.append("le nom manque")
    if len(cells["nom"]) > NAME_LENGTH:
        wrong.append(f"le nom dépasse {NAME_LENGTH} caractères")
    if insee.isdigit():
        insee = insee.zfill(5)
    if insee and not INSEE.fullmatch(insee):
        wrong.append("le code INSEE a cinq caractères")
    elif insee and insee not in known:
        wrong.append(f"la commune {insee} n’est pas dans le périmètre du conseil")
    population = _whole(cells["population"], 0, MAX_PEOPLE, "la population", wrong)
    year = _whole(cells["annee"], FIRST_YEAR, LAST_YEAR, "l’année", wrong)
    if cells["population"] and not cells["annee"]:
        wrong.append("l’année de la population manque")
    return wrong, DistrictLine(number, code, cells["nom"], insee, population, year)


def _whole(text: str, low: int, high: int, name: str, wrong: list[str]) -> int | None:
    """Read a whole number, spaces between thousands allowed; an empty cell is None."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not bare:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", bare) or not low <= int(bare) <= high:
        wrong.append(f"{name} doit être un nombre entier, de {low} à {high}")
        return None
    return int(bare)
