"""T-28: who reads what, in random lives of situations, against the oracle (tests/oracle.py).

After each act, for each member: what the pages show is what the oracle says, text by text; the keys
that open are at least those of what is shown, and none of a section on which she was left no right.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any

from django.urls import reverse

from cases.access import situations as access
from cases.access.keys import OpenKeys, open_keys
from cases.models import Commission, SealedDocument, Situation
from cases.permissions import Refused, Viewer
from clsm_core.accounts.clock import now
from tests import oracle, people
from tests.cases_of import Client
from tests.drills.around import Around, guest
from tests.drills.story import MEMBERS, Unexpected
from tests.happenings import Text

# How often each act is drawn; an act is a method of ``Around``.
WEIGHTS = {
    "agree_to_all": 3,
    "say": 6,
    "withdraw": 1,
    "share": 7,
    "revoke": 3,
    "write": 3,
    "advance": 8,
    "finish": 1,
    "appoint": 3,
    "limit": 1,
    "wait": 3,
    "step_aside": 2,
    "come_back": 1,
    "pass_on": 2,
    "invite": 4,
    "answer": 1,
    "call": 3,
    "control": 2,
    "call_off": 1,
}
STEPS = 12


def drawn(seed: int, steps: int) -> list[tuple[str, int]]:
    """Draw the steps of a story: mostly admitted, agreed and shared first."""
    chance = random.Random(seed)
    names = list(WEIGHTS)
    weights = [WEIGHTS[name] for name in names]
    said = "agree_to_all" if chance.random() < 0.5 else "say"
    begun = ["admit", said, "share"] if chance.random() < 0.9 else []
    return [
        (name, chance.getrandbits(32))
        for name in [*begun, *chance.choices(names, weights, k=steps - len(begun))]
    ]


def compare(story: Around) -> int:
    """Compare every member's pages and keys with the oracle; return how many texts were shown.

    Raises: Unexpected.
    """
    at, texts, shown_at_all = now(), story.texts(), 0
    with people.as_person(story.cast.claire):
        situation = people.fresh(story.cast, story.pk)
    for name in MEMBERS:
        person = story.cast.people[name]
        member = str(person.user.pk)
        with people.as_person(person) as viewer:
            sections, shown = pages(viewer, situation)
            keys = open_keys(viewer, situation)
        wrong = {
            f"{name} {'reads' if pk in shown else 'does not read'} {texts[pk]}"
            for pk in shown ^ expected(story, texts, member, at)
        }
        for section in oracle.SECTIONS:
            is_open = oracle.readable(story.told, section, "", member, at)
            # An identity is shown by its own gesture: its text is compared, not its tab.
            if section != "identity" and (section in sections) is not is_open:
                wrong.add(f"{name}: {section} is {'open' if section in sections else 'sealed'}")
        wrong |= beyond(story, name, keys, {texts[pk].section for pk in shown})
        if wrong:
            raise Unexpected("\n".join(sorted(wrong)))
        shown_at_all += len(shown)
    return shown_at_all


def expected(story: Around, texts: dict[Any, Text], member: str, at: Any) -> set[Any]:
    """Return the texts that the oracle lets somebody read."""
    return {
        pk
        for pk, text in texts.items()
        if oracle.readable(story.told, text.section, text.category, member, at, text)
    }


def beyond(story: Around, name: str, keys: OpenKeys, shown: set[str]) -> set[str]:
    """Return what is wrong with the keys that open for somebody, whatever the policy says."""
    member, at = str(story.cast.people[name].user.pk), now()
    wrong = {f"{name}: {section} is shown without its key" for section in shown - keys.sections()}
    world = oracle.happened(story.told, at)
    for section in keys.sections():
        if not oracle.live_rights(world, section, member):
            wrong.add(f"{name}: the key of {section} opens without a right")
        elif not oracle.may_outlive(story.told, section, member, at):
            wrong.add(f"{name}: the key of {section} opens, and nothing of it may be read")
    return wrong


def pages(viewer: Viewer, situation: Situation) -> tuple[set[str], set[Any]]:
    """Return the sections that open to somebody, and the texts that she is shown."""
    door = access.open_situation if situation.state else access.open_referral
    try:
        page = door(viewer, situation.code)
    except Refused:
        return set(), identity(viewer, situation)
    sections = {one.section for one in page.sections if one.readable}
    shown = {document.id for one in page.sections for document in one.documents}
    return sections, shown | identity(viewer, situation)


def identity(viewer: Viewer, situation: Situation) -> set[Any]:
    """Return the identity's text when the gesture shows it."""
    try:
        if not access.reveal_identity(viewer, situation.code):
            return set()
    except Refused:
        return set()
    rows = SealedDocument.objects.filter(situation=situation, section="identity", kind="identity")
    return {rows.order_by("created_at", "pk").values_list("pk", flat=True).last()}


