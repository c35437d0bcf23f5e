"""Template tags of the interface: each draws one component, escaped, without inline style.

In a template: ``{% load ui %}``. Examples of every tag stand in the gallery.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django import template
from django.contrib.messages import constants as levels
from django.contrib.messages import get_messages
from django.forms import BaseForm
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clsm_core.ui.components import KINDS, Cell, Fact, Moment, StaleField, Step, Tab, Tile
from clsm_core.ui.icons import PATHS
from clsm_core.ui.layout import Notice

register = template.Library()

_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_SHORT_MONTHS = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
_KIND_ICONS = {"attention": "attention", "danger": "danger", "done": "done"}
_LEVEL_KINDS = {levels.ERROR: "danger", levels.WARNING: "attention", levels.SUCCESS: "done"}
_KIND_WORDS = {"": "Information", "attention": "Attention", "danger": "Erreur", "done": "Fait"}


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise template.TemplateSyntaxError(f"unknown kind: {kind!r}")
    return kind


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of our icons, hidden from screen readers: ``{% icon "lock" %}``."""
    if name not in PATHS:
        raise template.TemplateSyntaxError(f"unknown icon: {name!r}")
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"'
        ' focusable="false"><path d="{}"/></svg>',
        PATHS[name],
    )


@register.simple_tag
def tag(label: object, kind: str = "") -> SafeString:
    """Show a short state: ``{% tag "à restituer" "attention" %}``."""
    name = _KIND_ICONS.get(_known(kind))
    drawing = icon(name) if name else ""
    return format_html('<span class="tag {}">{}{}</span>', kind, drawing, label)


@register.simple_tag
def masked(label: str = "identité masquée") -> SafeString:
    """Show a seal where an identity would stand; no initial, no length, only the words."""
    return format_html('<span class="masked">{}<span>{}</span></span>', icon("seal"), label)


@register.simple_tag
def button(label: str, kind: str = "main", symbol: str = "", name: str = "") -> SafeString:
    """Draw a submit button: kind ``main`` (one a page), ``quiet`` or ``danger``."""
    sent = format_html(' name="action" value="{}"', name) if name else ""
    drawing = icon(symbol) if symbol else ""
    return format_html(
        '<button type="submit" class="button {}"{}>{}{}</button>', kind, sent, drawing, label
    )


@register.simple_tag
def link_button(label: str, url: str, kind: str = "quiet", symbol: str = "") -> SafeString:
    """Draw a link that looks like a button, for acts that only open a page."""
    drawing = icon(symbol) if symbol else ""
    return format_html('<a class="button {}" href="{}">{}{}</a>', kind, url, drawing, label)


