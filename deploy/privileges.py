"""Who may do what on which table: the whole matrix, third-party tables included (decision 3).

Verbs: S select, I insert, U update, D delete. A table that is missing here fails ``provision`` and
the tests: nothing is reachable by omission. Row-level security narrows these rights further.
"""

from __future__ import annotations

from audit.schema import GUARD_RIGHTS, INSERT_COLUMNS, READER_TABLES

OWNER = "clsm_owner"
COMMISSION = "clsm_commission"
GOVERNANCE = "clsm_governance"
DPO = "clsm_dpo"
COMMISSION_JOBS = "clsm_commission_jobs"
GOVERNANCE_JOBS = "clsm_governance_jobs"
GUARD = "clsm_guard"
BACKUP = "clsm_backup"
LOGIN_ROLES = (OWNER, COMMISSION, GOVERNANCE, DPO, COMMISSION_JOBS, GOVERNANCE_JOBS, BACKUP)
APPLICATION_ROLES = (COMMISSION, GOVERNANCE, DPO, COMMISSION_JOBS, GOVERNANCE_JOBS)
BYPASS_ROLES = (GUARD, BACKUP)

Rights = dict[str, str]


def both(verbs: str) -> Rights:
    """Return the same verbs for the two services."""
    return {COMMISSION: verbs, GOVERNANCE: verbs}


COMMISSION_ALL = {COMMISSION: "SIUD"}
COMMISSION_KEPT = {COMMISSION: "SIU"}
APPEND_ONLY = {COMMISSION: "SI"}
NOBODY: Rights = {}

# Accounts: both services, each on the rows of its realm (row-level security).
ACCOUNTS: dict[str, Rights] = {
    "clsm_accounts_user": {**both("SIU"), COMMISSION_JOBS: "", GOVERNANCE_JOBS: ""},
    "clsm_accounts_user_groups": NOBODY,
    "clsm_accounts_user_user_permissions": NOBODY,
    "clsm_accounts_charter": both("SI"),
    "clsm_accounts_charteracceptance": both("SI"),
    "clsm_accounts_formreceipt": both("SIU"),
    "clsm_accounts_commissionsession": {COMMISSION: "SIUD", COMMISSION_JOBS: "SD"},
    "clsm_accounts_councilsession": {GOVERNANCE: "SIUD", GOVERNANCE_JOBS: "SD"},
    "clsm_accounts_usedticket": {GOVERNANCE: "SI"},
    "account_emailaddress": both("SIUD"),
    "account_emailconfirmation": both("SIUD"),
    "mfa_authenticator": both("SIUD"),
    "usersessions_usersession": both("SIUD"),
    "clsm_cache_commission": {COMMISSION: "SIUD"},
    "clsm_cache_governance": {GOVERNANCE: "SIUD"},
}

