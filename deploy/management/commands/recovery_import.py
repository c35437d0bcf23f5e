"""Let in the trustees' answer: every word proved, all of it or nothing (T-32)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit import recorder
from audit.events import MAXIMUM_OBJECTS, Event
from cases.actions import recovered
from cases.actions.recovered import Accepted
from cases.models import Commission
from cases.vault.errors import VaultError
from cases.vault.offline import MOST_BYTES, read_answer
from clsm_core.accounts.clock import now
from deploy.management.guard import OWNER, as_guard, require_owner
from deploy.management.officers import officers_in_force


class Command(BaseCommand):
    """Run again on the same file, it adds nothing."""

    help = "Fait entrer la réponse des dépositaires (python -m cases.recover)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, metavar="reponse.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, write and record in one transaction."""
        require_owner()
        try:
            with options["file"].open("rb") as source:
                answer = read_answer(source.read(MOST_BYTES + 1))
        except OSError as failure:
            raise CommandError(f"{options['file']} : illisible ({failure.strerror}).") from failure
        except VaultError as refused:
            raise CommandError(f"{options['file']} : {refused.message}") from refused
        commission = Commission.objects.filter(
            pk=answer.commission, state=Commission.State.ACTIVE
        ).first()
        if commission is None:
            raise CommandError("Champ « commission » : elle n’est pas de ce service.")
        register = officers_in_force(commission).register
        at = now()
        try:
            with transaction.atomic(using=OWNER):
                with as_guard() as using:
                    accepted = recovered.accept(
                        commission=commission, register=register, answer=answer, at=at, using=using
                    )
                if accepted.given or accepted.rewrapped:
                    self._record(commission, accepted, at)
        except VaultError as refused:
            raise CommandError(f"{refused.message} Rien n’a été écrit.") from refused
        self._tell(accepted)

    def _record(self, commission: Commission, accepted: Accepted, at: Any) -> None:
        people = tuple(sorted(accepted.recipients))
        size = MAXIMUM_OBJECTS - len(people)
        for start in range(0, len(accepted.situations), size):
            recorder.done(
                Event(
                    action="key.recovered",
                    commission=commission.pk,
                    objects=(*people, *accepted.situations[start : start + size]),
                    sections=tuple(sorted(accepted.sections)),
                    purpose="given" if accepted.given else "rewrapped",
                ),
                using=OWNER,
                at=at,
            )

    def _tell(self, accepted: Accepted) -> None:
        situations = len(accepted.situations)
        if accepted.rewrapped:
            self.stdout.write(
                f"{accepted.rewrapped} clé(s) de {situations} situation(s) enveloppée(s) pour la "
                "nouvelle clé de secours. Les anciennes parts restent nécessaires jusqu’à ce "
                "qu’une demande sous la nouvelle clé l’ait prouvé (recovery_request --for)."
            )
            return
        self.stdout.write(f"{accepted.given} clé(s) rendue(s), {situations} situation(s).")
        if accepted.known:
            self.stdout.write(f"{accepted.known} étaient déjà entrées.")
