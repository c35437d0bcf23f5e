"""How long a vault stays open, on how many devices, and in front of whom (decision 23)."""

from __future__ import annotations

import uuid
from typing import Any

from audit import recorder
from cases.actions import sittings
from cases.models import Commission, Mandate, Sitting, VaultOpening
from cases.presenters.devices import label
from tests import people
from tests.cases_of import TestCase
from tests.commission.test_pages_conflicts import key, url

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


class OpeningCase(TestCase):
    """Luc leads a situation; Claire opens its sitting."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"v{uuid.uuid4().hex[:8]}")
        cls.situation, cls.item = people.inscribed(cls.cast)
        cls.page = url("situation", cls.situation.code)

    def is_open(self, client: Any) -> bool:
        """Tell whether a page that needs the vault opens."""
        answer = client.get(self.page)
        if answer.status_code == 302:
            self.assertIn(url("vault"), answer.headers["Location"])
        return bool(answer.status_code == 200)


class IdleTests(OpeningCase):
    """Thirty minutes, or what the strictest commission of the member says; eight hours at most."""

    def set_idle(self, commission: Commission, minutes: int) -> None:
        """Change a commission's setting."""
        Commission.objects.filter(pk=commission.pk).update(vault_idle_minutes=minutes)

    def test_the_default(self) -> None:
        """Open at 29 minutes, closed at 31; a use begins them again."""
        luc = people.client_of(self.cast.luc)
        with people.later(minutes=29):
            self.assertTrue(self.is_open(luc))
        with people.later(minutes=58):
            self.assertTrue(self.is_open(luc))
        with people.later(minutes=90):
            self.assertFalse(self.is_open(luc))

    def test_the_commissions_own(self) -> None:
        """Ten minutes, then sixty."""
        for minutes in (10, 60):
            self.set_idle(self.cast.commission, minutes)
            luc = people.client_of(self.cast.luc)
            with people.later(minutes=minutes - 1):
                self.assertTrue(self.is_open(luc))
                self.assertContains(luc.get(url("members")), f"Coffre ouvert · {minutes} min")
            luc = people.client_of(self.cast.luc)
            with people.later(minutes=minutes + 1):
                self.assertFalse(self.is_open(luc))

    def test_the_strictest_of_two(self) -> None:
        """A member of two commissions follows the shorter time; an ended mandate counts no more."""
        other = people.commission(f"w{uuid.uuid4().hex[:8]}")
        self.set_idle(self.cast.commission, 60)
        self.set_idle(other.commission, 15)
        mandate = self.cast.luc.mandate
        assert mandate is not None
        second = Mandate.objects.create(
            commission=other.commission,
            user=self.cast.luc.user,
            role=Mandate.Role.PERMANENT,
            organisation="Centre hospitalier",
            organisation_kind="psychiatrie_publique",
            starts_on=mandate.starts_on,
            ends_on=mandate.ends_on,
        )
        luc = people.client_of(self.cast.luc)
        with people.later(minutes=20):
            self.assertFalse(self.is_open(luc))
        Mandate.objects.filter(pk=second.pk).update(status="ended")
        luc = people.client_of(self.cast.luc)
        with people.later(minutes=20):
            self.assertTrue(self.is_open(luc))

    def test_eight_hours_whatever_the_use(self) -> None:
        """Used every twenty minutes, closed all the same."""
        luc = people.client_of(self.cast.luc)
        for minutes in range(20, 480, 20):
            with people.later(minutes=minutes):
                self.assertTrue(self.is_open(luc), minutes)
        with people.later(minutes=481):
            self.assertFalse(self.is_open(luc))


