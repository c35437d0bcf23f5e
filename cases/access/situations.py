"""Open a situation for a viewer: load, decide by three locks, record, return plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cases import queries
from cases.access import agreements, integrity, keys, recording, summaries
from cases.access.facts import (
    DocumentView,
    OpenSituation,
    SectionView,
    SituationLine,
)
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
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from cases.models import SealedDocument, Situation
from cases.permissions import Refused, Role, VaultLocked, Viewer
from cases.queries import GrantRow


def find(viewer: Viewer, code: str) -> Situation:
    """Return a situation whose metadata the viewer may see. Raises: Refused, alike when absent."""
    # A code names one situation: no order to ask for.
    situation = next(iter(queries.situations(viewer).filter(code=code)[:1]), None)
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
        if best is None or _strength(facts, viewer) > _strength(best, viewer):
            found[row.section] = facts
    return found


def _strength(facts: GrantFacts, viewer: Viewer) -> tuple[bool, int]:
    """Order grants on one section: a depositary's dormant one never hides a live one."""
    return (facts.is_current(viewer.at) and not facts.is_dormant, facts.level.rank)


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
    return ReadingFacts(
        at=viewer.at,
        section=section,
        is_mandate_active=mandate is not None and mandate.role not in (Role.REFERRER, Role.DPO),
        is_charter_signed=viewer.charter_signed,
        profession=member.profession,
        is_lead=situation.lead_id == viewer.user_id,
        grant=grants.get(section.value),
        referral_state=ReferralState(situation.referral_state),
        situation_state=SituationState(situation.state) if situation.state else None,
        agreement=agreed.status,
        agreed_categories=agreed.perimeter.categories,
        agreed_purposes=agreed.perimeter.purposes,
        is_recipient=agreed.perimeter.includes(member),
        emergency_categories=agreed.emergency,
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
    facts = {
        section.value: replace(first, section=section, grant=grants.get(section.value))
        for section in Section
    }
    return {code: readable(fact) for code, fact in facts.items()}, facts


def _documents(
    viewer: Viewer,
    situation: Situation,
    section: str,
    facts: ReadingFacts,
    opened: keys.OpenKeys,
    rows: list[SealedDocument],
) -> tuple[DocumentView, ...]:
    """Open the documents of a readable section that their own category lets be shown (C-08)."""
    shown = []
    for row in rows:
        if row.section != section:
            continue
        category = InformationCategory(row.category) if row.category else None
        if category and not readable(replace(facts, category=category)).allow:
            continue
        dek = opened.deks.get((section, row.key_version))
        if dek is None:
            continue
        shown.append(
            DocumentView(
                id=row.pk,
                kind=row.kind,
                section=section,
                category=row.category,
                category_label=category.label if category else "",
                payload=keys.shown(viewer, situation, dek, row),
                author=summaries.name_of(row.created_by),
                changed_at=row.changed_at,
                version=row.row_version,
            )
        )
    return tuple(shown)


# Shown by a gesture that is recorded, never with the page (product.md, UX rules).
MASKED = Section.IDENTITY.value


def _open_sections(
    viewer: Viewer,
    situation: Situation,
    rows: list[GrantRow],
    agreed: agreements.Standing,
    wanted: frozenset[str] | None = None,
) -> tuple[tuple[SectionView, ...], set[str]]:
    grants = live_grants(viewer, situation, rows)
    verdicts, facts = decisions(viewer, situation, grants, agreed)
    allowed = {code for code, verdict in verdicts.items() if verdict.allow}
    opened = keys.open_keys(viewer, situation) if allowed else keys.OpenKeys()
    readable_now = allowed & opened.sections()
    shown = (readable_now if wanted is None else readable_now & wanted) - {MASKED}
    documents = list(
        SealedDocument.objects.filter(situation=situation, section__in=shown)
        .select_related("created_by")
        .order_by("created_at", "id")
    )
    holders = summaries.holders_by_section(row for row in rows if row.is_live(viewer.at))
    views = []
    for section in Section:
        code = section.value
        is_open = code in readable_now
        grant = grants.get(code)
        views.append(
            SectionView(
                section=code,
                label=section.label,
                readable=is_open,
                writable=is_open and grant is not None and grant.level.rank >= 1,
                message="" if is_open else _sealed_message(verdicts[code], code in allowed),
                holders=holders.get(code, ()),
                documents=_documents(viewer, situation, code, facts[code], opened, documents)
                if code in shown
                else (),
            )
        )
    return tuple(views), readable_now


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
    situation = find(viewer, code)
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
    sections, readable_now = _open_sections(viewer, situation, rows, agreed, wanted)
    if not readable_now and not viewer.holds(situation.commission_id, Role.COORDINATOR, Role.DPO):
        raise Refused("sections", commission=situation.commission_id, objects=(situation.pk,))
    recording.shown(
        viewer,
        action,
        commission=situation.commission_id,
        objects=(situation.pk,),
        sections=_asked(readable_now, wanted) - {MASKED},
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
    return OpenSituation(
        situation=summaries.facts(situation),
        agreement=agreements.view(agreed),
        sections=sections,
        proposals=proposals,
        group=summaries.group(situation, [row for row in rows if row.is_live(viewer.at)]),
        timeline=summaries.timeline(steps),
        acts=summaries.acts(viewer, situation, readable_now),
        sealed_proposals=sealed,
    )


def _asked(sections: set[str], wanted: frozenset[str] | None) -> set[str]:
    """Keep the sections that the page asked for."""
    return sections if wanted is None else sections & wanted


def reveal_identity(viewer: Viewer, code: str) -> dict[str, Any] | None:
    """Open the identity by a recorded gesture; empty when none was written, None when altered.

    Raises: Refused, VaultLocked, LedgerUnavailable.
    """
    situation = (
        queries.situations(viewer).filter(code=code).first()
        or queries.referrals(viewer).filter(code=code).first()
    )
    if situation is None:
        integrity.check_refusal(viewer, code)
        raise Refused("situation")
    grants = live_grants(viewer, situation)
    verdict = readable(reading_facts(viewer, situation, grants, Section.IDENTITY))
    opened = keys.open_keys(viewer, situation) if verdict.allow else keys.OpenKeys()
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
    )
    row = SealedDocument.objects.filter(situation=situation, section=MASKED).last()
    if row is None:
        return {}
    dek = opened.deks.get((MASKED, row.key_version))
    if dek is None:
        raise Refused("identity", commission=situation.commission_id, objects=(situation.pk,))
    return keys.shown(viewer, situation, dek, row)


def list_situations(viewer: Viewer, state: str | None = None) -> list[SituationLine]:
    """Return the lines of the viewer's list: clear metadata, one event without objects."""
    rows = queries.situations(viewer)
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
