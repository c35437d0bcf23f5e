"""Keys given back through the trustees, away from the service (T-32)."""

from __future__ import annotations

import json
import stat
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import transaction

from audit import recorder
from cases.access import situations
from cases.actions import grants, members
from cases.models import Grant, Mandate, Situation, Wrap
from cases.permissions import Role
from cases.vault import offline
from clsm_core.accounts.clock import now
from tests import people
from tests.commission import terminal
from tests.commission.recovering import Recovering, open_all
from tests.commission.test_officers import newcomer


class GivenBack(Recovering):
    """A member lost every slot; the trustees give back what she had, and nothing more."""

    def test_the_lead_receives_what_was_hers_and_may_give_again(self) -> None:
        """Everything at the managing level, recorded; and Marc receives from her again."""
        situation = people.shared(self.cast, "marc")
        before = open_all(self.cast, self.cast.luc)
        luc = self.lose(self.cast.luc)
        self.assertEqual(open_all(self.cast, luc), {})
        request = self.ask(luc)
        self.assertEqual(stat.S_IMODE(request.stat().st_mode), 0o600)
        answer = self.answer(request)
        with recorder.observe() as events:
            told = self.bring(answer)
        self.assertIn(f"{len(before)} clé(s) rendue(s), 1 situation", told)
        self.assertEqual(open_all(self.cast, luc), before)
        (event,) = [one for one in events if one.action == "key.recovered"]
        self.assertEqual(set(event.objects), {luc.user.pk, situation.pk})
        with people.as_person(luc) as viewer:
            here = people.fresh(self.cast, situation.pk)
            shown = situations.open_situation(viewer, here.code)
            grants.share(
                viewer=viewer,
                situation=here,
                recipients=[self.cast.nadia.user.pk],
                sections=["core"],
                level="read",
            )
        self.assertTrue(all(view.readable for view in shown.sections))
        with people.as_person(self.cast.nadia) as viewer:
            shown = situations.open_situation(viewer, here.code)
        self.assertEqual([view.section for view in shown.sections if view.readable], ["core"])
        # What stands already is not asked for again.
        with self.assertRaisesMessage(CommandError, "Rien à rendre"):
            self.ask(luc)

    def test_run_twice_it_adds_nothing(self) -> None:
        """Idempotent, even once a right given back was revoked."""
        people.shared(self.cast)
        luc = self.lose(self.cast.luc)
        answer = self.answer(self.ask(luc))
        self.bring(answer)
        with terminal.as_guard() as using:
            count = Grant.objects.using(using).count(), Wrap.objects.using(using).count()
        self.assertIn("étaient déjà entrées", self.bring(answer))
        with terminal.as_guard() as using:
            self.assertEqual(
                (Grant.objects.using(using).count(), Wrap.objects.using(using).count()), count
            )
        with people.as_person(self.cast.claire) as viewer:
            situation = Situation.objects.get(lead=luc.user)
            given = list(Grant.objects.filter(situation=situation, recipient=luc.user))
            grants.revoke_all(viewer=viewer, situation=situation, grants=given)
        self.bring(answer)
        self.assertEqual(open_all(self.cast, luc), {})

    def test_a_permanent_member_receives_her_rights_at_their_level(self) -> None:
        """Marc had the core to read: neither more sections, nor more level, nor a longer time."""
        people.shared(self.cast, "marc", sections=("core",), level="read")
        marc = self.lose(self.cast.marc)
        request = self.ask(marc)
        asked = offline.read_request(request.read_bytes()).keys
        self.assertEqual(
            [(key.section, key.level, key.basis) for key in asked],
            [("core", "read", "permanent")],
        )
        self.bring(self.answer(request))
        self.assertEqual({section for _, section, _ in open_all(self.cast, marc)}, {"core"})

    def test_who_had_nothing_receives_nothing(self) -> None:
        """Sophie was given nothing; Denis holds no standing right on content (decision 26)."""
        people.shared(self.cast, "marc")
        for name in ("sophie", "denis"):
            with self.assertRaisesMessage(CommandError, "Rien à rendre"):
                self.ask(self.cast.people[name])

    def test_a_depositarys_right_comes_back_asleep(self) -> None:
        """Decision 19: her wraps are there to be woken, and open nothing."""
        situation = people.admitted(self.cast)
        nadia = self.lose(self.cast.nadia)
        self.bring(self.answer(self.ask(nadia)))
        self.assertEqual(open_all(self.cast, nadia), {})
        with terminal.as_guard() as using:
            given = Grant.objects.using(using).filter(
                recipient=nadia.user, situation=situation, granted_by=nadia.user
            )
            self.assertEqual({(row.is_dormant, row.basis) for row in given}, {(True, "depositary")})
            self.assertEqual(given.count(), 7)

    def test_an_unsigned_key_receives_nothing(self) -> None:
        """Nobody compared her words: the request is refused before anything is read."""
        people.shared(self.cast)
        with transaction.atomic():
            members.renew_identity(user=self.cast.luc.user, passphrase=people.PASSPHRASE, at=now())
        with self.assertRaisesMessage(CommandError, "sign_members"):
            self.ask(self.cast.luc)

    def test_the_request_keeps_to_the_situations_named(self) -> None:
        """By their codes."""
        first, second = people.admitted(self.cast), people.admitted(self.cast)
        luc = self.lose(self.cast.luc)
        asked = offline.read_request(self.ask(luc, "--situation", first.code).read_bytes()).keys
        self.assertEqual({key.situation for key in asked}, {first.pk})
        self.assertNotEqual(first.pk, second.pk)

    def test_a_damaged_wrap_hides_no_other(self) -> None:
        """Its situation is named, the others are asked for."""
        broken, sound = people.admitted(self.cast), people.admitted(self.cast)
        luc = self.lose(self.cast.luc)
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_wrap SET blob = set_byte(blob, 60, get_byte(blob, 60) # 1)"
                " WHERE grant_id IS NULL AND situation_id = %s",
                [broken.pk],
            )
        place = self.new_file("demande")
        told = terminal.run("recovery_request", self.slug, str(place), "--for", luc.user.email)
        self.assertIn(broken.code, told)
        asked = offline.read_request(place.read_bytes()).keys
        self.assertEqual({key.situation for key in asked}, {sound.pk})

    def test_the_request_lies_in_no_folder_of_the_service(self) -> None:
        """As the sheets: neither checkout nor keys."""
        people.admitted(self.cast)
        for folder in (settings.BASE_DIR, Path(settings.KEYS.folder)):
            place = folder / "demande.json"
            with self.assertRaisesMessage(CommandError, "dossier du service"):
                terminal.run(
                    "recovery_request", self.slug, str(place), "--for", self.cast.luc.user.email
                )
            self.assertFalse(place.exists())


