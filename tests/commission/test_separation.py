"""What a member's own keys, and the statistics key, open without any rule (T-04, T-05)."""

from __future__ import annotations

import uuid

from cases.access import keys, statistics
from cases.access.keys import open_keys
from cases.models import Commission
from cases.vault import facets
from cases.vault.errors import VaultError
from cases.vault.kem import open_with
from tests import people
from tests.attackers import loot
from tests.cases_of import CommittingTestCase

SEALED = (
    "cases_grant",
    "cases_wrap",
    "cases_sealeddocument",
    "cases_keystore_sectionkey",
    "cases_facetrecord",
)


class Separation(CommittingTestCase):
    """What a member's own keys open, asked of the cryptography alone: no policy, no rule."""

    @classmethod
    def setUpClass(cls) -> None:
        """Share the core alone with Marc; Luc leads and holds everything."""
        super().setUpClass()
        cls.cast = people.commission("volets")
        cls.situation = people.shared(cls.cast, "marc", sections=("core",))
        people.shared(cls.cast, "sophie")
        with cls.as_administrator() as admin:
            cls.tables = {
                table: [
                    {
                        column.name: "" if value is None else _text(value)
                        for column, value in zip(cursor.description or (), row, strict=True)
                    }
                    for row in cursor.fetchall()
                ]
                for table in (
                    "cases_grant",
                    "cases_wrap",
                    "cases_sealeddocument",
                    "cases_keystore_sectionkey",
                    "cases_facetrecord",
                )
                for cursor in [admin.execute(f"SELECT * FROM {table}")]
            }

    def opened_by(self, name: str) -> set[loot.Section]:
        """Return the sections whose documents open under any key that a member's session has."""
        person = self.cast.people[name]
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            halves = {row.pk: keys.situation_key(row.pk)[1]}
            self.assertTrue(open_keys(viewer, row).deks)
        # The outer halves too are given to him: what is left is his private key.
        deks = loot.unwrapped(self.tables, person.identity, person.user.pk, halves)
        return self.opened_with(list(deks.values()))

    def opened_with(self, candidates: list[bytes]) -> set[loot.Section]:
        """Return the sections of which a document opens under one of these keys."""
        return {
            (uuid.UUID(row["situation_id"]), row["section"])
            for row in self.tables["cases_sealeddocument"]
            for dek in candidates
            if loot.open_document(row, dek) is not None
        }

    def test_a_member_of_the_core_opens_no_other_section(self) -> None:
        """T-04: with every key in his session, 0 blobs beyond the core; control: the lead."""
        self.assertEqual(self.opened_by("marc"), {(self.situation.pk, "core")})
        lead = {section for _, section in self.opened_by("luc")}
        self.assertGreaterEqual(lead, {"core", "social", "housing", "health", "identity"})
        self.assertEqual(self.opened_by("sophie"), set())

    def test_the_statistics_key_opens_facets_only(self) -> None:
        """T-05: every coded record, and no document, no wrap."""
        commission = Commission.objects.get(pk=self.cast.commission.pk)
        with people.as_person(self.cast.claire) as viewer:
            pair = statistics.statistics_key(viewer, commission)
        records = self.tables["cases_facetrecord"]
        for row in records:
            facets.open_facets(pair, loot.raw(row["blob"]), row["period"], row["population"])
        self.assertGreater(len(records), 1)
        private = pair.private_bytes()
        pieces = [private[at : at + 32] for at in range(len(private) - 31)]
        self.assertEqual(self.opened_with(pieces), set())
        for row in self.tables["cases_wrap"]:
            with self.assertRaises(VaultError):
                open_with(0xE3, pair.kem_private, loot.raw(row["blob"]), b"")


def _text(value: object) -> str:
    """Write a value as a dump does."""
    return "\\x" + bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
