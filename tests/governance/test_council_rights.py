"""Every page of a council: who opens it, who learns that it is there (D.3; decision 46)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from clsm_core.council import urls
from clsm_core.council.models import (
    ArticulationMeeting,
    Council,
    CouncilMembership,
    CouncilRole,
    Epci,
    Post,
    PostFunding,
    PostTraining,
    PriorityDistrict,
    PsychiatricSector,
    SchemeLink,
)
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import METROPOLE, METZ, load_official, over

# Written by hand: everything else is the coordinator's.
READ_BY_ALL = {"home", "territory", "post", "schemes", "articulation", "articulation_pdf"}


class Rows:
    """One row of every kind in a council, and the address of every page about them."""

    def __init__(self, of: Council) -> None:
        user = CouncilMembership.objects.filter(council=of).first()
        assert user is not None
        post = Post.objects.create(
            council=of,
            holder="Claire Morel",
            employer="local_authority",
            employer_name="Ville",
            time_percent=80,
            contract="permanent",
            starts_on=dt.date(2024, 1, 1),
        )
        scheme = SchemeLink.objects.create(council=of, kind="cls", name="CLS")
        self.ids = {
            "epci_id": Epci.objects.get(siren=METROPOLE).pk,
            "district_id": PriorityDistrict.objects.create(
                council=of, code="QN05701M", name="Borny"
            ).pk,
            "sector_id": PsychiatricSector.objects.create(
                council=of, kind="adult", code="57G05", hospital="CH"
            ).pk,
            "post_id": post.pk,
            "training_id": PostTraining.objects.create(
                post=post, title="CNFPT", on=dt.date(2024, 3, 1)
            ).pk,
            "funding_id": PostFunding.objects.create(
                post=post, year=2026, funder="ars", amount=1
            ).pk,
            "scheme_id": scheme.pk,
            "meeting_id": ArticulationMeeting.objects.create(
                scheme=scheme, on=dt.date(2026, 3, 1), subject="Point"
            ).pk,
            "membership_id": user.pk,
        }
        self.slug = of.slug

    def addresses(self, slug: str = "", **other: Any) -> dict[str, str]:
        """Give every address of the council's pages, by name."""
        found = {}
        for pattern in urls.urlpatterns:
            names = set(pattern.pattern.converters) - {"slug"}
            ids = {name: other.get(name, self.ids[name]) for name in names}
            found[pattern.name] = reverse(
                f"council:{pattern.name}", kwargs={"slug": slug or self.slug, **ids}
            )
        return found


class Doors(TestCase):
    """The matrix of pages and roles, over HTTP."""

    def setUp(self) -> None:
        """Two councils, each with a row of everything."""
        load_official()
        self.council = over(council(), METZ)
        self.other = over(council("autre", "Autre CLSM"), METZ)
        self.claire = member(self.council, "coordinator", "claire")
        self.stranger = member(self.other, "coordinator", "paul")
        self.rows, self.elsewhere = Rows(self.council), Rows(self.other)

    def test_each_role_opens_its_pages_and_no_other(self) -> None:
        """D.3: the coordinator runs the council, the others read it."""
        browsers = {
            role: self.claire if role == "coordinator" else member(self.council, role, role[:9])
            for role in CouncilRole.values
        }
        for role, browser in browsers.items():
            for name, url in self.rows.addresses().items():
                is_open = name in READ_BY_ALL or role == "coordinator"
                with self.subTest(role=role, page=name):
                    self.assertEqual(browser.get(url).status_code, 200 if is_open else 404)

    def test_nobody_posts_where_she_may_not_read(self) -> None:
        """A right is asked again when the form is sent: 404, and nothing changes."""
        reader = member(self.council, "steering_member", "elise")
        for name, url in self.rows.addresses().items():
            with self.subTest(name):
                answer = reader.post(url, {"idempotency_key": str(uuid.uuid4())})
                expected = 405 if name in READ_BY_ALL | {"members"} else 404
                self.assertEqual(answer.status_code, expected)
        self.assertEqual(PriorityDistrict.objects.filter(council=self.council).count(), 1)

    def test_a_stranger_finds_nothing(self) -> None:
        """Another council's coordinator: 404 everywhere, and 200 at home (control)."""
        for name, url in self.rows.addresses().items():
            with self.subTest(name):
                self.assertEqual(self.stranger.get(url).status_code, 404)
        for name, url in self.elsewhere.addresses().items():
            with self.subTest(f"control {name}"):
                self.assertEqual(self.stranger.get(url).status_code, 200)

    def test_the_rows_of_another_council_are_absent_at_home(self) -> None:
        """Tenancy: the id of a neighbour's row under one's own slug is 404, on GET and POST."""
        for name, key in self.elsewhere.ids.items():
            if name == "epci_id":
                continue
            for pattern in urls.urlpatterns:
                if name not in pattern.pattern.converters:
                    continue
                url = reverse(f"council:{pattern.name}", kwargs={"slug": "metz", name: key})
                with self.subTest(pattern.name):
                    self.assertEqual(self.claire.get(url).status_code, 404)
                    self.assertEqual(self.claire.post(url, {}).status_code, 404)

    def test_anonymous_goes_to_the_login(self) -> None:
        """Login everywhere (style 16)."""
        for url in self.rows.addresses().values():
            answer = Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(url)
            self.assertEqual(answer.status_code, 302)
            self.assertIn(reverse("account_login"), answer.headers["Location"])

    def test_an_ended_role_opens_nothing(self) -> None:
        """A mandate that ended yesterday, or was closed today, opens no page; control first."""
        url = reverse("council:territory", args=["metz"])
        browser = member(self.council, "reader", "lea")
        held = CouncilMembership.objects.get(role="reader", council=self.council)
        self.assertEqual(browser.get(url).status_code, 200)
        held.ends_on = dt.date(2026, 1, 1)
        held.save()
        self.assertEqual(browser.get(url).status_code, 404)
        held.ends_on = dt.date(2100, 1, 1)
        held.save()
        self.assertEqual(browser.get(url).status_code, 200)
        held.ended_at, held.ended_by = held.created_at, held.user
        held.save()
        self.assertEqual(browser.get(url).status_code, 404)

    def test_a_right_that_ends_between_the_form_and_its_sending_is_gone(self) -> None:
        """The coordinator whose role ends with a form open writes nothing."""
        from tests.governance.council_place import fields_of

        url = reverse("council:sector_new", args=["metz"])
        sent = fields_of(self.claire.get(url)) | {
            "kind": "child",
            "code": "57I02",
            "hospital": "CH de Jury",
        }
        held = CouncilMembership.objects.get(role="coordinator", council=self.council)
        held.ended_at, held.ended_by, held.ends_on = held.created_at, held.user, held.starts_on
        held.save()
        self.assertEqual(self.claire.post(url, sent).status_code, 404)
        self.assertFalse(PsychiatricSector.objects.filter(code="57I02").exists())
        held.ended_at = held.ended_by = held.ends_on = None
        held.save()
        self.assertEqual(self.claire.post(url, sent).status_code, 302)
        self.assertTrue(PsychiatricSector.objects.filter(code="57I02").exists())