# The council's own objects: it never deletes councils or users (decision 5).
COUNCIL: dict[str, Rights] = {
    # Mails about meetings are written in the background: what they say is read there.
    "clsm_council_council": {COMMISSION: "S", GOVERNANCE: "SIU", GOVERNANCE_JOBS: "S"},
    "clsm_council_commune": {COMMISSION: "S", GOVERNANCE: "SIU"},
    "clsm_council_epci": {COMMISSION: "S", GOVERNANCE: "SIU"},
    "clsm_council_councilcommune": {COMMISSION: "S", GOVERNANCE: "SIUD"},
    "clsm_council_councilmembership": {COMMISSION: "SI", GOVERNANCE: "SIU"},
    "clsm_council_contour": {GOVERNANCE: "SIUD"},
    "clsm_council_prioritydistrict": {COMMISSION: "S", GOVERNANCE: "SIUD"},
    "clsm_council_psychiatricsector": {GOVERNANCE: "SIUD"},
    "clsm_council_post": {GOVERNANCE: "SIU"},
    "clsm_council_posttraining": {GOVERNANCE: "SIUD"},
    "clsm_council_postfunding": {GOVERNANCE: "SIUD"},
    "clsm_council_schemelink": {GOVERNANCE: "SIU"},
    "clsm_council_articulationmeeting": {GOVERNANCE: "SIUD"},
    "clsm_directory_organisation": {GOVERNANCE: "SIU", GOVERNANCE_JOBS: "S"},
    # A person is forgotten when she asks; who is cited by a meeting is emptied instead.
    "clsm_directory_contact": {GOVERNANCE: "SIUD", GOVERNANCE_JOBS: "S"},
    "clsm_directory_partnership": {GOVERNANCE: "SIU"},
    "clsm_directory_partnership_organisations": {GOVERNANCE: "SID"},
    # Old imports are emptied in the background.
    "clsm_directory_batch": {GOVERNANCE: "SIU", GOVERNANCE_JOBS: "SU"},
    "clsm_directory_mailinglist": {GOVERNANCE: "SIU"},
    "clsm_directory_mailinglist_contacts": {GOVERNANCE: "SID"},
    **{
        f"clsm_governance_{name}": {GOVERNANCE: "SIU"}
        for name in (
            "categoryinvitation",
            "document",
            "frameworkdocument",
            "meetingseries",
        )
    },
    **{
        f"clsm_governance_{name}": {GOVERNANCE: "SIU", GOVERNANCE_JOBS: "S"}
        for name in ("agendapoint", "body", "bodymandate", "decision", "meeting", "vote")
    },
    "clsm_governance_letter": {GOVERNANCE: "SIU", GOVERNANCE_JOBS: "SU"},
    "clsm_governance_minutescorrection": {GOVERNANCE: "SI", GOVERNANCE_JOBS: "S"},
    # The bytes of validated minutes never change, by any service; the worker sends them.
    "clsm_governance_validatedminutes": {GOVERNANCE: "SI", GOVERNANCE_JOBS: "S"},
    "clsm_governance_attendance": {GOVERNANCE: "SIUD", GOVERNANCE_JOBS: "S"},
    "clsm_governance_followup": {GOVERNANCE: "SI"},
    "clsm_governance_meetingtemplate": {GOVERNANCE: "SIUD"},
    "clsm_governance_signatory": {GOVERNANCE: "SIUD"},
    "clsm_roadmap_*": {GOVERNANCE: "SIUD"},
    "clsm_observatory_diagnosis": {GOVERNANCE: "SIU"},
    "clsm_observatory_series": {GOVERNANCE: "SIUD"},
    "clsm_observatory_seriesvalue": {GOVERNANCE: "SIUD"},
    "clsm_observatory_need": {GOVERNANCE: "SIU"},
    "clsm_observatory_priority": {GOVERNANCE: "SIU"},
    "clsm_observatory_priority_needs": {GOVERNANCE: "SID"},
    "clsm_observatory_transmission": {GOVERNANCE: "SIU"},
    "clsm_observatory_transmission_needs": {GOVERNANCE: "SID"},
    "clsm_reports_annualreport": {GOVERNANCE: "SIU"},
    "clsm_observatory_release": {COMMISSION: "SI", GOVERNANCE: "S"},
    "clsm_observatory_releasewithdrawal": {COMMISSION: "SI", GOVERNANCE: "S"},
    "clsm_observatory_note": {COMMISSION: "SI", GOVERNANCE: "S"},
    "clsm_observatory_notewithdrawal": {COMMISSION: "SI", GOVERNANCE: "S"},
}

CASES: dict[str, Rights] = {
    "cases_commission": COMMISSION_KEPT,
    "cases_mandate": COMMISSION_KEPT,
    "cases_councilaccount": APPEND_ONLY,
    "cases_memberkey": COMMISSION_KEPT,
    "cases_membervault": COMMISSION_KEPT,
    "cases_vaultslot": COMMISSION_ALL,
    "cases_vaultopening": COMMISSION_ALL,
    "cases_situation": COMMISSION_KEPT,
    "cases_milestone": APPEND_ONLY,
    "cases_sealeddocument": COMMISSION_KEPT,
    "cases_referraldraft": COMMISSION_ALL,
    "cases_grant": {**COMMISSION_KEPT, COMMISSION_JOBS: "S"},
    "cases_wrap": {COMMISSION: "SID", COMMISSION_JOBS: "SD"},
    "cases_situationuserpermission": {COMMISSION: "SID"},
    "cases_agreement": APPEND_ONLY,
    "cases_sitting": COMMISSION_KEPT,
    "cases_agendaitem": COMMISSION_KEPT,
    "cases_itemattendance": {COMMISSION: "SID"},
    "cases_review": APPEND_ONLY,
    "cases_proposal": COMMISSION_KEPT,
    "cases_restitution": APPEND_ONLY,
    "cases_facetrecord": APPEND_ONLY,
    "cases_releasedraft": {**COMMISSION_KEPT, COMMISSION_JOBS: "SU"},
    "cases_releaseapproval": APPEND_ONLY,
    "cases_releaseplan": COMMISSION_KEPT,
    "cases_releasenote": COMMISSION_KEPT,
    "cases_directoryroot": APPEND_ONLY,
    # Written by the database alone, in functions of the guard.
    "cases_keyshortage": {COMMISSION: "S"},
    "cases_jointact": COMMISSION_KEPT,
    "cases_erasure": {COMMISSION: "S"},
    "cases_invitation": COMMISSION_KEPT,
    "cases_recusal": COMMISSION_KEPT,
    "cases_exceptionalaccess": COMMISSION_KEPT,
    "cases_attachment": COMMISSION_ALL,
    "cases_filedraft": {COMMISSION: "SIUD", COMMISSION_JOBS: "SD"},
    "cases_keystore_situationkey": {COMMISSION: "SI"},
    "cases_keystore_sectionkey": {COMMISSION: "SID"},
}

