"""Ask for the erasure of a situation."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.fields import one_shown


class AskForm(forms.Form):
    """Why; the list holds only what is possible now."""

    reason = one_shown("Pourquoi effacer ?", [])

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons
