"""Ask to reset a member's second factor (decision 17)."""

from __future__ import annotations

from django import forms

from cases.actions.factor_resets import ResetReason
from cases.forms.fields import one_shown


class ResetForm(forms.Form):
    """Why, in a code."""

    reason = one_shown("Motif", ResetReason)
