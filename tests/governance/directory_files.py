"""Files to bring to a council's directory, and pages that read them, for the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document, Row, Table

IMPORTS = "/conseils/metz/annuaire/imports/"
HEADS = ["Nom", "Catégorie", "Missions", "Code postal", "Commune", "Adresse électronique", "Site"]
PEOPLE_HEADS = ["Nom", "Prénom", "Fonction", "Collège", "Structure", "Adresse électronique"]
# What is wrong with a bad line, in turn: a line, and words that its explanation holds.
BAD_LINES: list[tuple[list[str], str]] = [
    (["", "police", "", "", "", "", ""], "obligatoire"),
    (["Sans catégorie", "", "", "", "", "", ""], "obligatoire"),
    (["Mauvaise catégorie", "comissariat", "", "", "", "", ""], "n’est pas dans la liste"),
    (["Mauvais code", "police", "", "57 OOO", "", "", ""], "cinq chiffres"),
    (["Mauvaise adresse", "police", "", "", "", "accueil@", ""], "nom@domaine.fr"),
    (["Mauvais site", "police", "", "", "", "", "https://pas de site"], "https://"),
    (["=HYPERLINK(1)", "police", "", "", "", "", ""], "formule"),
    (["N" * 201, "police", "", "", "", "", ""], "200 au plus"),
]


def csv_file(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    delimiter: str = ";",
    encoding: str = "utf-8-sig",
    name: str = "fichier.csv",
) -> SimpleUploadedFile:
    """Write a CSV as a spreadsheet would."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([headers, *rows])
    return SimpleUploadedFile(name, stream.getvalue().encode(encoding), content_type="text/csv")


def ods_file(headers: Sequence[Any], rows: Sequence[Sequence[Any]]) -> SimpleUploadedFile:
    """Write a spreadsheet with values of their own types."""
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("Feuille")
    for values in (headers, *rows):
        row = Row()
        row.set_values(list(values))
        table.append_row(row)
    document.body.append(table)
    stream = io.BytesIO()
    document.save(stream)
    return SimpleUploadedFile("fichier.ods", stream.getvalue())


def many_lines(number: int, *, bad: int) -> Iterator[list[str]]:
    """Give lines of organisations, the bad ones spread among the good."""
    every = number // bad
    for place in range(number):
        if place % every == 0 and place // every < bad:
            line, _ = BAD_LINES[(place // every) % len(BAD_LINES)]
            yield [line[0] and f"{line[0]} {place}", *line[1:]]
        else:
            yield [
                f"Structure nº {place}",
                "structure sociale" if place % 2 else "police",
                f"Accueillir le public, mission {place}",
                f"{57000 + place % 900}",
                "Metz",
                f"contact{place}@exemple.invalid",
                "exemple.invalid",
            ]


def bring(browser: Any, file: Any, kind: str = "organisations") -> Any:
    """Post a file; return the preview's page, or the form refused."""
    return browser.post(IMPORTS, {"kind": kind, "file": file}, follow=True)


def address_of(page: Any) -> str:
    """Return the address of the preview to which a post led."""
    return str(page.redirect_chain[-1][0])
