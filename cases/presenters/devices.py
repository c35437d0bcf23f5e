"""Name a browser in words that its owner recognises, and nothing that tells it from its like."""

from __future__ import annotations

from collections.abc import Iterable

from cases.access.openings import Device
from clsm_core.ui.templatetags.ui import moment

UNKNOWN = "Navigateur inconnu"
# Order matters: most browsers also name those they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def label(agent: str) -> str:
    """Return « Firefox sur Windows »: no version, nothing of the raw text (at most 60)."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser} sur {system}"
    return browser or (f"Navigateur sur {system}" if system else UNKNOWN)


def rows(devices: Iterable[Device]) -> list[dict[str, object]]:
    """Return the lines of « Mes appareils »."""
    return [
        {
            "id": device.id,
            "label": device.label or UNKNOWN,
            "opened_at": moment(device.opened_at),
            "used_at": moment(device.used_at),
            "is_this_one": device.is_this_one,
        }
        for device in devices
    ]
