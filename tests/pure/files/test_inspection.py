"""T-58: each hostile file has its verdict; what is kept of a good one tells nothing around it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from cases.files import images, jpeg
from cases.files.apart import ROOT, inspect_apart
from cases.files.inspection import inspect
from cases.files.kinds import KINDS
from cases.files.refusals import MESSAGES, FileRefused
from cases.files.verdicts import MAX_BYTES, Accepted, require_announced
from tests.pure.files import corpus


def examined(name: str, content: bytes) -> Accepted:
    return inspect(require_announced(name, len(content)).extension, content)


@pytest.mark.parametrize("what", corpus.HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(what: str) -> None:
    """T-58: the verdict is the one written, with a sentence that says what to do."""
    name, made, verdict = corpus.HOSTILE[what]
    with pytest.raises(FileRefused) as refused:
        examined(name, made())
    assert refused.value.code == verdict
    assert refused.value.message == MESSAGES[verdict]


@pytest.mark.parametrize("what", corpus.GOOD)
def test_a_good_file_is_kept_without_what_it_told(what: str) -> None:
    """T-58, control of the refusals; the canary is in every original and in nothing that is kept.

    What is kept is accepted again, and its content opens.
    """
    name, made = corpus.GOOD[what]
    content = made()
    kept = examined(name, content)
    assert kept.original_sha256 == hashlib.sha256(content).hexdigest()
    assert not told_by(kept.content)
    if "text" not in what or "document" in what or "ODF" in what:
        assert told_by(content), "the control tells nothing"
    assert examined(name, kept.content).kind is kept.kind


def told_by(content: bytes) -> list[str]:
    """Return where a file names its author, its place or its device, opened to its last part."""
    parts = {"whole": content}
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts |= {name: archive.read(name) for name in archive.namelist()}
    if content.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(content)) as document:
            streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
            parts |= {str(place): one.read_raw_bytes() for place, one in enumerate(streams)}
            parts["info"] = repr(document.trailer.get("/Info", "")).encode()
    canaries = (corpus.OWNER.encode(), b"Fabricant", b"Exif\0", b"dc:creator")
    return [name for name, part in parts.items() if any(one in part for one in canaries)]


def test_a_photograph_loses_its_place_and_keeps_its_picture() -> None:
    """T-58: GPS, comment and maker are gone; the picture is turned as the camera meant."""
    content = corpus.jpeg()
    with Image.open(BytesIO(content)) as before:
        assert before.getexif().get_ifd(0x8825)
        assert before.size == (120, 80)
    with Image.open(BytesIO(examined("photo.jpg", content).content)) as after:
        assert not after.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(after.info)
        assert after.size == (80, 120)


def test_a_photograph_of_a_phone_with_a_second_picture_is_accepted() -> None:
    """The one behind is announced by the first (MPF), and left out."""
    made = BytesIO()
    first = Image.radial_gradient("L")
    first.save(made, "MPO", save_all=True, append_images=[first])
    kept = examined("photo.jpg", made.getvalue()).content
    with Image.open(BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
    jpeg.require_nothing_after(kept)
    assert len(kept) < len(made.getvalue())


def test_a_colour_table_keeps_its_transparency() -> None:
    made = BytesIO()
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.save(made, "PNG", transparency=0)
    kept = examined("a.png", made.getvalue()).content
    with Image.open(BytesIO(kept)) as after:
        assert after.info == {"transparency": 0}


def test_an_inner_picture_keeps_every_point() -> None:
    """Inside a document a picture is not drawn again: only what is around goes."""
    content = corpus.jpeg()
    stripped = images.without_metadata("word/media/a.jpeg", content)
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(stripped)) as after:
        assert before.tobytes() == after.tobytes()
        assert not after.getexif()


def test_one_byte_too_many() -> None:
    """T-58: 25 MiB pass, one byte more does not, before a byte is read."""
    assert require_announced("a.pdf", MAX_BYTES).extension == "pdf"
    with pytest.raises(FileRefused) as refused:
        require_announced("a.pdf", MAX_BYTES + 1)
    assert refused.value.code == "file_too_big"
    with pytest.raises(FileRefused):
        inspect("txt", b"a" * (MAX_BYTES + 1))


def test_the_text_is_kept_as_utf_8() -> None:
    assert examined("a.txt", "é".encode("cp1252")).content == "é".encode()


@pytest.mark.parametrize("name", ["a", "a.", "pdf", "a.pdf.exe", "a.docm", "a.svg", "a.html", ""])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        require_announced(name, 10)
    assert refused.value.code == "file_type"


def test_every_type_is_tried() -> None:
    tried = {require_announced(name, 1).extension for name, _ in corpus.GOOD.values()}
    assert tried | {"ods"} == set(KINDS)


def test_a_sheet_of_odf() -> None:
    content = corpus.with_parts(
        corpus.odt(), {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
    )
    assert examined("a.ods", content).kind.extension == "ods"
    with pytest.raises(FileRefused):
        examined("a.odt", content)


class TestApart:
    """The same verdicts from a process that may write nothing and holds no key."""

    def test_a_good_file_comes_back(self) -> None:
        content = corpus.pdf()
        assert inspect_apart("pdf", content) == inspect("pdf", content)

    def test_a_refusal_comes_back(self) -> None:
        for what in ("zip bomb", "pixel flood", "encrypted PDF"):
            name, made, verdict = corpus.HOSTILE[what]
            with pytest.raises(FileRefused) as refused:
                inspect_apart(name.rpartition(".")[2], made())
            assert refused.value.code == verdict

    def test_a_child_that_dies_is_a_refusal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A reader that is killed, or says nothing, accepts nothing."""
        monkeypatch.setattr("cases.files.apart.ROOT", "/")
        with pytest.raises(FileRefused) as refused:
            inspect_apart("pdf", corpus.pdf())
        assert refused.value.code == "file_too_complex"

    def test_a_child_that_lasts_is_a_refusal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cases.files.apart.SECONDS", 0.001)
        with pytest.raises(FileRefused) as refused:
            inspect_apart("pdf", corpus.pdf())
        assert refused.value.code == "file_too_complex"

    def test_the_child_may_write_nothing(self, tmp_path: Path) -> None:
        """T-07: under its limits a file can be made, and no byte be put in it."""
        program = (
            "import resource, sys; from cases.files import __main__ as child;"
            "limits = child.LIMITS if sys.argv[2] else ();"
            "[resource.setrlimit(which, (most, most)) for which, most in limits];"
            "open(sys.argv[1], 'wb', buffering=0).write(b'canari')"
        )
        for bound, expected in (("yes", b""), ("", b"canari")):
            path = tmp_path / f"file{bound}"
            done = subprocess.run(
                [sys.executable, "-B", "-c", program, str(path), bound],
                cwd=ROOT,
                capture_output=True,
            )
            assert (b"File too large" in done.stderr) == bool(bound)
            assert path.read_bytes() == expected

    def test_the_service_does_not_load_the_readers(self) -> None:
        """What the service imports reads no PDF and no picture; the child's own part does."""
        for module, expected in (("apart", b"False"), ("inspection", b"True")):
            program = f"import sys, cases.files.{module}; print('pikepdf' in sys.modules)"
            done = subprocess.run(
                [sys.executable, "-B", "-c", program], cwd=ROOT, capture_output=True
            )
            assert done.stdout.strip() == expected, done.stderr
