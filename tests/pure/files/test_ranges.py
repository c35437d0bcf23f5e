"""Range requests as RFC 9110 §14 says them."""

import pytest

from cases.files.ranges import Part, Unsatisfiable, part_of

WHOLE = Part(0, 100, False)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", Part(0, 10, True)),
        ("bytes=90-", Part(90, 100, True)),
        ("bytes=90-500", Part(90, 100, True)),
        ("bytes=-10", Part(90, 100, True)),
        ("bytes=-500", Part(0, 100, True)),
        ("BYTES=0-0", Part(0, 1, True)),
        # Several, another unit, or unreadable: the whole.
        ("bytes=0-9,20-29", WHOLE),
        ("pages=0-9", WHOLE),
        ("bytes=9-0", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=٣-", WHOLE),
        ("bytes=0-" + "9" * 40, WHOLE),
        ("", WHOLE),
    ],
)
def test_what_a_header_asks(header: str, expected: Part) -> None:
    assert part_of(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_what_lies_after_the_end(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(header, 100)


def test_an_empty_file_has_no_range() -> None:
    with pytest.raises(Unsatisfiable):
        part_of("bytes=0-", 0)
