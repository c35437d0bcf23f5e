"""What no template of the project may contain, read as text, without Django.

Pages run under a policy that refuses inline style and script and every third party (T-15); they
are in French, and each control has a label (style rules 20 and 21).
"""

import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("cases", "clsm_core", "audit", "deploy")
# Templates of single widgets receive their id and label from the field's template.
WIDGETS = "django/forms/widgets"
ENGLISH = re.compile(
    r"\b(?:the|you|your|with|please|password|sign|submit|save|delete|cancel|click|here|"
    r"this|that|from|are|email|user|settings|loading|error)\b",
    re.IGNORECASE,
)
VOID = {"input", "img", "br", "hr", "meta", "link", "path", "rect"}
NAMED_BY_TITLE = re.compile(r"\{%\s*block title\s*%\}(.*?)\{%\s*endblock", re.DOTALL)
HOSTS = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)
SVG_NAMESPACE = "http://www.w3.org/2000/svg"


def templates() -> list[Path]:
    """Return every template of the project."""
    found = []
    for part in PARTS:
        found += [
            path
            for path in (ROOT / part).rglob("*")
            if path.suffix in {".html", ".svg"} and "templates" in path.parts
        ]
    return sorted(found)


def as_html(text: str) -> str:
    """Drop comments and tags of the template language; keep a word where a value would stand."""
    text = re.sub(r"\{#.*?#\}", "", text)
    text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{\s*([\w.]+).*?\}\}", lambda m: m[1].replace(".", "-"), text)
    text = re.sub(r"\{%\s*(?:static|url)\b.*?%\}", "/address", text)
    return re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL)


class Reader(HTMLParser):
    """Collect the faults of one page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.words: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.feed(as_html(text))
        for tag, attributes in self.controls:
            named = {"aria-label", "aria-labelledby"} & attributes.keys()
            if not named and attributes.get("id") not in self.labels:
                self.faults.append(f"<{tag}> without a label")
        for words in self.words:
            if match := ENGLISH.search(words):
                self.faults.append(f"English: {match[0]!r} in {words.strip()[:60]!r}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one opening tag."""
        attributes = dict(attrs)
        if tag not in VOID:
            self.inside.append(tag)
        for name in attributes:
            if name == "style":
                self.faults.append("style=")
            if name.startswith("on"):
                self.faults.append(f"{name}=")
        if tag == "style":
            self.faults.append("<style>")
        if tag == "script" and not attributes.get("src"):
            self.faults.append("<script> without src")
        if tag == "label" and attributes.get("for"):
            self.labels.add(str(attributes["for"]))
        hidden = attributes.get("type") in {"hidden", "submit"}
        if tag in {"input", "select", "textarea"} and not hidden:
            self.controls.append((tag, attributes))
        if tag == "img" and "alt" not in attributes:
            self.faults.append("<img> without alt")
        self.words += [
            str(attributes[name])
            for name in ("title", "placeholder", "aria-label", "alt", "data-label")
            if attributes.get(name)
        ]

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep the words that people read."""
        if data.strip() and not {"script", "style", "code", "svg"} & set(self.inside):
            self.words.append(data)


def faults(text: str, *, is_widget: bool = False, is_sealed: bool = False) -> list[str]:
    """Return all that is wrong in one template."""
    # A value's name is written in English: it is not what people read.
    readable = re.sub(r"\{\{.*?\}\}", "…", text) if not is_widget else ""
    found = [f for f in Reader(text).faults if not f.startswith("English")]
    found += [f for f in Reader(readable).faults if f.startswith("English")]
    if is_widget:
        found = [fault for fault in found if "without a label" not in fault]
    if HOSTS.search(text.replace(SVG_NAMESPACE, "")):
        found.append("third-party host")
    if "|safe" in text and not is_widget and "help_text|safe" not in text:
        found.append("|safe")
    if is_sealed:
        for title in NAMED_BY_TITLE.findall(text):
            found += [
                f"title shows {name}"
                for name in re.findall(r"\{\{\s*([\w.]+)", title)
                if name.rsplit(".", 1)[-1] not in {"code", "heading"}
            ]
    return found


class TemplateTests(TestCase):
    """T-15, style 20 and 21."""

    def test_there_are_templates(self) -> None:
        """The walk finds the tree: an empty list would prove nothing."""
        self.assertGreater(len(templates()), 60)

    def test_no_template_has_a_fault(self) -> None:
        """No inline style or script, no other host, no English, no control without label."""
        for path in templates():
            with self.subTest(path=path.relative_to(ROOT).as_posix()):
                found = faults(
                    path.read_text(encoding="utf-8"),
                    is_widget=WIDGETS in path.as_posix(),
                    is_sealed=path.is_relative_to(ROOT / "cases"),
                )
                self.assertEqual(found, [])

    def test_each_fault_is_seen(self) -> None:
        """Positive control: each refusal is provoked once."""
        bad = {
            '<p style="color:red">Bonjour</p>': "style=",
            '<button onclick="x()">Envoyer</button>': "onclick=",
            "<script>alert(1)</script>": "<script> without src",
            "<style>p{}</style>": "<style>",
            '<script src="https://cdn.example/x.js"></script>': "third-party host",
            '<link href="//cdn.example/x.css">': "third-party host",
            "<p>Please wait</p>": "English: 'Please' in 'Please wait'",
            '<p aria-label="Cancel">Non</p>': "English: 'Cancel' in 'Cancel'",
            '<input type="text" name="a" id="a">': "<input> without a label",
            '<label for="b">B</label><textarea id="a"></textarea>': "<textarea> without a label",
            '<img src="a.png">': "<img> without alt",
            "<p>{{ text|safe }}</p>": "|safe",
        }
        for text, fault in bad.items():
            with self.subTest(text=text):
                self.assertIn(fault, faults(text))
        sealed = "{% block title %}{{ person.name }}{% endblock %}"
        self.assertEqual(faults(sealed, is_sealed=True), ["title shows person.name"])

    def test_what_is_right_passes(self) -> None:
        """Positive control: a sound page has no fault."""
        good = (
            '<label for="a">Âge</label><input id="a" name="a">{{ form }}'
            '<script src="/x.js"></script><p>{{ user.email }}, vous êtes là</p>'
        )
        self.assertEqual(faults(good), [])


class LoginPackageTests(TestCase):
    """Style 20: no page of the login package shows its own English layout."""

    def test_every_template_is_ours(self) -> None:
        """Each template of the package that the services can reach has one of ours over it."""
        spec = find_spec("allauth")
        assert spec is not None
        assert spec.submodule_search_locations
        theirs = Path(next(iter(spec.submodule_search_locations))) / "templates"
        ours = ROOT / "clsm_core" / "accounts" / "templates"
        names = [
            path.relative_to(theirs)
            for folder in ("account", "mfa", "usersessions", "allauth/layouts")
            for path in (theirs / folder).rglob("*.*")
        ]
        self.assertGreater(len(names), 100)
        self.assertEqual([str(name) for name in names if not (ours / name).is_file()], [])
