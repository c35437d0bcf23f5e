"""A posted form acts once, never over somebody else's change, and gives back all it held.

Decisions 50, style rule 22: on a page of the tests' own, around an organisation's name.
"""

from __future__ import annotations

import re
import threading
import uuid
from typing import Any
from unittest import mock

import psycopg
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import OperationalError
from django.db.models import BaseConstraint
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from clsm_core.accounts import posting
from clsm_core.accounts.posting import Refusal, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.directory.models import Organisation
from clsm_core.ui.plain import plain
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.governance.council_people import council, member
from tests.governance.whole_council import PUBLISHED

APPS = (
    *("clsm_council", "clsm_directory", "clsm_governance"),
    *("clsm_observatory", "clsm_roadmap", "clsm_reports"),
)
REFUSED = "Interdit par la règle"


class NameForm(forms.Form):
    """Two fields, one of which a rule refuses."""

    name = forms.CharField(label="Nom", max_length=40)
    missions = forms.CharField(label="Missions", required=False, widget=forms.Textarea)


@council_page(Act.MANAGE)
def edit(request: HttpRequest, council: Council, key: Any = None) -> HttpResponse:
    """Make an organisation, or edit one."""
    row = Organisation.objects.get(council=council, pk=key) if key else None
    initial = {"name": row.name, "missions": row.missions} if row else None
    form = NameForm(request.POST or None, initial=initial)

    def act() -> str:
        kept = row or Organisation(council=council, category="other", version=0)
        kept.name, kept.missions = form.cleaned_data["name"], form.cleaned_data["missions"]
        kept.sort_key = plain(kept.name)
        if kept.name == REFUSED:
            raise Refusal("Ce nom est refusé : choisissez-en un autre.", field="name")
        kept.version += 1
        kept.full_clean()
        kept.save()
        return f"/fait/{kept.pk}"

    return form_page(
        request, form, act, heading="Structure", cancel_url="/", row=row, done="C’est fait."
    )


urlpatterns = [
    path("essai/<slug:slug>/", edit, name="essai"),
    path("essai/<slug:slug>/<uuid:key>/", edit, name="essai_de"),
    path("", include("deploy.urls.governance")),
]
OWN_URLS = override_settings(ROOT_URLCONF="tests.governance.test_posting")


