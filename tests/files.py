"""Files for the commission's tests: sent by the pages, or deposited by the actions."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.actions import acceptance, files
from cases.models import Attachment, Situation
from tests import people
from tests.cases_of import Client, TestCase
from tests.pure.files import corpus


def deposited(
    cast: people.Cast,
    situation: Situation,
    *,
    by: str = "luc",
    content: bytes | None = None,
    name: str = "courrier.pdf",
    category: str = "logement",
    section: str = "",
    title: str = "Bail signé",
    **more: Any,
) -> Attachment:
    """Deposit a file as somebody of the cast, through the whole of the acceptance."""
    with people.as_person(cast.people[by]) as viewer:
        row = people.fresh(cast, situation.pk)
        content = corpus.pdf() if content is None else content
        received = acceptance.examine(
            viewer=viewer, situation=row, name=name, size=len(content), content=content
        )
        return files.deposit(
            viewer=viewer,
            situation=row,
            section=section,
            category=category,
            sort="bail",
            title=title,
            scanned=acceptance.scan(viewer=viewer, situation=row, received=received),
            **more,
        )


def address(name: str, situation: Situation, *arguments: Any) -> str:
    """Return an address of a situation."""
    return reverse(f"cases:{name}", args=[situation.code, *arguments])


def posted(
    client: Client,
    situation: Situation,
    content: bytes | None,
    name: str = "courrier.pdf",
    *,
    query: str = "",
    **typed: str,
) -> Any:
    """Send the form of deposit as a browser does; ``content`` None sends no file."""
    values: dict[str, Any] = {
        "place": "logement",
        "sort": "bail",
        "title": "Bail signé",
        "idempotency_key": str(uuid.uuid4()),
        **typed,
    }
    if content is not None:
        # What the browser says of the type is never believed.
        values["file"] = SimpleUploadedFile(name, content, "application/octet-stream")
    return client.post(address("file_new", situation) + query, values)


def body(response: Any) -> bytes:
    """Return what a streamed answer carries; reading it to the end closes it."""
    return b"".join(response.streaming_content)


def status(response: Any) -> int:
    """Return an answer's status, and read what it would have streamed."""
    if response.streaming:
        body(response)
    return int(response.status_code)


class FilesCase(TestCase):
    """A situation shared with Marc (a landlord) and Sophie (health)."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("pieces")
        cls.situation = people.shared(cls.cast, "marc", "sophie")

    def url(self, name: str, *arguments: Any) -> str:
        """Return an address of the situation."""
        return address(name, self.situation, *arguments)
