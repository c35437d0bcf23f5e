"""What every page shows around its content, as plain values.

``settings.UI_LAYOUT`` is the dotted path of a callable ``(request) -> Layout``. The interface
reads nothing else of the applications, and an absent setting gives an empty, valid layout: the
error pages rely on it, since they are drawn without a request and without the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.module_loading import import_string

COMMISSION = "commission"
GOVERNANCE = "governance"

KINDS = {COMMISSION: "Commission — confidentiel", GOVERNANCE: "Conseil"}
DEFAULT_NAMES = {
    COMMISSION: "Commission de santé mentale",
    GOVERNANCE: "Conseil local de santé mentale",
}

# A council chooses its accent among these; each was measured against its grounds in both themes
# (tests/pure/test_theme.py), so that a choice can never break the contrast.
ACCENTS = ("sapin", "encre", "prune", "ardoise", "olive")


class NavItem(NamedTuple):
    """One link of a menu; ``number`` is shown after the label when it is not None."""

    label: str
    url: str
    current: bool = False
    number: int | None = None


class VaultState(NamedTuple):
    """The vault of the person logged in: minutes left, or None when it is locked."""

    minutes: int | None
    url: str


class Notice(NamedTuple):
    """Something that every page of the person says until it is over."""

    title: str
    text: str = ""
    kind: str = ""
    links: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What the frame of a page shows; every default is the empty page's."""

    nav: tuple[NavItem, ...] = ()
    vault: VaultState | None = None
    user_name: str = ""
    user_menu: tuple[NavItem, ...] = ()
    footer: tuple[NavItem, ...] = ()
    council_name: str = ""
    service_name: str = ""
    home_url: str = "/"
    login_url: str = ""
    logout_url: str = ""
    accent: str = ""
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an accent whose contrast nobody measured.

        Raises:
            ImproperlyConfigured: when the accent is not one of ``ACCENTS``.
        """
        if self.accent and self.accent not in ACCENTS:
            raise ImproperlyConfigured(f"accent inconnu : {self.accent}")


def service() -> str:
    """Return which of the two services this process is."""
    name: str = getattr(settings, "SERVICE", GOVERNANCE)
    return name


def build(request: HttpRequest) -> Layout:
    """Ask the configured callable for this request's layout."""
    path = getattr(settings, "UI_LAYOUT", "")
    if not path:
        return Layout()
    return _provider(path)(request)


def context_of(layout: Layout) -> dict[str, Any]:
    """Turn a layout into the variables that the base template reads."""
    here = service()
    name = layout.service_name or getattr(settings, "SERVICE_NAME", "") or DEFAULT_NAMES[here]
    return {
        "service": here,
        "service_kind": KINDS[here],
        "service_name": name,
        "council_name": layout.council_name,
        "nav": layout.nav,
        "vault": layout.vault,
        "layout": layout,
    }


@lru_cache(maxsize=4)
def _provider(path: str) -> Callable[[HttpRequest], Layout]:
    provider: Callable[[HttpRequest], Layout] = import_string(path)
    return provider
