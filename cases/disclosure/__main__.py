"""Make a release from files, or check one: `python -m cases.disclosure protect|verify`.

    protect --plan plan.json --facets facets.csv --ledger ledger.jsonl --out DIR
            [--period 2024-2026|2026|2026S1] [--confidential FILE]
    verify DIR [--key HEX] [--protected FILE]

Promises: `protect` writes DIR (bundle, manifest, certificate, ledger) and the ledger all together,
or nothing at all; what it writes was first accepted by the verifier, every small cell included,
these being counted again here from the rows and not taken from the engine. It needs no database
and no key: its releases are not signed. A refusal names file, line and field, and never repeats
what a row holds.

Exit status of `protect`: 0 written, 1 refused by the audit or not written, 2 an input is refused.
That of `verify` is the verifier's.

Source: decisions 36-38; releases.md 5.4.7.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from cases.disclosure.all_or_nothing import all_or_nothing
from cases.disclosure.errors import AuditFailed, DisclosureError
from cases.disclosure.facets_file import place_rows, read_facets, whole_period
from cases.disclosure.ledger import Entry, parse_ledger
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.disclosure.plan_file import parse_plan
from cases.disclosure.release import ReleaseFiles, build_release, needed_atoms
from cases.disclosure.snapshot import Placed, snapshot_of
from clsm_core.observatory import certificate

WRITTEN, FAILED, REFUSED = 0, 1, 2
LEDGER: Final = "ledger.jsonl"
NAMES: Final = ("bundle.json", "manifest.json", "certificate.json", LEDGER)
LEFT_ALONE: Final = {*NAMES, "signature.bin"}


class Stop(Exception):
    """The run ends here, with a message for people and an exit status."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["verify"]:
        return certificate.main(given[1:])
    options = _parser().parse_args(given)
    try:
        with _ended_cleanly():
            print(_protect(options))
    except Stop as stop:
        print(stop.message, file=sys.stderr)
        return stop.status
    except DisclosureError as refusal:
        print(refusal.message, file=sys.stderr)
        return FAILED if isinstance(refusal, AuditFailed) else REFUSED
    except OSError as error:
        print(f"Rien n’est écrit : {error.strerror or 'écriture impossible'}.", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("Interrompu : rien n’est écrit.", file=sys.stderr)
        return FAILED
    return WRITTEN


def _parser() -> argparse.ArgumentParser:
    """Describe the two commands."""
    parser = argparse.ArgumentParser(
        prog="python -m cases.disclosure",
        description="Produire ou vérifier une publication de chiffres.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    protect = commands.add_parser("protect", help="produire une publication, non signée")
    protect.add_argument("--plan", type=Path, required=True, help="plan.json")
    protect.add_argument("--facets", type=Path, required=True, help="facets.csv")
    protect.add_argument("--ledger", type=Path, required=True, help="registre, ou fichier à créer")
    protect.add_argument("--out", type=Path, required=True, metavar="DIR")
    protect.add_argument("--period", help="2024-2026, 2026 ou 2026S1")
    protect.add_argument(
        "--confidential", type=Path, metavar="FILE", help="cellules à protéger et rapport, secrets"
    )
    commands.add_parser("verify", help="vérifier une publication : verify DIR [--key HEX]")
    return parser


def _protect(options: argparse.Namespace) -> str:
    """Make a release and write it; give the sentence that says what was done.

    Raises:
        Stop, DisclosureError, OSError: nothing was written.
    """
    _check_places(options)
    plan = _plan(options.plan)
    old_ledger = _text(options.ledger) if options.ledger.exists() else ""
    ledger = _ledger(old_ledger, options.ledger.name)
    _check_last(options.out, old_ledger, options.ledger.name)
    name = options.facets.name
    rows = read_facets(_bytes(options.facets), plan, name=name)
    if options.period:
        period = _period(options.period)
    else:
        period = whole_period(rows, [entry.period for entry in ledger], name=name)
    placed = place_rows(rows, period, needed_atoms(ledger, period), name=name)
    files = _build(plan, placed, period, ledger)
    new_ledger = old_ledger + files.ledger_line
    earlier = [entry for entry in ledger if entry.period.overlaps(period)]
    small = _verified(files, earlier, new_ledger, placed)
    texts = (files.bundle_text, files.manifest_text, files.certificate_text, new_ledger)
    with all_or_nothing() as staged:
        staged.directory(options.out, dict(zip(NAMES, texts, strict=True)))
        if options.ledger.resolve() != (options.out / LEDGER).resolve():
            staged.file(options.ledger, new_ledger, mode=0o644)
        if options.confidential:
            secret = {"format": "clsm-confidential/1", "protected": small, "report": files.report}
            staged.file(options.confidential, json.dumps(secret, ensure_ascii=False, indent=1))
    return (
        f"Publication {period.label} écrite dans {options.out.name}/ : "
        f"{files.report['shown']} chiffres, vérifiée. Elle n’est pas signée."
    )


def _check_places(options: argparse.Namespace) -> None:
    """Refuse a directory that holds something else, or a secret beside public files."""
    out: Path = options.out
    if out.exists() and not out.is_dir():
        raise Stop(REFUSED, f"{out.name} : ce n’est pas un dossier.")
    if not out.name or not out.parent.is_dir():
        raise Stop(REFUSED, "--out : le dossier qui doit le contenir n’existe pas.")
    if out.is_dir() and {path.name for path in out.iterdir()} - LEFT_ALONE:
        raise Stop(REFUSED, f"{out.name} : ce dossier contient autre chose qu’une publication.")
    secret: Path | None = options.confidential
    if secret and out.resolve() in secret.resolve().parents:
        raise Stop(REFUSED, "--confidential : ce fichier est secret, écrivez-le hors du dossier.")
    for path in (options.ledger, secret):
        if path and not path.parent.is_dir():
            raise Stop(REFUSED, f"{path.name} : le dossier qui doit le contenir n’existe pas.")


def _plan(path: Path) -> Plan:
    """Read the plan.

    Raises:
        PlanInvalid, Stop: it cannot be read, or breaks a rule.
    """
    text = _text(path).removeprefix("\ufeff")
    try:
        return parse_plan(text, name=path.name)
    except (RecursionError, TypeError, AttributeError, ValueError, KeyError) as error:
        raise _unreadable(path.name, 1, "ce n’est pas un plan.") from error


def _ledger(text: str, name: str) -> list[Entry]:
    """Read the ledger and follow its chain.

    Raises:
        LedgerInvalid, Stop: it is cut, altered or not readable.
    """
    try:
        return parse_ledger(text, name=name)
    except ValueError as error:
        raise _unreadable(name, 1, "ce n’est pas un registre.") from error


def _check_last(out: Path, ledger: str, name: str) -> None:
    """Check that a release already in the directory is the ledger's last one, unaltered.

    Raises:
        Stop: it is not: the ledger was cut or is another one.
    """
    if not (out / NAMES[0]).exists():
        return
    texts = [_text(out / one) for one in NAMES[:3]]
    why = (
        f"{out.name}/{NAMES[0]} : ce n’est pas la dernière publication de {name}. Si ce dossier "
        f"est le plus récent, reprenez son {LEDGER} ; sinon choisissez un autre dossier."
    )
    try:
        failures = certificate.verify_texts(texts[0], texts[1], texts[2], ledger)
    except certificate.Unreadable as error:
        raise Stop(REFUSED, f"{why} ({error})") from error
    if failures:
        raise Stop(REFUSED, f"{why} ({failures[0].cell} : {failures[0].message})")


def _period(text: str) -> Period:
    """Read a period.

    Raises:
        PeriodRefused, Stop: it is not one that is released.
    """
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Stop(REFUSED, "--period : cette année n’existe pas.") from error


def _build(
    plan: Plan, placed: Sequence[Placed], period: Period, ledger: Sequence[Entry]
) -> ReleaseFiles:
    """Build the release; say how far it is on a terminal."""

    def say(percent: int, words: str) -> None:
        if sys.stderr.isatty():
            print(f"{percent:3} % {words}", file=sys.stderr)

    snapshot = snapshot_of(plan, needed_atoms(ledger, period), placed)
    return build_release(plan, snapshot, period, ledger, issuer=None, progress=say)


def _verified(
    files: ReleaseFiles, earlier: Sequence[Entry], ledger: str, placed: Sequence[Placed]
) -> list[str]:
    """Have the release accepted by the verifier; give its small cells, counted from the rows.

    `earlier` are releases of the same days: what they alone tell cannot be taken back, so that the
    cells which the engine reports as known before are left out.

    Raises:
        Stop: the verifier refuses it, or a figure does not hold the rows' own count.
    """
    texts = (files.bundle_text, files.manifest_text, files.certificate_text, ledger)
    check = certificate.Check(*texts)
    small = list(_small_cells(check, placed))
    told = {*small} - check.ambiguous - {*files.protected} if earlier else set[str]()
    if len(told) <= files.report["already_known"]:
        small = [cell for cell in small if cell not in told]
    check.protect([*small, *files.protected])
    if check.failures:
        cell, why = check.failures[0]
        raise Stop(FAILED, f"Le vérificateur refuse : rien n’est écrit ({cell} : {why}).")
    return small


def _small_cells(check: certificate.Check, placed: Sequence[Placed]) -> Iterator[str]:
    """Count every cell of the certificate in the true rows; give those below the floor.

    A published figure that does not hold its true count is a failure too.
    """
    plan = check.plan
    for proof in check.certificate["populations"]:
        if not proof["cells"]:
            continue
        code = proof["code"]
        names = [*plan.facets_of(code)]
        world = [
            _true_world(plan, code, names, [row for p, i, row in placed if (p, i) == (code, rank)])
            for rank in range(len(proof["atoms"]))
        ]
        everything = range(len(world))
        for line in check.last["lines"]:
            if line["population"] == code:
                groups = tuple(frozenset(codes) for codes in line["codes"])
                term = (1, tuple(line["facets"]), groups)
                true = certificate.value_of(world, everything, (term,))
                right = line["lo"] <= true <= line["hi"]
                check.expect(right, line["id"], "la fourchette ne contient pas l’effectif")
        for rank, period in enumerate(proof["periods"]):
            for name, terms in plan.cells(code):
                if certificate.value_of(world, period, terms) < plan.floor:
                    yield f"{code}/{rank}/{name}"


def _true_world(
    plan: certificate.Plan, code: str, names: list[str], rows: Sequence[Mapping[str, Any]]
) -> certificate.World:
    """Write true rows in the form of a world of the certificate."""
    part = {"facets": names, "rows": [[1, *(row[name] for name in names)] for row in rows]}
    return certificate.World(plan, code, {"total": len(rows), "parts": [part]})


def _bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        Stop: it is missing or closed to the reader.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path.name, 1, "le fichier ne peut pas être lu.") from error


def _text(path: Path) -> str:
    """Read a file in UTF-8, ends of lines as they are.

    Raises:
        Stop: it cannot be read, or is not UTF-8.
    """
    data = _bytes(path)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unreadable(path.name, line, "le texte n’est pas en UTF-8.") from error


def _unreadable(name: str, line: int, why: str) -> Stop:
    """Name the place of an input that cannot be read."""
    return Stop(REFUSED, f"{name}, ligne {line} : {why}")


@contextmanager
def _ended_cleanly() -> Iterator[None]:
    """Turn a request to end into an exception, so that what was begun is taken away."""

    def end(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
