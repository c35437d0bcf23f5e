"""Warn, once, that a text about a coded person may let her be recognised (C-03, C-27).

The warning says which kinds of clues, never what they are; nothing of them is stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from cases.domain.anonymity import clues_in
from cases.forms.fields import box

REREAD = "reread"


def warn_of_clues(form: forms.Form, fields: Iterable[str]) -> None:
    """Ask whoever wrote these fields to mend them, or to confirm that they name nobody.

    Called at the end of ``clean``, when the situation is examined without a name.
    """
    texts = [str(form.cleaned_data.get(name) or "") for name in fields]
    clues = clues_in(texts)
    if not clues:
        return
    form.fields[REREAD] = box("J’ai relu : rien, dans mes textes, ne permet de la reconnaître")
    if form.data.get(form.add_prefix(REREAD)):
        return
    seen = ", ".join(clue.label for clue in clues)
    form.add_error(
        REREAD,
        f"On dirait qu’il y a {seen} dans ce que vous avez écrit. La personne est désignée sans "
        "son nom : retirez-le, ou cochez cette case si ce n’est rien qui la désigne.",
    )
