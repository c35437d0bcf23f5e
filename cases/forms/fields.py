"""Fields that the commission's forms share: texts that grow, closed lists, the help of C-27."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms

from cases.domain.choice import Choice

TEXT_LIMIT = 8000
LINE_LIMIT = 200

FACTS = (
    "Des faits, sans jugement : ce que vous avez vu ou entendu, et ce que cela change pour la "
    "personne. Il ne s’agit pas de dire ce qui s’écarte d’une norme."
)
NO_OPINIONS = "Rien sur l’origine, la religion, les opinions, la vie sexuelle ou une condamnation."
NO_NAME = "Sans nom, adresse ni date de naissance."

Options = Iterable[tuple[str, Any]]


def long_text(label: str, *, help_text: str = "", required: bool = False) -> forms.CharField:
    """Build a text that grows as one writes (8,000 characters at most)."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def line(
    label: str, *, help_text: str = "", required: bool = False, limit: int = LINE_LIMIT
) -> forms.CharField:
    """Build a text of one line; the browser keeps no memory of what is typed there."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def day(label: str, *, help_text: str = "", required: bool = False) -> forms.DateField:
    """Build a date."""
    return forms.DateField(label=label, help_text=help_text, required=required)


def one_of(
    label: str, kind: type[Choice] | Options, *, help_text: str = "", required: bool = False
) -> forms.ChoiceField:
    """Build a list of which one line is chosen, opened by a gesture."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        required=required,
        choices=[("", "Choisir…" if required else "Non renseigné"), *options(kind)],
    )


def one_shown(
    label: str, kind: type[Choice] | Options, *, help_text: str = "", required: bool = True
) -> forms.ChoiceField:
    """Build a short list of which every line is seen and one is chosen."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        required=required,
        choices=options(kind),
        widget=forms.RadioSelect,
    )


def several(
    label: str, kind: type[Choice] | Options, *, help_text: str = "", required: bool = False
) -> forms.MultipleChoiceField:
    """Build a list of boxes."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        required=required,
        choices=options(kind),
        widget=forms.CheckboxSelectMultiple,
    )


def box(label: str, *, help_text: str = "", required: bool = False) -> forms.BooleanField:
    """Build a single box."""
    return forms.BooleanField(label=label, help_text=help_text, required=required)


def options(kind: type[Choice] | Options) -> list[tuple[str, Any]]:
    """List the (code, label) pairs of a closed list."""
    return kind.choices() if isinstance(kind, type) else list(kind)


class Group(NamedTuple):
    """A named part of a long form; a folded one opens by a gesture."""

    title: str
    text: str
    fields: list[Any]
    is_folded: bool


class Grouped(forms.Form):
    """A long form drawn in named groups: ``groups`` lists (title, help, field names)."""

    groups: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    folded: frozenset[str] = frozenset()

    def sections(self) -> list[Group]:
        """Return the groups with their bound fields, those that this form does not have left out.

        A field that no group names comes last, so that none is ever lost; a group that holds
        something typed or an error is never folded.
        """
        drawn = [
            self._group(title, text, [self[name] for name in names if name in self.fields])
            for title, text, names in self.groups
        ]
        named = {name for _, _, names in self.groups for name in names}
        drawn.append(self._group("", "", [self[name] for name in self.fields if name not in named]))
        return [group for group in drawn if group.fields]

    def _group(self, title: str, text: str, fields: list[Any]) -> Group:
        is_empty = not any(field.value() or field.errors for field in fields)
        return Group(title, text, fields, title in self.folded and is_empty)

    def pairs(self) -> list[tuple[Any, None]]:
        """Return the bound fields as the summary of errors reads them."""
        return [(field, None) for field in self]
