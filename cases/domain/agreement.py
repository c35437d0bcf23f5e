"""What the person agreed to share, with whom, until when; the history is only added to.

One expression a row. The status and the perimeter are computed from the whole history at a
given moment, so that a withdrawal acts at once and nothing has to be switched off by hand.

Source: C-01…C-15; decisions 20, 26, 27, 30; décret 2016-1349 (2016-10-10) for what an
agreement must say.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.domain.choice import Choice
from cases.domain.lifecycle import AgreementStatus
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from cases.domain.vocabulary import ReferrerCategory

LEGAL_ZONE = ZoneInfo("Europe/Paris")
"""A date of expiry ends with that day in legal time, whatever zone `at` comes in."""


class AgreementKind(Choice):
    """What an expression says."""

    ANONYMOUS_EVOCATION = "anonymous_evocation", "accord pour une évocation anonyme"
    NAMED_SHARING = "named_sharing", "accord pour un partage nominatif"
    OBJECTION = "objection", "opposition au partage"
    WITHDRAWAL = "withdrawal", "retrait de l’accord"
    IMPOSSIBILITY = "impossibility", "impossibilité de recueillir l’accord"
    URGENCY = "urgency", "urgence"

    @property
    def is_exception(self) -> bool:
        """Tell whether it stands for an agreement that could not be asked (C-10)."""
        return self in (AgreementKind.IMPOSSIBILITY, AgreementKind.URGENCY)

    @property
    def is_stop(self) -> bool:
        """Tell whether it ends all sharing (C-04)."""
        return self in (AgreementKind.OBJECTION, AgreementKind.WITHDRAWAL)


class AgreementGiver(Choice):
    """Who speaks (C-11, C-12, C-13)."""

    PERSON = "personne", "la personne"
    GUARDIAN = "tuteur", "le tuteur à la personne"
    REPRESENTATIVE = "habilitation", "le mandataire ou la personne habilitée"
    PARENT = "titulaire_autorite_parentale", "le titulaire de l’autorité parentale"
    MINOR = "mineur", "le mineur"

    @property
    def represents(self) -> bool:
        """Tell whether it is a representative of an adult."""
        return self in (AgreementGiver.GUARDIAN, AgreementGiver.REPRESENTATIVE)


class Purpose(Choice):
    """What the person lets her information be used for."""

    EXAMINATION = "examen", "examiner la situation en séance"
    FOLLOW_UP = "suivi", "suivre les actions entre les séances"
    STATISTICS = "statistiques", "compter, sans son nom, dans les chiffres du conseil"


class Accompaniment(Choice):
    """Who she wants beside her when her situation is spoken of (C-17; product.md)."""

    RELATIVE = "proche", "un proche ou un aidant"
    TRUSTED_PERSON = "personne_confiance", "sa personne de confiance"
    REPRESENTATIVE = "representant", "son représentant légal"
    PROFESSIONAL = "professionnel", "un professionnel de son choix"
    PEER = "pair", "un pair ou une association d’usagers"


class NoticeForm(Choice):
    """In what form the written notice was handed over (décret 2016-1349)."""

    PAPER = "papier", "sur papier"
    ELECTRONIC = "electronique", "par voie électronique"


class AgreementMode(Choice):
    """How it was given."""

    SIGNED = "ecrit_signe", "écrit et signé"
    ORAL = "oral_atteste", "oral, attesté par un professionnel"
    ELECTRONIC = "dematerialise", "dématérialisé"


class ExceptionReason(Choice):
    """Why the agreement could not be asked (C-10, decision 26)."""

    UNREACHABLE = "injoignable", "La personne est injoignable"
    UNABLE = "hors_etat", "La personne n’est pas en état d’exprimer sa volonté"
    HOSPITALISED = "hospitalisee", "La personne est hospitalisée"
    SERIOUS_DANGER = "danger_grave", "Danger grave et proche"


@dataclass(frozen=True, kw_only=True)
class Expression:
    """One row of the history, in codes and dates.

    Args:
        kind: what is said.
        giver, mode: who spoke and how; empty only for an exception.
        notice_version, notice_handed_on: the written notice given to the person (C-06).
        security_described: the security measures were explained.
        categories: codes of the kinds of information agreed (C-08).
        professions: codes of the kinds of professionals or structures agreed (C-07).
        organisations, excluded_organisations: structures named, or refused by name.
        members, excluded_members: professionals admitted or refused by name.
        excluded_authors: structures whose own writings stay closed to the others.
        written_from, written_until: only what was written in this period is opened.
        purposes: what it may be used for.
        is_emergency_only: nothing is shared but by an exceptional access (break-glass).
        reason, regularise_by: for an exception (C-10).
        expires_on: last day, None until withdrawn.
        expressed_at, recorded_at: aware times; both count (see `status`).
        opinion_recorded: the represented person's or the minor's own opinion is written down.
        is_disputed: person and representative disagree: suspended until the judge (C-11).
    """

    kind: AgreementKind
    expressed_at: datetime
    recorded_at: datetime
    giver: AgreementGiver | None = None
    mode: AgreementMode | None = None
    notice_version: str = ""
    notice_handed_on: date | None = None
    notice_form: NoticeForm | None = None
    security_described: bool = False
    categories: frozenset[InformationCategory] = frozenset()
    professions: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    excluded_organisations: frozenset[str] = frozenset()
    members: frozenset[UUID] = frozenset()
    excluded_members: frozenset[UUID] = frozenset()
    excluded_authors: frozenset[str] = frozenset()
    written_from: date | None = None
    written_until: date | None = None
    purposes: frozenset[Purpose] = frozenset(Purpose)
    is_emergency_only: bool = False
    reason: ExceptionReason | None = None
    regularise_by: date | None = None
    expires_on: date | None = None
    opinion_recorded: bool = False
    is_disputed: bool = False


@dataclass(frozen=True)
class Member:
    """What the perimeter needs to know of a reader."""

    profession: ProfessionCategory
    organisation: str = ""
    organisation_kind: str = ""
    id: UUID | None = None


@dataclass(frozen=True)
class Perimeter:
    """What the agreement opens at one moment, to whom, for what."""

    categories: frozenset[InformationCategory] = frozenset()
    professions: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    excluded_organisations: frozenset[str] = frozenset()
    members: frozenset[UUID] = frozenset()
    excluded_members: frozenset[UUID] = frozenset()
    excluded_authors: frozenset[str] = frozenset()
    written_from: date | None = None
    written_until: date | None = None
    purposes: frozenset[Purpose] = frozenset()

    @property
    def sections(self) -> frozenset[Section]:
        """Give the sections with at least one agreed category."""
        return frozenset(category.section for category in self.categories)

    def includes(self, member: Member) -> bool:
        """Tell whether the person agreed to this reader; an exclusion by name wins (C-07).

        Being outside the R1110-2 list is not a kind of professional: a landlord is agreed to
        by the name or the kind of its structure.
        """
        if member.id is not None and member.id in self.excluded_members:
            return False
        name = _plain(member.organisation)
        if name and name in _plains(self.excluded_organisations):
            return False
        if member.id is not None and member.id in self.members:
            return True
        if name and name in _plains(self.organisations):
            return True
        agreed = self.professions - {ProfessionCategory.NONE.value}
        return member.profession.value in agreed or (
            member.organisation_kind != "" and member.organisation_kind in agreed
        )

    def covers(self, author: str, written_on: date) -> bool:
        """Tell whether a text is opened, by its author's structure and the day it was written."""
        if _plain(author) in _plains(self.excluded_authors):
            return False
        if self.written_from is not None and written_on < self.written_from:
            return False
        return self.written_until is None or written_on <= self.written_until


