"""How confidential each stored field is (style rule 17); a test refuses a field without a class.

``open`` may be shown to anybody; ``internal`` stays with the people of the service;
``confidential`` tells of a person and is stored sealed; ``secret`` opens something. Fields of the
commission and of the accounts are listed one by one; elsewhere ``*`` classes a whole table.

`python -m deploy.field_classes` prints docs/classes-de-champs.md.
"""

from __future__ import annotations

import sys
from enum import StrEnum


class FieldClass(StrEnum):
    """What a field may become, hence how it is stored, shown, logged, exported and kept."""

    OPEN = "open"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"  # noqa: S105 - the name of a class, not a password.


OPEN, INTERNAL = FieldClass.OPEN, FieldClass.INTERNAL
CONFIDENTIAL, SECRET = FieldClass.CONFIDENTIAL, FieldClass.SECRET
WHOLE = "*"
Classes = dict[FieldClass, str]

# Codes, states and dates of a situation are internal: they tell of no one without the vault.
_CASES: dict[str, Classes] = {
    "cases.Commission": {
        OPEN: "id council slug name dpo_contact",
        INTERNAL: "purpose agreement_mode state steering_validated_on notice_version"
        " impact_assessment impact_assessed_on minimum_age officers_required recovery_public"
        " recovery_key_id recovery_threshold recovery_trustees statistics_public root_fingerprint"
        " vault_idle_minutes item_opens_days item_closes_days agreement_reminder_days created_at",
        SECRET: "statistics_recovery_wrap",
    },
    "cases.Mandate": {
        INTERNAL: "id commission user role profession organisation organisation_kind status"
        " starts_on ends_on substitute_of substitutes_from substitutes_until steering_reference",
    },
    "cases.DirectoryRoot": {INTERNAL: "id commission serial statement created_at"},
    "cases.CouncilAccount": {INTERNAL: "user council_user"},
    "cases.Situation": {
        INTERNAL: "id commission code referral_state state is_anonymous is_withdrawn is_limited"
        " created_by created_at information_due_on lead answered_at answer_reason answer_version"
        " restitution_due_on review_due_on closed_on reopened_at changed_at version identity_hint",
        CONFIDENTIAL: "answer",
    },
    "cases.Milestone": {INTERNAL: "id situation act at by reason"},
    "cases.Agreement": {
        INTERNAL: "id situation kind giver mode notice_version notice_handed_on"
        " notice_form security_described categories professions organisations"
        " excluded_organisations members excluded_members excluded_authors written_from"
        " written_until purposes is_emergency_only reason regularise_by expires_on presence"
        " accompaniment document opinion_recorded is_disputed collected_by expressed_at"
        " recorded_at",
    },
    "cases.SealedDocument": {
        INTERNAL: "id situation section kind category row_version key_version created_by"
        " created_at changed_at",
        CONFIDENTIAL: "blob",
    },
    "cases.ReferralDraft": {
        INTERNAL: "id user commission changed_at expires_at",
        CONFIDENTIAL: "blob",
        SECRET: "server_half",
    },
    "cases.ReferralAnswer": {
        INTERNAL: "id commission code referral_state created_at answered_at answer_reason"
        " answer_version created_by",
        CONFIDENTIAL: "answer",
    },
    "cases.Grant": {
        INTERNAL: "id situation section recipient key_version level basis reason item is_dormant"
        " not_before"
        " not_after statement granted_by granted_at revoked_at revoked_by",
    },
    "cases.Wrap": {
        INTERNAL: "id situation section grant key_version recipient_key_id",
        SECRET: "blob",
    },
    "cases.SituationUserPermission": {INTERNAL: "id permission user content_object"},
    "cases.MemberKey": {
        INTERNAL: "id commission user key_id serial is_officer public entry signed_by"
        " countersigned_by created_at revoked_at",
        SECRET: "statistics_wrap",
    },
    "cases.MemberVault": {INTERNAL: "user public", SECRET: "sealed_identity"},
    "cases.VaultSlot": {
        INTERNAL: "id user kind pepper_version credential created_at",
        SECRET: "blob",
    },
    "cases.VaultOpening": {
        INTERNAL: "id user session device opened_at used_at proved_at",
        SECRET: "blob",
    },
    "cases.FacetRecord": {INTERNAL: "id commission population period", CONFIDENTIAL: "blob"},
    "cases.ReleaseDraft": {
        INTERNAL: "id commission kind period_start period_end state frozen_by frozen_at"
        " job_key_version attempt started_at beat_at spent_seconds progress_percent"
        " progress_stage refusal refusal_words bundle manifest certificate ledger_line"
        " report_version release published_at withdrawn_at withdrawn_by withdrawn_reason",
        CONFIDENTIAL: "job job_checkpoint report",
        SECRET: "job_key",
    },
    # A plan names tables and groupings, and counts nobody; a note is sealed until two approved it.
    "cases.ReleasePlan": {
        INTERNAL: "id commission version text sha256 is_correction note state created_by"
        " created_at approved_by approved_at activated_by activated_at",
    },
    "cases.ReleaseNote": {
        INTERNAL: "id commission words_version basis category missing_offer state written_by"
        " written_at approved_by approved_at digest published_by published_at published_as"
        " withdrawn_by withdrawn_at",
        CONFIDENTIAL: "words",
    },
    "cases.ReleaseApproval": {INTERNAL: "id draft user role digest approved_at"},
    "cases.Sitting": {
        INTERNAL: "id commission starts_at place state created_by presented_by convened_at"
        " opened_at closed_at",
    },
    "cases.AgendaItem": {
        INTERNAL: "id sitting situation rank kind mode anonymity_attested_by removed_at",
    },
    "cases.ItemAttendance": {INTERNAL: "id item user recorded_at"},
    "cases.Review": {
        INTERNAL: "id situation item person_presence has_no_proposal review_due_on recorded_by"
        " recorded_at",
    },
    "cases.Proposal": {
        INTERNAL: "id situation review section document due_on answer answered_on status"
        " status_reason changed_at version",
    },
    "cases.Restitution": {INTERNAL: "id situation review given_on mode given_by recorded_at"},
    "cases_keystore.SituationKey": {INTERNAL: "situation provider_version", SECRET: "wrapped"},
    "cases_keystore.SectionKey": {
        INTERNAL: "id situation section version commitment is_rotation_due",
    },
    "cases.KeyShortage": {INTERNAL: "id situation section since"},
    "cases.JointAct": {
        INTERNAL: "id commission kind subject reason asked_by asked_at decided_by decided_at"
        " is_confirmed",
    },
    "cases.Erasure": {INTERNAL: "situation commission reason erased_at"},
    "cases.Invitation": {
        INTERNAL: "id situation item user document sections opens_at"
        " closes_at state decline_reason commitment_on attended_at invited_by invited_at"
        " answered_at",
    },
    "cases.Recusal": {
        INTERNAL: "id situation user kind reason declared_by declared_at lifted_by lifted_at",
    },
    "cases.ExceptionalAccess": {
        INTERNAL: "id situation kind sections reason words_version asked_by asked_at statement"
        " decided_by decided_at is_confirmed ends_at ended_at followed_up_by followed_up_at"
        " conclusion conclusion_version",
        CONFIDENTIAL: "words conclusion_words",
    },
    "cases.Attachment": {
        INTERNAL: "id situation section category document agreement key_version stored_as digest"
        " created_by created_at",
    },
    "cases.FileDraft": {
        INTERNAL: "id situation user commitment stored_as created_at expires_at",
        CONFIDENTIAL: "blob",
        SECRET: "wrap",
    },
}

