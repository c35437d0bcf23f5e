"""Row-level security: every policy of every role, as data that a golden test compares.

A role without an explicit policy on a forced table sees no row. Names are ``clsm_<verb>_<role>``;
no other policy may exist.
"""

from __future__ import annotations

from deploy import access_policies
from deploy.policy import DESKS, HOLDS, MANAGE, READ, VIEWER, WRITE, Policy
from deploy.privileges import (
    COMMISSION,
    COMMISSION_JOBS,
    GOVERNANCE,
    GOVERNANCE_JOBS,
)


def _realm() -> list[Policy]:
    """Accounts: each service on the rows of its realm, names included (decision 1)."""
    policies = []
    for role, realm in ((COMMISSION, "commission"), (GOVERNANCE, "council")):
        own = f"realm = '{realm}'"
        policies += [
            Policy("clsm_accounts_user", role, "ALL", own, own),
            Policy("clsm_accounts_charter", role, "ALL", own, own),
        ]
        # The subquery is itself under the policy on users: only this realm's accounts are found.
        for table, column in (
            ("account_emailaddress", "user_id"),
            ("mfa_authenticator", "user_id"),
            ("usersessions_usersession", "user_id"),
            ("clsm_accounts_charteracceptance", "user_id"),
            ("clsm_accounts_formreceipt", "user_id"),
        ):
            of_realm = f"EXISTS (SELECT 1 FROM clsm_accounts_user u WHERE u.id = {column})"
            policies.append(Policy(table, role, "ALL", of_realm, of_realm))
        of_address = "EXISTS (SELECT 1 FROM account_emailaddress a WHERE a.id = email_address_id)"
        policies.append(Policy("account_emailconfirmation", role, "ALL", of_address, of_address))
    return policies


def _queues() -> list[Policy]:
    """Background work: each service its queue, on jobs and on their events (decision 42)."""
    policies = []
    for queue, roles in (
        ("commission", (COMMISSION, COMMISSION_JOBS)),
        ("governance", (GOVERNANCE, GOVERNANCE_JOBS)),
    ):
        own = f"queue_name = '{queue}'"
        events = "EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = job_id)"
        for role in roles:
            policies.append(Policy("procrastinate_jobs", role, "ALL", own, own))
            policies.append(Policy("procrastinate_events", role, "ALL", events, events))
        # What marks a periodic task as queued: the other service could stop its clock.
        clock = f"periodic_id = '{queue}'"
        policies.append(Policy("procrastinate_periodic_defers", roles[1], "ALL", clock, clock))
    return policies


def _situation() -> list[Policy]:
    # Arrays, so that both halves are found by index: a hundred thousand rows are not all looked at.
    # Withdrawn: the lead alone, who must close it (C-04).
    seen = (
        "(id = ANY ((SELECT clsm_held_situations())::uuid[]) AND NOT is_limited"
        f" AND (NOT is_withdrawn OR lead_id = {VIEWER}))"
        f" OR (commission_id = ANY (ARRAY(SELECT clsm_viewer_commissions({DESKS})))"
        " AND id <> ALL ((SELECT clsm_left_aside())::uuid[]))"
    )
    changed = (
        f"{HOLDS}id, NULL, {WRITE}) OR commission_id IN "
        "(SELECT clsm_viewer_commissions(ARRAY['coordinator']))"
    )
    inserted = (
        f"created_by_id = {VIEWER} AND referral_state = 'received' AND state IS NULL "
        "AND commission_id IN (SELECT clsm_viewer_commissions("
        "ARRAY['coordinator','permanent','depositary','referrer']))"
    )
    return [
        Policy("cases_situation", COMMISSION, "SELECT", seen),
        Policy("cases_situation", COMMISSION, "INSERT", None, inserted),
        Policy("cases_situation", COMMISSION, "UPDATE", changed, changed),
    ]


