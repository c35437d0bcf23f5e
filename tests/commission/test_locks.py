"""Three locks: any two may fail and the situation stays shut (promise 1; T-11, T-22)."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import psycopg
from django.db import connection
from django.urls import reverse

from cases import queries
from cases.access import situations as access
from cases.access import texts
from cases.access.keys import OpenKeys, open_keys
from cases.domain.reading import Decision, GrantBasis, GrantFacts, GrantLevel
from cases.domain.sections import Section
from cases.models import Situation
from cases.permissions import Refused
from cases.vault.errors import VaultError
from deploy.policies import FORCED_TABLES
from tests import database, people
from tests.cases_of import CommittingTestCase

SECRET = "CANARI-coquelicot-7319"


def administrator() -> Any:
    """Return a superuser's connection: what the database's rules cannot stop."""
    place = database.installation()
    return psycopg.connect(place.server.url(connection.settings_dict["NAME"]), autocommit=True)


class ThreeLocks(CommittingTestCase):
    """Marc is a member without any grant on the situation; its secret is in the core."""

    def setUp(self) -> None:
        self.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")
        self.situation = people.admitted(self.cast, person_words=SECRET)
        with people.as_person(self.cast.luc) as viewer:
            lead_keys = open_keys(viewer, people.fresh(self.cast, self.situation.pk))
            self.lead_keys = OpenKeys(dict(lead_keys.deks), dict(lead_keys.levels))

    @contextmanager
    def without_policy(self) -> Iterator[None]:
        """Let the first lock say yes to everything."""
        grants = {
            section.value: GrantFacts(
                section=section,
                level=GrantLevel.MANAGE,
                basis=GrantBasis.LEAD,
                not_before=self.situation.created_at - timedelta(days=1),
                not_after=self.situation.created_at + timedelta(days=1),
            )
            for section in Section
        }
        yes = Decision(True, ("patched",), "patched")
        everything = Situation.objects.filter(state__isnull=False).select_related("commission")
        with (
            mock.patch.object(queries, "situations", return_value=everything),
            mock.patch.object(access, "live_grants", return_value=grants),
            mock.patch.object(access, "readable", return_value=yes),
            mock.patch.object(texts, "readable", return_value=yes),
        ):
            yield

    @contextmanager
    def without_rows_security(self) -> Iterator[None]:
        """Switch the second lock off, as a superuser."""
        with administrator() as admin:
            for table in FORCED_TABLES:
                admin.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            try:
                yield
            finally:
                for table in FORCED_TABLES:
                    admin.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")

    @contextmanager
    def without_keys(self) -> Iterator[None]:
        """Hand the lead's open keys to everybody."""
        with mock.patch.object(access.keys, "open_keys", return_value=self.lead_keys):
            yield

    def attempt(self) -> str:
        """Return everything that Marc obtains, as text."""
        with people.as_person(self.cast.marc) as viewer:
            try:
                opened = access.open_situation(viewer, self.situation.code)
            except (Refused, VaultError):
                return ""
            return "".join(
                str(document.payload)
                for section in opened.sections
                for document in section.documents
            )

    def test_two_locks_out_of_three_may_fail(self) -> None:
        """T-22: with any two disabled 0 plaintext; with the three, the plaintext (control)."""
        locks = {
            "policy": self.without_policy,
            "rows": self.without_rows_security,
            "keys": self.without_keys,
        }
        with people.as_person(self.cast.luc) as viewer:
            words = access.open_situation(viewer, self.situation.code).section("core")
            self.assertIn(SECRET, str(words.documents[0].payload))
        for pair in itertools.combinations(locks, 2):
            with self.subTest(disabled=pair), ExitStack() as stack:
                for name in pair:
                    stack.enter_context(locks[name]())
                self.assertNotIn(SECRET, self.attempt())
        with ExitStack() as stack:
            for lock in locks.values():
                stack.enter_context(lock())
            self.assertIn(SECRET, self.attempt())

    def test_over_http_as_well(self) -> None:
        """T-22, decision 48: the page itself, two locks off, then the three (control)."""
        locks = (self.without_policy, self.without_rows_security, self.without_keys)
        marc = people.client_of(self.cast.marc)
        address = reverse("cases:situation", args=[self.situation.code])
        for pair in itertools.combinations(locks, 2):
            with self.subTest(disabled=[lock.__name__ for lock in pair]), ExitStack() as stack:
                for lock in pair:
                    stack.enter_context(lock())
                self.assertNotIn(SECRET, marc.get(address).content.decode())
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock())
            self.assertIn(SECRET, marc.get(address).content.decode())

    def test_an_sql_writer_opens_nothing(self) -> None:
        """T-11: rows written by a superuser give 0 plaintext; the lead still reads (control)."""
        pk = str(self.situation.pk)
        marc, luc = str(self.cast.marc.user.pk), str(self.cast.luc.user.pk)
        acts = {
            "a guardian row": (
                "INSERT INTO cases_situationuserpermission (id, content_object_id, user_id,"
                " permission_id) SELECT gen_random_uuid(), %(pk)s, %(marc)s, p.id"
                " FROM auth_permission p WHERE p.codename = 'read_core'"
            ),
            "the lead's grants readdressed": (
                "UPDATE cases_grant SET recipient_id = %(marc)s"
                " WHERE situation_id = %(pk)s AND recipient_id = %(luc)s"
            ),
        }
        for name, statement in acts.items():
            with self.subTest(name):
                with administrator() as admin:
                    admin.execute(statement, {"pk": pk, "marc": marc, "luc": luc})
                self.assertNotIn(SECRET, self.attempt())
        with administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET recipient_id = %(luc)s"
                " WHERE situation_id = %(pk)s AND recipient_id = %(marc)s",
                {"pk": pk, "marc": marc, "luc": luc},
            )
        with people.as_person(self.cast.luc) as viewer:
            opened = access.open_situation(viewer, self.situation.code)
            self.assertIn(SECRET, str(opened.section("core").documents[0].payload))

    def test_a_lengthened_grant_opens_nothing(self) -> None:
        """T-11: dates are inside the signature; the column alone does not count."""
        with people.later(days=800), administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET not_after = not_after + interval '5 years'"
                " WHERE situation_id = %s",
                [str(self.situation.pk)],
            )
            admin.execute("UPDATE cases_mandate SET ends_on = ends_on + 2000")
            with people.as_person(self.cast.luc) as viewer, self.assertRaises(Refused):
                access.open_situation(viewer, self.situation.code)

    def test_a_sleeping_wrap_stays_asleep(self) -> None:
        """Decision 19: the depositary's wrap, woken by SQL, opens nothing."""
        with administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET is_dormant = false WHERE situation_id = %s",
                [str(self.situation.pk)],
            )
            admin.execute(
                "INSERT INTO cases_situationuserpermission (id, content_object_id, user_id,"
                " permission_id) SELECT gen_random_uuid(), %s, %s, p.id"
                " FROM auth_permission p WHERE p.codename LIKE 'manage_%%'",
                [str(self.situation.pk), str(self.cast.nadia.user.pk)],
            )
        with people.as_person(self.cast.nadia) as viewer, self.assertRaises(Refused):
            access.open_situation(viewer, self.situation.code)

    def test_swapped_blobs_are_refused(self) -> None:
        """T-10: a document copied from another section shows as altered; others stay readable."""
        with administrator() as admin:
            admin.execute(
                "UPDATE cases_sealeddocument d SET blob = o.blob FROM cases_sealeddocument o"
                " WHERE d.situation_id = %(pk)s AND o.situation_id = %(pk)s"
                " AND d.section = 'core' AND o.section = 'social'",
                {"pk": str(self.situation.pk)},
            )
        with people.as_person(self.cast.luc) as viewer:
            opened = access.open_situation(viewer, self.situation.code)
            self.assertTrue(opened.section("core").documents[0].is_altered)
            self.assertFalse(opened.section("social").documents[0].is_altered)

    def test_a_swapped_public_key_breaks_the_directory(self) -> None:
        """T-11: replacing a member's key by another's leaves every grant to her refused."""
        with administrator() as admin:
            admin.execute(
                "UPDATE cases_memberkey SET entry = (SELECT entry FROM cases_memberkey WHERE"
                " user_id = %s), key_id = (SELECT key_id FROM cases_memberkey WHERE user_id = %s)"
                " WHERE user_id = %s",
                [str(self.cast.marc.user.pk)] * 2 + [str(self.cast.sophie.user.pk)],
            )
        from cases.actions import grants, wrapping

        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            with self.assertRaises(VaultError):
                grants.give(
                    viewer,
                    situation,
                    self.cast.sophie.mandate,
                    ["core"],
                    wrapping.Terms(
                        level="read",
                        basis="permanent",
                        not_before=viewer.at,
                        not_after=viewer.at + timedelta(days=30),
                    ),
                )
