"""Row-level security of what people do about a situation together: acts of two, invitations,
members who step aside, exceptional accesses, files, releases on their way, plans and notes.
"""

from __future__ import annotations

from deploy.policy import DESKS, HOLDS, MANAGE, READ, VIEWER, WRITE, Policy
from deploy.privileges import COMMISSION, COMMISSION_JOBS


def joint() -> list[Policy]:
    """What two people do together: asked by a member, seen and decided at the desks.

    An officer's own second factor is reset with the depositary, who sees no other act.
    """
    desk = f"commission_id IN (SELECT clsm_viewer_commissions({DESKS}))"
    decides = (
        f"({desk} OR (kind = 'factor_reset' AND "
        "commission_id IN (SELECT clsm_viewer_commissions(ARRAY['depositary']))))"
    )
    members = (
        "commission_id IN (SELECT clsm_viewer_commissions("
        "ARRAY['coordinator','dpo','permanent','depositary']))"
    )
    return [
        Policy("cases_jointact", COMMISSION, "SELECT", f"{decides} OR asked_by_id = {VIEWER}"),
        Policy(
            "cases_jointact", COMMISSION, "INSERT", None, f"asked_by_id = {VIEWER} AND {members}"
        ),
        Policy(
            "cases_jointact",
            COMMISSION,
            "UPDATE",
            f"decided_at IS NULL AND {decides}",
            f"decided_by_id = {VIEWER} AND {decides}",
        ),
        Policy("cases_erasure", COMMISSION, "SELECT", desk),
    ]


def around() -> list[Policy]:
    """Invitations, members who step aside, exceptional accesses: who asks, who decides."""
    desk = f"clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions({DESKS}))"
    coordinator = (
        "clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions(ARRAY['coordinator']))"
    )
    # Whoever may be the second person: never a referrer, never a guest.
    seconds = (
        "clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions("
        "ARRAY['coordinator','permanent','depositary','dpo']))"
    )
    holds = f"{HOLDS}situation_id, NULL, {READ})"
    manages = f"{HOLDS}situation_id, NULL, {MANAGE})"
    guest = f"user_id = {VIEWER}"
    asks = f"asked_by_id = {VIEWER}"
    decided = f"decided_by_id = {VIEWER}"
    here = f"NOT clsm_is_aside({VIEWER}, situation_id)"
    # A second permanent member looks for it before anybody gave her a right there.
    confirmable = (
        "kind = 'break_glass' AND decided_at IS NULL AND ended_at IS NULL AND "
        "clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions("
        f"ARRAY['coordinator','permanent','depositary'])) AND {here}"
    )
    sleeps = "situation_id IN (SELECT s.id FROM clsm_sleeping_situations() s)"
    of_dpo = "clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions(ARRAY['dpo']))"
    return [
        Policy("cases_invitation", COMMISSION, "SELECT", f"{guest} OR {holds} OR {desk}"),
        Policy(
            "cases_invitation",
            COMMISSION,
            "INSERT",
            None,
            f"invited_by_id = {VIEWER} AND ({manages} OR {coordinator})",
        ),
        Policy(
            "cases_invitation",
            COMMISSION,
            "UPDATE",
            f"{guest} OR {manages} OR {coordinator}",
            f"{guest} OR {manages} OR {coordinator}",
        ),
        Policy("cases_recusal", COMMISSION, "SELECT", f"{guest} OR {holds} OR {desk}"),
        Policy(
            "cases_recusal",
            COMMISSION,
            "INSERT",
            None,
            f"declared_by_id = {VIEWER} AND ({coordinator} OR ({guest} AND {seconds}) OR"
            f" ({guest} AND {holds}))",
        ),
        Policy(
            "cases_recusal", COMMISSION, "UPDATE", coordinator, f"{coordinator} AND NOT ({guest})"
        ),
        Policy(
            "cases_exceptionalaccess",
            COMMISSION,
            "SELECT",
            f"{asks} OR {decided} OR {desk} OR {holds} OR ({confirmable})",
        ),
        Policy(
            "cases_exceptionalaccess",
            COMMISSION,
            "INSERT",
            None,
            f"{asks} AND decided_at IS NULL AND ended_at IS NULL AND followed_up_at IS NULL"
            f" AND {here} AND ((kind = 'break_glass' AND {sleeps}) OR (kind = 'dpo' AND {of_dpo}))",
        ),
        # Which step, by whom: a trigger compares the row before and after.
        Policy(
            "cases_exceptionalaccess",
            COMMISSION,
            "UPDATE",
            f"{asks} OR {decided} OR {desk} OR {manages} OR ({confirmable})",
            f"{asks} OR {decided} OR {desk} OR {manages}",
        ),
    ]


