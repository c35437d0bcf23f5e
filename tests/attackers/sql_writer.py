"""The writer: an SQL injection with every right, or a rogue administrator without the keys (T-11).

Each attack is a few statements. He has the source code, so that what he signs and wraps is well
formed; he has no officer's key, no member's, and none of the service's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from cases.vault import directory, documents, grants, outer, roots, wraps
from cases.vault.identity import Identity, generate_identity, generate_kem_pair


@dataclass
class Target:
    """Whose situation, and for whom he works; his own keys are made by himself."""

    commission: UUID
    situation: UUID
    lead: UUID
    attacker: UUID
    keys: Identity = field(default_factory=generate_identity)


Attack = Callable[[Any, Target], None]


def replace_public_key(admin: Any, target: Target) -> None:
    """Put his own public key in the lead's place, in the column and in the entry's bytes."""
    public = target.keys.public
    entry = directory.DirectoryEntry(
        member=target.lead,
        commission=target.commission,
        public=public,
        not_before=datetime.now(UTC) - timedelta(days=1),
        not_after=datetime.now(UTC) + timedelta(days=700),
        serial=1,
    )
    signed = directory.sign(generate_identity(), entry)
    admin.execute(
        "UPDATE cases_memberkey SET public = %s, key_id = %s, entry = %s"
        " WHERE user_id = %s AND commission_id = %s",
        [public.to_bytes(), public.key_id, signed, target.lead, target.commission],
    )


def extend_dates(admin: Any, target: Target) -> None:
    """Lengthen the lead's rights by five years."""
    admin.execute(
        "UPDATE cases_grant SET not_after = not_after + interval '5 years'"
        " WHERE situation_id = %s AND recipient_id = %s",
        [target.situation, target.lead],
    )


def insert_permissions(admin: Any, target: Target) -> None:
    """Give himself every permission of the library."""
    admin.execute(
        "INSERT INTO cases_situationuserpermission (id, content_object_id, user_id, permission_id)"
        " SELECT gen_random_uuid(), %s, %s, p.id FROM auth_permission p"
        " JOIN django_content_type t ON t.id = p.content_type_id"
        " WHERE t.app_label = 'cases' AND t.model = 'situation' AND p.codename LIKE 'manage%%'",
        [target.situation, target.attacker],
    )


def insert_grant(admin: Any, target: Target) -> None:
    """Give himself a right on every section that he signed in the lead's name, with permissions."""
    insert_permissions(admin, target)
    now = datetime.now(UTC) - timedelta(minutes=5)
    sections = admin.execute(
        "SELECT section, version FROM cases_keystore_sectionkey WHERE situation = %s",
        [target.situation],
    ).fetchall()
    for section, version in sections:
        dek = documents.new_data_key()
        committed = documents.commitment(dek, target.situation, section, version)
        context = wraps.WrapContext(
            target.situation, section, version, target.keys.key_id, committed
        )
        inner = wraps.wrap_key(dek, target.keys.public.kem, context)
        statement = grants.GrantStatement(
            grant=uuid4(),
            situation=target.situation,
            section=section,
            recipient=target.attacker,
            recipient_key_id=target.keys.key_id,
            level="manage",
            not_before=now,
            not_after=now + timedelta(days=100),
            basis="permanent",
            agreement=None,
            wrap_sha256=grants.wrap_digest(inner),
            commitment=committed,
            previous=None,
            grantor=target.lead,
            grantor_key_id=target.keys.key_id,
        )
        admin.execute(
            "INSERT INTO cases_grant (id, situation_id, section, recipient_id, key_version, level,"
            " basis, reason, is_dormant, not_before, not_after, statement, granted_by_id,"
            " granted_at)"
            " VALUES (%s, %s, %s, %s, %s, 'manage', 'permanent', '', false, %s, %s, %s, %s, %s)",
            [
                statement.grant,
                target.situation,
                section,
                target.attacker,
                version,
                statement.not_before,
                statement.not_after,
                grants.sign_grant(target.keys, statement),
                target.lead,
                now,
            ],
        )
        sealed = outer.outer_seal(os.urandom(32), inner, target.situation, statement.grant, 1)
        admin.execute(
            "INSERT INTO cases_wrap (id, situation_id, section, grant_id, key_version,"
            " recipient_key_id, blob) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s)",
            [
                target.situation,
                section,
                statement.grant,
                version,
                target.keys.key_id,
                sealed,
            ],
        )


def readdress_grants(admin: Any, target: Target) -> None:
    """Turn the lead's rights into his own."""
    insert_permissions(admin, target)
    admin.execute(
        "UPDATE cases_grant SET recipient_id = %s WHERE situation_id = %s AND recipient_id = %s",
        [target.attacker, target.situation, target.lead],
    )


def copy_wraps(admin: Any, target: Target) -> None:
    """Copy every wrap of one section over the next one's: keys in each other's place."""
    admin.execute(
        "UPDATE cases_wrap w SET blob = o.blob FROM cases_wrap o, cases_grant g, cases_grant h"
        " WHERE w.grant_id = g.id AND o.grant_id = h.id AND g.situation_id = %(s)s"
        " AND h.situation_id = %(s)s AND g.recipient_id = %(l)s AND h.recipient_id = %(l)s"
        " AND g.section = 'core' AND h.section = 'social'",
        {"s": target.situation, "l": target.lead},
    )


def replace_commitments(admin: Any, target: Target) -> None:
    """Commit to keys that he knows."""
    admin.execute(
        "UPDATE cases_keystore_sectionkey SET commitment = %s WHERE situation = %s",
        [sha256(b"mine").digest(), target.situation],
    )


