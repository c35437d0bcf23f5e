"""What the provisioning command must give away on the ledger's tables, and to whom.

This module only declares; `deploy` owns the roles and applies the grants.

Source: decisions 3, 8, 8b, 31.
"""

DEFINER_FUNCTIONS = ["audit_seal_body()"]
"""Functions to give to the guard role, EXECUTE revoked from PUBLIC: nobody calls them, the
trigger at commit does."""

OWNER_EXECUTES = ["audit_seal_body()"]
"""Functions on which the owner keeps EXECUTE: attaching a month copies the trigger, which
PostgreSQL allows only to a role that may execute its function (seen on 15)."""

GUARD_RIGHTS = {
    "audit_seal": ("INSERT",),
    "audit_head": ("SELECT", "INSERT", "UPDATE"),
    "audit_projection": ("INSERT",),
}
"""What the guard needs on each table for the trigger to run."""

INSERT_COLUMNS = {"audit_body": ["id", "body", "salt", "mac"]}
"""The only right of the services: insert these columns (the month is the database's)."""

READER_TABLES = ["audit_body", "audit_seal", "audit_head", "audit_projection"]
"""What the DPO's role selects; it writes nothing."""

OWNER_FUNCTIONS = ["audit_create_month(date)"]
"""Functions for the owner's commands only: EXECUTE revoked from PUBLIC."""
