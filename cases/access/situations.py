"""Open a situation for a viewer: load, decide by three locks, record, return plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cases import queries
from cases.access import agreements, exceptional, integrity, keys, recording, summaries
from cases.access.facts import (
    OpenSituation,
    SectionView,
    SituationLine,
)
from cases.access.texts import coverings, facts_of_text, opened_texts
from cases.domain.agreement import Member
from cases.domain.lifecycle import ReferralState, SituationState
from cases.domain.reading import (
    Decision,
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    readable,
)
from cases.domain.sections import ProfessionCategory, Section
from cases.models import SealedDocument, Situation
from cases.permissions import Refused, Role, VaultLocked, Viewer
from cases.queries import GrantRow

PERSONAL = "personal"


@dataclass(frozen=True)
class Personal:
    """What a reader's own acts make of her rights: aside or not, which sections as a guest."""

    is_aside: bool
    welcome: frozenset[str] = frozenset()


# Whoever's grants were not looked at stands aside.
UNKNOWN = Personal(is_aside=True)


def find(viewer: Viewer, code: str, *, reads: bool = False) -> Situation:
    """Return a situation whose metadata the viewer may see. Raises: Refused, alike when absent.

    ``reads`` finds also what an emergency opens to her: reading pages alone ask for it.
    """
    also = exceptional.woken(viewer) if reads else frozenset()
    # A code names one situation: no order to ask for.
    situation = next(iter(queries.situations(viewer, also).filter(code=code)[:1]), None)
    if situation is None:
        integrity.check_refusal(viewer, code)
        raise Refused("situation")
    return situation


def live_grants(
    viewer: Viewer, situation: Situation, rows: list[GrantRow] | None = None
) -> dict[str, GrantFacts]:
    """Return the viewer's grants by section, the highest level of each.

    Both rows must stand: the grant and its projection in guardian's table (decision 21). A page
    that has read the situation's grants gives them.
    """
    held = queries.grants(situation) if rows is None else rows
    own = [row for row in held if row.recipient_id == viewer.user_id]
    projected = integrity.projected(viewer, situation)
    integrity.check_rights(viewer, situation, own, projected)
    found: dict[str, GrantFacts] = {}
    welcome: set[str] = set()
    for row in own:
        if f"{row.level}_{row.section}" not in projected:
            continue
        facts = GrantFacts(
            section=Section(row.section),
            level=GrantLevel(row.level),
            basis=GrantBasis(row.basis),
            not_before=row.not_before,
            not_after=row.not_after,
            is_dormant=row.is_dormant,
        )
        best = found.get(row.section)
        before = best and _strength(best, viewer, is_welcome=row.section in welcome)
        if before is None or _strength(facts, viewer, is_welcome=row.is_welcome) > before:
            found[row.section] = facts
            (welcome.add if row.is_welcome else welcome.discard)(row.section)
    viewer.keys[PERSONAL, situation.pk] = Personal(
        is_aside=any(row.is_aside for row in own), welcome=frozenset(welcome)
    )
    return found


def _strength(facts: GrantFacts, viewer: Viewer, *, is_welcome: bool) -> tuple[bool, int]:
    """Order grants on one section: what does not open now never hides what does.

    A depositary's dormant one, another date's, an invitation that nobody answered.
    """
    opens = facts.is_current(viewer.at) and not facts.is_dormant
    is_answered = is_welcome or facts.basis is not GrantBasis.GUEST
    return (opens and is_answered, facts.level.rank)


def reading_facts(
    viewer: Viewer,
    situation: Situation,
    grants: dict[str, GrantFacts],
    section: Section,
    agreed: agreements.Standing | None = None,
) -> ReadingFacts:
    """Gather what the first lock decides upon for a section."""
    mandate = viewer.mandate_in(situation.commission_id)
    member = Member(
        profession=ProfessionCategory(mandate.profession) if mandate else ProfessionCategory.NONE,
        organisation=mandate.organisation if mandate else "",
        organisation_kind=mandate.organisation_kind if mandate else "",
        id=viewer.user_id,
    )
    if agreed is None:
        agreed = agreements.standing(situation, viewer.at)
    personal: Personal = viewer.keys.get((PERSONAL, situation.pk), UNKNOWN)
    active, profession = exceptional.seat(viewer, situation, section, grants.get(section.value))
    return ReadingFacts(
        at=viewer.at,
        section=section,
        is_mandate_active=active,
        is_charter_signed=viewer.charter_signed,
        profession=profession,
        has_stepped_aside=personal.is_aside,
        has_accepted=section.value in personal.welcome,
        is_lead=situation.lead_id == viewer.user_id,
        grant=grants.get(section.value),
        referral_state=ReferralState(situation.referral_state),
        situation_state=SituationState(situation.state) if situation.state else None,
        agreement=agreed.status,
        agreed_categories=agreed.perimeter.categories,
        agreed_purposes=agreed.perimeter.purposes,
        is_recipient=agreed.perimeter.includes(member),
        is_refused_by_name=agreed.limits.excludes(member),
        emergency_categories=agreed.emergency_for(member),
        is_anonymous=situation.is_anonymous,
        is_withdrawn=situation.is_withdrawn,
        is_limited=situation.is_limited,
    )


