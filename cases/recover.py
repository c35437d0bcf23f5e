"""The trustees' command, on a machine apart: `python -m cases.recover rewrap REQUEST ANSWER`.

Needs this tree, Python and `cryptography`; no network, no database, no service. The trustees see
whom they give to, type their shares one by one, and take the answer back to the service.

Promises: nothing is written unless the shares are right; the answer appears whole, for its owner
alone (0600), or not at all. Ends with 0 when every key was given, 1 when shares are wrong or a key
was refused, 2 when a file is not the expected one.
Must never: print a share, a key or a seed; import anything but `cases.vault` and Python itself.

Source: security.md §2.4 (recovery); T-32.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

try:
    from cases.vault import selftest
    from cases.vault.errors import SelfTestFailed, WrongShares
    from cases.vault.identity import kem_words
    from cases.vault.offline import MOST_BYTES, RecoveryRequest, RefusedFile, read_request
    from cases.vault.recovery import Share, parse_share
    from cases.vault.rewrapping import RefusedKey, rebuild_seed, rewrap
except ImportError:
    print("Il manque à cette machine la bibliothèque « cryptography », version 50.")
    sys.exit(2)

GIVEN, REFUSED, UNREADABLE = 0, 1, 2
_QUIET = 2.0
_REASONS = {
    "tampered": "l’enveloppe a été altérée, ou faite pour une autre place",
    "wrong_commitment": "la clé n’est pas celle qui avait été annoncée",
    "unknown_format": "l’enveloppe n’est pas d’un format connu",
}


class Stop(Exception):
    """The run ends here, with a message for people and an exit code."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    _forbid_memory_dumps()
    try:
        selftest.run()
        return _rewrap(options)
    except Stop as stop:
        _say(stop.message, error=True)
        return stop.code
    except SelfTestFailed as refusal:
        _say(f"{refusal.message} Rien n’a été écrit.", error=True)
        return REFUSED
    except (KeyboardInterrupt, EOFError):
        _say("\nAbandon. Rien n’a été écrit.", error=True)
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cases.recover",
        description="Recouvrement hors ligne : les dépositaires rendent des clés à une personne.",
    )
    acts = parser.add_subparsers(required=True, metavar="rewrap")
    act = acts.add_parser("rewrap", help="donner les clés de la demande à son destinataire")
    act.add_argument("request", type=Path, metavar="demande.json", help="demande du service")
    act.add_argument("answer", type=Path, metavar="reponse.json", help="fichier à écrire")
    act.add_argument(
        "--shares", type=Path, metavar="FICHIER", help="parts dans un fichier (exercices seulement)"
    )
    act.add_argument(
        "--yes", action="store_true", help="ne pas demander « oui » (exercices seulement)"
    )
    return parser


def _rewrap(options: argparse.Namespace) -> int:
    request = _read(options.request)
    _require_free(options.answer)
    _show(request)
    if not options.yes and input("Donner ces clés à cette personne ? (oui) ").strip() != "oui":
        raise Stop(REFUSED, "Vous n’avez pas répondu « oui ». Rien n’a été écrit.")
    shares = _shares(options.shares)
    try:
        seed = rebuild_seed(shares)
        answer, refused = rewrap(seed, request, _progress(len(request.keys)))
    except WrongShares as refusal:
        raise Stop(REFUSED, f"{refusal.message} Rien n’a été écrit.") from None
    finally:
        # Python cannot overwrite what it freed; nothing here keeps it longer.
        seed = b""
        shares.clear()
    for key in refused:
        _say(_refusal(key), error=True)
    if not answer.keys:
        raise Stop(REFUSED, "Aucune clé n’a pu être donnée. Rien n’a été écrit.")
    _write(options.answer, answer.to_bytes())
    _say(f"{_count(len(answer.keys), 'clé donnée', 'clés données')} dans {options.answer}.")
    if refused:
        _say(f"{_count(len(refused), 'clé refusée', 'clés refusées')} : voyez ci-dessus.")
    _say("Rapportez ce fichier au service, puis éteignez cette machine.")
    return REFUSED if refused else GIVEN


def _read(place: Path) -> RecoveryRequest:
    try:
        with place.open("rb") as source:
            return read_request(source.read(MOST_BYTES + 1))
    except OSError as failure:
        raise Stop(UNREADABLE, f"{place} : illisible ({failure.strerror}).") from None
    except RefusedFile as refusal:
        raise Stop(UNREADABLE, f"{place} : {refusal.message}") from None


