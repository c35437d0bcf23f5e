"""How every form looks: labels above, help before the field, errors at the top and at the field.

``FORM_RENDERER = "clsm_core.ui.forms.FormRenderer"`` gives it to all forms, third-party ones
included. The renderer has its own template engine: no context processor runs for a widget, so a
form never costs a query. Dates, times and passphrases get the browser's own inputs.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django.forms import BoundField, widgets
from django.forms.renderers import BaseRenderer
from django.template.backends.django import DjangoTemplates

_NATIVE_INPUTS: dict[type[widgets.Widget], tuple[str, str]] = {
    widgets.DateInput: ("date", "%Y-%m-%d"),
    widgets.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    widgets.TimeInput: ("time", "%H:%M"),
}


class UiBoundField(BoundField):
    """A field on a page: knows its style class and where an error link must land."""

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        # The browser's date inputs send and expect ISO dates, whatever the language; the widget
        # belongs to this form instance (forms deep-copy their fields), so it may be adjusted.
        for native in _native_candidates(field.widget):
            kind, pattern = _NATIVE_INPUTS[type(native)]
            if native.input_type == "text":
                native.input_type = kind
                native.format = pattern

    @property
    def control_id(self) -> str:
        """Return the id of the first control: a group of choices has none of its own."""
        widget = self.field.widget
        if self.auto_id and isinstance(
            widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple
        ):
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id

    @property
    def is_checkbox(self) -> bool:
        """Tell whether this is a single box, whose label stands after it."""
        return isinstance(self.field.widget, widgets.CheckboxInput)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        """Add the design system's class to the widget, keeping any class already there."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        style = _style_of(widget)
        own = str(built.get("class", widget.attrs.get("class", "")))
        if style and style not in own.split():
            built["class"] = f"{own} {style}".strip()
        # A label that vanishes when one types is no label: third-party forms lose theirs.
        built["placeholder"] = False
        return built


class FormRenderer(BaseRenderer):
    """Draw forms with this package's templates first, Django's own after."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = UiBoundField

    @cached_property
    def engine(self) -> DjangoTemplates:
        """Build the engine of form templates, separate from the pages' engine."""
        ours = Path(__file__).parent / "templates"
        django_own = Path(django.forms.__file__).parent / "templates"
        return DjangoTemplates(
            {
                "NAME": "uiforms",
                "APP_DIRS": True,
                "DIRS": [ours, django_own],
                "OPTIONS": {"builtins": ["clsm_core.ui.templatetags.ui"]},
            }
        )

    def get_template(self, template_name: str) -> Any:
        """Find a form template by name."""
        return self.engine.get_template(template_name)


def _native_candidates(widget: Any) -> list[Any]:
    parts = getattr(widget, "widgets", None) or [widget]
    return [part for part in parts if type(part) in _NATIVE_INPUTS]


def _style_of(widget: Any) -> str:
    if widget.is_hidden:
        return ""
    if isinstance(
        widget, widgets.CheckboxInput | widgets.RadioSelect | widgets.CheckboxSelectMultiple
    ):
        return "form-check-input"
    if isinstance(widget, widgets.Select):
        return "form-select"
    return "form-control"