@register.inclusion_tag("ui/components/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """Teach an empty page: what it is for, the first act."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("ui/components/messages.html", takes_context=True)
def messages(context: template.Context) -> dict[str, Any]:
    """Show what the last act did, once."""
    request = context.get("request")
    found = get_messages(request) if request is not None else ()
    shown = []
    for message in found:
        kind = _LEVEL_KINDS.get(message.level, "")
        shown.append({"kind": kind, "word": _KIND_WORDS[kind], "text": message.message})
    return {"shown": shown}


@register.inclusion_tag("ui/components/notice.html")
def notice(title: str, text: str = "", kind: str = "") -> dict[str, Any]:
    """Show a calm box inside a page: ``{% notice "Titre" "Texte" "attention" %}``."""
    return {
        "title": title,
        "text": text,
        "kind": _known(kind),
        "word": _KIND_WORDS[kind],
        "links": (),
    }


@register.inclusion_tag("ui/components/notice.html")
def standing_notice(one: Notice) -> dict[str, Any]:
    """Show what the frame says on every page, with where it leads."""
    told = notice(one.title, one.text, one.kind)
    return {**told, "links": one.links}


@register.simple_tag
def breadcrumb(*pairs: str) -> SafeString:
    """Draw the path to the page: label, url, label, url…; the last url may be empty."""
    if len(pairs) % 2:
        raise template.TemplateSyntaxError("breadcrumb takes pairs: label, url")
    steps = zip(pairs[::2], pairs[1::2], strict=True)
    items = (
        (format_html('<a href="{}">{}</a>', url, label) if url else label,) for label, url in steps
    )
    return format_html(
        '<nav class="breadcrumb-line" aria-label="Fil d’Ariane"><ol>{}</ol></nav>',
        format_html_join("", "<li>{}</li>", items),
    )


@register.inclusion_tag("ui/components/facts.html")
def facts(items: Iterable[Fact | tuple[str, object]], layout: str = "") -> dict[str, Any]:
    """Draw a definition list of (label, value); layout ``wide`` puts the pairs side by side."""
    return {"items": [Fact(*item) for item in items], "layout": layout}


@register.inclusion_tag("ui/components/tiles.html")
def tiles(items: Iterable[Tile], label: str = "Filtrer") -> dict[str, Any]:
    """Draw counts that open the list filtered by them."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(items: Iterable[Tab], label: str = "Volets") -> dict[str, Any]:
    """Draw the sections of a page; a sealed one says so in words."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(items: Iterable[Moment]) -> dict[str, Any]:
    """Draw a chronology, in the order given."""
    return {"items": items}


@register.inclusion_tag("ui/components/steps.html")
def steps(items: Sequence[Step]) -> dict[str, Any]:
    """Draw where one stands in a form of several screens."""
    current = next((n for n, step in enumerate(items, start=1) if step.is_current), 1)
    return {"items": items, "current": current, "total": len(items)}


@register.inclusion_tag("ui/components/table.html")
def table(
    caption: str, headers: Sequence[str], rows: Iterable[Sequence[Cell | object]]
) -> dict[str, Any]:
    """Draw a table that turns into cards on a phone; the first cell heads its row."""
    drawn = [
        [
            (header, value if isinstance(value, Cell) else Cell(value))
            for header, value in zip(headers, row, strict=True)
        ]
        for row in rows
    ]
    numbers = [
        bool(drawn) and all(row[place][1].is_number for row in drawn)
        for place in range(len(headers))
    ]
    heads = list(zip(headers, numbers, strict=True))
    return {"caption": caption, "headers": heads, "rows": drawn}


@register.inclusion_tag("ui/components/sealed.html")
def sealed(section: str, reason: str = "", holders: str = "", ask: str = "") -> dict[str, str]:
    """Show a section one may not open: its seal, why, who may, whom to ask."""
    return {"section": section, "reason": reason, "holders": holders, "ask": ask}


@register.inclusion_tag("ui/components/reveal.html", takes_context=True)
def reveal(
    context: template.Context, url: str, label: str = "Afficher l’identité"
) -> dict[str, Any]:
    """Draw the button that shows what is masked and says that the reading is recorded."""
    return {"url": url, "label": label, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("ui/components/stale.html")
def stale(items: Iterable[StaleField]) -> dict[str, Any]:
    """Show both texts of a stale edit: nothing typed is lost, nothing stored is overwritten."""
    return {"items": items}


@register.inclusion_tag("ui/components/pages.html")
def pages(page: Any, query: str = "") -> dict[str, Any]:
    """Draw the links of a paginated list; ``query`` is the filter kept, without the page."""
    return {"page": page, "query": f"{query}&" if query else ""}


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """Write a date in full: « 1er décembre 2025 »; nothing for no date."""
    if value is None:
        return ""
    value = _legal(value)
    return f"{_first(value)} {_MONTHS[value.month - 1]} {value.year}"


@register.filter(expects_localtime=True)
def short_day(value: date | None) -> str:
    """Write a date for lists: « 1er déc. 2025 »; nothing for no date."""
    if value is None:
        return ""
    value = _legal(value)
    return f"{_first(value)} {_SHORT_MONTHS[value.month - 1]} {value.year}"


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """Write a date and an hour for lists: « 1er déc. 2025, 18 h 41 »."""
    if value is None:
        return ""
    value = _legal(value)
    return f"{short_day(value)}, {value.hour} h {value.minute:02d}"


def _legal(value: Any) -> Any:
    """Return a moment in legal time: presenters write dates without the template's help."""
    is_moment = isinstance(value, datetime) and timezone.is_aware(value)
    return timezone.localtime(value) if is_moment else value


def _first(value: date) -> str:
    return "1er" if value.day == 1 else str(value.day)


@register.simple_block_tag
def sheet(content: str, title: str = "", kind: str = "") -> SafeString:
    """Put content on a sheet: ``{% sheet "Groupe" %}…{% endsheet %}``; kind ``band`` marks it."""
    heading = format_html("<h2>{}</h2>", title) if title else ""
    return format_html('<section class="sheet {}">{}{}</section>', kind, heading, content)


@register.simple_tag
def idempotency_input(form: BaseForm | None = None) -> SafeString:
    """Draw the hidden key that makes a form posted twice act once (decision 50).

    The key already posted is kept on an error page: the first post made nothing.
    """
    posted = form.data.get("idempotency_key", "") if form is not None and form.is_bound else ""
    try:
        key = str(UUID(str(posted)))
    except ValueError:
        key = str(uuid4())
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', key)


@register.simple_tag
def band(low: int, high: int, maximum: int) -> SafeString:
    """Draw a released figure as the band it is, from ``low`` to ``high`` on 0 … ``maximum``."""
    scale = 100 / max(maximum, 1)
    return format_html(
        '<svg class="band-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><rect class="sure" width="{}" height="10"/>'
        '<rect class="unsure" x="{}" width="{}" height="10"/></svg>',
        f"{low * scale:.2f}",
        f"{low * scale:.2f}",
        f"{(high - low) * scale:.2f}",
    )
