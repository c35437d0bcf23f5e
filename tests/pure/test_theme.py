"""The theme's colours, measured: WCAG 2.2 AA in both themes, for every accent on offer."""

import re
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "clsm_core" / "ui" / "static" / "ui" / "theme.css").read_text(encoding="utf-8")
TEXT, CONTROL = 4.5, 3.0
MEANINGS = ("attention", "danger", "done")


def block(opening: str) -> dict[str, str]:
    """Return the colours declared in the first rule whose text starts with ``opening``."""
    body = CSS[CSS.index(opening) + len(opening) :]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", body[: body.index("}")]))


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rgb`` or ``#rrggbb`` (WCAG 2.2)."""
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


DAY = block("color-scheme: light dark;")
NIGHT = block(':root:not([data-bs-theme="light"]) {')
ACCENTS = {
    name: block(f".accent-{name} {{") for name in ("sapin", "encre", "prune", "ardoise", "olive")
}


class ContrastTests(TestCase):
    """Style 21."""

    def test_the_measure_is_right(self) -> None:
        """Positive control: known pairs give known ratios."""
        self.assertAlmostEqual(contrast("#000", "#ffffff"), 21.0, places=3)
        self.assertAlmostEqual(contrast("#777777", "#fff"), 4.478, places=2)
        self.assertLess(contrast("#777777", "#fff"), TEXT)

    def test_text_and_meanings(self) -> None:
        """Ink, quiet ink and the three meanings are legible on each ground they stand on."""
        for theme in (DAY, NIGHT):
            for ground in ("paper", "sheet"):
                for ink in ("ink", "ink-2", *MEANINGS):
                    self.assertGreaterEqual(contrast(theme[ink], theme[ground]), TEXT)
                self.assertGreaterEqual(contrast(theme["control"], theme[ground]), CONTROL)
            for meaning in MEANINGS:
                for ink in (meaning, "ink", "ink-2"):
                    ground = theme[f"{meaning}-wash"]
                    self.assertGreaterEqual(contrast(theme[ink], ground), TEXT, (meaning, ink))

    def test_accents(self) -> None:
        """Every accent is legible as text, as a button and as a header, by day and by night."""
        for name, accent in ACCENTS.items():
            with self.subTest(accent=name):
                for ground in (DAY["paper"], DAY["sheet"], accent["day-wash"], "#ffffff"):
                    self.assertGreaterEqual(contrast(accent["day"], ground), TEXT)
                for ground in (NIGHT["paper"], NIGHT["sheet"], accent["night-wash"]):
                    self.assertGreaterEqual(contrast(accent["night"], ground), TEXT)
                self.assertGreaterEqual(contrast(accent["night"], "#191816"), TEXT)
                self.assertGreaterEqual(contrast(accent["night-head"], "#f3f0ea"), TEXT)
                self.assertGreaterEqual(contrast(accent["day-wash"], DAY["ink"]), TEXT)
                self.assertGreaterEqual(contrast(accent["night-wash"], NIGHT["ink"]), TEXT)

    def test_the_two_ways_to_night_agree(self) -> None:
        """The system's choice and the attribute give the same colours."""
        self.assertEqual(NIGHT, block(':root[data-bs-theme="dark"] {'))
        self.assertGreater(len(NIGHT), 10)


class WeightTests(TestCase):
    """T-62: nothing heavy, nothing from elsewhere."""

    def test_the_sheet_imports_nothing(self) -> None:
        """No import, no address outside: the only drawings are in the sheet itself."""
        self.assertNotIn("@import", CSS)
        addresses = re.findall(r"url\(\s*[\"']?([^\"')]{0,20})", CSS)
        self.assertTrue(addresses)
        self.assertEqual([one for one in addresses if not one.startswith("data:image/svg")], [])

    def test_scripts_stay_short(self) -> None:
        """Fewer than 150 lines for passkeys, and no way to write markup from a script."""
        script = (ROOT / "clsm_core" / "ui" / "static" / "ui" / "passkey.js").read_text("utf-8")
        self.assertLessEqual(len(script.splitlines()), 150)
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            self.assertNotIn(word, script)


class BootstrapTests(TestCase):
    """The style sheet underneath is the official one."""

    def test_the_wheel_holds_the_official_file(self) -> None:
        """The digest on disk equals the official distribution's."""
        from clsm_core.ui import bootstrap

        self.assertTrue(bootstrap.is_official())
        self.assertEqual(bootstrap.VERSION, "5.3.8")