def _require_free(place: Path) -> None:
    """Demand, before any share is typed, a place to write where nothing is."""
    if place.exists() or place.is_symlink():
        raise Stop(UNREADABLE, f"{place} : ce fichier existe déjà ; choisissez un autre nom.")
    if not place.absolute().parent.is_dir():
        raise Stop(UNREADABLE, f"{place} : ce dossier n’existe pas.")


def _show(request: RecoveryRequest) -> None:
    """Say to the trustees what they are asked to give, and to whom."""
    keys = request.keys
    situations = len({key.situation for key in keys})
    _say(f"Commission {request.commission}")
    _say(
        f"{_count(len(keys), 'clé', 'clés')} de {_count(situations, 'situation', 'situations')}, "
        f"volets : {', '.join(sorted({key.section for key in keys}))}."
    )
    _say(f"Droits : {', '.join(sorted({f'{key.level} ({key.basis})' for key in keys}))},")
    first, last = min(key.not_before for key in keys), max(key.not_after for key in keys)
    _say(f"du {first:%d/%m/%Y} au {last:%d/%m/%Y}.")
    _say(f"Destinataire : compte {request.recipient}, dont la clé se lit")
    _say(f"    {' '.join(request.public.words())}")
    _say("Demandez-lui de vive voix ces huit mots : ils sont sur son kit de secours.")
    if request.new_recovery_public is not None:
        _say("Les mêmes clés iront à la nouvelle clé de secours, dont les mots sont")
        _say(f"    {' '.join(kem_words(request.new_recovery_public))}")
        _say("Comparez-les à ceux des nouvelles feuilles.")


def _shares(place: Path | None) -> list[Share]:
    if place is not None:
        try:
            lines = place.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            raise Stop(UNREADABLE, f"{place} : illisible.") from None
        return _parse_all(lines)
    if not sys.stdin.isatty():
        return _parse_all(sys.stdin.read().splitlines())
    return list(_typed())


def _parse_all(lines: Sequence[str]) -> list[Share]:
    shares = []
    for number, line in enumerate(filter(str.strip, lines), start=1):
        try:
            shares.append(parse_share(line))
        except WrongShares as refusal:
            raise Stop(
                REFUSED, f"Part saisie n° {number} : {refusal.message} Rien n’a été écrit."
            ) from None
    return shares


def _typed() -> Iterator[Share]:
    """Ask for shares, without showing them, until there are as many as the first one says."""
    _say("Chaque dépositaire tape sa part, ou la lit au lecteur de codes. Rien ne s’affiche.")
    indexes: set[int] = set()
    needed = 1
    while len(indexes) < needed:
        line = getpass.getpass("Part suivante (ligne vide pour renoncer) : ")
        if not line.strip():
            raise EOFError
        try:
            share = parse_share(line)
        except WrongShares as refusal:
            _say(refusal.message, error=True)
            continue
        if share.index in indexes:
            _say(f"La part {share.index} a déjà été donnée.", error=True)
            continue
        indexes.add(share.index)
        needed = share.threshold
        _say(f"Part {share.index} sur {share.total} lue ; il en faut {needed}.")
        yield share


def _progress(total: int) -> Callable[[int], None]:
    """Return what tells how far the run is, at most once in two seconds."""
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > _QUIET:
            last = time.monotonic()
            _say(f"{done} clés sur {total}", error=True)

    return tell


def _write(place: Path, raw: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as target:
            target.write(raw)
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(place)
    except OSError as failure:
        unfinished.unlink(missing_ok=True)
        raise Stop(
            UNREADABLE, f"{place} : la réponse ne peut pas être écrite ({failure.strerror})."
        ) from None


def _forbid_memory_dumps() -> None:
    """Leave no copy of the memory if the program fails, where the system can be told so."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refusal(refused: RefusedKey) -> str:
    key = refused.key
    why = _REASONS.get(refused.code, f"la clé ne peut pas être donnée ({refused.code})")
    return f"Refusée : situation {key.situation}, volet {key.section}, v{key.version} : {why}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {many if number > 1 else one}"


def _say(line: str, error: bool = False) -> None:
    print(line, file=sys.stderr if error else sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
