"""Who may read what, said a second time: the specification that T-28 compares the product with.

Written from domain.md (C-01…C-25, C-52…C-65, C-73), decisions 19–22 and 26–30 and security.md
§2.4, as one function over what happened. It imports nothing of the product, on purpose: a rule
misread there must not be misread here by the same line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.happenings import (
    Answered,
    Aside,
    Ended,
    Event,
    Given,
    History,
    Limited,
    Mandated,
    Moved,
    Said,
    Text,
    Woken,
)

PARIS = ZoneInfo("Europe/Paris")
SECTION_OF = {
    "identite": "identity",
    "situation_sociale": "social",
    "budget_droits": "social",
    "entourage_familial": "social",
    "parcours_scolaire_professionnel": "social",
    "logement": "housing",
    "sante_psychique": "health",
    "sante_somatique": "health",
    "addictions": "health",
    "situation_juridique": "legal",
}
WITHOUT_CATEGORY = ("core", "shareable")
SECTIONS = ("identity", "core", "social", "housing", "health", "legal", "shareable")
MEMBERS = ("coordinator", "depositary", "permanent", "substitute", "guest", "users_representative")
STOPS = ("objection", "withdrawal")
EXCEPTIONS = ("impossibility", "urgency")
FOLLOWED = ("restituted", "follow_up")
NOBODY = "none"
# Rights that rest on no agreement: who collects it, who receives, who is called in an exception.
OWN_RIGHTS = ("lead", "intake", "depositary", "dpo")


# --- where it leads ---
@dataclass
class World:
    """What holds at one moment."""

    at: datetime
    is_anonymous: bool
    mandates: dict[str, Mandated] = field(default_factory=dict)
    state: str | None = None
    lead: str = ""
    closed_at: datetime | None = None
    is_limited: bool = False
    is_withdrawn: bool = False
    said: list[Said] = field(default_factory=list)
    rights: list[Given] = field(default_factory=list)
    accepted: set[tuple[str, str]] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)
    woken: dict[str, Woken] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """C-09: an agreement does not outlive the situation it was given for."""
        return self.state in ("closed", "archived", "erased")

    def mandate(self, member: str) -> Mandated | None:
        """Return the mandate in force that day (BR-02)."""
        found = self.mandates.get(member)
        if found is None or not found.is_active:
            return None
        return found if found.first <= day_of(self.at) <= found.last else None


def day_of(at: datetime) -> date:
    """Return the day in legal time."""
    return at.astimezone(PARIS).date()


def happened(history: History, at: datetime) -> World:
    """Replay what happened until then."""
    world = World(at=at, is_anonymous=history.is_anonymous)
    for event in history.events:
        if event.at > at:
            break
        world.at = event.at
        _apply(world, event)
    world.at = at
    return world


def _apply(world: World, event: Event) -> None:
    if isinstance(event, Mandated):
        world.mandates[event.member] = event
    elif isinstance(event, Moved):
        if event.state == "closed" and world.state != "closed":
            world.closed_at = event.at
        elif world.state == "closed" and event.state != "closed":
            _reopen(world)
        world.state = event.state
        world.lead = world.lead if event.lead is None else event.lead
    elif isinstance(event, Limited):
        world.is_limited = event.is_limited
    elif isinstance(event, Said):
        world.said.append(event)
        _hear(world, event)
    elif isinstance(event, Given):
        world.rights.append(event)
    elif isinstance(event, Ended):
        world.rights = [right for right in world.rights if not _matches(right, event)]
    elif isinstance(event, Answered):
        invitation = (event.member, event.item)
        (world.accepted.add if event.is_accepted else world.accepted.discard)(invitation)
    elif isinstance(event, Aside):
        (world.aside.add if event.stands else world.aside.discard)(event.member)
        if event.stands:
            world.rights = [right for right in world.rights if right.member != event.member]
            world.woken.pop(event.member, None)
    else:
        world.woken[event.member] = event
    # An invitation ends with the last right that it gave.
    world.accepted &= {(right.member, right.item) for right in world.rights}


def _matches(right: Given, event: Ended) -> bool:
    return all(
        getattr(event, name) in ("", getattr(right, name))
        for name in ("member", "section", "level", "basis", "item")
    )


def _reopen(world: World) -> None:
    """Let lapse what was agreed before the closure; a refusal does not (C-09)."""
    closed = world.closed_at
    assert closed is not None
    world.said = [one for one in world.said if one.kind in STOPS or one.at > closed]


def _hear(world: World, event: Said) -> None:
    """End what an expression ends: everything but the lead's (C-04), or what it leaves out."""
    if event.kind in STOPS:
        world.lead = world.lead or event.by
        world.is_withdrawn = True
        world.woken.clear()
        world.rights = [
            right
            for right in world.rights
            if right.member == world.lead or right.basis == "depositary"
        ]
        return
    if event.kind not in EXCEPTIONS and not is_refused(world):
        world.is_withdrawn = False
    world.rights = [right for right in world.rights if _stays(world, right)]


