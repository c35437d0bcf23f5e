"""T-10: documents and keys, changed in every way: refused, recorded, the others still open."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

from django.urls import reverse

from cases.access import situations
from cases.access.keys import open_keys
from cases.actions.situations import write
from cases.domain.sections import InformationCategory
from cases.permissions import Refused
from cases.vault import documents
from tests import people
from tests.commission.sealed_rows import SECRET, SealedRows

LEGAL = InformationCategory.LEGAL_SITUATION.value


class DocumentsAndKeys(SealedRows):
    """What a situation's page opens."""

    def test_documents(self) -> None:
        """T-10: with another row, section, entity or situation; the page says it in words."""
        pk = self.note(self.situation, "core")
        table = "cases_sealeddocument"
        sibling = self.one(
            f"SELECT id FROM {table} WHERE situation_id = %s AND section = 'core' AND id <> %s",
            self.situation.pk,
            pk,
        )
        donors = {
            "another row": self.blob(table, "blob", sibling),
            "another section": self.blob(table, "blob", self.note(self.situation, "social")),
            "another situation": self.blob(table, "blob", self.note(self.other, "core")),
            "another entity": self.blob("cases_wrap", "blob", self.wrap("core")),
        }
        self.each(table, "blob", pk, donors, lambda: self.read("core"), "document_altered")
        with self.changed(table, "blob", pk, donors["another row"]):
            client = people.client_of(self.cast.luc)
            page = client.get(reverse("cases:situation", args=[self.situation.code]))
        text = page.content.decode()
        self.assertIn("Ce texte a été altéré", text)
        self.assertNotIn(f"{SECRET} core", text)

    def test_without_its_place_a_text_would_move(self) -> None:
        """T-10, control: on a build that binds no place, a swapped text opens as another's."""
        unbound = mock.patch.object(documents.DocumentContext, "associated", return_value=b"")
        with unbound, people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            for text in ("un", "deux"):
                write(viewer=viewer, situation=row, section="legal", category=LEGAL, text=text)
        query = (
            "SELECT id FROM cases_sealeddocument WHERE situation_id = %s AND section = 'legal'"
            " ORDER BY created_at, id LIMIT 1 OFFSET %s"
        )
        one, two = (self.one(query, self.situation.pk, rank) for rank in (0, 1))
        donor = self.blob("cases_sealeddocument", "blob", two)

        def texts() -> list[str]:
            with people.as_person(self.cast.luc) as viewer:
                opened = situations.open_situation(viewer, self.situation.code)
                return [str(each.payload) for each in opened.section("legal").documents]

        with unbound, self.changed("cases_sealeddocument", "blob", one, donor):
            self.assertEqual(len(set(texts())), 1)  # The same text twice, and no alert.
        with self.as_administrator() as admin:
            admin.execute("DELETE FROM cases_sealeddocument WHERE id IN (%s, %s)", [one, two])

    def test_every_kind_of_text_says_that_it_is_altered(self) -> None:
        """T-10: a proposal, a person's words: never an empty line, never silence."""
        situation, _ = people.reviewed(self.cast, "marc")
        client = people.client_of(self.cast.luc)
        page = reverse("cases:situation_section", args=[situation.code, "social"])
        pk = self.one(
            "SELECT d.id FROM cases_sealeddocument d WHERE d.situation_id = %s"
            " AND d.kind = 'proposal' AND d.section = 'social'",
            situation.pk,
        )
        self.assertNotIn("Ce texte a été altéré", client.get(page).content.decode())  # Control.
        with self.changed("cases_sealeddocument", "blob", pk, b""), self.told() as events:
            text = client.get(page).content.decode()
        self.assertIn("Ce texte a été altéré", text)
        self.assertNotIn("Visite à deux", text)
        self.assertEqual(events, ["document_altered"])

    def test_the_identity(self) -> None:
        """T-10: the recorded gesture says that the identity is altered, and never fails."""
        pk = self.one(
            "SELECT id FROM cases_sealeddocument WHERE situation_id = %s AND section = 'identity'",
            self.situation.pk,
        )
        address = reverse("cases:situation_identity", args=[self.situation.code])
        client = people.client_of(self.cast.luc)
        self.assertIn("Dupont-Fictif", client.post(address).content.decode())  # Control.
        donor = self.blob("cases_sealeddocument", "blob", self.note(self.situation, "core"))
        with self.changed("cases_sealeddocument", "blob", pk, donor), self.told() as events:
            text = client.post(address).content.decode()
        self.assertIn("L’identité a été altérée", text)
        self.assertNotIn("Dupont-Fictif", text)
        self.assertEqual(events, ["document_altered"])

    def wrap(self, section: str, situation: Any = None, name: str = "luc") -> uuid.UUID:
        """Return the id of somebody's wrap of a section."""
        return self.one(
            "SELECT w.id FROM cases_wrap w JOIN cases_grant g ON g.id = w.grant_id"
            " WHERE w.situation_id = %s AND w.section = %s AND g.recipient_id = %s",
            (situation or self.situation).pk,
            section,
            self.cast.people[name].user.pk,
        )

    def test_wraps_and_their_outer_seals(self) -> None:
        """T-10: of another holder, section or situation; the section stays sealed, alone."""
        with people.as_person(self.cast.luc) as viewer:
            dek = open_keys(viewer, people.fresh(self.cast, self.situation.pk)).deks["core", 1]
        donors = {
            "another holder": self.blob("cases_wrap", "blob", self.wrap("core", name="marc")),
            "another section": self.blob("cases_wrap", "blob", self.wrap("social")),
            "another situation": self.blob("cases_wrap", "blob", self.wrap("core", self.other)),
            "the bare key": dek,
        }
        self.each(
            "cases_wrap",
            "blob",
            self.wrap("core"),
            donors,
            lambda: self.read("core"),
            "wrap_altered",
        )

    def test_situation_keys(self) -> None:
        """T-10: the server's half of another situation, or none: nothing opens, nothing fails."""
        donors = {
            "another situation": bytes(
                self.one(
                    "SELECT wrapped FROM cases_keystore_situationkey WHERE situation = %s",
                    self.other.pk,
                )
            ),
            "zeros": bytes(60),
        }

        def attempt() -> tuple[str, list[str]]:
            try:
                return self.read("core")
            except Refused:
                return "", self.heard

        self.heard: list[str] = []

        def listening() -> tuple[str, list[str]]:
            with self.told() as events:
                found, _ = attempt()
            return found, events

        self.each(
            "cases_keystore_situationkey",
            "wrapped",
            self.situation.pk,
            donors,
            listening,
            "situation_key_altered",
        )

    def test_commitments(self) -> None:
        """T-10: another section's, another key's, none."""
        pk, sibling = (
            self.one(
                "SELECT id FROM cases_keystore_sectionkey WHERE situation = %s AND section = %s",
                self.situation.pk,
                section,
            )
            for section in ("core", "social")
        )
        table = "cases_keystore_sectionkey"
        mine = documents.commitment(documents.new_data_key(), self.situation.pk, "core", 1)
        donors = {"another section": self.blob(table, "commitment", sibling), "another key": mine}
        self.each(table, "commitment", pk, donors, lambda: self.read("core"), "commitment_altered")