def replace_situation_key(admin: Any, target: Target) -> None:
    """Put other bytes in the place of the server's half."""
    admin.execute(
        "UPDATE cases_keystore_situationkey SET wrapped = %s WHERE situation = %s",
        [os.urandom(60), target.situation],
    )


def set_state(admin: Any, target: Target) -> None:
    """Close the situation, without anybody having closed it."""
    admin.execute(
        "UPDATE cases_situation SET state = 'closed', closed_on = current_date WHERE id = %s",
        [target.situation],
    )


def set_erased(admin: Any, target: Target) -> None:
    """Hide the situation from everybody, as if it had been erased."""
    admin.execute("UPDATE cases_situation SET state = 'erased' WHERE id = %s", [target.situation])


def set_withdrawn(admin: Any, target: Target) -> None:
    """Make everybody but the lead lose sight of the situation."""
    admin.execute(
        "UPDATE cases_situation SET is_withdrawn = true WHERE id = %s", [target.situation]
    )


def clear_withdrawn(admin: Any, target: Target) -> None:
    """Bring back a situation whose person took her agreement back."""
    admin.execute(
        "UPDATE cases_situation SET is_withdrawn = false WHERE id = %s", [target.situation]
    )


def swap_recovery_key(admin: Any, target: Target) -> None:
    """Have the next situations wrapped to a recovery key of his own."""
    pair = generate_kem_pair()
    admin.execute(
        "UPDATE cases_commission SET recovery_public = %s, recovery_key_id = %s WHERE id = %s",
        [pair.public, pair.key_id, target.commission],
    )


def swap_officers(admin: Any, target: Target) -> None:
    """Write a directory of his own from its root: he and a friend are its officers."""
    last = admin.execute(
        "SELECT statement FROM cases_directoryroot WHERE commission_id = %s ORDER BY serial DESC",
        [target.commission],
    ).fetchone()
    friend = generate_identity()
    root = replace(
        roots.read_root(bytes(last[0])),
        serial=1,
        previous=None,
        officers=(target.keys.public, friend.public),
    )
    signatures = [roots.sign_root(one, root) for one in (target.keys, friend)]
    admin.execute(
        "UPDATE cases_directoryroot SET statement = %s WHERE commission_id = %s AND serial = 1",
        [roots.assemble(root, signatures), target.commission],
    )


def unrevoke(admin: Any, target: Target) -> None:
    """Bring an ended right of his back to life."""
    admin.execute(
        "UPDATE cases_grant SET revoked_at = NULL, revoked_by_id = NULL"
        " WHERE situation_id = %s AND recipient_id = %s",
        [target.situation, target.attacker],
    )


def change_statement(admin: Any, target: Target) -> None:
    """Flip a byte of what was signed for the lead."""
    admin.execute(
        "UPDATE cases_grant SET statement = set_byte(statement, 60, get_byte(statement, 60) # 1)"
        " WHERE situation_id = %s AND recipient_id = %s",
        [target.situation, target.lead],
    )


def lower_cost(admin: Any, target: Target) -> None:
    """Make the lead's slot cheap to guess: its memory cost is written in clear."""
    admin.execute(
        "UPDATE cases_vaultslot SET blob = set_byte(blob, 5, get_byte(blob, 5) / 2)"
        " WHERE user_id = %s AND kind = 'passphrase'",
        [target.lead],
    )


def swap_documents(admin: Any, target: Target) -> None:
    """Show the social section's text where the core's is read."""
    admin.execute(
        "UPDATE cases_sealeddocument d SET blob = o.blob FROM cases_sealeddocument o"
        " WHERE d.situation_id = %(s)s AND o.situation_id = %(s)s"
        " AND d.section = 'core' AND o.section = 'social'",
        {"s": target.situation},
    )


def wake_depositary(admin: Any, target: Target) -> None:
    """Wake the sleeping rights of the depositary, whom he works for here."""
    insert_permissions(admin, target)
    admin.execute(
        "UPDATE cases_grant SET is_dormant = false WHERE situation_id = %s AND recipient_id = %s",
        [target.situation, target.attacker],
    )


@dataclass(frozen=True)
class Drill:
    """An attack, who meets it, where, and for whom it is made."""

    attack: Attack
    met_by: str = "luc"
    at: str = "situation"
    works_for: str = "sophie"
    prepared: str = ""


DRILLS: dict[str, Drill] = {
    "replace a public key": Drill(replace_public_key),
    "extend not_after": Drill(extend_dates),
    "insert guardian rows": Drill(insert_permissions, met_by="sophie"),
    "insert a grant": Drill(insert_grant, met_by="sophie"),
    "readdress grants": Drill(readdress_grants, met_by="sophie"),
    "copy a wrap": Drill(copy_wraps),
    "replace commitments": Drill(replace_commitments),
    "replace the situation's key": Drill(replace_situation_key),
    "set the state": Drill(set_state),
    "hide the situation": Drill(set_erased),
    "set the withdrawal": Drill(set_withdrawn),
    "clear a withdrawal": Drill(clear_withdrawn, prepared="withdrawn"),
    "swap the recovery key": Drill(swap_recovery_key),
    "swap the officers": Drill(swap_officers),
    "unrevoke": Drill(unrevoke, met_by="marc", works_for="marc", prepared="revoked"),
    "change a statement": Drill(change_statement),
    "lower the cost of a slot": Drill(lower_cost, at="vault"),
    "swap documents": Drill(swap_documents),
    "wake the depositary": Drill(wake_depositary, met_by="nadia", works_for="nadia"),
}
