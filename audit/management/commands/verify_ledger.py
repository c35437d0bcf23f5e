"""Verify the ledger in the database and name the first bad number."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import export, recorder
from audit.events import Event, Outcome
from audit.ledger import heads_to_text
from audit.recorder import LedgerUnavailable
from audit.verifier import (
    Fault,
    Head,
    Report,
    UnreadableExport,
    read_mac_keys,
    text_to_heads,
    verify_lanes,
)


class Command(BaseCommand):
    """Read every lane through the DPO's role; exit 1 on the first bad number."""

    help = "Vérifie le journal des accès et nomme le premier numéro fautif."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--head", type=Path, help="empreintes gardées auparavant")
        parser.add_argument("--save-head", type=Path, help="où garder les empreintes du jour")
        parser.add_argument("--lane", help="une seule voie")
        parser.add_argument(
            "--mac-key-file",
            action="append",
            default=[],
            metavar="VOIE=FICHIER",
            help="clé d’une voie, en hexadécimal ; celle de ce service est connue",
        )
        parser.add_argument(
            "--no-record", action="store_true", help="ne pas inscrire la vérification au journal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print one sentence a lane, save the heads if all is sound."""
        try:
            saved = text_to_heads(options["head"].read_text("ascii")) if options["head"] else {}
            keys = {settings.SERVICE: settings.AUDIT_MAC_KEY}
            keys |= read_mac_keys(options["mac_key_file"])
        except (OSError, UnicodeDecodeError, UnreadableExport) as error:
            raise CommandError(f"Illisible : {error}", returncode=2) from error
        claimed = _of_lane(export.heads(), options["lane"])
        names = [lane for lane in export.lanes() if options["lane"] in (None, lane)]
        reports = verify_lanes(
            {lane: export.rows_of(lane) for lane in names},
            mac_keys=keys,
            heads=_of_lane(saved, options["lane"]),
        )
        sound = True
        for report in reports:
            sentence = _sentence(report, claimed.get(report.lane))
            sound = sound and sentence is None
            self.stdout.write(sentence or report.sentence())
        unnumbered = export.count_unnumbered()
        if unnumbered:
            sound = False
            self.stdout.write(f"{unnumbered} contenu(s) sans numéro : écrits hors du scellement.")
        if not options["no_record"]:
            self._record(sound=sound, lanes=names)
        if not sound:
            raise CommandError("Le journal n’est pas intègre.", returncode=1)
        if options["save_head"]:
            options["save_head"].write_text(
                heads_to_text({report.lane: report.head for report in reports}), "ascii"
            )
            self.stdout.write("Empreintes gardées : rangez ce fichier hors de cette machine.")

    def _record(self, *, sound: bool, lanes: list[str]) -> None:
        """Write the verification in the ledger, so that the desk can show its date."""
        event = Event(
            action="ledger.verified",
            outcome=Outcome.OK if sound else Outcome.ERROR,
            fields=tuple(lanes),
        )
        try:
            recorder.shown(event)
        except LedgerUnavailable:
            self.stderr.write("La vérification n’a pas pu être inscrite au journal.")


def _of_lane(heads: dict[str, Head], lane: str | None) -> dict[str, Head]:
    """Keep one lane when one was asked for."""
    return {name: head for name, head in heads.items() if lane in (None, name)}


def _sentence(report: Report, claimed: Head | None) -> str | None:
    """Say the fault of a lane, None when it is sound.

    The head the database keeps is no proof (whoever cuts the tail can rewrite it), but a
    head ahead of the last row betrays a hasty hand.
    """
    if not report.is_sound:
        return report.sentence()
    if claimed is not None and (
        report.count < claimed.seq or (report.count == claimed.seq and report.head != claimed)
    ):
        number = report.count + 1 if report.count < claimed.seq else claimed.seq
        fault = Fault.TAIL_CUT if report.count < claimed.seq else Fault.OTHER_HISTORY
        return Report(
            lane=report.lane,
            count=report.count,
            head=report.head,
            purged=report.purged,
            macs_checked=report.macs_checked,
            tail_proved=False,
            root=None,
            fault=fault,
            bad_seq=number,
        ).sentence()
    return None
