"""A cell that lies about its value is refused in words, in no time, in every import."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from clsm_core.directory.imports.reading import UnreadableFile, tables_of
from clsm_core.ui.spreadsheet import Sheet, ods_bytes

END = "</table:table>"


def spreadsheet(attributes: str) -> bytes:
    """Give a spreadsheet whose last row is one cell with these attributes."""
    made = ods_bytes(
        [Sheet("F", ("Tête",), [["x"]])], title="t", at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    row = f"<table:table-row><table:table-cell {attributes}><text:p>a</text:p></table:table-cell>"
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "content.xml":
                content = content.replace(END.encode(), f"{row}</table:table-row>{END}".encode())
            new.writestr(name, content)
    return changed.getvalue()


@pytest.mark.parametrize(
    "attributes",
    [
        'office:value-type="date" office:date-value="un jour"',
        'office:value-type="date" office:date-value="0000-00-00"',
        'office:value-type="time" office:time-value="midi"',
        'office:value-type="float" office:value="1e9999999"',
        'office:value-type="float" office:value="-1e-9999999"',
        'office:value-type="percentage" office:value="1e1000000"',
    ],
)
def test_what_lies_is_refused(attributes: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        tables_of(spreadsheet(attributes))
    assert "illisible" in refused.value.message


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ('office:value-type="date" office:date-value="2026-03-12"', "2026-03-12"),
        ('office:value-type="float" office:value="12.5"', "12,5"),
        ('office:value-type="float" office:value="123456789012345678901234567890"', "1234567890"),
        ('office:value-type="boolean" office:boolean-value="true"', "oui"),
    ],
)
def test_control_what_a_spreadsheet_writes_is_read(attributes: str, text: str) -> None:
    (table,) = tables_of(spreadsheet(attributes))
    ((_, (cell,)),) = table.rows[1:]
    assert cell.startswith(text)
