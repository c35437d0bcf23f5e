"""One situation living at random through the real actions, told to the oracle as it goes (T-28).

Every act that passes is told as an event; what it does to anybody's rights is the oracle's to say.
Rights themselves are told as given (to whom, which section, until when): each is first held against
what the person agreed to.
"""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import psycopg

from cases.domain.exceptions import DomainError
from cases.models import Mandate
from clsm_core.accounts.clock import now
from deploy.privileges import OWNER
from tests import oracle, people
from tests.happenings import Ended, Given, History, Mandated, Moved, Said, Text

MEMBERS = ("claire", "denis", "nadia", "luc", "sophie", "marc", "gaelle")
CHANGING = ("luc", "sophie", "marc", "nadia")
# Where a referral's words go: each of its texts carries a word that is nowhere else.
REFERRED = {
    "core": "question",
    "social": "story",
    "housing": "housing_text",
    "health": "health_text",
}


class Unexpected(AssertionError):
    """The product and the oracle do not say the same."""


class Story:
    """A situation of a commission; ``told`` is what the oracle hears of it."""

    def __init__(self, place: Any, database: str, cast: people.Cast, *, coded: bool) -> None:
        self.place, self.database, self.cast = place, database, cast
        self.admin = psycopg.connect(place.server.url(database), autocommit=True)
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.seen: set[uuid.UUID] = set()
        self.by_id: dict[str, str] = {str(cast.people[name].user.pk): name for name in cast.people}
        self.reset()
        self.canaries: dict[uuid.UUID, str] = {}
        words = {section: f"Canari-{uuid.uuid4().hex}" for section in REFERRED}
        changes = {REFERRED[section]: word for section, word in words.items()}
        if coded:
            changes |= {"identification": "coded", "identity": {}}
        else:
            name = f"Canari-{uuid.uuid4().hex}"
            words["identity"] = name
            changes["identity"] = {**people.referral_content()["identity"], "last_name": name}
        self.pk = people.referred(cast, **changes).pk
        row = self.row()
        self.told = History(is_anonymous=row["is_anonymous"])
        for name in MEMBERS:
            self.tell_mandate(name)
        self.told.events.append(Moved(at=row["created_at"], state=None))
        self.tell_rights(is_checked=False)
        for pk, text in self.texts().items():
            self.canaries[pk] = words[text.section]

    def close(self) -> None:
        """Put the clock back and leave."""
        self.reset()
        self.admin.close()

    def reset(self) -> None:
        """Put the clock and the mandates back to where a story begins."""
        with self.owner() as owner:
            owner.execute("UPDATE clsm_clock SET shift = interval '0'")
        today = now().date()
        for name in CHANGING:
            role, profession, structure, kind, _ = people.CAST[name]
            Mandate.objects.filter(pk=self.cast.people[name].mandate.pk).update(
                role=role,
                profession=profession,
                organisation=structure,
                organisation_kind=kind,
                status=Mandate.Status.ACTIVE,
                ends_on=today + timedelta(days=700),
            )

    def owner(self) -> psycopg.Connection[Any]:
        """Return the owner's connection, which moves the clock."""
        return psycopg.connect(self.place.url(self.database, OWNER), autocommit=True)

    # --- what the database holds, read by an administrator ---
    def row(self) -> dict[str, Any]:
        """Return the situation's clear columns."""
        names = ("state", "referral_state", "is_anonymous", "is_limited", "lead_id", "created_at")
        found = self.admin.execute(
            f"SELECT {', '.join(names)}, code FROM cases_situation WHERE id = %s", [self.pk]
        ).fetchone()
        assert found is not None
        return dict(zip((*names, "code"), found, strict=True))

    def texts(self) -> dict[uuid.UUID, Text]:
        """Return every sealed text; of the identity, the last one written."""
        rows = self.admin.execute(
            "SELECT d.id, d.section, d.category, d.kind, d.created_at, d.changed_at,"
            " array_agg(m.organisation) FROM cases_sealeddocument d"
            " LEFT JOIN cases_mandate m ON m.user_id = d.created_by_id"
            " WHERE d.situation_id = %s GROUP BY d.id ORDER BY d.created_at, d.id",
            [self.pk],
        ).fetchall()
        found, identity = {}, None
        for pk, section, category, kind, created, changed, structures in rows:
            days = frozenset({oracle.day_of(created), oracle.day_of(changed)})
            if section == "identity":
                identity = pk if kind == "identity" else identity
                if kind != "identity":
                    continue
            named = frozenset(one for one in structures if one)
            found[pk] = Text(section, category, named, days)
        others = [pk for pk, text in found.items() if text.section == "identity"]
        for pk in others:
            if pk != identity:
                del found[pk]
        return found

    def person(self, member: Any) -> people.Person:
        """Return who an account is."""
        return self.cast.people[self.by_id[str(member)]]

    def lead(self) -> people.Person:
        """Return who leads. Raises: DomainError when nobody does."""
        lead = self.row()["lead_id"]
        if lead is None:
            raise DomainError
        return self.person(lead)

    # --- telling ---
    def tell_mandate(self, name: str) -> None:
        """Tell a mandate as it is now."""
        row = Mandate.objects.get(pk=self.cast.people[name].mandate.pk)
        self.told.events.append(
            Mandated(
                at=now(),
                member=str(row.user_id),
                role=row.role,
                profession=row.profession,
                structure=row.organisation,
                kind=row.organisation_kind,
                is_active=row.status == Mandate.Status.ACTIVE,
                first=row.starts_on,
                last=row.ends_on,
            )
        )

    def tell_state(self) -> None:
        """Tell where the situation stands, and who leads it."""
        row = self.row()
        lead = str(row["lead_id"] or "")
        self.told.events.append(Moved(at=now(), state=row["state"], lead=lead))

    def tell_rights(self, *, is_checked: bool = True) -> None:
        """Tell the rights that this act gave. Raises: Unexpected for one nobody agreed to."""
        rows = self.admin.execute(
            "SELECT id, recipient_id, section, level, basis, not_before, not_after, item_id,"
            " granted_at FROM cases_grant WHERE situation_id = %s ORDER BY granted_at",
            [self.pk],
        ).fetchall()
        for pk, member, section, level, basis, opens, ends, item, at in rows:
            if pk in self.seen:
                continue
            self.seen.add(pk)
            world = oracle.happened(self.told, now())
            is_own = basis in oracle.OWN_RIGHTS
            if is_checked and not is_own and not oracle.may_be_given(world, section, str(member)):
                raise Unexpected(f"{self.by_id[str(member)]} was given {section} ({basis})")
            self.told.events.append(
                Given(
                    at=at,
                    member=str(member),
                    section=section,
                    level=level,
                    basis=basis,
                    opens=opens,
                    ends=ends,
                    item=str(item or ""),
                )
            )

    def skip_rights(self) -> None:
        """Leave out what a renewal of keys repeated: it gives nothing new."""
        rows = self.admin.execute("SELECT id FROM cases_grant WHERE situation_id = %s", [self.pk])
        self.seen |= {pk for (pk,) in rows.fetchall()}

    def tell_items(self) -> None:
        """Tell the points that left their agenda: their rights end with them (C-24)."""
        rows = self.admin.execute(
            "SELECT id FROM cases_agendaitem WHERE situation_id = %s AND removed_at IS NOT NULL",
            [self.pk],
        ).fetchall()
        for (pk,) in rows:
            if pk not in self.seen:
                self.seen.add(pk)
                self.told.events.append(Ended(at=now(), item=str(pk)))


def heard(expression: Any, at: datetime, by: str) -> Said:
    """Return what the oracle hears of an expression, in plain values."""

    def codes(values: Any) -> frozenset[str]:
        return frozenset(str(value) for value in values)

    return Said(
        at=at,
        said_at=expression.expressed_at,
        kind=expression.kind.value,
        by=by,
        categories=codes(one.value for one in expression.categories),
        recipients=codes(expression.professions),
        structures=codes(expression.organisations),
        refused_structures=codes(expression.excluded_organisations),
        members=codes(expression.members),
        refused_members=codes(expression.excluded_members),
        refused_authors=codes(expression.excluded_authors),
        written_from=expression.written_from,
        written_until=expression.written_until,
        purposes=codes(one.value for one in expression.purposes),
        for_emergencies=expression.is_emergency_only,
        is_disputed=expression.is_disputed,
        regularise_by=expression.regularise_by,
        expires_on=expression.expires_on,
    )
