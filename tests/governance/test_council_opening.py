"""The command that opens a council: once, completed when run again, never over another."""

from __future__ import annotations

from io import StringIO

from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from clsm_core.accounts.models import User
from clsm_core.council.models import Council, CouncilMembership
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import MARLY, METROPOLE, METZ, WOIPPY, load_official

CLAIRE = "claire.canari@exemple.invalid"


class Opening(TestCase):
    """Council, perimeter, account, role, link."""

    def setUp(self) -> None:
        """Load a few communes."""
        load_official()

    def open(self, slug: str = "metz", *more: str, **changed: str) -> str:
        """Run the command; give what it says."""
        options = {
            "name": "CLSM de Metz",
            "email": CLAIRE,
            "first_name": "Claire",
            "last_name": "Canari",
        } | changed
        words = [f"--{key.replace('_', '-')}={value}" for key, value in options.items()]
        told = StringIO()
        place = [] if any(one.startswith("--epci") for one in more) else ["--insee", METZ, WOIPPY]
        with self.captureOnCommitCallbacks(execute=True):
            call_command("open_council", slug, *words, *more, *place, stdout=told)
        return told.getvalue()

    def refused(self, *args: str, **changed: str) -> str:
        """Run the command; give why it refuses, and see that it wrote nothing."""
        before = (Council.objects.count(), User.objects.count(), CouncilMembership.objects.count())
        with self.assertRaises(CommandError) as error:
            self.open(*args, **changed)
        after = (Council.objects.count(), User.objects.count(), CouncilMembership.objects.count())
        self.assertEqual(before, after)
        return str(error.exception)

    def test_everything_is_made_once(self) -> None:
        """The coordinator of the new council comes in by the mail's link."""
        told = self.open()
        made = Council.objects.get(slug="metz")
        self.assertEqual((made.status, made.scale), ("planned", "intercommunal"))
        self.assertEqual(set(made.communes.values_list("code", flat=True)), {METZ, WOIPPY})
        held = CouncilMembership.objects.get(council=made)
        self.assertEqual((held.role, held.user.email), ("coordinator", CLAIRE))
        self.assertFalse(held.user.has_usable_password())
        self.assertIn("Communes ajoutées au périmètre : 2", told)
        self.assertNotIn("/reset/key/", told)
        (sent,) = mail.outbox
        self.assertIn("/reset/key/", sent.body)

    def test_a_whole_intercommunality(self) -> None:
        """--epci takes its communes."""
        self.open("metz", f"--epci={METROPOLE}")
        made = Council.objects.get(slug="metz")
        self.assertEqual(set(made.communes.values_list("code", flat=True)), {METZ, WOIPPY, MARLY})

    def test_the_link_is_printed_when_it_is_asked_for(self) -> None:
        """Without a mail server: the operator hands it over."""
        self.assertRegex(self.open("metz", "--print-link"), r"https?://\S+/reset/key/\S+")

    def test_run_again_it_changes_nothing(self) -> None:
        """Same council, same coordinator: no second account, role, mail; the perimeter stays."""
        self.open()
        made = Council.objects.get(slug="metz")
        version = made.version
        told = self.open("metz", f"--epci={METROPOLE}")
        made.refresh_from_db()
        self.assertIn("rien n’a changé", told)
        self.assertEqual(made.version, version)
        self.assertEqual(made.communes.count(), 2)
        self.assertEqual(CouncilMembership.objects.count(), 1)
        self.assertEqual(len(mail.outbox), 1)

    def test_it_completes_a_council_left_half_way(self) -> None:
        """A council without communes or coordinator receives both."""
        council(name="CLSM de Metz")
        self.assertIn("existait déjà", self.open())
        self.assertEqual(Council.objects.get(slug="metz").communes.count(), 2)
        self.assertEqual(CouncilMembership.objects.count(), 1)

    def test_an_account_that_exists_gets_the_role(self) -> None:
        """Coordinator of two councils (003-03): one account, no new passphrase."""
        member(council("autre", "Autre"), "coordinator", "claire")
        User.objects.update(email=CLAIRE)
        self.open()
        self.assertEqual(User.objects.count(), 1)
        self.assertEqual(CouncilMembership.objects.count(), 2)

    def test_duplicates_are_refused_in_words(self) -> None:
        """Another name under the slug, the name elsewhere, somebody who coordinates already."""
        self.open()
        self.assertIn("est déjà celle du conseil", self.refused("metz", name="Autre nom"))
        self.assertIn("s’appelle déjà", self.refused("metz-2"))
        self.assertIn("a déjà une coordination", self.refused("metz", email="p@exemple.invalid"))

    def test_wrong_words_are_refused(self) -> None:
        """Slug, address, codes, SIREN, both or neither, and no territory."""
        for args, changed, words in (
            (("à Metz",), {}, "adresse courte"),
            (("metz",), {"email": "claire"}, "n’est pas valable"),
            (("metz", "--insee", "99999"), {}, "99999"),
            (("metz", "--epci=1"), {}, "SIREN 1"),
            (("metz",), {"name": " "}, "nom du conseil manque"),
        ):
            with self.subTest(words):
                if "--insee" in args:
                    with self.assertRaises(CommandError) as error:
                        call_command(
                            "open_council",
                            "metz",
                            "--name=X",
                            f"--email={CLAIRE}",
                            "--first-name=C",
                            "--last-name=C",
                            "--insee",
                            "99999",
                        )
                    self.assertIn(words, str(error.exception))
                else:
                    self.assertIn(words, self.refused(*args, **changed))
        self.assertFalse(Council.objects.exists())

    @override_settings(SERVICE="commission")
    def test_it_runs_as_the_council_service_only(self) -> None:
        """Its rights are those of the council's pages."""
        self.assertIn("réglages du conseil", self.refused())
