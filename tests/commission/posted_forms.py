"""Read the form of a page as a browser would send it: names, present values, nothing typed."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Collect the forms of a page: address, and (name, value) of what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field, a choice."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and said.get("method", "").lower() == "post":
            self.forms.append((said.get("action", ""), {}))
        if not self.forms:
            return
        name = said.get("name", "")
        fields = self.forms[-1][1]
        if tag == "input" and name:
            is_choice = said.get("type") in ("checkbox", "radio")
            fields.setdefault(name, [])
            if not is_choice or "checked" in said:
                fields[name].append(said.get("value", "on" if is_choice else ""))
        elif tag == "select":
            self._select = name
            fields.setdefault(name, [])
        elif tag == "option" and self._select and "selected" in said:
            fields[self._select].append(said.get("value", ""))
        elif tag == "textarea":
            self._area = name
            fields[name] = [""]

    def handle_data(self, data: str) -> None:
        """Note what stands in a text area."""
        if self._area:
            self.forms[-1][1][self._area] = [data.strip()]

    def handle_endtag(self, tag: str) -> None:
        """Leave a field or a form."""
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def form_of(page: str, address: str) -> dict[str, list[str]]:
    """Return what the form of a page that posts to an address would send; empty without one."""
    reader = _Forms()
    reader.feed(page)
    named = [fields for action, fields in reader.forms if action == address]
    unnamed = [fields for action, fields in reader.forms if action in ("", ".")]
    return (named or unnamed or [{}])[0]