def compare_over_http(story: Around) -> int:
    """Compare what every member finds on the pages with the oracle; return how many words.

    Raises: Unexpected.
    """
    texts, at, found_at_all = story.texts(), now(), 0
    row = story.row()
    for name in MEMBERS:
        person = story.cast.people[name]
        found = words_of(people.client_of(person), row["code"], row["state"])
        due = {
            story.canaries[pk]
            for pk in expected(story, texts, str(person.user.pk), at)
            if pk in story.canaries
        }
        seen = {word for word in story.canaries.values() if word in found}
        if seen != due:
            sections = {word: texts[pk].section for pk, word in story.canaries.items()}
            told = {sections[word]: word in seen for word in seen ^ due}
            raise Unexpected(f"{name}'s pages: {told}")
        found_at_all += len(seen)
    return found_at_all


def words_of(client: Client, code: str, state: str | None) -> str:
    """Return everything that the pages of a situation show, its identity's gesture included."""
    addresses = [reverse("cases:referral", args=[code])]
    if state is not None:
        addresses = [
            reverse("cases:situation", args=[code]),
            *(
                reverse("cases:situation_section", args=[code, section])
                for section in oracle.SECTIONS
                if section != "identity"
            ),
        ]
    pages = [client.get(address) for address in addresses]
    pages.append(client.post(reverse("cases:situation_identity", args=[code])))
    return "\n".join(page.content.decode() for page in pages)


def live(
    place: Any,
    database: str,
    cast: people.Cast,
    *,
    steps: list[tuple[str, int]],
    coded: bool,
    is_browsed: bool = False,
) -> dict[str, Any]:
    """Live one story, comparing after each step, and on the pages themselves at its end.

    Raises: Unexpected, with what was lived.
    """
    story = Around(place, database, cast, coded=coded)
    lived: list[str] = []
    shown = 0
    try:
        shown += compare(story)
        for name, number in steps:
            lived.append(f"{name} {number}" + ("" if story.step(name, number) else " (refused)"))
            shown += compare(story)
        if is_browsed:
            compare_over_http(story)
    except Unexpected as unexpected:
        raise Unexpected(f"{unexpected}\nafter {', '.join(lived)}; coded: {coded}") from unexpected
    finally:
        story.close()
    return {"shown": shown, "done": story.done, "refused": story.refused}


def casts(seed: int) -> dict[bool, people.Cast]:
    """Return a commission that names people, and one that allows a coded evocation."""
    both = {
        False: people.commission(f"nomme{seed}"),
        True: people.commission(f"code{seed}", mode=Commission.AgreementMode.ANONYMOUS),
    }
    for cast in both.values():
        guest(cast)
    return both


def run_drill(place: Any, database: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """T-28 at full size: ``size`` lives."""
    begun, chance, done = time.perf_counter(), random.Random(seed), Counter[str]()
    both, shown = casts(seed), 0
    for number in range(size or 300):
        one, coded = chance.getrandbits(32), chance.random() < 0.2
        told = live(place, database, both[coded], steps=drawn(one, STEPS), coded=coded)
        done += told["done"]
        shown += told["shown"]
        if number % 25 == 24:
            print(f"  {number + 1} lives", flush=True)
    return {
        "lives": size or 300,
        "seed": seed,
        "shown": shown,
        "done": dict(done),
        "seconds": round(time.perf_counter() - begun, 1),
    }
