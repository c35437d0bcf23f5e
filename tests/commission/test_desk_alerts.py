"""The DPO's desk shows the alerts of her commissions, in words (T-11, decision 33)."""

from __future__ import annotations

from cases.access.situations import open_situation
from tests import people
from tests.attackers import sql_writer
from tests.cases_of import CommittingTestCase

ADDRESS = "/journal/acces/"
NONE = "Aucune alerte : les données lues correspondent"


class Alerts(CommittingTestCase):
    """Two commissions; in one of them, somebody swaps two texts."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make both, with a situation each."""
        super().setUpClass()
        cls.cast, cls.other = people.commission("alertes"), people.commission("calme")
        cls.situation = people.shared(cls.cast, "marc")

    def desk(self, cast: people.Cast) -> str:
        """Return the text of the desk of a commission's DPO."""
        response = people.client_of(cast.denis).get(ADDRESS)
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def test_an_alert_is_read_by_its_dpo_alone(self) -> None:
        """Date, who, what in words, where; nothing at the other desk; before it, nothing at all."""
        for cast in (self.cast, self.other):
            self.assertIn(NONE, self.desk(cast))  # Control.
        target = sql_writer.Target(
            commission=self.cast.commission.pk,
            situation=self.situation.pk,
            lead=self.cast.luc.user.pk,
            attacker=self.cast.sophie.user.pk,
        )
        with self.as_administrator() as admin:
            sql_writer.swap_documents(admin, target)
            sql_writer.insert_permissions(admin, target)
        with people.as_person(self.cast.luc) as viewer:
            open_situation(viewer, self.situation.code)
        page = people.client_of(self.cast.sophie).get(f"/situations/{self.situation.code}/")
        self.assertEqual(page.status_code, 404)
        text = self.desk(self.cast)
        for words in (
            "2 alertes récentes",
            "Un document ne correspond plus à ce qui a été scellé",
            "Les permissions de la base diffèrent des habilitations signées",
            self.situation.code,
            "Luc Perrin",
            "Sophie Petit",
            "socle",
        ):
            self.assertIn(words, text)
        self.assertNotIn("document_altered", text)
        self.assertIn(NONE, self.desk(self.other))