def decisions(
    viewer: Viewer,
    situation: Situation,
    grants: dict[str, GrantFacts],
    agreed: agreements.Standing | None = None,
) -> tuple[dict[str, Decision], dict[str, ReadingFacts]]:
    """Return the first lock's decision and its facts for every section."""
    first = reading_facts(viewer, situation, grants, Section.CORE, agreed)
    personal: Personal = viewer.keys.get((PERSONAL, situation.pk), UNKNOWN)
    facts = {}
    for section in Section:
        grant = grants.get(section.value)
        active, profession = exceptional.seat(viewer, situation, section, grant)
        facts[section.value] = replace(
            first,
            section=section,
            grant=grant,
            is_mandate_active=active,
            profession=profession,
            has_accepted=section.value in personal.welcome,
        )
    return {code: readable(fact) for code, fact in facts.items()}, facts


# Shown by a gesture that is recorded, never with the page (product.md, UX rules).
MASKED = Section.IDENTITY.value


def _open_sections(
    viewer: Viewer,
    situation: Situation,
    rows: list[GrantRow],
    agreed: agreements.Standing,
    wanted: frozenset[str] | None = None,
) -> tuple[tuple[SectionView, ...], dict[str, Decision]]:
    """Return every section, and the decisions of those that are readable now."""
    grants = live_grants(viewer, situation, rows)
    _, facts = decisions(viewer, situation, grants, agreed)
    facts = {
        code: exceptional.with_emergency(viewer, situation, rows, fact)
        for code, fact in facts.items()
    }
    verdicts = {
        code: exceptional.worded(viewer, situation, readable(fact)) for code, fact in facts.items()
    }
    allowed = {code for code, verdict in verdicts.items() if verdict.allow}
    opened = keys.open_keys(viewer, situation) if allowed else keys.OpenKeys()
    readable_now = allowed & opened.sections()
    shown = (readable_now if wanted is None else readable_now & wanted) - {MASKED}
    documents = list(
        SealedDocument.objects.filter(situation=situation, section__in=shown)
        .select_related("created_by")
        .order_by("created_at", "id")
    )
    covers = coverings(situation, {code: facts[code] for code in shown if documents}, agreed)
    holders = summaries.holders_by_section(row for row in rows if row.is_live(viewer.at))
    views = []
    for section in Section:
        code = section.value
        is_open = code in readable_now
        writes = readable(replace(facts[code], level=GrantLevel.CONTRIBUTE)).allow
        views.append(
            SectionView(
                section=code,
                label=section.label,
                readable=is_open,
                writable=is_open and writes,
                message="" if is_open else _sealed_message(verdicts[code], code in allowed),
                holders=holders.get(code, ()),
                documents=opened_texts(
                    viewer, situation, code, facts[code], opened, documents, covers[code]
                )
                if code in covers
                else (),
            )
        )
    return tuple(views), {code: verdicts[code] for code in readable_now}


def _sealed_message(verdict: Decision, is_allowed: bool) -> str:
    if is_allowed:
        return "La clé de ce volet ne s’ouvre pas avec votre coffre. Prévenez l’animation."
    return verdict.message


def open_situation(
    viewer: Viewer, code: str, *, wanted: Iterable[str] | None = None
) -> OpenSituation:
    """Open an admitted situation; the showing is recorded before anything is returned.

    With ``wanted``, only these sections' documents are opened, and only they are recorded.

    The coordinator and the DPO see the metadata of every situation of their commission; content
    needs a grant, the agreement and a key.

    Raises: Refused when the situation is not visible; VaultLocked when content is due and the
    vault is closed; LedgerUnavailable.
    """
    situation = find(viewer, code, reads=True)
    return _open(
        viewer, situation, "situation.shown", None if wanted is None else frozenset(wanted)
    )


def open_referral(viewer: Viewer, code: str) -> OpenSituation:
    """Open a referral being screened. Raises: Refused, VaultLocked, LedgerUnavailable."""
    situation = queries.referrals(viewer).filter(code=code).first()
    if situation is None:
        integrity.check_refusal(viewer, code)
        raise Refused("referral")
    return _open(viewer, situation, "referral.shown")


