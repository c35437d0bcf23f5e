"""May this reader read this section now? One pure decision on facts gathered elsewhere.

It is the first of the three locks; the database and the keys decide again on their own. It
denies by default: a fact that is not known is passed as its refusing value.

Source: BR-02, BR-07, C-01…C-10, C-21…C-25, C-52, C-65; decisions 19-22, 27-30.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cases.domain.agreement import Purpose
from cases.domain.choice import Choice
from cases.domain.lifecycle import AgreementStatus, ReferralState, SituationState
from cases.domain.sections import (
    SECTIONS_WITHOUT_CATEGORY,
    InformationCategory,
    ProfessionCategory,
    Section,
)


class GrantLevel(Choice):
    """What the holder may do in the section."""

    READ = "read", "lecture"
    CONTRIBUTE = "contribute", "contribution"
    MANAGE = "manage", "gestion"

    @property
    def rank(self) -> int:
        """Order the levels: each includes those before it."""
        return list(GrantLevel).index(self)


class GrantBasis(Choice):
    """Why the right exists."""

    INTAKE = "intake", "réception des saisines"
    LEAD = "lead", "référent"
    PERMANENT = "permanent", "membre permanent"
    SUBSTITUTE = "substitute", "suppléance"
    GUEST = "guest", "invitation"
    DEPOSITARY = "depositary", "dépositaire"
    DPO = "dpo", "contrôle de la protection des données"


@dataclass(frozen=True)
class GrantFacts:
    """The signed grant, as it stands."""

    section: Section
    level: GrantLevel
    basis: GrantBasis
    not_before: datetime
    not_after: datetime
    is_revoked: bool = False
    is_dormant: bool = False

    def is_current(self, at: datetime) -> bool:
        """Tell whether the grant is in its window; its last instant is outside."""
        return not self.is_revoked and self.not_before <= at < self.not_after


@dataclass(frozen=True, kw_only=True)
class ReadingFacts:
    """Everything the decision rests on.

    Args:
        at: aware time of the act.
        section: what is asked; category: the document's own, None for the section.
        level: what is asked to be done with it.
        is_mandate_active, is_charter_signed: of the reader, today (BR-02).
        profession: of the reader's mandate (C-22).
        has_stepped_aside: the reader declared an interest in this situation.
        is_lead: the reader is the situation's lead.
        grant: on this section, None when there is none.
        agreement: status at this time.
        agreed_categories: what the agreement in force opens (C-08).
        agreed_purposes: what it may be used for; the purpose follows from the state.
        is_recipient: the agreement in force includes this reader (C-07).
        is_refused_by_name: her standing word refuses this reader, in force or not (C-07).
        is_covered: the document's author and day are among what she opened.
        has_accepted: the guest accepted the invitation (decision 22).
        is_emergency: a confirmed exceptional access of this reader is under way.
        emergency_categories: what such an access may open.
        is_anonymous: examined without a name, in a commission that allows it (C-03).
        is_withdrawn, is_limited: flags of the situation.
    """

    at: datetime
    section: Section
    category: InformationCategory | None = None
    level: GrantLevel = GrantLevel.READ
    is_mandate_active: bool = False
    is_charter_signed: bool = False
    profession: ProfessionCategory = ProfessionCategory.NONE
    has_stepped_aside: bool = False
    is_lead: bool = False
    grant: GrantFacts | None = None
    referral_state: ReferralState = ReferralState.RECEIVED
    situation_state: SituationState | None = None
    agreement: AgreementStatus = AgreementStatus.ABSENT
    agreed_categories: frozenset[InformationCategory] = field(default_factory=frozenset)
    agreed_purposes: frozenset[Purpose] = field(default_factory=frozenset)
    is_recipient: bool = False
    is_refused_by_name: bool = False
    is_covered: bool = True
    has_accepted: bool = False
    is_emergency: bool = False
    emergency_categories: frozenset[InformationCategory] = field(default_factory=frozenset)
    is_anonymous: bool = False
    is_withdrawn: bool = False
    is_limited: bool = False


@dataclass(frozen=True)
class Decision:
    """The answer, the rules it rests on, and why in a code and a French sentence."""

    allow: bool
    rules: tuple[str, ...]
    reason: str
    message: str = ""


_FOLLOWED = (SituationState.RESTITUTED, SituationState.FOLLOW_UP)


def purpose_of(state: SituationState | None) -> Purpose:
    """Return what reading serves in a state: examining it, then following what was proposed."""
    return Purpose.FOLLOW_UP if state in _FOLLOWED else Purpose.EXAMINATION


def readable(facts: ReadingFacts) -> Decision:
    """Decide whether the section, or the document of this category, may be read.

    Source: see the module; the order is from what concerns the reader to what concerns the
    person, and the first refusal is the answer.
    """
    refusal = _refused_for_reader(facts) or _refused_by_grant(facts) or _refused_by_situation(facts)
    return refusal or _decide_on_agreement(facts)


def _refused_for_reader(facts: ReadingFacts) -> Decision | None:
    """Refuse a reader who is not, or no longer, a bound member."""
    if not facts.is_mandate_active:
        return _refuse("mandate_inactive", "BR-02", "Votre mandat n’est pas en cours.")
    if not facts.is_charter_signed:
        return _refuse("charter_unsigned", "BR-02", "Signez la charte en vigueur.")
    if facts.has_stepped_aside:
        return _refuse("stepped_aside", "déport", "Vous vous êtes déporté de cette situation.")
    return None


def _refused_by_grant(facts: ReadingFacts) -> Decision | None:
    """Refuse without a living grant on this very section; never health outside R1110-2."""
    grant = facts.grant
    if grant is None or grant.section is not facts.section:
        return _refuse("grant_missing", "C-21", "Vous n’êtes pas habilité à ce volet.")
    if grant.is_dormant and not facts.is_emergency:
        return _refuse("grant_dormant", "C-21", "Votre habilitation de dépositaire est en veille.")
    if grant.basis is GrantBasis.GUEST and not facts.has_accepted:
        return _refuse("invitation_unanswered", "C-24", "Répondez d’abord à l’invitation.")
    if not grant.is_current(facts.at):
        return _refuse("grant_expired", "C-24", "Votre habilitation n’est plus en cours.")
    # An exceptional access and a control read; they never write.
    reads_only = grant.is_dormant or grant.basis is GrantBasis.DPO
    held = GrantLevel.READ if reads_only else grant.level
    if held.rank < facts.level.rank:
        return _refuse("level_too_low", "C-21", "Votre habilitation ne permet pas cette action.")
    # The section of the category counts too: a health fact misfiled stays a health fact.
    is_health = facts.section is Section.HEALTH or (
        facts.category is not None and facts.category.section is Section.HEALTH
    )
    if is_health and not facts.profession.reads_health:
        return _refuse(
            "health_reserved", "C-22", "Le volet santé est réservé aux professions de R1110-2."
        )
    return None


def _refused_by_situation(facts: ReadingFacts) -> Decision | None:
    """Refuse what the person's rights or the life of the situation close to this reader."""
    if facts.situation_state is SituationState.ERASED:
        return _refuse("erased", "C-55", "Cette situation a été effacée.")
    if facts.is_limited:
        return _refuse("limited", "C-65", "Le traitement de cette situation est limité.")
    if facts.situation_state is SituationState.ARCHIVED:
        return _refuse("archived", "C-52", "Cette situation est archivée.")
    is_stopped = facts.is_withdrawn or facts.agreement is AgreementStatus.WITHDRAWN
    if is_stopped and not facts.is_lead:
        return _refuse("withdrawn", "C-04", "La personne a retiré son accord.")
    return None


