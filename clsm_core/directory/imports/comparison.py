"""Compare a file with the directory: what each line would write, or why it is refused.

Promises: writes nothing; an empty cell changes nothing; every line ends as one of new, changed,
the same, or refused with its number, its column and what to do.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from clsm_core.council.models import Council
from clsm_core.directory.imports.columns import BadCell, Column, Heads
from clsm_core.directory.imports.known import KnownContacts, KnownOrganisations, Several
from clsm_core.directory.imports.reading import Table
from clsm_core.directory.models import BatchKind, Organisation

NEW, CHANGED, SAME = "new", "changed", "same"
Values = dict[str, Any]
Line = dict[str, Any]


class LineError(NamedTuple):
    """One reason why a line is refused."""

    n: int
    column: str
    message: str


class Comparison(NamedTuple):
    """What a file would do, line by line."""

    lines: list[Line]
    errors: list[LineError]


class _Refused(Exception):
    """A line is refused for a reason that concerns the whole of it."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(column)
        self.column, self.message = column, message


def compare(*, council: Council, kind: str, table: Table, heads: Heads, today: date) -> Comparison:
    """Read every line of a table against the directory of a council."""
    reader = _Contacts(council) if kind == BatchKind.CONTACTS else _Organisations(council)
    lines: list[Line] = []
    errors: list[LineError] = []
    seen: dict[Any, int] = {}
    for number, cells in table.rows:
        values, bad = _values(number, cells, heads.places, today)
        if not bad:
            try:
                lines.append(_line(reader, number, values, seen))
                continue
            except _Refused as refused:
                bad = [LineError(number, refused.column, refused.message)]
        errors += bad
    return Comparison(lines, errors)


def _values(
    number: int, cells: Sequence[str], places: Mapping[int, Column], today: date
) -> tuple[Values, list[LineError]]:
    """Read the cells of a line; what is empty is left out."""
    values: Values = {}
    bad: list[LineError] = []
    for place, column in places.items():
        raw = cells[place] if place < len(cells) else ""
        try:
            value = column.read(raw, today)
        except BadCell as error:
            bad.append(LineError(number, column.label, error.message))
            continue
        if value != "":
            values[column.field] = value
        elif column.is_required:
            bad.append(LineError(number, column.label, "cette case est obligatoire."))
    return values, bad


def _line(reader: Any, number: int, values: Values, seen: dict[Any, int]) -> Line:
    values, known = reader.recognise(values)
    key = known.pk if known else reader.key(values)
    if key in seen:
        raise _Refused(reader.head, f"déjà à la ligne {seen[key]} de ce fichier : gardez-en une.")
    seen[key] = number
    if known is None:
        reader.complete(values, None)
        return {"n": number, "kind": NEW, "id": str(uuid.uuid4()), "values": values}
    if not known.is_active:
        raise _Refused(
            reader.head, "déjà dans l’annuaire, mais inactif : réactivez d’abord sa fiche."
        )
    reader.complete(values, known)
    before = {name: stored(known, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return {"n": number, "kind": SAME}
    return {
        "n": number,
        "kind": CHANGED,
        "id": str(known.pk),
        "version": known.version,
        "values": changed,
        "before": {name: before[name] for name in changed},
    }


def stored(row: Any, name: str) -> Any:
    """Return a stored value as a batch keeps it: a text, a boolean, an id, an ISO date."""
    value = getattr(row, f"{name}_id" if name == "organisation" else name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


class _Organisations:
    """Recognise organisations by name and postcode."""

    head = "Nom"

    def __init__(self, council: Council) -> None:
        self._known = KnownOrganisations(council)

    def recognise(self, values: Values) -> tuple[Values, Any]:
        """Return the values, and the organisation that they are about."""
        try:
            return values, self._known.matching(values["name"], values.get("postcode", ""))
        except Several as several:
            raise _Refused("Code postal", several.message) from several

    def key(self, values: Values) -> Any:
        """Return what two lines of a file may not share."""
        return self._known.key(values["name"], values.get("postcode", ""))

    def complete(self, values: Values, known: Any) -> None:
        """Leave the values as they are."""


class _Contacts:
    """Recognise contacts by name, then by e-mail or organisation."""

    head = "Nom"

    def __init__(self, council: Council) -> None:
        self._organisations = KnownOrganisations(council)
        self._known = KnownContacts(council)

    def recognise(self, values: Values) -> tuple[Values, Any]:
        """Return the values with the organisation's id, and the contact that they are about."""
        values = dict(values)
        postcode = values.pop("organisation_postcode", "")
        place = None
        if name := values.get("organisation"):
            place = self._organisation(name, postcode)
            values["organisation"] = str(place.pk)
        try:
            found = self._known.matching(
                values["last_name"],
                values.get("first_name", ""),
                email=values.get("email", ""),
                organisation=values.get("organisation"),
            )
        except Several as several:
            raise _Refused(self.head, several.message) from several
        # One set aside stays where it is written already, and takes nobody new.
        if place and not place.is_active and (not found or found.organisation_id != place.pk):
            raise _Refused("Structure", "cette structure est inactive : réactivez-la d’abord.")
        return values, found

    def key(self, values: Values) -> Any:
        """Return what two lines of a file may not share."""
        return (
            self._known.key(values["last_name"], values.get("first_name", "")),
            values.get("email", "").casefold(),
            values.get("organisation"),
        )

    def complete(self, values: Values, known: Any) -> None:
        """Hold together an agreement and its date."""
        accepts = values.get("accepts_mail", known.accepts_mail if known else False)
        since = values.get("accepts_mail_since")
        head = "Accord donné le"
        if accepts and not since and not (known and known.accepts_mail_since):
            raise _Refused(head, "« Accepte les informations » est à oui : indiquez la date.")
        if since and not accepts:
            raise _Refused(
                head,
                "une date est donnée sans accord : écrivez « oui » à « Accepte les informations ».",
            )
        if values.get("accepts_mail") is False and known and known.accepts_mail:
            values["accepts_mail_since"] = None

    def _organisation(self, name: str, postcode: str) -> Organisation:
        try:
            found = self._organisations.matching(name, postcode)
        except Several as several:
            raise _Refused("Code postal de la structure", several.message) from several
        if found is None:
            near = self._organisations.near(name)
            hint = f"Peut-être « {near} » ?" if near else "Importez d’abord les structures."
            raise _Refused("Structure", f"« {name[:60]} » n’est pas dans l’annuaire. {hint}")
        return found