class SittingTests(OpeningCase):
    """The presenter's vault waits for the words of the room; nobody types a secret on the wall."""

    def test_who_opens_presents(self) -> None:
        """The button of the page writes it."""
        found = Sitting.objects.get(pk=self.item.sitting_id)
        self.assertEqual(found.presented_by_id, self.cast.claire.user.pk)

    def test_the_presenters_vault_stays_open(self) -> None:
        """Three hours without a click; Luc's, beside her, closes; four hours end hers too."""
        claire, luc = people.client_of(self.cast.claire), people.client_of(self.cast.luc)
        with people.later(hours=3):
            self.assertFalse(self.is_open(luc))
            self.assertTrue(self.is_open(claire))
        claire = people.client_of(self.cast.claire)
        with people.later(hours=4, minutes=1):
            self.assertFalse(self.is_open(claire))

    def test_until_every_point_is_ended(self) -> None:
        """Once the last point is put off, thirty minutes count again."""
        claire = people.client_of(self.cast.claire)
        with people.later(hours=1):
            self.assertTrue(self.is_open(claire))
        with people.as_person(self.cast.claire) as viewer:
            item = (
                type(self.item)
                .objects.select_related("sitting", "situation__commission")
                .get(pk=self.item.pk)
            )
            sittings.remove_item(viewer=viewer, item=item, reason="absence")
        claire = people.client_of(self.cast.claire)
        with people.later(hours=1):
            self.assertFalse(self.is_open(claire))

    def test_the_screen_never_asks(self) -> None:
        """Locked, it says where to open; open, it shows the item."""
        address = url("sitting_live", self.item.sitting_id)
        opened = people.client_of(self.cast.claire)
        self.assertContains(opened.get(address), self.situation.code)
        self.assertNotContains(opened.get(address), "L’écran attend")
        closed = people.client_of(self.cast.claire, vault=False)
        page = closed.get(address)
        self.assertContains(page, "L’écran attend")
        self.assertNotContains(page, "passphrase")
        self.assertNotContains(page, url("vault"))
        self.assertNotContains(page, url("review", self.item.pk))


class DeviceTests(OpeningCase):
    """Two devices, named in words, each closed from the other."""

    def window(self, agent: str) -> Any:
        """Return a browser of Luc's, seen once."""
        client = people.client_of(self.cast.luc)
        client.defaults["HTTP_USER_AGENT"] = agent
        self.assertTrue(self.is_open(client))
        return client

    def test_words(self) -> None:
        """No version, no raw text."""
        self.assertEqual(label(FIREFOX), "Firefox sur Windows")
        self.assertEqual(label(SAFARI), "Safari sur iPhone")
        edge = "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36 Edg/126.0"
        self.assertEqual(label(edge), "Edge sur Linux")
        self.assertEqual(label("curl/8"), "Navigateur inconnu")
        self.assertEqual(label("<script>" * 100), "Navigateur inconnu")

    def test_the_page(self) -> None:
        """Both are listed; the other one is closed by its button."""
        desk = self.window(FIREFOX)
        phone = self.window(SAFARI)
        page = desk.get(url("devices"))
        self.assertContains(page, "Firefox sur Windows")
        self.assertContains(page, "Safari sur iPhone")
        self.assertContains(page, "cet appareil", count=1 + 1)
        stored = set(VaultOpening.objects.filter(user=self.cast.luc.user).values_list("device"))
        self.assertEqual(stored, {("Firefox sur Windows",), ("Safari sur iPhone",)})
        other = VaultOpening.objects.get(user=self.cast.luc.user, device="Safari sur iPhone")
        with recorder.observe() as events:
            desk.post(url("devices"), {"opening": str(other.pk)})
        self.assertEqual([event.action for event in events], ["vault.device_closed"])
        self.assertFalse(self.is_open(phone))
        self.assertTrue(self.is_open(desk))

    def test_a_third_closes_the_oldest(self) -> None:
        """And it is recorded; a vault that is idle is no device."""
        first = self.window(FIREFOX)
        with people.later(minutes=5):
            second = self.window(SAFARI)
        with people.later(minutes=10), recorder.observe() as events:
            third = self.window(FIREFOX)
            self.assertIn("vault.device_closed", [event.action for event in events])
            self.assertFalse(self.is_open(first))
            self.assertTrue(self.is_open(second))
            self.assertTrue(self.is_open(third))
        with people.later(hours=1), recorder.observe() as events:
            self.window(FIREFOX)
        self.assertNotIn("vault.device_closed", [event.action for event in events])

    def test_nobody_elses(self) -> None:
        """A stranger's opening is not found, whatever id is posted."""
        luc = self.window(FIREFOX)
        opening = VaultOpening.objects.get(user=self.cast.luc.user)
        sophie = people.client_of(self.cast.sophie)
        sophie.post(url("devices"), {"opening": str(opening.pk), "idempotency_key": key()})
        self.assertTrue(self.is_open(luc))
        self.assertEqual(sophie.post(url("devices"), {"opening": "x"}).status_code, 404)
