"""Why so many situations were opened in an hour."""

from __future__ import annotations

from django import forms

from cases.domain.openings import OpeningReason
from cases.forms.fields import one_shown


class WhyForm(forms.Form):
    """One reason of a closed list: it goes to the ledger, never a text."""

    reason = one_shown("Pourquoi ouvrez-vous autant de situations ?", OpeningReason)
