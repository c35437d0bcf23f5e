"""What both services share. Everything that differs from one place to another is an environment
variable; a missing one stops the start with its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

from clsm_core.ui.bootstrap import css_directory

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]
if environment_file := env.str("CLSM_ENV_FILE", default=""):
    environ.Env.read_env(environment_file)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SERVICE_ORIGIN = env.str("SERVICE_ORIGIN")
HTTPS = SERVICE_ORIGIN.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SERVICE_ORIGIN]

SHARED_APPS = [
    # Before the libraries: their pages are ours.
    "clsm_core.ui",
    "clsm_core.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "auditlog",
    "procrastinate.contrib.django",
    "clsm_core.council",
    "clsm_core.directory",
    "clsm_core.governance",
    "clsm_core.observatory",
    "clsm_core.roadmap",
    "clsm_core.reports",
    "audit",
    "deploy",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clsm_core.ui.headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "clsm_core.accounts.middleware.GateMiddleware",
    "clsm_core.accounts.middleware.HistoryMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "clsm_core.ui.context.layout",
            ],
        },
    },
]
FORM_RENDERER = "clsm_core.ui.forms.FormRenderer"


def database(url: str, **options: Any) -> dict[str, Any]:
    """Return Django's description of one connection, bound by its role's own limits."""
    described: dict[str, Any] = env.db_url_config(url)
    described.update(
        ENGINE="django.db.backends.postgresql",
        CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=60),
        CONN_HEALTH_CHECKS=True,
        OPTIONS={"application_name": "clsm", **described.get("OPTIONS", {})},
        **options,
    )
    return described


DATABASE_URL = env.str("DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {
    "default": database(DATABASE_URL, ATOMIC_REQUESTS=True),
    # Reads and denials: committed before the display, and whatever the request becomes.
    "ledger": database(DATABASE_URL, ATOMIC_REQUESTS=False),
    # Rate limits: on the default connection a refusal would roll them back.
    "cache": database(DATABASE_URL, ATOMIC_REQUESTS=False),
}
if owner_url := env.str("OWNER_DATABASE_URL", default=""):
    DATABASES["owner"] = database(owner_url, ATOMIC_REQUESTS=False)
if jobs_url := env.str("JOBS_DATABASE_URL", default=""):
    DATABASES["jobs"] = database(jobs_url, ATOMIC_REQUESTS=False)
DATABASE_ROUTERS = ["deploy.routers.ServiceRouter"]
LEDGER_ALIAS = "ledger"
DPO_ALIAS = "dpo"
MIGRATION_MODULES: dict[str, str] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- accounts -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "clsm_accounts.User"
AUTHENTICATION_BACKENDS = ["clsm_core.accounts.backends.RealmBackend"]
PASSWORD_HASHERS = ["clsm_core.accounts.hashers.PepperedArgon2idHasher"]
PASSWORD_PEPPER = env.str("PASSWORD_PEPPER")
PASSWORD_COST = env.json("PASSWORD_COST", default={"iterations": 3, "memory": 65536, "lanes": 4})
ACCOUNTS_KEY = bytes.fromhex(env.str("ACCOUNTS_KEY"))
AUDIT_MAC_KEY = bytes.fromhex(env.str("AUDIT_MAC_KEY"))
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "clsm_core.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "clsm_core.accounts.adapters.SecondFactorAdapter"
ACCOUNT_FORMS = {
    "login": "clsm_core.accounts.forms.LoginForm",
    "reauthenticate": "clsm_core.accounts.forms.ReauthenticateForm",
    "change_password": "clsm_core.accounts.forms.ChangePasswordForm",
    "set_password": "clsm_core.accounts.forms.SetPasswordForm",
    "reset_password": "clsm_core.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "clsm_core.accounts.forms.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "activate_totp": "clsm_core.accounts.second_factor.ActivateForm",
    "authenticate": "clsm_core.accounts.second_factor.AuthenticateForm",
    "reauthenticate": "clsm_core.accounts.second_factor.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Once a realm, held by our own constraint: the library's index, over both realms, is dropped.
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    # As slow as the vault itself: no page is the faster road to its passphrase.
    "reauthenticate": "10/10m/user",
    "change_password": "10/10m/user",
    "manage_email": "10/m/user",
    # The vault, opened by hand: counted with the account's own limits.
    "vault": "10/10m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 16
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- sessions and cookies -------------------------------------------------------------------------
SESSION_ENGINE = "clsm_core.accounts.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "clsm_core.ui.errors.csrf_failure"
COOKIE_PREFIX = "__Host-" if HTTPS else ""
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSP_FORM_ACTION: list[str] = []

# --- third parties --------------------------------------------------------------------------------
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
GUARDIAN_AUTO_PREFETCH = False
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_INCLUDE_ALL_MODELS = False
AUDITLOG_USE_BASE_MANAGER = True
PROCRASTINATE_DATABASE_ALIAS = "default"

# --- files, language, mail ------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "build" / "static"))
STATICFILES_DIRS = [("vendor/bootstrap", str(css_directory()))]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# No upload ever touches a disk in clear (T-07); the commission has its own handler.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@clsm.invalid")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Guardian's backend is left out on purpose: it lets a superuser do everything (D11).
# Guardian: rights are asked by our own queries, its backend grants nothing. W002: the headers of
# clsm_core.ui.headers say it already.
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "security.W002"]

# Errors are told by their class and place; never by a value, a row or a local variable.
DEFAULT_EXCEPTION_REPORTER_FILTER = "deploy.reports.SilentFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "deploy.reports.PlainFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "level": "INFO"}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.db.backends": {"handlers": [], "level": "ERROR", "propagate": False},
        # Said at every start, by every command.
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
    },
}