_ACCOUNTS: dict[str, Classes] = {
    "clsm_accounts.User": {
        INTERNAL: "id reference realm email first_name last_name job_title organisation is_active"
        " is_ticket_only is_superuser created_at groups user_permissions",
        SECRET: "password",
    },
    "clsm_accounts.Charter": {INTERNAL: "id realm version body published_at"},
    "clsm_accounts.CharterAcceptance": {INTERNAL: "id user charter accepted_at"},
    "clsm_accounts.FormReceipt": {INTERNAL: "id user key location created_at"},
    "clsm_accounts.UsedTicket": {INTERNAL: "id used_at"},
    "clsm_accounts.CommissionSession": {
        INTERNAL: "expire_date",
        SECRET: "session_key session_data",
    },
    "clsm_accounts.CouncilSession": {INTERNAL: "expire_date", SECRET: "session_key session_data"},
}

_COUNCIL: dict[str, Classes] = {
    **{
        f"clsm_council.{name}": {OPEN: WHOLE}
        for name in (
            "Epci",
            "Commune",
            "Contour",
            "CouncilCommune",
            "PriorityDistrict",
            "PsychiatricSector",
            "SchemeLink",
        )
    },
    "clsm_council.Council": {OPEN: WHOLE},
    "clsm_council.CouncilMembership": {INTERNAL: WHOLE},
    **{
        f"clsm_council.{name}": {INTERNAL: WHOLE}
        for name in ("Post", "PostTraining", "PostFunding", "ArticulationMeeting")
    },
    # The public guide shows an organisation when the council says so; its people, never.
    **{
        f"clsm_directory.{name}": {INTERNAL: WHOLE}
        for name in (
            "Organisation",
            "Contact",
            "Partnership",
            "Partnership_organisations",
            "Batch",
            "MailingList",
            "MailingList_contacts",
        )
    },
    **{
        f"clsm_governance.{name}": {INTERNAL: WHOLE}
        for name in (
            "Body",
            "BodyMandate",
            "CategoryInvitation",
            "MeetingTemplate",
            "MeetingSeries",
            "Meeting",
            "AgendaPoint",
            "Attendance",
            "Document",
            "Letter",
            "MinutesCorrection",
            "ValidatedMinutes",
            "Decision",
            "Vote",
            "FollowUp",
            "FrameworkDocument",
            "Signatory",
        )
    },
    **{
        f"clsm_roadmap.{name}": {INTERNAL: WHOLE}
        for name in (
            "Axis",
            "ActionSheet",
            "Objective",
            "Activity",
            "Partner",
            "Audience",
            "Indicator",
            "BudgetLine",
            "Funding",
            "Roadmap",
            "StrategicObjective",
            "SpecificObjective",
            "ActionSheet_needs",
            "Step",
            "IndicatorValue",
            "YearReview",
        )
    },
    **{
        f"clsm_observatory.{name}": {INTERNAL: WHOLE}
        for name in (
            "Diagnosis",
            "Series",
            "SeriesValue",
            "Need",
            "Priority",
            "Priority_needs",
            "Transmission",
            "Transmission_needs",
        )
    },
    "clsm_reports.AnnualReport": {INTERNAL: WHOLE},
    # Signed and published to the steering committee; its own page says to whom.
    "clsm_observatory.Release": {INTERNAL: WHOLE},
    "clsm_observatory.ReleaseWithdrawal": {INTERNAL: WHOLE},
    "clsm_observatory.Note": {INTERNAL: WHOLE},
    "clsm_observatory.NoteWithdrawal": {INTERNAL: WHOLE},
}