class RefusedAnswers(Recovering):
    """What was changed on the way is refused by the name of its field; nothing of it enters."""

    def setUp(self) -> None:
        super().setUp()
        people.shared(self.cast, "marc", sections=("core", "housing"), level="read")
        self.marc = self.lose(self.cast.marc)
        self.request = self.ask(self.marc)

    def bring_changed(self, change: Callable[[dict[str, Any]], None]) -> str:
        """Let in the true answer once changed; return the refusal."""
        content = json.loads(self.answer(self.request).read_bytes())
        change(content)
        return self.refusal(content)

    def refusal(self, content: dict[str, Any]) -> str:
        """Return why a file is refused, nothing having been written."""
        place = self.new_file("altere")
        place.write_text(json.dumps(content))
        with terminal.as_guard() as using:
            before = Grant.objects.using(using).count()
        with self.assertRaises(CommandError) as refused:
            self.bring(place)
        with terminal.as_guard() as using:
            self.assertEqual(Grant.objects.using(using).count(), before)
        return str(refused.exception)

    def answer_to(self, **changed: Any) -> dict[str, Any]:
        """Return the trustees' answer to a request changed on its way to them."""
        content = json.loads(self.request.read_bytes())
        for key in content["keys"]:
            key.update(changed)
        place = self.new_file("demande")
        place.write_text(json.dumps(content))
        return json.loads(self.answer(place).read_bytes())

    def test_control_the_true_answer_enters(self) -> None:
        """What every refusal below is compared with."""
        self.assertIn("2 clé(s) rendue(s)", self.bring(self.answer(self.request)))

    def test_each_field_of_the_answer(self) -> None:
        """The second key is changed: the first one, genuine, does not enter either."""

        def swap(name: str) -> Callable[[dict[str, Any]], None]:
            def change(content: dict[str, Any]) -> None:
                first, second = content["keys"]
                second[name] = first[name]

            return change

        def put(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
            return lambda content: content["keys"][1].update({name: value})

        new = str(uuid.uuid4())
        for name, change in {
            "keys[1].grant": put("grant", new),
            "keys[1].situation": put("situation", new),
            "keys[1].section": swap("section"),
            "keys[1].version": put("version", 7),
            "keys[1].wrap": swap("wrap"),
            "keys[1].statement": put("statement", "AAAA"),
            "commission": lambda content: content.update(commission=new),
            "recovery_key_id": lambda content: content.update(recovery_key_id="0" * 32),
            "format": lambda content: content.update(format="autre/1"),
        }.items():
            with self.subTest(name):
                self.assertIn(f"« {name} »", self.bring_changed(change))

    def test_a_request_widened_on_the_way(self) -> None:
        """The trustees signed in good faith; the service compares with what she may hold."""
        for name, changed in {
            "level": {"level": "manage"},
            "basis": {"basis": "lead"},
            "not_after": {"not_after": (now() + timedelta(days=3000)).isoformat()},
        }.items():
            with self.subTest(name):
                self.assertIn(f"statement.{name} »", self.refusal(self.answer_to(**changed)))

    def test_a_request_readdressed_on_the_way(self) -> None:
        """Another account, or another key for hers."""
        stranger = newcomer(self.cast, "eve", Role.PERMANENT)
        for name, said in {
            "statement.recipient": {"user": str(stranger.user.pk)},
            "statement.recipient_key_id": {
                "public": offline._text(stranger.identity.public.to_bytes())
            },
        }.items():
            content = json.loads(self.request.read_bytes())
            content["recipient"].update(said)
            place = self.new_file("demande")
            place.write_text(json.dumps(content))
            with self.subTest(name):
                answer = json.loads(self.answer(place).read_bytes())
                self.assertIn(f"{name} »", self.refusal(answer))

    def test_another_commissions_answer(self) -> None:
        """Made under its own recovery key, it gives nothing here."""
        other = people.commission(f"d{uuid.uuid4().hex[:8]}")
        content = json.loads(self.answer(self.request).read_bytes())
        content["commission"] = str(other.commission.pk)
        self.assertIn("« recovery_key_id »", self.refusal(content))

    def test_a_right_lost_meanwhile_is_not_given_back(self) -> None:
        """Her mandate ended while the file travelled."""
        answer = json.loads(self.answer(self.request).read_bytes())
        Mandate.objects.filter(pk=self.marc.mandate.pk).update(status=Mandate.Status.ENDED)
        self.assertIn("statement.basis »", self.refusal(answer))