def key_in(page: Any) -> str:
    """Return the idempotency key of a drawn form."""
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def version_in(page: Any) -> str:
    """Return the version of a drawn form."""
    found = re.search(r'name="version" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


@OWN_URLS
class Posting(TestCase):
    """One coordinator, one form."""

    def setUp(self) -> None:
        self.council = council()
        self.browser = member(self.council, "coordinator")
        self.new = f"/essai/{self.council.slug}/"

    def made(self) -> list[str]:
        """Return the names that stand."""
        return sorted(Organisation.objects.values_list("name", flat=True))

    def test_posted_twice_makes_one(self) -> None:
        """Decisions 50: one key, one place; another key makes another (control)."""
        sent = {"name": "GEM du Saulcy", "idempotency_key": key_in(self.browser.get(self.new))}
        first, second = self.browser.post(self.new, sent), self.browser.post(self.new, sent)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(self.made(), ["GEM du Saulcy"])
        other = {"name": "CMP Est", "idempotency_key": key_in(self.browser.get(self.new))}
        self.browser.post(self.new, other)
        self.assertEqual(self.made(), ["CMP Est", "GEM du Saulcy"])

    def test_a_refused_form_keeps_everything(self) -> None:
        """A field, a rule, a constraint: the words typed come back, with what to do."""
        Organisation.objects.create(
            council=self.council, name="Déjà là", sort_key="deja la", category="other"
        )
        for name, said in (
            ("x" * 41, "40"),
            (REFUSED, "choisissez-en un autre"),
            ("deja là", "porte déjà ce nom"),
        ):
            with self.subTest(name[:12]):
                page = self.browser.post(
                    self.new,
                    {
                        "name": name,
                        "missions": "Écouter, sans rendez-vous.",
                        "idempotency_key": str(uuid.uuid4()),
                    },
                )
                self.assertContains(page, said)
                self.assertContains(page, name)
                self.assertContains(page, "Écouter, sans rendez-vous.")
        self.assertEqual(self.made(), ["Déjà là"])

    def test_two_tabs(self) -> None:
        """Style 22: the second sees both texts, and may then keep hers knowingly."""
        row = Organisation.objects.create(
            council=self.council, name="CMP", sort_key="cmp", category="other"
        )
        address = f"{self.new}{row.pk}/"
        first, second = self.browser.get(address), self.browser.get(address)
        sent = {"name": "CMP Est", "missions": "Le premier onglet."}
        done = self.browser.post(
            address,
            {**sent, "version": version_in(first), "idempotency_key": key_in(first)},
        )
        self.assertEqual(done.status_code, 302)
        stale = self.browser.post(
            address,
            {
                "name": "CMP Est",
                "missions": "Le second onglet.",
                "version": version_in(second),
                "idempotency_key": key_in(second),
            },
        )
        self.assertContains(stale, "Le premier onglet.")
        self.assertContains(stale, "Le second onglet.")
        row.refresh_from_db()
        self.assertEqual(row.missions, "Le premier onglet.")
        kept = self.browser.post(
            address,
            {
                "name": "CMP Est",
                "missions": "Les deux.",
                "version": version_in(stale),
                "idempotency_key": key_in(stale),
            },
        )
        self.assertEqual(kept.status_code, 302)
        row.refresh_from_db()
        self.assertEqual(row.missions, "Les deux.")

    def test_a_version_guessed_ahead_writes_over_nobody(self) -> None:
        """The row was read, somebody saved, and the form brings the version to come."""
        row = Organisation.objects.create(
            council=self.council, name="Avant", sort_key="avant", category="other"
        )
        address, write = f"{self.new}{row.pk}/", posting._once
        sent = {"name": "Deviné", "idempotency_key": key_in(self.browser.get(address))}

        def meanwhile(*args: Any) -> str:
            Organisation.objects.filter(pk=row.pk).update(name="Entre-temps", version=2)
            return write(*args)

        with mock.patch.object(posting, "_once", meanwhile):
            refused = self.browser.post(address, {**sent, "version": "2"})
        self.assertContains(refused, "Entre-temps")
        self.assertEqual(self.made(), ["Entre-temps"])
        # Control: read after that change, the same version writes.
        again = {**sent, "version": "2", "idempotency_key": str(uuid.uuid4())}
        self.browser.post(address, again)
        self.assertEqual(self.made(), ["Deviné"])

    def test_two_acts_that_wait_for_each_other(self) -> None:
        """The database undoes one of them: it is said, what was typed stays; any other fault is."""
        fault = OperationalError()
        fault.__cause__ = psycopg.errors.DeadlockDetected()
        with mock.patch.object(posting, "_once", side_effect=fault):
            page = self.browser.post(self.new, {"name": "Tapé"})
        self.assertContains(page, "rien n’est écrit ici")
        self.assertContains(page, "Tapé")
        fault.__cause__ = psycopg.errors.DiskFull()
        with (
            mock.patch.object(posting, "_once", side_effect=fault),
            self.assertRaises(OperationalError),
        ):
            self.browser.post(self.new, {"name": "Tapé"})

    def test_a_form_without_version_is_refused(self) -> None:
        """A hand-made post cannot skip the comparison."""
        row = Organisation.objects.create(
            council=self.council, name="CMP", sort_key="cmp", category="other"
        )
        page = self.browser.post(f"{self.new}{row.pk}/", {"name": "Autre"})
        self.assertContains(page, "modifié")
        row.refresh_from_db()
        self.assertEqual(row.name, "CMP")


@OWN_URLS
class AtOnce(CommittingTestCase):
    """Two posts of one form at the same moment."""

    def test_one_waits_for_the_other(self) -> None:
        here = council("simultane")
        browser = member(here, "coordinator")
        address = f"/essai/{here.slug}/"
        sent = {"name": "Maison verte", "idempotency_key": key_in(browser.get(address))}
        barrier, answers = threading.Barrier(2), []

        def post() -> None:
            twin = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
            twin.cookies = browser.cookies
            barrier.wait()
            try:
                answers.append(twin.post(address, sent).headers["Location"])
            finally:
                from django.db import connections

                connections.close_all()

        threads = [threading.Thread(target=post) for _ in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        self.assertEqual(len(set(answers)), 1)
        self.assertEqual(len(answers), 2)
        self.assertEqual(Organisation.objects.filter(council=here).count(), 1)


class EveryConstraint(TestCase):
    """What a constraint refuses is said in French to who typed it."""

    def test_each_has_its_own_words(self) -> None:
        """Control: Django's own sentence names the constraint."""
        default = BaseConstraint.default_violation_error_message
        silent = [
            constraint.name
            for model in apps.get_models()
            if model._meta.app_label in APPS and model not in PUBLISHED
            for constraint in model._meta.constraints
            if constraint.violation_error_message == default
        ]
        self.assertEqual(silent, [])
        self.assertIn("%(name)s", str(default))