def _decide_on_agreement(facts: ReadingFacts) -> Decision:
    """Decide on what the person agreed, once nothing else refuses."""
    if facts.is_lead:
        # The lead collected the information, tells the person and must close the situation.
        return _allow("lead", "C-04", "C-08")
    assert facts.grant is not None
    if facts.grant.basis is GrantBasis.DPO:
        # Asked with its reason, given by the coordinator, for a day: a control is no sharing.
        return _allow("control", "C-73")
    if facts.is_refused_by_name:
        # In any evocation, of the animation as of anybody: only who leads is beyond it.
        return _outside_perimeter()
    if facts.grant.is_dormant:
        return _decide_on_emergency(facts)
    is_intake = facts.grant.basis in (GrantBasis.INTAKE, GrantBasis.DEPOSITARY)
    if facts.situation_state is None:
        if is_intake and facts.referral_state is not ReferralState.DRAFT:
            return _allow("screening", "BR-07")
        return _refuse("before_admission", "BR-07", "La saisine n’est pas encore admise.")
    if is_intake and facts.situation_state is SituationState.PREPARING:
        # Whoever prepares the situation collects the agreement: it cannot exist yet.
        return _allow("preparation", "BR-07", "C-02")
    if facts.is_anonymous and facts.situation_state is not SituationState.CLOSED:
        if facts.section is Section.IDENTITY or facts.category is InformationCategory.IDENTITY:
            return _refuse("anonymous", "C-03", "Situation examinée sans identité.")
        return _allow("anonymous", "C-03")
    if not facts.agreement.allows_naming:
        return _refuse_without_agreement(facts.agreement)
    # The animation keeps the file for the commission that the notice names: it is a recipient
    # of every agreement, within its categories.
    if not facts.is_recipient and not is_intake:
        return _outside_perimeter()
    if purpose_of(facts.situation_state) not in facts.agreed_purposes:
        return _refuse("purpose_not_agreed", "C-08", "La personne n’a pas accepté cet usage.")
    if not facts.is_covered:
        return _refuse("text_not_agreed", "C-08", "La personne n’a pas ouvert ce texte.")
    if _is_category_agreed(facts):
        return _allow("agreement", "C-07", "C-08")
    return _refuse("category_not_agreed", "C-08", "La personne n’a pas ouvert ces informations.")


