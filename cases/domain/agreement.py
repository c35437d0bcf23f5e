"""What the person says of sharing: one expression, in codes and dates, and what it opens to whom.

What a whole history amounts to at a moment is in ``agreement_history``; what an expression must
hold, in ``agreement_rules``.

Source: C-01…C-15; decisions 20, 26, 27, 30; décret 2016-1349 (2016-10-10) for what an
agreement must say.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.domain.choice import Choice
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
    PARENT = "titulaire_autorite_parentale", "un titulaire de l’autorité parentale"
    PARENTS = "titulaires_autorite_parentale", "les deux titulaires de l’autorité parentale"
    MINOR = "mineur", "le mineur"

    @property
    def represents(self) -> bool:
        """Tell whether it is a representative of an adult."""
        return self in (AgreementGiver.GUARDIAN, AgreementGiver.REPRESENTATIVE)

    @property
    def is_parental(self) -> bool:
        """Tell whether it is who holds parental authority (C-13)."""
        return self in (AgreementGiver.PARENT, AgreementGiver.PARENTS)


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
        if self.excludes(member):
            return False
        name = _plain(member.organisation)
        if member.id is not None and member.id in self.members:
            return True
        if name and name in _plains(self.organisations):
            return True
        agreed = self.professions - {ProfessionCategory.NONE.value}
        return member.profession.value in agreed or (
            member.organisation_kind != "" and member.organisation_kind in agreed
        )

    def excludes(self, member: Member) -> bool:
        """Tell whether she refused this reader, or the reader's structure, by name."""
        if member.id is not None and member.id in self.excluded_members:
            return True
        name = _plain(member.organisation)
        return name != "" and name in _plains(self.excluded_organisations)

    @property
    def limits_texts(self) -> bool:
        """Tell whether some texts stay closed, by their author or by their day."""
        return bool(self.excluded_authors or self.written_from or self.written_until)

    def covers(self, author: str, written_on: date) -> bool:
        """Tell whether a text is opened, by its author's structure and the day it was written."""
        if _plain(author) in _plains(self.excluded_authors):
            return False
        if self.written_from is not None and written_on < self.written_from:
            return False
        return self.written_until is None or written_on <= self.written_until


NOTHING = Perimeter()


def perimeter_of(expression: Expression) -> Perimeter:
    """Return what one expression opens and keeps closed, were it in force."""
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


RECIPIENT_CODES = frozenset(ProfessionCategory.codes()) - {
    ProfessionCategory.NONE.value
} | frozenset(ReferrerCategory.codes())
"""What `Expression.professions` may hold."""


def recipient_label(code: str) -> str:
    """Return the French words of a profession or of a kind of structure."""
    for known in (ProfessionCategory, ReferrerCategory):
        if code in known.codes():
            return known(code).label
    return code


def _plain(name: str) -> str:
    """Compare names of structures without case nor surplus spaces."""
    return " ".join(name.casefold().split())


def _plains(names: Collection[str]) -> frozenset[str]:
    """Apply `_plain` to names."""
    return frozenset(_plain(name) for name in names)