NOTHING = Perimeter()

RECIPIENT_CODES = frozenset(ProfessionCategory.codes()) - {
    ProfessionCategory.NONE.value
} | frozenset(ReferrerCategory.codes())
"""What `Expression.professions` may hold."""


def status(history: Iterable[Expression], at: datetime, *, closed: bool) -> AgreementStatus:
    """Compute what the history amounts to at this moment.

    An objection or a withdrawal stops everything given before it, by either of its two dates:
    only an agreement both expressed and recorded after it lifts it. An exception never does:
    nobody may plead urgency against a refusal. Between agreements the latest replaces the
    earlier ones, so that a person can restrict.

    Source: C-04, C-09, C-10, C-11; decision 30.
    """
    view = _View.of(history, at)
    if view.is_stopped:
        return AgreementStatus.WITHDRAWN
    expression = in_force(view.known, at, closed=closed)
    if expression is None:
        return AgreementStatus.EXPIRED if view.has_been_allowed else AgreementStatus.ABSENT
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
    view = _View.of(history, at)
    if closed or view.is_stopped:
        return None
    voice = view.voice
    if voice is not None:
        if (
            voice.is_disputed
            or voice.is_emergency_only
            or voice.kind is AgreementKind.ANONYMOUS_EVOCATION
        ):
            return None
        if _is_current(voice, at):
            return voice
    if view.exception is not None and _is_current(view.exception, at):
        return view.exception
    return None


def perimeter(history: Iterable[Expression], at: datetime, *, closed: bool) -> Perimeter:
    """Return what is open to whom at this moment; nothing without an agreement in force."""
    expression = in_force(history, at, closed=closed)
    if expression is None:
        return NOTHING
    return Perimeter(
        categories=expression.categories,
        professions=expression.professions,
        organisations=expression.organisations,
        excluded_organisations=expression.excluded_organisations,
        members=expression.members,
        excluded_members=expression.excluded_members,
        excluded_authors=expression.excluded_authors,
        written_from=expression.written_from,
        written_until=expression.written_until,
        purposes=expression.purposes,
    )


def emergency_categories(
    history: Iterable[Expression], at: datetime, *, closed: bool
) -> frozenset[InformationCategory]:
    """Return what an exceptional access may open (break-glass).

    Nobody was asked: everything, since life may depend on it. Somebody answered: what she said,
    an agreement kept for emergencies included. A refusal, a withdrawal, a dispute before the judge
    and an agreement that ended all open nothing: what has expired denies like what was refused.

    Source: security.md §2.4 (break glass); IHE Privacy Consent on FHIR, explicit break-glass.
    """
    view = _View.of(history, at)
    if closed or view.is_stopped:
        return frozenset()
    if view.voice is None:
        return frozenset(InformationCategory)
    if view.voice.is_disputed or not _is_current(view.voice, at):
        return frozenset()
    if view.voice.kind is AgreementKind.ANONYMOUS_EVOCATION:
        return frozenset(InformationCategory) - {InformationCategory.IDENTITY}
    return view.voice.categories


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


@dataclass(frozen=True)
class _View:
    """The history as known at one moment."""

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
    def of(cls, history: Iterable[Expression], at: datetime) -> "_View":
        """Keep what was said and written down by then; find what stands since the last stop."""
        known = tuple(e for e in history if e.expressed_at <= at and e.recorded_at <= at)
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


def _plain(name: str) -> str:
    """Compare names of structures without case nor surplus spaces."""
    return " ".join(name.casefold().split())


def _plains(names: Collection[str]) -> frozenset[str]:
    """Apply `_plain` to names."""
    return frozenset(_plain(name) for name in names)
