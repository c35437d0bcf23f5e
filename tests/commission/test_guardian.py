"""T-27: lists are the signed grants, whatever the account or the library's other permissions."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import connection
from django.urls import reverse

from cases import queries
from cases.access import situations as access
from cases.models import Commission
from deploy import checks
from tests import people
from tests.cases_of import CommittingTestCase


class LibraryPermissions(CommittingTestCase):
    """Marc may read one situation of three; Sophie none."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make the situations."""
        super().setUpClass()
        cls.cast = people.commission("gardien")
        cls.granted = people.shared(cls.cast, "marc")
        cls.others = [people.shared(cls.cast), people.shared(cls.cast)]

    def permissions(self) -> list[int]:
        """Return every permission on situations, the library's ids."""
        with self.as_administrator() as admin:
            rows = admin.execute(
                "SELECT p.id FROM auth_permission p JOIN django_content_type t"
                " ON t.id = p.content_type_id WHERE t.app_label = 'cases' AND t.model = 'situation'"
            ).fetchall()
        return [row[0] for row in rows]

    def listed(self, name: str) -> set[uuid.UUID]:
        """Return the situations in somebody's list, by the query and on the page alike."""
        person = self.cast.people[name]
        with people.as_person(person) as viewer:
            found = {line.situation.id for line in access.list_situations(viewer)}
            self.assertEqual(found, set(queries.situations(viewer).values_list("pk", flat=True)))
            codes = {line.situation.code for line in access.list_situations(viewer)}
        text = people.client_of(person).get(reverse("cases:situations")).content.decode()
        for row in (self.granted, *self.others):
            self.assertEqual(row.code in text, row.code in codes)
        return found

    def test_the_library_gives_nothing_more(self) -> None:
        """T-27: superuser, model-level and group permissions change no list."""
        marc, sophie = (self.cast.people[name].user.pk for name in ("marc", "sophie"))
        self.assertEqual(self.listed("marc"), {self.granted.pk})  # Control.
        self.assertEqual(self.listed("sophie"), set())
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE clsm_accounts_user SET is_superuser = true WHERE id = %s", [sophie]
            )
        self.assertEqual(self.listed("sophie"), set())
        with self.as_administrator() as admin:
            group = admin.execute(
                "INSERT INTO auth_group (name) VALUES ('tout') RETURNING id"
            ).fetchone()
            assert group is not None
            for user in (marc, sophie):
                admin.execute(
                    "INSERT INTO clsm_accounts_user_groups (user_id, group_id) VALUES (%s, %s)",
                    [user, group[0]],
                )
                for permission in self.permissions():
                    admin.execute(
                        "INSERT INTO clsm_accounts_user_user_permissions (user_id, permission_id)"
                        " VALUES (%s, %s)",
                        [user, permission],
                    )
            for permission in self.permissions():
                admin.execute(
                    "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (%s, %s)",
                    [group[0], permission],
                )
                # The generic tables, which no query of ours reads.
                admin.execute(
                    "INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id,"
                    " group_id, permission_id) SELECT %s, content_type_id, %s, id"
                    " FROM auth_permission WHERE id = %s",
                    [str(self.others[0].pk), group[0], permission],
                )
        self.assertEqual(self.listed("marc"), {self.granted.pk})
        self.assertEqual(self.listed("sophie"), set())

    def test_an_inactive_account_sees_nothing(self) -> None:
        """T-27: her session ends, and her name alone opens no list."""
        self.assertEqual(self.listed("marc"), {self.granted.pk})  # Control.
        marc = self.cast.marc
        client = people.client_of(marc)
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE clsm_accounts_user SET is_active = false WHERE id = %s", [marc.user.pk]
            )
        try:
            for name in ("situations", "situation"):
                arguments = [self.granted.code] if name == "situation" else []
                response = client.get(reverse(f"cases:{name}", args=arguments))
                self.assertEqual(response.status_code, 302, name)
                self.assertIn(reverse("account_login"), response["Location"])
            marc.user.refresh_from_db()
            with people.as_person(marc) as viewer:
                self.assertEqual(list(queries.situations(viewer)), [])
        finally:
            with self.as_administrator() as admin:
                admin.execute(
                    "UPDATE clsm_accounts_user SET is_active = true WHERE id = %s", [marc.user.pk]
                )
            marc.user.refresh_from_db()

    def test_no_legacy_switch_of_the_library(self) -> None:
        """T-27: neither in the settings, nor its backend among ours."""
        names = [name for name in dir(settings) if name.startswith("GUARDIAN")]
        self.assertTrue(names)  # Control.
        self.assertEqual([name for name in names if "LEGACY" in name], [])
        self.assertFalse([one for one in settings.AUTHENTICATION_BACKENDS if "guardian" in one])

    def faults(self) -> set[str]:
        """Return what the production check refuses here."""
        return {error.id for error in checks.production(None)}

    def test_production_refuses_a_superuser(self) -> None:
        """T-27, T-61: an account that any library might obey is refused by ``check --deploy``."""
        with self.as_administrator() as admin:
            admin.execute("UPDATE clsm_accounts_user SET is_superuser = false")
            self.assertNotIn("clsm.E007", self.faults())
            admin.execute(
                "UPDATE clsm_accounts_user SET is_superuser = true WHERE id = %s",
                [self.cast.hugo.user.pk],
            )
            self.assertIn("clsm.E007", self.faults())
            admin.execute("UPDATE clsm_accounts_user SET is_superuser = false")

    def test_production_refuses_a_commission_that_nothing_pins(self) -> None:
        """Decision 16: one pinned commission does not speak for another."""
        pinned = {str(pk): "0" * 64 for pk in Commission.objects.values_list("pk", flat=True)}
        with self.settings(DIRECTORY_ROOTS=pinned):
            self.assertNotIn("clsm.E008", self.faults())
        pinned.pop(str(self.cast.commission.pk))
        with self.settings(DIRECTORY_ROOTS={"another": "0" * 64, **pinned}):
            self.assertIn("clsm.E008", self.faults())

    def test_the_list_would_follow_the_library(self) -> None:
        """Control: a list asked of guardian itself follows a superuser, ours does not."""
        from guardian.shortcuts import get_objects_for_user

        from cases.models import Situation

        def asked(viewer: Any) -> Any:
            return get_objects_for_user(
                viewer.user, "cases.read_core", Situation, accept_global_perms=True
            )

        self.assertEqual(connection.vendor, "postgresql")
        sophie = self.cast.sophie
        with (
            mock.patch.object(sophie.user, "is_superuser", True),
            people.as_person(sophie) as viewer,
        ):
            # The database's own lock still hides the rows: the query is what would widen.
            self.assertNotIn("situationuserpermission", str(asked(viewer).query))
            self.assertIn("situationuserpermission", str(queries.situations(viewer).query))