def files() -> list[Policy]:
    """Files: like the texts of their section; what waits, by its author alone."""
    reads = f"{HOLDS}situation_id, section, {READ})"
    writes = f"{HOLDS}situation_id, section, {WRITE})"
    own = f"user_id = {VIEWER}"
    of_health = (
        "section <> 'health' OR clsm_commission_of(situation_id) IN "
        "(SELECT clsm_health_commissions())"
    )
    return [
        Policy("cases_attachment", COMMISSION, "SELECT", f"{reads} AND ({of_health})"),
        Policy(
            "cases_attachment",
            COMMISSION,
            "INSERT",
            None,
            f"created_by_id = {VIEWER} AND {writes}",
        ),
        Policy("cases_attachment", COMMISSION, "UPDATE", writes, writes),
        Policy("cases_attachment", COMMISSION, "DELETE", writes),
        Policy(
            "cases_filedraft",
            COMMISSION,
            "ALL",
            own,
            f"{own} AND {HOLDS}situation_id, NULL, {READ})",
        ),
        Policy("cases_filedraft", COMMISSION_JOBS, "SELECT", "expires_at <= clsm_now()"),
        Policy("cases_filedraft", COMMISSION_JOBS, "DELETE", "expires_at <= clsm_now()"),
    ]


def releases() -> list[Policy]:
    """Releases on their way: the desks of their commission, each approval in one's own name.

    The worker sees what it has to prove, and leaves it proved or not publishable: never approved.
    """
    desk = f"commission_id IN (SELECT clsm_viewer_commissions({DESKS}))"
    proves = "state = 'computing'"
    ends = "state IN ('computing', 'audited', 'not_publishable')"
    of_draft = "EXISTS (SELECT 1 FROM cases_releasedraft d WHERE d.id = draft_id)"
    return [
        Policy("cases_releasedraft", COMMISSION, "SELECT", desk),
        Policy(
            "cases_releasedraft",
            COMMISSION,
            "INSERT",
            None,
            f"{desk} AND frozen_by_id = {VIEWER} AND state IN ('computing', 'audited')",
        ),
        Policy("cases_releasedraft", COMMISSION, "UPDATE", desk, desk),
        # An update that leads out of what one sees is refused: it sees both ends of its work.
        Policy("cases_releasedraft", COMMISSION_JOBS, "SELECT", ends),
        Policy("cases_releasedraft", COMMISSION_JOBS, "UPDATE", proves, ends),
        # The subquery is itself under the policy on drafts.
        Policy("cases_releaseapproval", COMMISSION, "SELECT", of_draft),
        Policy(
            "cases_releaseapproval",
            COMMISSION,
            "INSERT",
            None,
            f"user_id = {VIEWER} AND {of_draft}",
        ),
    ]


def plans_and_notes() -> list[Policy]:
    """Versions of the plan and notes: the desks of their commission, each begun in one's own name.

    Which step follows which, and by whom, a trigger holds (plans.sql).
    """
    desk = f"commission_id IN (SELECT clsm_viewer_commissions({DESKS}))"
    policies = []
    for table, author, first in (
        ("cases_releaseplan", "created_by_id", "draft"),
        ("cases_releasenote", "written_by_id", "written"),
    ):
        begun = f"{desk} AND {author} = {VIEWER} AND state = '{first}' AND approved_by_id IS NULL"
        policies += [
            Policy(table, COMMISSION, "SELECT", desk),
            Policy(table, COMMISSION, "INSERT", None, begun),
            Policy(table, COMMISSION, "UPDATE", desk, desk),
        ]
    return policies
