"""T-07: nothing that is typed or sent is written to a disk in clear, not even for a moment.

Two witnesses: the interpreter's own audit of every file opened to be written, and the kernel's
inotify on the folder of temporary files, whose every change is read at once.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock, skipUnless

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import reverse

from cases import storage
from cases.forms.fields import TEXT_LIMIT
from cases.models import Attachment
from tests import people
from tests.cases_of import TestCase
from tests.database import ROOT
from tests.files import posted
from tests.pure.files import corpus

CANARY = "CANARI-digitale-5591"
# Larger than what Django keeps in memory.
FILE = 4 * 2**20
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
IN_MODIFY, IN_CLOSE_WRITE, IN_CREATE, IN_MOVED_TO = 0x2, 0x8, 0x100, 0x80
SEEN = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO
_EVENT = struct.Struct("iIII")
_opened: list[list[str]] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Note every file opened to be written; a hook cannot be removed, so it is made once."""
    if event != "open" or not _opened:
        return
    path, _, flags = arguments
    if isinstance(flags, int) and flags & WRITING and not isinstance(path, int):
        for paths in _opened:
            paths.append(os.fsdecode(path))


sys.addaudithook(_audit)


@contextmanager
def files_opened() -> Iterator[list[str]]:
    """Give the paths that this process opens to write, the null device left out."""
    paths: list[str] = []
    _opened.append(paths)
    try:
        yield paths
    finally:
        _opened.remove(paths)
        paths[:] = [path for path in paths if path != os.devnull]


class Watch:
    """Read every file of some folders as the kernel tells that it changed."""

    def __init__(self, *folders: Path) -> None:
        self.canaries = self.changes = 0
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._folders = {
            self._libc.inotify_add_watch(self._fd, os.fsencode(folder), SEEN): folder
            for folder in folders
        }
        if self._fd < 0 or min(self._folders) < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()
        os.close(self._fd)

    def _look(self) -> None:
        while True:
            ended = self._ended.is_set()
            ready, _, _ = select.select([self._fd], [], [], 0.02)
            if ready:
                self._read(os.read(self._fd, 65_536))
            elif ended:
                return

    def _read(self, told: bytes) -> None:
        at = 0
        while at < len(told):
            watch, _, _, size = _EVENT.unpack_from(told, at)
            name = told[at + _EVENT.size : at + _EVENT.size + size].rstrip(b"\0").decode()
            at += _EVENT.size + size
            self.changes += 1
            try:
                content = (self._folders[watch] / name).read_bytes()
            except OSError:
                continue
            self.canaries += CANARY.encode() in content