def _decide_on_emergency(facts: ReadingFacts) -> Decision:
    """Decide on a confirmed exceptional access: what the person kept closed stays closed."""
    opened = facts.emergency_categories
    if facts.category is not None:
        is_open = facts.category in opened
    elif facts.section in SECTIONS_WITHOUT_CATEGORY:
        is_open = bool(opened)
    else:
        is_open = any(category.section is facts.section for category in opened)
    if is_open:
        return _allow("emergency", "bris de glace")
    return _refuse("emergency_refused", "C-04", "La personne a fermé ces informations.")


def _is_category_agreed(facts: ReadingFacts) -> bool:
    """Tell whether the document's category, or one of the section's, is agreed."""
    if facts.category is not None:
        return facts.category in facts.agreed_categories
    if facts.section in SECTIONS_WITHOUT_CATEGORY:
        return True
    return any(category.section is facts.section for category in facts.agreed_categories)


def _outside_perimeter() -> Decision:
    """Refuse a reader whom the person did not count in, or refused by name."""
    return _refuse(
        "outside_perimeter", "C-07", "L’accord ne vous compte pas parmi ceux qui lisent."
    )


def _refuse_without_agreement(status: AgreementStatus) -> Decision:
    """Refuse for want of an agreement in force."""
    if status is AgreementStatus.EXPIRED:
        return _refuse("agreement_expired", "C-09", "L’accord est arrivé à son terme.")
    return _refuse("agreement_missing", "C-02", "L’accord de la personne n’est pas recueilli.")


def _allow(reason: str, *rules: str) -> Decision:
    """Allow by these rules, beside the grant and the mandate that every reading needs."""
    return Decision(allow=True, rules=("BR-02", "C-21", *rules), reason=reason)


def _refuse(reason: str, rule: str, message: str) -> Decision:
    """Refuse by this rule."""
    return Decision(allow=False, rules=(rule,), reason=reason, message=message)