def _content() -> list[Policy]:
    """Content and keys: by a live grant on the section; first rows in the creating transaction."""
    reads = f"{HOLDS}situation_id, section, {READ})"
    writes = f"{HOLDS}situation_id, section, {WRITE})"
    born = "clsm_is_being_created(situation_id)"
    completed = "clsm_completes(situation_id)"
    manages = f"{HOLDS}situation_id, NULL, {MANAGE})"
    desk = (
        "clsm_commission_of(situation_id) IN "
        "(SELECT clsm_viewer_commissions(ARRAY['coordinator','dpo']))"
    )
    manages_key = f"{HOLDS}situation, NULL, {MANAGE})"
    author = f"created_by_id = {VIEWER}"
    own = f"recipient_id = {VIEWER}"
    # C-22, which no grant overrides: health is shown to the professions of the list alone, whatever
    # key and grant somebody holds in order to give them, or to write what a sitting said.
    of_health = (
        "section <> 'health' OR clsm_commission_of(situation_id) IN "
        "(SELECT clsm_health_commissions())"
    )
    return [
        Policy("cases_sealeddocument", COMMISSION, "SELECT", f"{reads} AND ({of_health})"),
        Policy(
            "cases_sealeddocument",
            COMMISSION,
            "INSERT",
            None,
            f"{author} AND ({writes} OR {born} OR {completed})",
        ),
        Policy("cases_sealeddocument", COMMISSION, "UPDATE", writes, writes),
        Policy(
            "cases_grant",
            COMMISSION,
            "SELECT",
            f"recipient_id = {VIEWER} OR {HOLDS}situation_id, NULL, {READ}) OR {desk}",
        ),
        Policy(
            "cases_grant",
            COMMISSION,
            "INSERT",
            None,
            f"granted_by_id = {VIEWER} AND ({manages} OR {born} OR {completed})"
            # Whoever stepped aside receives nothing, whoever gives.
            " AND NOT clsm_is_aside(recipient_id, situation_id)",
        ),
        # Her own, to end it: who steps aside or declines waits for nobody.
        Policy(
            "cases_grant",
            COMMISSION,
            "UPDATE",
            f"{desk} OR {manages} OR {own}",
            f"{desk} OR {manages} OR ({own} AND revoked_by_id = {VIEWER})",
        ),
        Policy("cases_grant", COMMISSION_JOBS, "SELECT", "true"),
        Policy(
            "cases_wrap",
            COMMISSION,
            "SELECT",
            f"EXISTS (SELECT 1 FROM cases_grant g WHERE g.id = grant_id AND g.recipient_id = "
            f"{VIEWER}) OR {manages} OR {desk}",
        ),
        Policy("cases_wrap", COMMISSION, "INSERT", None, f"{manages} OR {born} OR {completed}"),
        # The recovery key's wraps too, by whoever manages: a trigger keeps the last one.
        Policy(
            "cases_wrap",
            COMMISSION,
            "DELETE",
            f"{manages} OR (grant_id IS NOT NULL AND {desk}) OR EXISTS (SELECT 1 FROM cases_grant g"
            f" WHERE g.id = grant_id AND g.recipient_id = {VIEWER})",
        ),
        Policy("cases_wrap", COMMISSION_JOBS, "SELECT", "grant_id IS NOT NULL"),
        Policy(
            "cases_wrap",
            COMMISSION_JOBS,
            "DELETE",
            "EXISTS (SELECT 1 FROM cases_grant g WHERE g.id = grant_id "
            "AND g.not_after <= clsm_now())",
        ),
        Policy(
            "cases_keystore_situationkey",
            COMMISSION,
            "SELECT",
            f"{HOLDS}situation, NULL, {READ}) OR clsm_is_being_created(situation) "
            "OR clsm_completes(situation)",
        ),
        Policy(
            "cases_keystore_situationkey",
            COMMISSION,
            "INSERT",
            None,
            "clsm_is_being_created(situation)",
        ),
        Policy(
            "cases_keystore_sectionkey",
            COMMISSION,
            "SELECT",
            f"{HOLDS}situation, NULL, {READ}) OR clsm_is_being_created(situation) "
            "OR clsm_completes(situation)",
        ),
        Policy(
            "cases_keystore_sectionkey",
            COMMISSION,
            "INSERT",
            None,
            f"clsm_is_being_created(situation) OR clsm_completes(situation) "
            f"OR {HOLDS}situation, NULL, {MANAGE})",
        ),
        # A former version, by whoever manages: a trigger keeps one that a document still needs.
        Policy("cases_keystore_sectionkey", COMMISSION, "DELETE", manages_key),
        Policy("cases_keyshortage", COMMISSION, "SELECT", f"{desk} OR {manages}"),
        Policy(
            "cases_situationuserpermission",
            COMMISSION,
            "SELECT",
            f"user_id = {VIEWER} OR {HOLDS}content_object_id, NULL, {READ}) OR "
            "clsm_commission_of(content_object_id) IN "
            "(SELECT clsm_viewer_commissions(ARRAY['coordinator','dpo']))",
        ),
        Policy(
            "cases_situationuserpermission",
            COMMISSION,
            "INSERT",
            None,
            f"{HOLDS}content_object_id, NULL, {MANAGE}) OR "
            "clsm_is_being_created(content_object_id) OR clsm_completes(content_object_id)",
        ),
        Policy(
            "cases_situationuserpermission",
            COMMISSION,
            "DELETE",
            "clsm_commission_of(content_object_id) IN "
            "(SELECT clsm_viewer_commissions(ARRAY['coordinator','dpo'])) OR "
            f"{HOLDS}content_object_id, NULL, {MANAGE}) OR user_id = {VIEWER}",
        ),
    ]


