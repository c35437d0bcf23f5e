"""The DPO's control: asked, accepted by the coordinator, a day of reading, and told (C-73)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core import mail
from django.db import Error, transaction

from audit import recorder
from cases.access import exceptional as access
from cases.access import situations
from cases.access.keys import open_keys
from cases.actions import agreements, exceptional, grants
from cases.actions import situations as writings
from cases.actions.sealing import SectionSealed
from cases.domain.exceptions import AgreementWithdrawn, DomainError, NotAllowed
from cases.models import ExceptionalAccess, Grant, Mandate, SealedDocument, Situation
from cases.permissions import Refused
from cases.vault import grants as statements
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import exceptionals as made


class Controlled(CommittingTestCase):
    """Denis is the DPO; Claire coordinates; Luc leads; Sophie reads a section."""

    def setUp(self) -> None:
        self.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")
        self.situation = made.situation(self.cast)
        self.code = self.situation.code

    def denis(self) -> str:
        """Return what the DPO is shown."""
        return made.reads(self.cast.denis, self.code)

    def given(self, **changes: Any) -> ExceptionalAccess:
        """Ask as Denis, accept as Claire."""
        row = made.ask_control(self.cast, self.situation.pk, **changes)
        made.confirm(self.cast, row.pk, "claire")
        return row

    def held(self) -> list[Grant]:
        """Return the DPO's rights that nobody took back."""
        with people.as_person(self.cast.denis) as viewer:
            return list(Grant.objects.filter(recipient_id=viewer.user_id, revoked_at__isnull=True))

    def test_a_day_of_reading_what_was_asked(self) -> None:
        """The desk's metadata before; then these sections, flagged; then the metadata again."""
        self.assertNotIn(made.SECRET, self.denis())
        row = made.ask_control(self.cast, self.situation.pk)
        self.assertNotIn(made.SECRET, self.denis())
        made.confirm(self.cast, row.pk, "claire")
        with recorder.observe() as events:
            self.assertIn(made.SECRET, self.denis())
        (told,) = [one for one in events if one.action == "situation.shown"]
        self.assertEqual((told.purpose, told.role), ("control", "dpo"))
        self.assertEqual(told.sections, ("core", "social"))
        with people.as_person(self.cast.denis) as viewer:
            found = situations.open_situation(viewer, self.code)
            self.assertEqual(
                {one.section for one in found.sections if one.readable}, {"core", "social"}
            )
        rights = {(one.basis, one.level, one.reason) for one in self.held()}
        self.assertEqual(rights, {("dpo", "read", "reclamation")})
        with people.later(hours=23, minutes=59):
            self.assertIn(made.SECRET, self.denis())
        with people.later(hours=24, seconds=1):
            self.assertNotIn(made.SECRET, self.denis())

    def test_health_is_never_asked_nor_given(self) -> None:
        """C-22: a control is no care, whatever the DPO's profession; the database says it too."""
        Mandate.objects.filter(pk=self.cast.denis.mandate.pk).update(
            profession=self.cast.luc.mandate.profession
        )
        with self.assertRaises(NotAllowed):
            made.ask_control(self.cast, self.situation.pk, sections=["core", "health"])
        self.given()
        with people.as_person(self.cast.luc) as viewer:
            # As a coordinator's faulty service would: a right on health, with its key.
            situation = people.fresh(self.cast, self.situation.pk)
            terms = grants.wrapping.Terms(
                level="read",
                basis="dpo",
                not_before=viewer.at,
                not_after=viewer.at + timedelta(hours=1),
            )
            grants.give(viewer, situation, self.cast.denis.mandate, ["health"], terms)
        self.assertIn(made.SECRET, self.denis())
        self.assertNotIn(made.HEALTH, self.denis())
        with people.as_person(self.cast.denis):
            rows = SealedDocument.objects.filter(situation=self.situation.pk)
            self.assertNotIn("health", set(rows.values_list("section", flat=True)))

    def test_the_dpo_writes_shares_and_moves_nothing(self) -> None:
        """A control reads."""
        self.given()
        with people.as_person(self.cast.denis) as viewer:
            found = situations.open_situation(viewer, self.code)
            self.assertFalse(any(one.writable for one in found.sections))
            self.assertEqual(found.acts, frozenset())
            row = people.fresh(self.cast, self.situation.pk)
            with self.assertRaises(SectionSealed):
                writings.write(viewer=viewer, situation=row, section="core", category="", text="n")
            with self.assertRaises(Refused):
                grants.share(
                    viewer=viewer,
                    situation=row,
                    recipients=[self.cast.marc.user.pk],
                    sections=["core"],
                    level="read",
                )
            document = SealedDocument.objects.filter(situation=row, section="core").first()
            assert document is not None
            self.assertEqual(SealedDocument.objects.filter(pk=document.pk).update(kind="note"), 0)
            document.pk, document.created_by_id = uuid.uuid4(), viewer.user_id
            with self.assertRaises(Error), transaction.atomic():
                document.save(force_insert=True)

    def test_the_dpo_the_coordinator_and_the_lead_end_it(self) -> None:
        """At once: rights, wraps and projection go."""
        for name in ("denis", "claire", "luc"):
            row = self.given()
            self.assertIn(made.SECRET, self.denis())
            with self.assertRaises(Refused):
                made.end(self.cast, row.pk, "marc")
            made.end(self.cast, row.pk, name)
            with self.subTest(name):
                self.assertNotIn(made.SECRET, self.denis())
                self.assertEqual(self.held(), [])

    def test_rights_taken_back_end_it_as_well(self) -> None:
        """The readers' page knows nothing of controls: what it revokes closes one."""
        self.given()
        for right in self.held():
            with people.as_person(self.cast.luc) as viewer:
                grants.revoke(viewer=viewer, grant_id=right.pk)
        self.assertNotIn(made.SECRET, self.denis())
        with people.as_person(self.cast.luc) as viewer:
            found = people.fresh(self.cast, self.situation.pk)
            self.assertEqual(access.standing(found, viewer.at), ())

    def test_the_coordinator_alone_accepts(self) -> None:
        """Not the DPO, the lead, a member; declined, nothing opens."""
        row = made.ask_control(self.cast, self.situation.pk)
        with self.assertRaises(exceptional.SamePerson):
            made.confirm(self.cast, row.pk, "denis")
        for name in ("luc", "marc", "nadia"):
            with self.subTest(name), self.assertRaises(Refused):
                made.confirm(self.cast, row.pk, name)
        with people.as_person(self.cast.claire) as viewer:
            exceptional.decline(viewer=viewer, pk=row.pk)
        with self.assertRaises(NotAllowed):
            made.confirm(self.cast, row.pk, "claire")
        self.assertNotIn(made.SECRET, self.denis())

    def test_withdrawn_it_stays_closed_to_the_dpo(self) -> None:
        """Asked before or after; open, the withdrawal closes it (C-04)."""
        row = made.ask_control(self.cast, self.situation.pk)
        self.given_then_withdrawn(row)
        self.assertNotIn(made.SECRET, self.denis())
        self.assertEqual(self.held(), [])
        with self.assertRaises((AgreementWithdrawn, Refused)):
            made.ask_control(self.cast, self.situation.pk)

    def given_then_withdrawn(self, row: ExceptionalAccess) -> None:
        """Accept, read, withdraw."""
        made.confirm(self.cast, row.pk, "claire")
        self.assertIn(made.SECRET, self.denis())  # Control.
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )

    def test_limited_it_stays_closed_to_the_dpo(self) -> None:
        """Article 18: nobody reads."""
        self.given()
        with made.administrator() as admin:
            admin.execute("UPDATE cases_situation SET is_limited = true")
        self.assertNotIn(made.SECRET, self.denis())
        with self.assertRaises(DomainError), people.as_person(self.cast.denis) as viewer:
            row = Situation(pk=self.situation.pk, commission=self.cast.commission, is_limited=True)
            exceptional.ask_control(
                viewer=viewer, situation=row, reason="incident", words="x", sections=["core"]
            )

    def test_rights_without_an_access_open_nothing(self) -> None:
        """Each lock alone: a coordinator who signs the DPO a right that nobody asked."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            terms = grants.wrapping.Terms(
                level="read",
                basis="dpo",
                not_before=viewer.at,
                not_after=viewer.at + timedelta(hours=1),
            )
            given = grants.give(viewer, situation, self.cast.denis.mandate, ["core"], terms)
            self.assertEqual(given, ["core"])
        self.assertNotIn(made.SECRET, self.denis())
        with people.as_person(self.cast.denis) as viewer:
            row = Situation(pk=self.situation.pk, commission=self.cast.commission)
            self.assertEqual(open_keys(viewer, row).deks, {})
            self.assertEqual(SealedDocument.objects.filter(situation=row.pk).count(), 0)
        self.given(sections=["core"])
        self.assertIn(made.SECRET, self.denis())  # Control.

    def test_a_right_of_more_than_a_day_verifies_nowhere(self) -> None:
        """Whoever signed it, and whatever level: a control reads for a day."""
        for hours, level in ((25, "read"), (1, "contribute")):
            with self.subTest(hours=hours, level=level), people.as_person(self.cast.claire) as who:
                situation = people.fresh(self.cast, self.situation.pk)
                terms = grants.wrapping.Terms(
                    level=level,
                    basis="dpo",
                    not_before=who.at,
                    not_after=who.at + timedelta(hours=hours),
                )
                grants.give(who, situation, self.cast.denis.mandate, ["core"], terms)
                blob = bytes(Grant.objects.filter(basis="dpo").latest("granted_at").statement)
                statements.verify_grant(self.cast.claire.identity.public, blob)  # Control.
                register = access.directory_of(who, self.cast.commission)
                row = Grant.objects.filter(basis="dpo").latest("granted_at")
                with self.assertRaises(made.VaultError):
                    situations.keys.verified(row, register)
                transaction.set_rollback(True)

    def test_a_row_written_by_sql_opens_nothing(self) -> None:
        """T-11: true rights, and an access whose columns say more than was signed."""
        row = self.given()
        with made.administrator() as admin:
            admin.execute(
                "UPDATE cases_exceptionalaccess SET reason = 'incident' WHERE id = %s", [row.pk]
            )
        with recorder.observe() as events:
            self.assertNotIn(made.SECRET, self.denis())
        self.assertIn("exceptional_altered", [one.purpose for one in events])

    def test_everybody_concerned_is_told_without_a_word(self) -> None:
        """A link, to the lead and the holders; no code, name, reason or section."""
        now()
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.cast.sophie.user.pk],
                sections=["core"],
                level="read",
            )
        mail.outbox.clear()
        row = made.ask_control(self.cast, self.situation.pk)
        self.assertEqual(self.told(), {"claire", "luc"})
        mail.outbox.clear()
        made.confirm(self.cast, row.pk, "claire")
        self.assertEqual(self.told(), {"denis", "luc", "sophie"})

    def told(self) -> set[str]:
        """Return who received a message; each holds a link and nothing else."""
        names = {person.user.email: name for name, person in self.cast.people.items()}
        for message in mail.outbox:
            text = message.subject + message.body
            self.assertIn("/acces-exceptionnels/", message.body)
            forbidden = [self.code, made.WORDS, "reclamation", "SIT-", *self.names()]
            for word in forbidden:
                self.assertNotIn(word, text)
        return {names[to] for message in mail.outbox for to in message.to}

    def names(self) -> list[str]:
        """Return the last names of the cast."""
        return [person.user.last_name for person in self.cast.people.values()]

    def test_an_emergency_tells_the_dpo_and_the_lead(self) -> None:
        """At the asking and at the confirming; who asked learns that it is open."""
        mail.outbox.clear()
        row = made.ask(self.cast, self.code)
        self.assertEqual(self.told(), {"denis", "luc"})
        mail.outbox.clear()
        made.confirm(self.cast, row.pk, "claire")
        self.assertEqual(self.told(), {"denis", "luc", "nadia"})
