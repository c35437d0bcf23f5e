"""Referrals: sent sealed to the intake holders, screened, answered (decisions 19, 26, 28)."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from cases import queries
from cases.access import recording
from cases.access.directory import directory_of
from cases.access.keys import OpenKeys, open_keys, situation_key
from cases.actions import facets, grants, referral_content, sealing, wrapping
from cases.actions.milestones import change, note
from cases.domain.codes import new_code
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.facet_values import Admissibility, admissibility
from cases.domain.facets import Population
from cases.domain.lifecycle import (
    Fact,
    ReferralAct,
    ReferralState,
    SituationAct,
    next_referral,
)
from cases.domain.sections import InformationCategory, Section
from cases.models import Commission, Grant, Mandate, ReferralAnswer, Situation
from cases.permissions import (
    REFERRING_ROLES,
    Refused,
    Role,
    Viewer,
    require_coordinator,
    require_role,
)
from cases.policies import referral_after, situation_after

ANSWERS = "answers"
INTAKE_TERM = timedelta(days=3 * 365)
LONGEST_ANSWER = 500
DRAWS = 20
ALTERED_ANSWER = "Cette réponse a été altérée : elle n’est pas affichée. Prévenez l’animation."


class UrgentSituation(DomainError):
    """BR-08: an emergency is never referred; the page says whom to call."""

    code = "urgent"
    message = (
        "La commission ne traite pas les urgences. Appelez le 15 ou le 112 ; "
        "pour un risque suicidaire, le 3114."
    )


class IntakeMissing(DomainError):
    """Nobody could open the referral: the commission is not ready (decision 19)."""

    code = "intake_missing"
    message = "Cette commission ne peut pas encore recevoir de saisine."


def send(*, viewer: Viewer, commission: Commission, content: dict[str, Any]) -> Situation:
    """Make a situation from a referral; every word is sealed in this request.

    The sections' keys are made here, wrapped to the coordinator and (dormant) to the depositary
    and to the recovery key, then forgotten: the referrer reads nothing back.

    Raises: Refused; UrgentSituation; NotAllowed, FactMissing; IntakeMissing.
    """
    require_role(viewer, commission, *REFERRING_ROLES)
    if content.get("urgency"):
        raise UrgentSituation
    said = referral_content.require_whole(content)
    # An evocation without a name is a practice of some commissions; elsewhere the person is only
    # waited for: nobody examines before her agreement (C-02, C-03).
    evoked = commission.agreement_mode == Commission.AgreementMode.ANONYMOUS
    situation = Situation(
        pk=uuid.uuid4(),
        commission=commission,
        referral_state=ReferralState.RECEIVED.value,
        is_anonymous=said.is_coded and evoked,
        created_by_id=viewer.user_id,
        created_at=viewer.at,
        information_due_on=said.information_due_on,
        changed_at=viewer.at,
    )
    _insert_under_free_code(situation)
    keys = _make_keys(viewer, commission, situation)
    referral_content.write(viewer, situation, keys, content, is_coded=said.is_coded)
    facets.record(
        situation=situation,
        population=Population.REFERRED,
        at=viewer.at,
        values={"referrer_category": str(content.get("referrer_category") or "autre")},
    )
    note(viewer, situation, "sent")
    recording.done(
        viewer,
        "referral.sent",
        commission=commission.pk,
        objects=(situation.pk,),
        sections=wrapping.ALL_SECTIONS,
        purpose="anonymity_attested" if said.is_coded else "",
    )
    return situation


def _insert_under_free_code(situation: Situation) -> None:
    """Insert a situation under a code that none has had: the UNIQUE column decides.

    Whoever refers sees no other situation: a code that is taken is known by its refusal only, and
    another one is drawn. There are 194,481 codes.
    """
    for attempt in range(DRAWS):
        situation.code = new_code(choose=_chooser())
        try:
            with transaction.atomic():
                situation.save(force_insert=True)
        except IntegrityError as refused:
            constraint = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", "")
            if "code" not in str(constraint) or attempt == DRAWS - 1:
                raise
        else:
            return


def _chooser() -> Any:
    chosen = getattr(settings, "CODE_CHOOSER", None)
    if chosen is not None:
        return chosen
    import secrets

    return secrets.choice


def intake_holders(commission: Commission, at: datetime) -> list[Mandate]:
    """Return the coordinator and the depositary in office. Raises: IntakeMissing."""
    today = at.date()
    rows = list(
        Mandate.objects.filter(
            commission=commission,
            status=Mandate.Status.ACTIVE,
            role__in=[Role.COORDINATOR, Role.DEPOSITARY],
            starts_on__lte=today,
            ends_on__gte=today,
        ).select_related("user")
    )
    if {row.role for row in rows} != {Role.COORDINATOR, Role.DEPOSITARY}:
        raise IntakeMissing
    return rows


def _terms(mandate: Mandate, at: datetime) -> wrapping.Terms:
    end = min(at + INTAKE_TERM, datetime.combine(mandate.ends_on, time(23, 59, 59), at.tzinfo))
    is_depositary = mandate.role == Role.DEPOSITARY
    return wrapping.Terms(
        level=Grant.Level.MANAGE,
        basis=Grant.Basis.DEPOSITARY if is_depositary else Grant.Basis.INTAKE,
        not_before=at,
        not_after=end,
        is_dormant=is_depositary,
    )


def _make_keys(viewer: Viewer, commission: Commission, situation: Situation) -> OpenKeys:
    register = directory_of(viewer, commission)
    mandates = intake_holders(commission, viewer.at)
    server_key = wrapping.new_situation_key(situation.pk)
    keys = OpenKeys()
    for section in wrapping.ALL_SECTIONS:
        dek, _ = wrapping.new_section_key(
            situation=situation,
            recovery=register.root.recovery,
            section=section,
            version=1,
            server_key=server_key,
        )
        keys.deks[section, 1] = dek
        for mandate in mandates:
            (holder,) = wrapping.holders(register, [mandate.user_id], viewer.at)
            wrapping.give(
                viewer=viewer,
                situation=situation,
                holder=holder,
                section=section,
                version=1,
                dek=dek,
                server_key=server_key,
                terms=_terms(mandate, viewer.at),
                by_server=True,
            )
    return keys


# --- screening ---
def _answer(
    viewer: Viewer, situation: Situation, act: ReferralAct, reason: str, message: str, *given: Fact
) -> None:
    """Close a screening with a coded reason and up to 500 characters, sealed under the server.

    The referrer has no vault: SECURITY.md says that the server can read these words (decision 19).
    """
    require_coordinator(viewer, situation.commission_id)
    if len(message) > LONGEST_ANSWER:
        raise NotAllowed(f"La réponse compte au plus {LONGEST_ANSWER} caractères.", code="too_long")
    state = referral_after(situation, act, *given)
    version, blob = settings.KEYS.wrap(ANSWERS, message.encode(), situation.pk.bytes)
    change(
        viewer,
        situation,
        referral_state=state.value,
        answered_at=viewer.at,
        answer_reason=reason,
        answer_version=version,
        answer=blob,
    )
    note(viewer, situation, state.value, reason)


def opened_answer(*, viewer: Viewer, answer: ReferralAnswer) -> str:
    """Return the words of an answer, for the referrer who may read it; or that it is altered."""
    if answer.answer is None:
        return ""
    try:
        plain: bytes = settings.KEYS.unwrap(
            ANSWERS, answer.answer_version, bytes(answer.answer), answer.id.bytes
        )
    except settings.KEYS_REFUSED:
        recording.alert(
            viewer, "answer_altered", commission=answer.commission_id, objects=(answer.id,)
        )
        return ALTERED_ANSWER
    return plain.decode()


def ask_information(*, viewer: Viewer, situation: Situation, reason: str, message: str) -> None:
    """Ask the referrer for more. Raises: Refused, NotAllowed, FactMissing."""
    facts = (Fact.REASON,) if message.strip() else ()
    _answer(viewer, situation, ReferralAct.ASK_INFORMATION, reason, message, *facts)
    _record(viewer, situation, "referral.screened", reason)


def refuse(*, viewer: Viewer, situation: Situation, reason: str, message: str) -> None:
    """Declare a referral not admitted, with the reason that the referrer sees."""
    facts = (Fact.REASON,) if reason else ()
    _answer(viewer, situation, ReferralAct.NOT_ADMIT, reason, message, *facts)
    facets.screened(viewer, situation, admissibility(reason))
    _record(viewer, situation, "referral.not_admitted", reason)


def redirect(*, viewer: Viewer, situation: Situation, destination: str, message: str) -> None:
    """Redirect a referral elsewhere."""
    facts = (Fact.DESTINATION,) if destination else ()
    _answer(viewer, situation, ReferralAct.REDIRECT, destination, message, *facts)
    facets.screened(viewer, situation, Admissibility.REDIRECTED)
    _record(viewer, situation, "referral.redirected", destination)


def _record(viewer: Viewer, situation: Situation, action: str, purpose: str = "") -> None:
    recording.done(
        viewer,
        action,
        commission=situation.commission_id,
        objects=(situation.pk,),
        purpose=purpose.lower(),
    )


def admit(*, viewer: Viewer, situation: Situation, lead: uuid.UUID, intensity: str = "") -> None:
    """Admit a referral: the situation is prepared, and its lead receives its keys.

    ``intensity`` is how much follow-up it seems to ask for, sealed with the core when it is given.

    Raises: Refused; NotAllowed; VaultLocked.
    """
    require_coordinator(viewer, situation.commission_id)
    referral = referral_after(situation, ReferralAct.ADMIT)
    state = situation_after(situation, SituationAct.PREPARE)
    change(
        viewer,
        situation,
        referral_state=referral.value,
        state=state.value,
        lead_id=lead,
        answered_at=viewer.at,
    )
    if intensity:
        sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=open_keys(viewer, situation),
            section=Section.CORE.value,
            kind="orientation",
            payload={"intensity": intensity},
        )
    grants.give_lead(viewer=viewer, situation=situation, lead=lead)
    facets.screened(viewer, situation, Admissibility.ADMITTED)
    note(viewer, situation, "admitted")
    _record(viewer, situation, "referral.admitted")


# --- the referrer's own acts ---
def _act(situation_id: uuid.UUID, state: ReferralState) -> None:
    """Change the state of one's own referral; the database checks whose it is, and from where."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clsm_referrer_act(%s, %s)", [situation_id, state.value])
        if not cursor.fetchone()[0]:
            raise Refused("referral")


