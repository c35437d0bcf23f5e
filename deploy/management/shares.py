"""The trustees' shares at the terminal: printed once, proved, typed back.

Promises: a share is shown on the terminal or written in one file that the operator names, for its
owner alone; never in the checkout, among the collected files or beside the keys; nothing of it is
kept. A ceremony goes on only when somebody has typed one of the printed shares back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from getpass import getpass
from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.actions.commissions import THRESHOLD, TRUSTEES, Ceremony
from cases.models import Commission
from cases.vault.errors import WrongShares
from cases.vault.recovery import Share, parse_share
from cases.vault.recovery_kit import recovery_pair
from cases.vault.rewrapping import rebuild_seed
from deploy.share_sheets import sheets

MOST_TRUSTEES = 20
TRIES = 3
LONGEST_REFERENCE = 40
CLEAR = "\x1b[2J\x1b[3J\x1b[H"


def add_arguments(parser: CommandParser) -> None:
    """Declare what every ceremony that makes shares accepts."""
    parser.add_argument(
        "--threshold", type=int, default=THRESHOLD, help=f"parts nécessaires ({THRESHOLD})"
    )
    parser.add_argument(
        "--trustees", type=int, default=TRUSTEES, help=f"parts imprimées ({TRUSTEES})"
    )
    parser.add_argument(
        "--dpo-decision",
        default="",
        metavar="RÉFÉRENCE",
        help=f"décision du DPO, demandée au-dessous de {THRESHOLD} parts sur {TRUSTEES}",
    )
    parser.add_argument(
        "--sheets", type=Path, metavar="FICHIER.pdf", help="feuilles à imprimer, au lieu de l’écran"
    )
    parser.add_argument(
        "--no-proof", action="store_true", help="ne pas faire retaper une part (essais seulement)"
    )


def require_numbers(options: dict[str, Any]) -> str:
    """Check how many shares are asked; return the ledger's code of the DPO's decision.

    Raises: CommandError below two of three, or below three of five without a decision.
    """
    threshold, trustees = options["threshold"], options["trustees"]
    if not 2 <= threshold < trustees <= MOST_TRUSTEES:
        raise CommandError(
            "Il faut au moins deux parts, un dépositaire de plus que de parts nécessaires, et "
            f"{MOST_TRUSTEES} dépositaires au plus."
        )
    reference = options["dpo_decision"].strip().lower()
    if (threshold < THRESHOLD or trustees < TRUSTEES) and not reference:
        raise CommandError(
            f"Au-dessous de {THRESHOLD} parts sur {TRUSTEES}, indiquez la décision du DPO : "
            "--dpo-decision RÉFÉRENCE."
        )
    if not reference:
        return ""
    is_code = reference.isascii() and all(one.isalnum() or one in "_.:/-" for one in reference)
    if not is_code or len(reference) > LONGEST_REFERENCE:
        raise CommandError(
            f"La référence compte au plus {LONGEST_REFERENCE} lettres sans accent, chiffres ou "
            "signes « . - / : _ »."
        )
    return f"dpo:{reference}"


def require_place(place: Path) -> Path:
    """Return where a file may be written: a new name, away from the program and its keys.

    Raises: CommandError.
    """
    whole = Path(os.path.abspath(place))
    if whole.exists() or whole.is_symlink():
        raise CommandError(f"{place} existe déjà : choisissez un autre nom.")
    if not whole.parent.is_dir():
        raise CommandError(f"{place} : ce dossier n’existe pas.")
    folder = whole.parent.resolve()
    closed = [Path(settings.BASE_DIR), Path(settings.STATIC_ROOT)]
    keys = getattr(settings.KEYS, "folder", None)
    closed += [Path(keys)] if keys else []
    for one in closed:
        if folder.is_relative_to(one.resolve()):
            raise CommandError(
                f"{place} est dans un dossier du service : choisissez une clé USB ou un disque en "
                "mémoire."
            )
    return folder / whole.name


def write_private(place: Path, content: bytes) -> None:
    """Write a new file whole, readable by its owner alone. Raises: CommandError."""
    try:
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as failure:
        raise CommandError(f"{place} ne peut pas être écrit ({failure.strerror}).") from failure


def hand_out(
    command: BaseCommand,
    commission: Commission,
    ceremony: Ceremony,
    at: datetime,
    options: dict[str, Any],
) -> None:
    """Print the shares once, and have one of them typed back. Raises: CommandError."""
    write = command.stdout.write
    if options["sheets"]:
        place = require_place(options["sheets"])
        write_private(
            place,
            sheets(
                commission.name,
                ceremony.shares,
                ceremony.threshold,
                ceremony.root,
                # The same day and hour: a document carries neither zone nor microseconds.
                at.astimezone(timezone(at.utcoffset() or timedelta(0))).replace(microsecond=0),
                contact=commission.dpo_contact,
                key_words=ceremony.words,
            ),
        )
        write(f"Feuilles à imprimer : {options['sheets']}, une page par dépositaire.")
        write("Détruisez ce fichier dès qu’elles sont imprimées.")
    else:
        write(
            "Parts de la clé de secours : une par dépositaire, écrites maintenant et jamais plus."
        )
        total = len(ceremony.shares)
        for rank, share in enumerate(ceremony.shares, start=1):
            write(f"  Part {rank} sur {total}. {share}")
    write("")
    write(f"{ceremony.threshold} parts reconstituent la clé, dont les huit mots sont")
    write(f"  {' '.join(ceremony.words)}")
    if options["no_proof"]:
        return
    _require_proof(command, ceremony.shares)
    if command.stdout.isatty():
        write(CLEAR, ending="")


def _require_proof(command: BaseCommand, shares: Sequence[str]) -> None:
    """Have one printed share typed back, so that paper holds it. Raises: CommandError."""
    for _ in range(TRIES):
        typed = getpass("Retapez une part, depuis sa feuille imprimée : ")
        try:
            line = parse_share(typed).line()
        except WrongShares as refused:
            command.stderr.write(refused.message)
            continue
        if any(compare_digest(line.encode(), share.encode()) for share in shares):
            return
        command.stderr.write("Cette part n’est pas de cette cérémonie.")
    raise CommandError("Aucune part imprimée n’a été relue : rien n’a été fait. Recommencez.")


def show_root(command: BaseCommand, commission: Commission, root: str) -> None:
    """Print what the operator copies into the configuration."""
    pinned = {**settings.DIRECTORY_ROOTS, str(commission.pk): root}
    command.stdout.write("Racine de l’annuaire, à inscrire dans la configuration du service :")
    command.stdout.write(f"  DIRECTORY_ROOTS='{json.dumps(pinned)}'")


def typed_seed(command: BaseCommand, expected: bytes) -> bytes:
    """Return the recovery seed rebuilt from the shares that trustees type here.

    ``expected`` is the public half of the recovery key in force.

    Raises: CommandError naming what is wrong, when they give up or rebuild another key.
    """
    shares: dict[int, Share] = {}
    needed = 1
    while len(shares) < needed:
        typed = getpass(f"Part {len(shares) + 1} (ligne vide pour renoncer) : ")
        if not typed.strip():
            raise CommandError("Les parts n’ont pas été données : rien n’a été fait.")
        try:
            share = parse_share(typed)
        except WrongShares as refused:
            command.stderr.write(refused.message)
            continue
        shares[share.index] = share
        needed = share.threshold
    try:
        seed = rebuild_seed(list(shares.values()))
    except WrongShares as refused:
        raise CommandError(refused.message) from None
    if recovery_pair(seed).public != expected:
        raise CommandError("Ces parts sont celles d’une autre clé de secours.")
    return seed