def _open(
    viewer: Viewer, situation: Situation, action: str, wanted: frozenset[str] | None = None
) -> OpenSituation:
    rows = queries.grants(situation)
    agreed = agreements.standing(situation, viewer.at)
    steps = queries.steps(situation)
    integrity.check_course(viewer, situation, steps, agreed.rows)
    sections, decided = _open_sections(viewer, situation, rows, agreed, wanted)
    readable_now = set(decided)
    if not readable_now and not viewer.holds(situation.commission_id, Role.COORDINATOR, Role.DPO):
        raise Refused("sections", commission=situation.commission_id, objects=(situation.pk,))
    recording.shown(
        viewer,
        action,
        commission=situation.commission_id,
        objects=(situation.pk,),
        sections=_asked(readable_now, wanted) - {MASKED},
        purpose=exceptional.ground_of(decided.values()),
    )
    sealed_now = {view.section for view in sections if not view.readable}
    refused = _asked(sealed_now, wanted)
    if refused:
        recording.denied(
            viewer,
            "document.denied",
            commission=situation.commission_id,
            objects=(situation.pk,),
            sections=refused,
        )
    proposals, sealed = summaries.proposals(situation, sections)
    # What an exceptional access opens is read, and no more.
    held = {code for code, verdict in decided.items() if not exceptional.ground_of([verdict])}
    writable = {view.section for view in sections if view.writable}
    others = {"reveal"} if MASKED in readable_now else set()
    if exceptional.may_ask_control(viewer, situation):
        others |= {"control"}
    return OpenSituation(
        situation=summaries.facts(situation),
        agreement=agreements.view(agreed, situation, viewer.at),
        sections=sections,
        proposals=proposals,
        group=summaries.group(situation, [row for row in rows if row.is_live(viewer.at)]),
        timeline=summaries.timeline(steps),
        acts=summaries.acts(viewer, situation, held, held & writable) | others,
        sealed_proposals=sealed,
        exceptional=exceptional.others(viewer, situation),
    )


def _asked(sections: set[str], wanted: frozenset[str] | None) -> set[str]:
    """Keep the sections that the page asked for."""
    return sections if wanted is None else sections & wanted


def reveal_identity(viewer: Viewer, code: str) -> dict[str, Any] | None:
    """Open the identity by a recorded gesture; empty when none was written, None when altered.

    Raises: Refused, VaultLocked, LedgerUnavailable.
    """
    situation = (
        queries.situations(viewer, exceptional.woken(viewer)).filter(code=code).first()
        or queries.referrals(viewer).filter(code=code).first()
    )
    if situation is None:
        integrity.check_refusal(viewer, code)
        raise Refused("situation")
    rows = queries.grants(situation)
    grants = live_grants(viewer, situation, rows)
    agreed = agreements.standing(situation, viewer.at)
    facts = reading_facts(viewer, situation, grants, Section.IDENTITY, agreed)
    facts = exceptional.with_emergency(viewer, situation, rows, facts)
    row = (
        SealedDocument.objects.filter(situation=situation, section=MASKED, kind="identity")
        .order_by("created_at")
        .last()
    )
    if row is not None:
        covered = coverings(situation, {MASKED: facts}, agreed)[MASKED]
        facts = facts_of_text(facts, row, covered)
    opened = keys.open_keys(viewer, situation) if readable(facts).allow else keys.OpenKeys()
    if MASKED not in opened.sections():
        recording.denied(
            viewer,
            "identity.denied",
            commission=situation.commission_id,
            objects=(situation.pk,),
            sections=[MASKED],
        )
        raise Refused("identity", commission=situation.commission_id, objects=(situation.pk,))
    recording.shown(
        viewer,
        "identity.revealed",
        commission=situation.commission_id,
        objects=(situation.pk,),
        sections=[MASKED],
        purpose=exceptional.ground_of([readable(facts)]),
    )
    if row is None:
        return {}
    dek = opened.deks.get((MASKED, row.key_version))
    if dek is None:
        raise Refused("identity", commission=situation.commission_id, objects=(situation.pk,))
    return keys.shown(viewer, situation, dek, row)


def list_situations(viewer: Viewer, state: str | None = None) -> list[SituationLine]:
    """Return the lines of the viewer's list: clear metadata, one event without objects."""
    rows = queries.situations(viewer, exceptional.woken(viewer))
    if state:
        rows = rows.filter(state=state)
    recording.shown(viewer, "list.shown")
    return [summaries.line(row, viewer.at) for row in rows.order_by("-changed_at")[:500]]


def list_referrals(viewer: Viewer) -> list[SituationLine]:
    """Return the referrals to screen (BR-07). Raises: Refused for anybody but a coordinator."""
    if not viewer.commissions_with([Role.COORDINATOR]):
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    return [summaries.line(row, viewer.at) for row in queries.referrals(viewer)]


def require_vault(viewer: Viewer) -> None:
    """Require an open vault. Raises: VaultLocked."""
    if viewer.identity is None:
        raise VaultLocked


def situation_of(viewer: Viewer, pk: uuid.UUID) -> Situation:
    """Return a visible situation by its id, for actions. Raises: Refused."""
    situation = queries.situations(viewer).filter(pk=pk).first()
    if situation is None:
        raise Refused("situation")
    return situation