@skipUnless(sys.platform == "linux", "inotify is Linux's")
class NothingInClear(TestCase):
    """The service's real pages, its temporary files in a folder of the test."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("disque")
        cls.situation = people.shared(cls.cast, "marc")

    @contextmanager
    def watched(self) -> Iterator[tuple[Watch, list[str]]]:
        """Watch a folder of temporary files that everything in this block would use."""
        with (
            tempfile.TemporaryDirectory(prefix="clsm-watch-") as folder,
            mock.patch.object(tempfile, "tempdir", folder),
            override_settings(FILE_UPLOAD_TEMP_DIR=folder),
            Watch(Path(folder)) as watch,
            files_opened() as paths,
        ):
            yield watch, paths

    def test_the_largest_form_stays_in_memory(self) -> None:
        """T-07: the longest text a form takes, written and shown: no file at all is opened."""
        client = people.client_of(self.cast.luc)
        address = reverse("cases:document_new", args=[self.situation.code])
        page = reverse("cases:situation_section", args=[self.situation.code, "social"])
        client.get(address), client.get(page)  # What is loaded once is not what is looked for.
        text = (CANARY + " mot" * TEXT_LIMIT)[:TEXT_LIMIT].strip()
        with self.watched() as (watch, paths):
            form = client.get(address).content.decode()
            key = form.split('name="idempotency_key" value="')[1].split('"')[0]
            posted = client.post(
                address,
                {"place": "situation_sociale", "text": text, "idempotency_key": key},
            )
            shown = client.get(page).content.decode()
        self.assertEqual(posted.status_code, 302)
        self.assertIn(CANARY, shown)  # Control: it was written, and is read.
        self.assertEqual((watch.canaries, watch.changes, paths), (0, 0, []))

    def send(self) -> HttpResponse:
        """Send a file of 4 MiB as a browser does, and read it as a view would."""
        content = (CANARY.encode() + os.urandom(1009)) * (FILE // 1029)
        request = RequestFactory().post(
            "/", {"file": SimpleUploadedFile("lettre.pdf", content, "application/pdf")}
        )
        sent = request.FILES.get("file")
        if sent is not None:
            sent.flush()
        request.close()
        return HttpResponse()

    def test_a_deposit_of_20_mib_puts_down_ciphertext_alone(self) -> None:
        """T-07: the whole way, over the page: the temporary folder and the stored objects watched.

        The inspection's child writes nothing; the only files opened are sealed objects.
        """
        client = people.client_of(self.cast.luc)
        content = corpus.pdf_of(20 * 2**20, CANARY.encode())
        posted(client, self.situation, corpus.pdf())  # What is loaded once is not looked for.
        with (
            tempfile.TemporaryDirectory(prefix="clsm-sealed-") as root,
            self.watched() as (watch, paths),
            override_settings(FILES_ROOT=root),
        ):
            for number in range(256):
                (Path(root) / f"{number:02x}").mkdir(mode=0o700)
            with Watch(*Path(root).iterdir()) as stored:
                response = posted(client, self.situation, content)
            ((path, name, _),) = storage.stored()
            written = path.read_bytes()
            with people.as_person(self.cast.luc):
                row = Attachment.objects.get(stored_as=name)
            url = reverse("cases:file", args=[self.situation.code, row.pk])
            shown = b"".join(client.get(url).streaming_content)
        self.assertEqual(response.status_code, 302)
        self.assertIn(CANARY.encode(), corpus.text_of(shown))  # Control: it went in, and is read.
        self.assertEqual((watch.canaries, watch.changes), (0, 0))
        self.assertEqual(stored.canaries, 0)
        self.assertGreater(stored.changes, 0)
        self.assertTrue(all(path.startswith(root) for path in paths), paths)
        self.assertNotIn(CANARY.encode(), written)
        self.assertGreater(len(written), 20 * 2**20)

    def test_a_clear_object_is_caught(self) -> None:
        """T-07, control: were the seal left out, the watch on the objects would see the canary."""
        with (
            tempfile.TemporaryDirectory(prefix="clsm-sealed-") as root,
            override_settings(FILES_ROOT=root),
        ):
            name = uuid.uuid4()
            folder = Path(root) / name.hex[:2]
            folder.mkdir()
            with Watch(folder) as stored:
                storage.write(name, [CANARY.encode()])
        self.assertGreater(stored.canaries, 0)

    def test_the_council_keeps_no_handler_that_writes(self) -> None:
        """T-07: neither service's settings name a temporary file."""
        for path in (ROOT / "deploy" / "settings").glob("*.py"):
            self.assertNotIn("TemporaryFileUploadHandler", path.read_text())
        self.assertEqual(settings.FILE_UPLOAD_HANDLERS, ["cases.uploads.MemoryHandler"])

    def test_a_file_sent_is_never_put_down(self) -> None:
        """T-07: with the service's own handlers, 4 MiB leave no file behind or on the way."""
        with self.watched() as (watch, paths):
            self.send()
        self.assertEqual((watch.canaries, watch.changes, paths), (0, 0, []))
        self.assertFalse([one for one in settings.FILE_UPLOAD_HANDLERS if "Temporary" in one])

    def test_the_usual_handler_is_caught(self) -> None:
        """T-07, control: Django's temporary files are seen by both witnesses, canary included."""
        usual = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
        with override_settings(FILE_UPLOAD_HANDLERS=usual), self.watched() as (watch, paths):
            self.send()
        self.assertTrue([path for path in paths if path.endswith(".upload.pdf")])
        self.assertGreater(watch.canaries, 0)