def _stays(world: World, right: Given) -> bool:
    """Tell whether a right survives an expression: whatever it still covers, to whom it does.

    Refused by name, a member keeps none, but what she leads; a control is no sharing (C-73).
    """
    if right.member == world.lead or right.basis == "dpo":
        return True
    if right.basis in ("intake", "depositary"):
        mandate = world.mandate(right.member)
        return mandate is None or not is_refused_by_name(world, mandate)
    return may_be_given(world, right.section, right.member)


# --- what the person said (C-04, C-09…C-11, decision 30) ---
def _known(world: World) -> list[Said]:
    return [one for one in world.said if max(one.at, one.said_at) <= world.at]


def _standing(world: World, *, exceptions: bool) -> Said | None:
    """Return the last agreement, or the last exception, that no refusal came after."""
    known = _known(world)
    last_said = max((one.said_at for one in known if one.kind in STOPS), default=None)
    last_written = max((one.at for one in known if one.kind in STOPS), default=None)
    standing = [
        one
        for one in known
        if one.kind not in STOPS
        and (one.kind in EXCEPTIONS) is exceptions
        and (last_said is None or one.said_at > last_said)
        and (last_written is None or one.at > last_written)
    ]
    return max(standing, key=lambda one: (one.said_at, one.at), default=None)


def is_refused(world: World) -> bool:
    """Tell whether a refusal stands: an exception lifts none, only an agreement does (C-04)."""
    refused = any(one.kind in STOPS for one in _known(world))
    return refused and _standing(world, exceptions=False) is None


def _is_current(world: World, said: Said) -> bool:
    """Tell whether its days are not over; the last one counts whole (C-10)."""
    last = [day for day in (said.expires_on, said.regularise_by) if day is not None]
    if said.kind in EXCEPTIONS and said.regularise_by is None:
        return False
    return all(day_of(world.at) <= day for day in last)


def in_force(world: World) -> Said | None:
    """Return what names the person now: her agreement, else a dated exception."""
    if world.is_over or is_refused(world):
        return None
    voice = _standing(world, exceptions=False)
    if voice is not None:
        if voice.is_disputed or voice.for_emergencies or voice.kind != "named_sharing":
            return None
        if _is_current(world, voice):
            return voice
    exception = _standing(world, exceptions=True)
    return exception if exception is not None and _is_current(world, exception) else None


def refuses(said: Said, mandate: Mandated) -> bool:
    """Tell whether she refuses this reader by name, or her structure (C-07)."""
    structure = mandate.structure.casefold().strip()
    return mandate.member in said.refused_members or structure in _lower(said.refused_structures)


def is_refused_by_name(world: World, mandate: Mandated) -> bool:
    """Tell the same of her standing word, even while it is not in force, in any evocation."""
    voice = _standing(world, exceptions=False)
    return voice is not None and refuses(voice, mandate)


def includes(said: Said, mandate: Mandated) -> bool:
    """Tell whether she counts this reader in: a refusal by name wins (C-07)."""
    if refuses(said, mandate):
        return False
    structure = mandate.structure.casefold().strip()
    named = mandate.member in said.members or structure in _lower(said.structures)
    # Being outside R1110-2 is not a profession that one can agree to.
    return named or bool({mandate.profession, mandate.kind} - {NOBODY} & said.recipients)


def _lower(names: frozenset[str]) -> set[str]:
    return {name.casefold().strip() for name in names}


def covers(said: Said, text: Text) -> bool:
    """Tell whether she opens a text, by the structures of its author and its days (C-08)."""
    if _lower(text.structures) & _lower(said.refused_authors):
        return False
    begins, ends = said.written_from or date.min, said.written_until or date.max
    return all(begins <= day <= ends for day in text.days)


def opens(categories: frozenset[str], section: str, category: str) -> bool:
    """Tell whether kinds of information open a document, or a section (C-08, decision 20)."""
    if category:
        return category in categories
    return section in WITHOUT_CATEGORY or section in {SECTION_OF[one] for one in categories}


