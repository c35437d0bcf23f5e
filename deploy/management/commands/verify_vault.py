"""Check every key of the vault, by hand and each night; name what is wrong by its code (§2.5)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import recorder
from audit.events import Event, Outcome
from audit.recorder import LedgerUnavailable
from deploy import projection, vault_audit
from deploy.vault_audit import Fault, Report

MOST_RECORDED = 200
# What a line counts, in the order told.
COUNTED = (
    ("situations", "situation(s)"),
    ("keys", "clé(s) de volet"),
    ("wraps", "clé(s) enveloppée(s)"),
    ("grants", "habilitation(s) en cours"),
    ("documents", "texte(s)"),
    ("files", "pièce(s)"),
)


class Command(BaseCommand):
    """Read everything, open no text; exit 1 when something is wrong."""

    requires_system_checks = []  # A nightly job loads no page.
    help = "Vérifie toutes les clés : secours, habilitations, enveloppes, permissions, annuaire."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--no-record", action="store_true", help="ne pas inscrire les alertes au journal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, tell, record, and fail on a fault."""
        try:
            report = vault_audit.audit(projection.reader())
        except LookupError:
            raise CommandError(
                "BACKUP_DATABASE_URL ou OWNER_DATABASE_URL manque.", returncode=2
            ) from None
        self._tell(report)
        if not report.faults:
            return
        if not options["no_record"]:
            self._record(report.faults[:MOST_RECORDED])
        raise CommandError(f"{len(report.faults)} défaut(s).", returncode=1)

    def _tell(self, report: Report) -> None:
        counted = ", ".join(f"{report.counts[name]} {words}" for name, words in COUNTED)
        self.stdout.write(f"Coffre vérifié : {counted}.")
        for purpose, versions in report.versions.items():
            told = ", ".join(f"v{version} : {versions[version]}" for version in sorted(versions))
            self.stdout.write(f"{purpose} — {told or 'aucune ligne'}")
        for remark in report.remarks:
            self.stdout.write(f"À noter — {remark}")
        for sentence in sorted({fault.sentence for fault in report.faults}):
            self.stdout.write(sentence)

    def _record(self, faults: list[Fault]) -> None:
        """Raise one alert a fault, for the DPO's desk."""
        for fault in faults:
            event = Event(
                action="integrity.alert",
                outcome=Outcome.DENIED,
                commission=fault.commission,
                objects=fault.objects,
                purpose=fault.code,
            )
            try:
                recorder.denied(event)
            except LedgerUnavailable:
                self.stderr.write("Les alertes n’ont pas pu être inscrites au journal.")
                return
