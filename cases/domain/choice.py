"""Enumerations whose members carry the French words that users read."""

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """A closed list: English member name, short stable code as value, French label."""

    _label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Build a member from its code and its label.

        The label has a default only so that looking a member up by its code is well typed.
        """
        member = str.__new__(cls, code)
        member._value_ = code
        member._label = label
        return member

    @property
    def label(self) -> str:
        """Give the French words of the member."""
        return self._label

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """List (code, label) pairs in their order, for a form or a model field."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def codes(cls) -> tuple[str, ...]:
        """List the codes in their order."""
        return tuple(member.value for member in cls)
