"""What ``check --deploy`` refuses in production (T-61, first depth)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection

from deploy import private_files


@register(Tags.security, deploy=True)
def production(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse debugging, plain HTTP, keys in the environment, a superuser, a moved clock."""
    errors = []
    if settings.DEBUG:
        errors.append(Error("DEBUG is on.", id="clsm.E001"))
    if not settings.HTTPS:
        errors.append(Error("SERVICE_ORIGIN is not https.", id="clsm.E002"))
    if hasattr(settings, "KEYS"):
        # The council's process loads nothing of the key providers (T-05).
        from deploy.keys.env import EnvKeys

        if isinstance(settings.KEYS, EnvKeys):
            errors.append(Error("Keys come from the environment.", id="clsm.E003"))
    if settings.SERVICE == "commission" and not settings.DIRECTORY_ROOTS:
        errors.append(Error("DIRECTORY_ROOTS pins no commission.", id="clsm.E004"))
    with connection.cursor() as cursor:
        if settings.SERVICE == "commission":
            cursor.execute("SELECT id::text, slug FROM cases_commission WHERE state = 'active'")
            errors += [
                Error(f"DIRECTORY_ROOTS does not pin {slug}.", id="clsm.E008")
                for commission, slug in cursor.fetchall()
                if commission not in settings.DIRECTORY_ROOTS
            ]
        cursor.execute("SELECT clsm_now() = now()")
        if not cursor.fetchone()[0]:
            errors.append(Error("The database's clock is moved.", id="clsm.E005"))
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            errors.append(Error("This role bypasses row-level security.", id="clsm.E006"))
        # Of this service's realm; the library's shortcuts let a superuser do everything (T-27).
        cursor.execute("SELECT EXISTS (SELECT 1 FROM clsm_accounts_user WHERE is_superuser)")
        if cursor.fetchone()[0]:
            errors.append(Error("An account is a superuser.", id="clsm.E007"))
    return errors


@register(Tags.security, deploy=True)
def files(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse files that nothing scans without a decision, or that stand where others may read."""
    if settings.SERVICE != "commission":
        return []
    errors = []
    if settings.ANTIVIRUS not in ("clamd", "none"):
        errors.append(Error("ANTIVIRUS is neither clamd nor none.", id="clsm.E020"))
    if settings.ANTIVIRUS == "none" and not settings.ANTIVIRUS_DECISION.strip():
        errors.append(Error("ANTIVIRUS=none without ANTIVIRUS_DECISION.", id="clsm.E021"))
    try:
        root = Path(settings.FILES_ROOT)
        private_files.require_apart(root, settings.STATIC_ROOT)
    except private_files.FileRefused:
        errors.append(Error("FILES_ROOT is missing, or inside the program.", id="clsm.E022"))
    else:
        if root.stat().st_mode & 0o077:
            errors.append(Error("FILES_ROOT is open to others (0700).", id="clsm.E023"))
    # Several handlers or another one: a file could be put down in clear on its way (T-07).
    if settings.FILE_UPLOAD_HANDLERS != ["cases.uploads.MemoryHandler"]:
        errors.append(Error("FILE_UPLOAD_HANDLERS is not the service's own.", id="clsm.E024"))
    return errors


@register(Tags.models)
def sealed_models_stay_out_of_the_history(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse a per-situation model in django-auditlog, which would store its values."""
    if not apps.is_installed("cases"):
        return []
    from auditlog.registry import auditlog

    allowed = {"commission", "mandate"}
    return [
        Error(f"{model._meta.label} is registered with auditlog.", id="clsm.E010")
        for model in auditlog.get_models()
        if model._meta.app_label.startswith("cases") and model._meta.model_name not in allowed
    ]