def take_back(*, viewer: Viewer, situation_id: uuid.UUID) -> None:
    """Take back a referral that nobody has answered yet. Raises: Refused."""
    commission = _own(viewer, situation_id, ReferralAct.TAKE_BACK)
    _act(situation_id, ReferralState.TAKEN_BACK)
    recording.done(viewer, "referral.taken_back", commission=commission, objects=(situation_id,))


def complete(*, viewer: Viewer, situation_id: uuid.UUID, text: str) -> None:
    """Add what was asked for, under a new version of the social section's key.

    The referrer holds no key: a fresh one is made in the request and wrapped to the intake
    holders, as at the first sending. Raises: Refused; IntakeMissing.
    """
    commission_id = _own(viewer, situation_id, ReferralAct.COMPLETE)
    commission = Commission.objects.get(pk=commission_id)
    stub = Situation(pk=situation_id, commission=commission)
    section = Section.SOCIAL.value
    register = directory_of(viewer, commission)
    _, server_key = situation_key(situation_id)
    version = _next_version(situation_id, section)
    dek, _ = wrapping.new_section_key(
        situation=stub,
        recovery=register.root.recovery,
        section=section,
        version=version,
        server_key=server_key,
    )
    for mandate in intake_holders(commission, viewer.at):
        (holder,) = wrapping.holders(register, [mandate.user_id], viewer.at)
        wrapping.give(
            viewer=viewer,
            situation=stub,
            holder=holder,
            section=section,
            version=version,
            dek=dek,
            server_key=server_key,
            terms=_terms(mandate, viewer.at),
            by_server=True,
        )
    keys = OpenKeys()
    keys.deks[section, version] = dek
    sealing.write_document(
        viewer=viewer,
        situation=stub,
        keys=keys,
        section=section,
        kind="complement",
        payload={"text": text},
        category=InformationCategory.SOCIAL_SITUATION.value,
    )
    note(viewer, stub, "completed")
    _act(situation_id, ReferralState.RECEIVED)
    recording.done(
        viewer,
        "referral.completed",
        commission=commission_id,
        objects=(situation_id,),
        sections=[section],
    )


def _own(viewer: Viewer, situation_id: uuid.UUID, act: ReferralAct) -> uuid.UUID:
    """Return the commission of one's own referral, when the act still starts from its state.

    Raises: Refused for anybody but its author, or once her mandate has ended; NotAllowed.
    """
    row = queries.answers(viewer).filter(id=situation_id).first()
    if row is None:
        raise Refused("referral")
    next_referral(ReferralState(row.referral_state), act)
    return row.commission_id


def _next_version(situation_id: uuid.UUID, section: str) -> int:
    from cases.keystore.models import SectionKey

    rows = SectionKey.objects.filter(situation=situation_id, section=section)
    return max(row.version for row in rows) + 1
