"""One screen of a referral: what it holds, what was typed, and what the content keeps of it."""

from __future__ import annotations

from typing import Any, ClassVar

from cases.forms.anonymity import REREAD, warn_of_clues
from cases.forms.fields import Grouped


class StepForm(Grouped):
    """One screen of the referral; it knows the content already written on the others."""

    keys: ClassVar[tuple[str, ...]] = ()
    free_texts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, is_coded: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_coded = is_coded

    def clean(self) -> dict[str, Any]:
        """Read again what is written about somebody designated without her name (C-03)."""
        data = super().clean() or {}
        if self.is_coded:
            warn_of_clues(self, self.free_texts)
        return data

    def content(self) -> dict[str, Any]:
        """Return the plain values of this screen."""
        return {key: plain(self.cleaned_data.get(key)) for key in self.keys}

    def typed(self) -> dict[str, Any]:
        """Return what was typed so far, valid or not, to keep in the draft."""
        kept: dict[str, Any] = {}
        for key in self.fields:
            value = self.fields[key].widget.value_from_datadict(
                self.data, self.files, self.add_prefix(key)
            )
            if key != REREAD and (isinstance(value, str | bool | list) or value is None):
                kept[key] = value
        return self.nested(kept)

    def nested(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put flat values in the shape of the content."""
        return values

    @classmethod
    def flat(cls, content: dict[str, Any]) -> dict[str, Any]:
        """Return initial values from a content."""
        return content


def plain(value: Any) -> Any:
    """Return a value that a sealed draft can hold: dates become ISO texts."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None:
        return ""
    return value