def _steps() -> list[Policy]:
    """Dates and states of a situation: its holders, and the desks of its commission."""
    policies = []
    desk = f"clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions({DESKS}))"
    coordinator = (
        "clsm_commission_of(situation_id) IN (SELECT clsm_viewer_commissions(ARRAY['coordinator']))"
    )
    holds = f"{HOLDS}situation_id, NULL, {READ})"
    works = f"{HOLDS}situation_id, NULL, {WRITE})"
    for table in (
        "cases_milestone",
        "cases_agreement",
        "cases_agendaitem",
        "cases_review",
        "cases_proposal",
        "cases_restitution",
    ):
        policies.append(Policy(table, COMMISSION, "SELECT", f"{holds} OR {desk}"))
        born = " OR clsm_is_being_created(situation_id) OR clsm_completes(situation_id)"
        created = f"{works} OR {coordinator}" + (born if table == "cases_milestone" else "")
        policies.append(Policy(table, COMMISSION, "INSERT", None, created))
    for table in ("cases_agendaitem", "cases_proposal"):
        changed = f"{works} OR {coordinator}"
        policies.append(Policy(table, COMMISSION, "UPDATE", changed, changed))
    of_item = "EXISTS (SELECT 1 FROM cases_agendaitem i WHERE i.id = item_id)"
    of_chair = (
        "EXISTS (SELECT 1 FROM cases_agendaitem i WHERE i.id = item_id AND "
        "clsm_commission_of(i.situation_id) IN "
        "(SELECT clsm_viewer_commissions(ARRAY['coordinator'])))"
    )
    policies += [
        Policy("cases_itemattendance", COMMISSION, "SELECT", of_item),
        Policy("cases_itemattendance", COMMISSION, "INSERT", None, of_chair),
        Policy("cases_itemattendance", COMMISSION, "DELETE", f"{of_chair} OR user_id = {VIEWER}"),
        Policy(
            "cases_referraldraft", COMMISSION, "ALL", f"user_id = {VIEWER}", f"user_id = {VIEWER}"
        ),
    ]
    return policies


def _logs() -> list[Policy]:
    """The history of settings: the council sees nothing of the commission's (decision 5)."""
    kinds = "(SELECT c.id FROM django_content_type c WHERE c.app_label NOT LIKE 'cases%')"
    other = f"content_type_id IN {kinds}"
    return [
        Policy("auditlog_logentry", COMMISSION, "ALL", "true", "true"),
        Policy("auditlog_logentry", GOVERNANCE, "ALL", other, other),
    ]


POLICIES: list[Policy] = [
    *_realm(),
    *_queues(),
    *_situation(),
    *_content(),
    *_steps(),
    *access_policies.joint(),
    *access_policies.around(),
    *access_policies.files(),
    *access_policies.releases(),
    *access_policies.plans_and_notes(),
    *_logs(),
]
FORCED_TABLES: tuple[str, ...] = tuple(dict.fromkeys(policy.table for policy in POLICIES))