AUDIT: dict[str, Rights] = {table: {DPO: "S"} for table in READER_TABLES}

# Each worker sees and inserts its own queue only (forced row-level security, decision 42).
QUEUE_VERBS = {
    COMMISSION: "SI",
    GOVERNANCE: "SI",
    COMMISSION_JOBS: "SIUD",
    GOVERNANCE_JOBS: "SIUD",
}
THIRD_PARTY: dict[str, Rights] = {
    "django_migrations": NOBODY,
    "django_content_type": {**both("S"), COMMISSION_JOBS: "", GOVERNANCE_JOBS: ""},
    "auth_permission": {COMMISSION: "S"},
    "auth_group": NOBODY,
    "auth_group_permissions": NOBODY,
    # The generic tables of guardian are never used: direct foreign keys only.
    "guardian_userobjectpermission": NOBODY,
    "guardian_groupobjectpermission": NOBODY,
    "auditlog_logentry": both("SI"),
    "procrastinate_jobs": QUEUE_VERBS,
    "procrastinate_events": QUEUE_VERBS,
    "procrastinate_periodic_defers": {COMMISSION_JOBS: "SIUD", GOVERNANCE_JOBS: "SIUD"},
    "procrastinate_workers": {COMMISSION_JOBS: "SIUD", GOVERNANCE_JOBS: "SIUD"},
}

# The owner's own: nobody else reads the pads of the viewer context or the clock's offset.
OWNED: dict[str, Rights] = {"clsm_viewer_key": NOBODY, "clsm_clock": NOBODY}

VIEWS: dict[str, Rights] = {"cases_referral_answer": {COMMISSION: "S"}}

MATRIX: dict[str, Rights] = {
    **ACCOUNTS,
    **COUNCIL,
    **CASES,
    **AUDIT,
    **THIRD_PARTY,
    **OWNED,
    **VIEWS,
}
COLUMN_INSERTS: dict[str, tuple[list[str], tuple[str, ...]]] = {
    table: (columns, (COMMISSION, GOVERNANCE, COMMISSION_JOBS, GOVERNANCE_JOBS))
    for table, columns in INSERT_COLUMNS.items()
}
# What the definer functions need; they alone run as the guard.
GUARD_TABLES: dict[str, str] = {
    **{table: "".join(verb[0] for verb in verbs) for table, verbs in GUARD_RIGHTS.items()},
    "clsm_viewer_key": "S",
    "clsm_clock": "S",
    "clsm_accounts_user": "SIU",
    "account_emailaddress": "SD",
    "account_emailconfirmation": "SD",
    "mfa_authenticator": "SD",
    "usersessions_usersession": "SD",
    "clsm_accounts_councilsession": "SD",
    "clsm_accounts_formreceipt": "SD",
    "cases_commission": "S",
    "cases_mandate": "S",
    "cases_memberkey": "S",
    "cases_situation": "SU",
    "cases_grant": "SID",
    "cases_sitting": "S",
    "cases_agendaitem": "SD",
    "cases_itemattendance": "SD",
    "cases_wrap": "SID",
    "cases_situationuserpermission": "SID",
    "cases_sealeddocument": "SD",
    "cases_proposal": "SD",
    "cases_review": "SD",
    "cases_restitution": "SD",
    "cases_agreement": "SD",
    "cases_milestone": "SD",
    "cases_keyshortage": "SID",
    "cases_jointact": "SUD",
    "cases_erasure": "SI",
    "cases_invitation": "SD",
    "cases_recusal": "SD",
    "cases_exceptionalaccess": "SUD",
    "cases_attachment": "SD",
    "cases_filedraft": "SD",
    "cases_releasedraft": "SU",
    "cases_releasenote": "SU",
    "cases_keystore_situationkey": "SIUD",
    "cases_keystore_sectionkey": "SIUD",
    "auth_permission": "S",
    "django_content_type": "S",
}
# Never in the main dump: keys, pads (decisions 7, 9).
OUT_OF_DUMP = ("cases_keystore_situationkey", "cases_keystore_sectionkey", "clsm_viewer_key")

LETTERS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}


def rights_of(table: str) -> Rights | None:
    """Return the rights declared for a table, by its name or by its prefix; None when missing."""
    if table in MATRIX:
        return MATRIX[table]
    for name, rights in MATRIX.items():
        if name.endswith("*") and table.startswith(name[:-1]):
            return rights
    return None