def may_be_given(world: World, section: str, member: str) -> bool:
    """Tell whether a right on a section may be given, or kept, now (C-03, C-07, C-08, C-22)."""
    mandate = world.mandate(member)
    if mandate is None or mandate.role not in MEMBERS or member in world.aside:
        return False
    if section == "health" and mandate.profession == NOBODY:
        return False
    if is_refused_by_name(world, mandate):
        return False
    if world.is_anonymous:
        return section != "identity"
    said = in_force(world)
    return said is not None and includes(said, mandate) and opens(said.categories, section, "")


# --- who reads ---
def live_rights(world: World, section: str, member: str) -> list[Given]:
    """Return the rights that open a section now: window, invitation, a depositary awake (C-24)."""
    return [
        right
        for right in world.rights
        if (right.member, right.section) == (member, section)
        and right.opens <= world.at < right.ends
        and (right.basis != "guest" or (member, right.item) in world.accepted)
        and (right.basis != "depositary" or _is_woken(world, right))
    ]


def _is_woken(world: World, right: Given) -> bool:
    """Tell whether an exceptional access of hers is under way on the section (§2.4)."""
    woken = world.woken.get(right.member)
    return woken is not None and right.section in woken.sections and woken.until > world.at


def readable(
    history: History,
    section: str,
    category: str,
    member: str,
    at: datetime,
    text: Text | None = None,
) -> bool:
    """Tell whether a member reads a section, or what it holds of a category, at a moment.

    ``text`` adds what the person said of its author and day.
    """
    world = happened(history, at)
    mandate = world.mandate(member)
    is_health = "health" in (section, SECTION_OF.get(category))
    if mandate is None or member in world.aside or world.is_limited:
        return False
    if world.state in ("archived", "erased") or (is_health and mandate.profession == NOBODY):
        return False
    if member != world.lead and (world.is_withdrawn or is_refused(world)):
        return False
    return any(
        _reads(world, right, mandate, category, text)
        for right in live_rights(world, section, member)
    )


def _reads(world: World, right: Given, mandate: Mandated, category: str, text: Text | None) -> bool:
    if mandate.role not in MEMBERS:
        return mandate.role == "dpo" and right.basis == "dpo"
    if right.member == world.lead:
        return True
    if right.basis == "depositary":
        return _in_emergency(world, mandate, right.section, category, text)
    is_intake = right.basis == "intake"
    if world.state in (None, "preparing") and is_intake:
        return True
    if world.state is None:
        return False
    if world.is_anonymous and world.state != "closed":
        return "identity" not in (right.section, SECTION_OF.get(category))
    said = in_force(world)
    if said is None or not (is_intake or includes(said, mandate)):
        return False
    used = "suivi" if world.state in FOLLOWED else "examen"
    return (
        used in said.purposes
        and opens(said.categories, right.section, category)
        and (text is None or covers(said, text))
    )


def _in_emergency(
    world: World, mandate: Mandated, section: str, category: str, text: Text | None
) -> bool:
    """Tell what the person did not close: everything while nobody asked her (§2.4)."""
    if world.is_over:
        return False
    voice = _standing(world, exceptions=False)
    if voice is None:
        return True
    if refuses(voice, mandate) or voice.is_disputed or not _is_current(world, voice):
        return False
    if text is not None and not covers(voice, text):
        return False
    if voice.kind == "anonymous_evocation":
        return "identity" not in (section, SECTION_OF.get(category))
    return bool(voice.categories) and opens(voice.categories, section, category)


def may_outlive(history: History, section: str, member: str, at: datetime) -> bool:
    """Tell whether a key may open a section of which nothing is readable now.

    The policy alone closes what an agreement's days, its uses, a closure or a change of mandate
    close: right and key wait for the next expression. So do the lead's and the intake's.
    """
    if any(
        readable(history, section, category, member, at)
        for category in ("", *SECTION_OF)
        if not category or SECTION_OF[category] == section
    ):
        return True
    world = happened(history, at)
    if member == world.lead or any(
        right.basis in OWN_RIGHTS for right in live_rights(world, section, member)
    ):
        return True
    mandate, said = world.mandate(member), in_force(world)
    if mandate is None or mandate.role not in MEMBERS or world.is_over or said is None:
        return True
    used = "suivi" if world.state in FOLLOWED else "examen"
    return (
        used not in said.purposes
        or not includes(said, mandate)
        or (section == "health" and mandate.profession == NOBODY)
    )
