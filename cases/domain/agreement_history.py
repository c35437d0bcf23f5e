"""What a history of expressions amounts to at a moment; the history is only added to.

Status and perimeter are computed from all of it, so that a withdrawal acts at once and nothing
has to be switched off by hand.

Source: C-04, C-07…C-11; decisions 20, 27, 30; security.md §2.4.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cases.domain.agreement import (
    LEGAL_ZONE,
    NOTHING,
    AgreementKind,
    Expression,
    Member,
    Perimeter,
    Purpose,
    perimeter_of,
)
from cases.domain.lifecycle import AgreementStatus
from cases.domain.sections import InformationCategory, Section


def status(history: Iterable[Expression], at: datetime, *, closed: bool) -> AgreementStatus:
    """Compute what the history amounts to at this moment.

    An objection or a withdrawal stops everything given before it, by either of its two dates:
    only an agreement both expressed and recorded after it lifts it. An exception never does:
    nobody may plead urgency against a refusal. Between agreements the latest replaces the
    earlier ones, so that a person can restrict.

    Source: C-04, C-09, C-10, C-11; decision 30.
    """
    heard = Heard.of(history, at)
    if heard.is_stopped:
        return AgreementStatus.WITHDRAWN
    expression = in_force(heard.known, at, closed=closed)
    if expression is None:
        return AgreementStatus.EXPIRED if heard.has_been_allowed else AgreementStatus.ABSENT
    if expression.kind.is_exception:
        return AgreementStatus.EXCEPTION
    return AgreementStatus.RESTRICTED if _is_restricted(expression) else AgreementStatus.VALID


def _is_restricted(expression: Expression) -> bool:
    """Tell whether the person kept something or somebody out."""
    return bool(
        expression.categories != frozenset(InformationCategory)
        or expression.purposes != frozenset(Purpose)
        or expression.excluded_organisations
        or expression.excluded_members
        or expression.excluded_authors
        or expression.written_from
        or expression.written_until
    )


def in_force(history: Iterable[Expression], at: datetime, *, closed: bool) -> Expression | None:
    """Return the named agreement or the exception that holds now, None when none does."""
    heard = Heard.of(history, at)
    if closed or heard.is_stopped:
        return None
    voice = heard.voice
    if voice is not None:
        if (
            voice.is_disputed
            or voice.is_emergency_only
            or voice.kind is AgreementKind.ANONYMOUS_EVOCATION
        ):
            return None
        if _is_current(voice, at):
            return voice
    if heard.exception is not None and _is_current(heard.exception, at):
        return heard.exception
    return None


def perimeter(history: Iterable[Expression], at: datetime, *, closed: bool) -> Perimeter:
    """Return what is open to whom at this moment; nothing without an agreement in force.

    An exception, which nobody said, keeps closed what she had refused by name (C-07).
    """
    known = tuple(history)
    expression = in_force(known, at, closed=closed)
    if expression is None:
        return NOTHING
    opened, said = perimeter_of(expression), limits(known, at)
    if not expression.kind.is_exception:
        return opened
    return replace(
        opened,
        excluded_organisations=opened.excluded_organisations | said.excluded_organisations,
        excluded_members=opened.excluded_members | said.excluded_members,
        excluded_authors=opened.excluded_authors | said.excluded_authors,
    )


def limits(history: Iterable[Expression], at: datetime) -> Perimeter:
    """Return what her standing word says, even when nothing of it is in force.

    Whom she refused by name stays refused while her agreement sleeps, ends or is disputed.
    """
    voice = Heard.of(history, at).voice
    return NOTHING if voice is None else perimeter_of(voice)


def emergency_perimeter(history: Iterable[Expression], at: datetime, *, closed: bool) -> Perimeter:
    """Return what an exceptional access may open (break-glass), with the limits that she set.

    Nobody was asked: everything, since life may depend on it. Somebody answered: what she said,
    an agreement kept for emergencies included. A refusal, a withdrawal, a dispute before the judge
    and an agreement that ended all open nothing: what has expired denies like what was refused.

    Source: security.md §2.4 (break glass); IHE Privacy Consent on FHIR, explicit break-glass.
    """
    heard = Heard.of(history, at)
    if closed or heard.is_stopped:
        return NOTHING
    if heard.voice is None:
        return Perimeter(categories=frozenset(InformationCategory))
    if heard.voice.is_disputed or not _is_current(heard.voice, at):
        return NOTHING
    said = perimeter_of(heard.voice)
    if heard.voice.kind is AgreementKind.ANONYMOUS_EVOCATION:
        named = frozenset({InformationCategory.IDENTITY})
        return replace(said, categories=frozenset(InformationCategory) - named)
    return said


def emergency_categories(
    history: Iterable[Expression], at: datetime, *, closed: bool
) -> frozenset[InformationCategory]:
    """Return the kinds of information that an exceptional access may open."""
    return emergency_perimeter(history, at, closed=closed).categories


def uses(history: Iterable[Expression], at: datetime, *, closed: bool) -> frozenset[Purpose]:
    """Return what her information may be used for now; everything while nobody asked her.

    Stopped, nothing. An agreement that names nobody says it too: how a coded situation is used.
    """
    known = tuple(history)
    heard = Heard.of(known, at)
    if heard.is_stopped:
        return frozenset()
    said = in_force(known, at, closed=closed) or heard.voice
    return frozenset(Purpose) if said is None else said.purposes


def refuses_statistics(history: Iterable[Expression], at: datetime) -> bool:
    """Tell whether she refused to be counted; the last who spoke of it is heard.

    A withdrawal or an objection may say it too; one that does not leaves what was said before. No
    stop, no closure makes a refusal lapse: only a later agreement does.
    """
    spoken = sorted(
        (
            one
            for one in _known(history, at)
            if not one.kind.is_exception
            and (not one.kind.is_stop or Purpose.STATISTICS not in one.purposes)
        ),
        key=lambda one: (one.expressed_at, one.recorded_at),
    )
    return bool(spoken) and Purpose.STATISTICS not in spoken[-1].purposes


def readable_categories(
    history: Iterable[Expression], at: datetime, member: Member, *, closed: bool = False
) -> frozenset[InformationCategory]:
    """Return the kinds of information that this reader may know (C-07, C-08, C-22)."""
    opened = perimeter(history, at, closed=closed)
    if not opened.includes(member):
        return frozenset()
    return frozenset(
        category
        for category in opened.categories
        if category.section is not Section.HEALTH or member.profession.reads_health
    )


def _known(history: Iterable[Expression], at: datetime) -> tuple[Expression, ...]:
    """Keep what was said and written down by then."""
    return tuple(e for e in history if e.expressed_at <= at and e.recorded_at <= at)


@dataclass(frozen=True)
class Heard:
    """The history as known at one moment: what was said, and what stands since the last stop.

    Args:
        voice: the last agreement, named or not, that no stop has ended.
        exception: the last recorded exception that no stop has ended.
    """

    known: tuple[Expression, ...]
    is_stopped: bool
    voice: Expression | None
    exception: Expression | None

    @property
    def has_been_allowed(self) -> bool:
        """Tell whether a named sharing or an exception was ever open since the last stop."""
        if self.voice is None:
            return self.exception is not None
        is_named = self.voice.kind is AgreementKind.NAMED_SHARING
        return is_named and not self.voice.is_disputed and not self.voice.is_emergency_only

    @classmethod
    def of(cls, history: Iterable[Expression], at: datetime) -> "Heard":
        """Keep what was said and written down by then; find what stands since the last stop."""
        known = _known(history, at)
        stops = [e for e in known if e.kind.is_stop]
        standing = sorted(
            (
                e
                for e in known
                if not e.kind.is_stop
                and all(
                    e.expressed_at > stop.expressed_at and e.recorded_at > stop.recorded_at
                    for stop in stops
                )
            ),
            key=lambda e: (e.expressed_at, e.recorded_at),
        )
        voices = [e for e in standing if not e.kind.is_exception]
        exceptions = [e for e in standing if e.kind.is_exception]
        return cls(
            known=known,
            is_stopped=bool(stops) and not voices,
            voice=voices[-1] if voices else None,
            exception=exceptions[-1] if exceptions else None,
        )


def _is_current(expression: Expression, at: datetime) -> bool:
    """Tell whether the dates of an expression still hold; its last day counts whole."""
    today = at.astimezone(LEGAL_ZONE).date()
    if expression.kind.is_exception and (
        expression.regularise_by is None or today > expression.regularise_by
    ):
        return False
    return expression.expires_on is None or today <= expression.expires_on
