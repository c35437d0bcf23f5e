"""T-32: keys recovered on a machine apart, with three shares, and with nothing less.

The command runs in a copy of the two folders it needs; the framework, the database's driver and the
network do not exist there.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cases import recover
from cases.vault.errors import WrongKey
from cases.vault.identity import kem_words
from cases.vault.offline import (
    RecoveryAnswer,
    RecoveryRequest,
    read_answer,
    read_request,
)
from cases.vault.recovery import split
from cases.vault.recovery_kit import (
    verify_recovery_grant,
)
from cases.vault.rewrapping import rewrap
from cases.vault.wraps import unwrap_key
from tests.pure.vault import cast

ROOT = Path(recover.__file__).parents[1]
SEED = cast.fixed("recovery")
SHARES = split(SEED, 3, 5)
LINES = [share.line() for share in SHARES]
# What the trustees' machine does not have. The control below asks for one of them.
ISOLATED = """
import runpy, sys
for absent in ("django", "psycopg", "allauth", "guardian", "socket", "_socket", "ssl"):
    sys.modules[absent] = None
sys.argv = ["recover", *sys.argv[1:]]
runpy.run_module("cases.recover", run_name="__main__")
"""


def health_key(**changes: object) -> Any:
    return cast.requested_key(
        cast.HEALTH_DEK, **{"section": "health", "grant": cast.name("health grant"), **changes}
    )


@dataclass
class Machine:
    """The trustees' machine: a folder with the tree, the request and, later, the answer."""

    place: Path

    @property
    def request(self) -> Path:
        return self.place / "demande.json"

    @property
    def answer(self) -> Path:
        return self.place / "reponse.json"

    def asks(self, request: RecoveryRequest) -> None:
        self.request.write_bytes(request.to_bytes())

    def run(self, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the command; standard input has what is typed, « oui » included."""
        return subprocess.run(
            [sys.executable, "-c", ISOLATED, "rewrap", "demande.json", "reponse.json", *options],
            cwd=self.place,
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=120,
            check=False,
        )

    def gives(self, lines: list[str], *options: str) -> subprocess.CompletedProcess[str]:
        """Run with shares in a file and no question."""
        (self.place / "parts.txt").write_text("\n".join(lines) + "\n", "utf-8")
        return self.run("", "--yes", "--shares", "parts.txt", *options)

    def refuses(self, lines: list[str], code: int = 1) -> str:
        """Demand a refusal that writes nothing; return what was said."""
        before = set(self.place.iterdir()) | {self.place / "parts.txt"}
        done = self.gives(lines)
        assert done.returncode == code
        assert not self.answer.exists()
        assert set(self.place.iterdir()) <= before
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tree")
    (place / "cases").mkdir()
    for name in ("__init__.py", "recover.py"):
        shutil.copy(ROOT / "cases" / name, place / "cases" / name)
    shutil.copytree(ROOT / "cases" / "vault", place / "cases" / "vault")
    return place


@pytest.fixture
def machine(tree: Path, tmp_path: Path) -> Machine:
    (tmp_path / "cases").symlink_to(tree / "cases", target_is_directory=True)
    found = Machine(tmp_path)
    found.asks(cast.recovery_request(cast.requested_key(), health_key()))
    return found


def check_answer(answer: RecoveryAnswer, request: RecoveryRequest) -> None:
    """Demand, as the service will, that each key is the asked one and opens for Nadia."""
    assert (answer.commission, answer.recovery_key_id) == (cast.COMMISSION, cast.RECOVERY.key_id)
    asked = {key.grant: key for key in request.keys}
    deks = {"core": cast.DEK, "health": cast.HEALTH_DEK}
    for given in answer.keys:
        key = asked[given.grant]
        statement = verify_recovery_grant(cast.RECOVERY_SIGNER.public, given.statement)
        statement.require_wrap(given.wrap)
        context = cast.wrap_context(section=key.section, commitment=key.commitment)
        assert unwrap_key(cast.NADIA, given.wrap, context) == deks[key.section]
        assert (statement.recipient, statement.recipient_key_id) == (
            cast.name("nadia"),
            cast.NADIA.key_id,
        )
        assert (statement.situation, statement.section) == (key.situation, key.section)
        assert (statement.level, statement.basis) == (key.level, key.basis)
        assert (statement.not_before, statement.not_after) == (key.not_before, key.not_after)
        assert statement.commitment == key.commitment


def test_t32_three_shares_give_every_key(machine: Machine) -> None:
    done = machine.gives(LINES[1:4])
    assert (done.returncode, done.stderr) == (0, "")
    answer = read_answer(machine.answer.read_bytes())
    assert len(answer.keys) == 2
    check_answer(answer, read_request(machine.request.read_bytes()))
    assert machine.answer.stat().st_mode & 0o777 == 0o600
    said = done.stdout + machine.answer.read_text("utf-8")
    for secret in (SEED, cast.DEK, cast.HEALTH_DEK, cast.RECOVERY.private_bytes()):
        assert secret.hex() not in said
    assert not any(line[6:40] in said for line in LINES)
    assert "2 clés de 1 situation, volets : core, health." in done.stdout
    assert " ".join(cast.NADIA.public.words()) in done.stdout


def test_control_the_machine_has_no_framework_and_no_network(machine: Machine) -> None:
    """The command with one import of the framework, or of a socket, does not run at all."""
    program = machine.place / "cases"
    copied = machine.place / "copied"
    shutil.copytree(program, copied)
    program.unlink()
    copied.rename(program)
    text = (program / "recover.py").read_text("utf-8")
    for absent in ("django", "socket"):
        (program / "recover.py").write_text(
            text.replace("import getpass\n", f"import getpass\nimport {absent}\n"), "utf-8"
        )
        done = machine.gives(LINES[:3])
        assert done.returncode == 1
        assert f"import of {absent} halted" in done.stderr
    (program / "recover.py").write_text(text, "utf-8")
    assert machine.gives(LINES[:3]).returncode == 0


def test_the_command_runs_as_it_is_documented(machine: Machine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cases.recover", "rewrap", "demande.json", "reponse.json"],
        cwd=machine.place,
        input="oui\n" + "\n".join(LINES[2:]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    check_answer(
        read_answer(machine.answer.read_bytes()), read_request(machine.request.read_bytes())
    )


def test_t32_two_shares_give_nothing(machine: Machine) -> None:
    assert "Il faut 3 parts différentes ; vous en avez donné 2." in machine.refuses(LINES[:2])
    assert "vous en avez donné 2" in machine.refuses([LINES[0], LINES[1], LINES[1]])
    assert "au moins une part" in machine.refuses([])


def test_t32_a_wrong_share_is_named(machine: Machine) -> None:
    last = "zinc" if not LINES[1].endswith("zinc") else "zeste"
    mistyped = f"{LINES[1].rsplit(' ', 1)[0]} {last}"
    assert "Part saisie n° 2 : " in machine.refuses([LINES[0], mistyped, LINES[2]])
    data = bytearray(SHARES[3].data)
    data[5] ^= 1
    altered = replace(SHARES[3], data=bytes(data)).line()
    assert "L'une des parts est fausse" in machine.refuses([LINES[0], LINES[1], altered])
    four = machine.refuses([altered, LINES[0], LINES[1], LINES[2]])
    assert "La part 4 est fausse" in four


def test_t32_shares_of_another_set_are_refused(machine: Machine) -> None:
    foreign = [share.line() for share in split(cast.fixed("new recovery"), 3, 5)]
    assert "même cérémonie" in machine.refuses([LINES[0], LINES[1], foreign[2]])
    assert "une autre clé que celle de la demande" in machine.refuses(foreign[:3])
    short = [share.line() for share in split(b"short", 3, 5)]
    assert "une autre clé" in machine.refuses(short[:3])


def test_t32_a_tampered_key_is_refused_alone(machine: Machine) -> None:
    good = cast.requested_key()
    wrap = health_key().wrap
    for change in (
        {"wrap": wrap[:-1] + bytes((wrap[-1] ^ 1,))},
        {"wrap": good.wrap},
        {"wrap": b"\xe4" + wrap[1:]},
        {"commitment": good.commitment},
        {"version": 2},
        {"situation": cast.OTHER_SITUATION},
    ):
        asked = replace(health_key(), **change)
        machine.asks(cast.recovery_request(good, asked))
        done = machine.gives(LINES[:3])
        assert done.returncode == 1
        assert f"Refusée : situation {asked.situation}, volet health" in done.stderr
        assert "1 clé refusée" in done.stdout
        answer = read_answer(machine.answer.read_bytes())
        assert [key.grant for key in answer.keys] == [good.grant]
        check_answer(answer, cast.recovery_request(good))
        machine.answer.unlink()
    machine.asks(cast.recovery_request(asked))
    assert "Aucune clé n’a pu être donnée" in machine.refuses(LINES[:3])


def test_t32_another_recipient_is_another_set_of_words(machine: Machine) -> None:
    """The server may put another key: the trustees see its words, and say something but yes."""
    machine.asks(cast.recovery_request(public=cast.LUC.public))
    done = machine.run("non\n" + "\n".join(LINES[:3]))
    assert done.returncode == 1
    assert " ".join(cast.LUC.public.words()) in done.stdout
    assert " ".join(cast.NADIA.public.words()) not in done.stdout
    assert "Rien n’a été écrit" in done.stderr
    assert not machine.answer.exists()
    machine.asks(cast.recovery_request())
    assert machine.run("oui\n" + "\n".join(LINES[:3])).returncode == 0
    (given,) = read_answer(machine.answer.read_bytes()).keys
    with pytest.raises(WrongKey):
        unwrap_key(cast.LUC, given.wrap, cast.wrap_context())


def test_t32_a_new_recovery_key_gets_the_same_keys(machine: Machine) -> None:
    new = cast.NEW_RECOVERY
    machine.asks(cast.recovery_request(new_recovery_public=new.public))
    done = machine.gives(LINES[:3])
    assert done.returncode == 0
    assert " ".join(kem_words(new.public)) in done.stdout
    (given,) = read_answer(machine.answer.read_bytes()).keys
    assert given.recovery_wrap is not None
    assert unwrap_key(new, given.recovery_wrap, cast.wrap_context(new)) == cast.DEK


def test_a_broken_file_ends_with_two(machine: Machine) -> None:
    value = json.loads(machine.request.read_bytes())
    value["keys"][1]["wrap"] = "é"
    machine.request.write_text(json.dumps(value), "utf-8")
    said = machine.refuses(LINES[:3], code=2)
    assert "demande.json : Champ « keys[1].wrap »" in said
    for raw in (b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}'):
        machine.request.write_bytes(raw)
        machine.refuses(LINES[:3], code=2)
    machine.request.unlink()
    assert "demande.json : illisible" in machine.refuses(LINES[:3], code=2)


def test_an_answer_is_never_overwritten_nor_half_written(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.answer.write_text("already", "utf-8")
    done = machine.gives(LINES[:3])
    assert (done.returncode, machine.answer.read_text("utf-8")) == (2, "already")
    assert "existe déjà" in done.stderr
    folder = tmp_path / "folder"
    folder.mkdir()

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(recover.Stop) as caught:
        recover._write(folder / "reponse.json", b"answer")
    assert caught.value.code == 2
    assert list(folder.iterdir()) == []


def test_shares_typed_one_by_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a terminal: a mistyped or repeated share is asked again; an empty line gives up."""
    typed = iter([LINES[4], LINES[4], LINES[0][:-1], LINES[0], LINES[2]])
    monkeypatch.setattr(recover.getpass, "getpass", lambda _prompt: next(typed))
    monkeypatch.setattr(recover.sys, "stdin", _Terminal())
    arguments = ["rewrap", str(machine.request), str(machine.answer), "--yes"]
    assert recover.main(arguments) == 0
    said = capsys.readouterr()
    assert "La part 5 a déjà été donnée." in said.err
    assert "faute de frappe" in said.err
    machine.answer.unlink()
    monkeypatch.setattr(recover.getpass, "getpass", lambda _prompt: "")
    assert recover.main(arguments) == 1
    assert not machine.answer.exists()


class _Terminal:
    def isatty(self) -> bool:
        return True


def test_progress_is_told_when_it_lasts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 1.0, 2.5, 2.5, 3.0])
    monkeypatch.setattr(recover.time, "monotonic", lambda: next(clock))
    tell = recover._progress(40)
    for done in (1, 2, 3):
        tell(done)
    assert capsys.readouterr().err == "2 clés sur 40\n"


def test_rewrap_says_how_far_it_is() -> None:
    told: list[int] = []
    request = cast.recovery_request(cast.requested_key(), health_key())
    answer, refused = rewrap(SEED, request, told.append)
    assert (told, refused) == ([1, 2], [])
    check_answer(answer, request)
