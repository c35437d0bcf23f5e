"""A commission at work and a key between two machines: what tests of recovery share."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path

from django.db import transaction

from cases.access import keys
from cases.actions import members
from cases.keystore.models import SectionKey
from cases.models import Commission, Situation
from clsm_core.accounts.clock import now
from tests import people, recovering
from tests.commission import terminal
from tests.commission.terminal import OperatorTestCase
from tests.people import Person

Deks = dict[tuple[uuid.UUID, str, int], bytes]


def open_all(cast: people.Cast, person: Person) -> Deks:
    """Return every section key that somebody opens, by situation, section and version."""
    found: Deks = {}
    with people.as_person(person) as viewer:
        for situation in Situation.objects.filter(commission=cast.commission).select_related(
            "commission"
        ):
            for (section, version), dek in keys.open_keys(viewer, situation).deks.items():
                found[situation.pk, section, version] = dek
    return found


def section_keys(commission: Commission) -> set[tuple[uuid.UUID, str, int]]:
    """Return every live section key of a commission, as the guard sees them."""
    with terminal.as_guard() as using:
        of_commission = Situation.objects.using(using).filter(commission_id=commission.pk)
        rows = SectionKey.objects.using(using).filter(situation__in=of_commission.values("pk"))
        return set(rows.values_list("situation", "section", "version"))


class Recovering(OperatorTestCase):
    """A commission at work, and a folder that stands for the USB key."""

    def setUp(self) -> None:
        self.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")
        self.slug = self.cast.commission.slug
        self.shares = list(self.cast.ceremony.shares)
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.count = 0

    def commission(self) -> Commission:
        """Read the commission's row."""
        return Commission.objects.get(pk=self.cast.commission.pk)

    def new_file(self, name: str) -> Path:
        """Return a new file's place on the key."""
        self.count += 1
        return self.folder / f"{self.count}-{name}.json"

    def ask(self, person: Person, *arguments: str) -> Path:
        """Write the request for somebody."""
        place = self.new_file("demande")
        # The file before the options: --situation takes several codes.
        terminal.run(
            "recovery_request", self.slug, str(place), "--for", person.user.email, *arguments
        )
        return place

    def answer(self, request: Path, shares: list[str] | None = None) -> Path:
        """Have the trustees answer it."""
        place = self.new_file("reponse")
        done = recovering.rewrap(request, place, self.shares[:3] if shares is None else shares)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return place

    def bring(self, answer: Path) -> str:
        """Let an answer in."""
        return terminal.run("recovery_import", str(answer))

    def lose(self, person: Person) -> Person:
        """Give somebody new keys: everything she held is shut; her new key is signed."""
        with transaction.atomic():
            identity, kit = members.renew_identity(
                user=person.user, passphrase=people.PASSPHRASE, at=now()
            )
        terminal.run("sign_members", self.slug)
        return Person(person.user, person.mandate, identity, kit)
