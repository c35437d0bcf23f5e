"""Name the documents, rights and withdrawals that are not what the ledger saw last (T-12)."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from audit import recorder
from audit.events import Event, Outcome
from audit.recorder import LedgerUnavailable
from deploy import reconciliation
from deploy.reconciliation import Finding, Held

SENTENCES = {
    reconciliation.ROLLED_BACK: "le document {document} est revenu {back} version(s) en arrière",
    reconciliation.REPLACED: "le document {document} n’est pas celui qui a été enregistré",
    reconciliation.DELETED: "le document {document} a disparu sans trace au journal",
    reconciliation.INSERTED: "le document {document} est apparu sans trace au journal",
    reconciliation.SURVIVED: "le document {document} devait être effacé",
    "file_rolled_back": "la pièce {document} est revenue {back} scellement(s) en arrière",
    "file_replaced": "la pièce {document} n’est pas celle qui a été enregistrée",
    "file_deleted": "la pièce {document} a disparu sans trace au journal",
    "file_inserted": "la pièce {document} est apparue sans trace au journal",
    "file_survived": "la pièce {document} devait être effacée",
    "expression_replaced": "l’expression {document} de la personne n’est pas celle qui a été notée",
    "expression_deleted": "l’expression {document} de la personne a disparu",
    "expression_inserted": "l’expression {document} est apparue sans trace au journal",
    "expression_survived": "l’expression {document} devait être effacée",
    reconciliation.REVIVED: "l’habilitation {document}, retirée, est revenue",
    "exceptional_deleted": "l’accès exceptionnel {document} a disparu de son registre",
    "exceptional_revived": "l’accès exceptionnel {document}, refermé, est revenu",
    "exceptional_unreviewed": "l’accès exceptionnel {document} a une conclusion sans auteur",
    reconciliation.STATE: "le retrait de l’accord ne correspond pas au journal",
    reconciliation.FORGED: "un évènement du journal ne porte pas le sceau du service",
}
MOST_TOLD = 200


class Command(BaseCommand):
    """Compare documents and ledger; exit 1 when one contradicts the other."""

    requires_system_checks = []  # A nightly job loads no page.
    help = (
        "Rapproche les documents scellés du journal et nomme chaque écart (verify_ledger d’abord)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--no-record", action="store_true", help="ne pas inscrire les alertes au journal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, say, record, and fail on a difference."""
        for alias in ("owner", settings.DPO_ALIAS):
            if alias not in connections:
                raise CommandError(f"L’adresse « {alias} » de la base manque.", returncode=2)
        found, held, unproved = reconciliation.reconcile(
            connections["owner"],
            partial(transaction.atomic, using="owner"),
            {settings.SERVICE: settings.AUDIT_MAC_KEY},
        )
        ordered = sorted(found, key=lambda one: (one.kind, str(one.situation), str(one.document)))
        for finding in ordered:
            self.stdout.write(sentence(finding, held))
        if unproved:
            self.stdout.write(f"{unproved} document(s) plus anciens que le journal gardé.")
        if not options["no_record"]:
            self._record(ordered[:MOST_TOLD], held)
        if found:
            raise CommandError(f"{len(found)} écart(s) avec le journal.", returncode=1)
        proved = len(held.documents) + len(held.files) - unproved
        self.stdout.write(f"{proved} document(s) conformes au journal.")

    def _record(self, findings: list[Finding], held: Held) -> None:
        """Raise one alert a difference, for the DPO's desk."""
        for finding in findings:
            known = held.situations.get(finding.situation)
            event = Event(
                action="integrity.alert",
                outcome=Outcome.DENIED,
                commission=known[0] if known else None,
                objects=(finding.situation, *_optional(finding.document)),
                purpose=finding.kind,
            )
            try:
                recorder.denied(event)
            except LedgerUnavailable:
                self.stderr.write("Les alertes n’ont pas pu être inscrites au journal.")
                return


def _optional(document: UUID | None) -> tuple[UUID, ...]:
    return () if document is None else (document,)


def sentence(finding: Finding, held: Held) -> str:
    """Say a difference in French, by the situation's code when it is known."""
    known = held.situations.get(finding.situation)
    name = known[1] if known else str(finding.situation)
    said = SENTENCES[finding.kind].format(document=finding.document, back=finding.versions_back)
    return f"{name} : {said}."