# The ledger holds codes and opaque ids, never a content; it says who read what, hence internal.
_LEDGER: dict[str, Classes] = {
    f"audit.{name}": {INTERNAL: WHOLE}
    for name in ("AuditBody", "AuditSeal", "AuditHead", "AuditProjection")
}

_THIRD_PARTY: dict[str, Classes] = {
    "account.EmailAddress": {INTERNAL: WHOLE},
    "account.EmailConfirmation": {INTERNAL: "id email_address created sent", SECRET: "key"},
    "mfa.Authenticator": {INTERNAL: "id user type created_at last_used_at", SECRET: "data"},
    "usersessions.UserSession": {
        INTERNAL: "id user created_at ip last_seen_at user_agent data",
        SECRET: "session_key",
    },
    **{
        name: {INTERNAL: WHOLE}
        for name in (
            "clsm_accounts.User_groups",
            "clsm_accounts.User_user_permissions",
            "auth.Permission",
            "auth.Group",
            "auth.Group_permissions",
            "contenttypes.ContentType",
            "guardian.UserObjectPermission",
            "guardian.GroupObjectPermission",
            "auditlog.LogEntry",
            "procrastinate.ProcrastinateJob",
            "procrastinate.ProcrastinateWorker",
            "procrastinate.ProcrastinateEvent",
            "procrastinate.ProcrastinatePeriodicDefer",
        )
    },
}

TABLE: dict[str, Classes] = {**_CASES, **_ACCOUNTS, **_COUNCIL, **_LEDGER, **_THIRD_PARTY}


def class_of(model: str, field: str) -> FieldClass | None:
    """Return the class of a field of a model ("app.Model"), None when it has none."""
    for kind, names in TABLE.get(model, {}).items():
        if names == WHOLE or field in names.split():
            return kind
    return None


LABELS = {
    OPEN: ("ouvert", "peut être montré à tous"),
    INTERNAL: ("interne", "reste entre les personnes du service"),
    CONFIDENTIAL: ("confidentiel", "dit quelque chose d’une personne : enregistré scellé"),
    SECRET: ("secret", "ouvre quelque chose : scellé ou haché, jamais montré"),
}


def page() -> str:
    """Write the table in French."""
    parts = ["# Classes de champs", "", "Page produite par `python -m deploy.field_classes`.", ""]
    parts += [f"- **{name}** : {meaning} ;" for name, meaning in LABELS.values()]
    parts += ["", "| Table | Classe | Champs |", "|---|---|---|"]
    for model, classes in TABLE.items():
        for kind, names in classes.items():
            shown = "tous" if names == WHOLE else ", ".join(f"`{one}`" for one in names.split())
            parts.append(f"| {model} | {LABELS[kind][0]} | {shown} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
