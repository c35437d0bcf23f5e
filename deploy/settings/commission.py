"""The commission service: confidential situations. It alone has the vault's server keys."""

from deploy.keys.choice import provider
from deploy.keys.provider import KeyRefused, ProviderDown
from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import COOKIE_PREFIX, DATABASES, MIDDLEWARE, SHARED_APPS, database, env

SERVICE = "commission"
REALM = "commission"
ROOT_URLCONF = "deploy.urls.commission"
INSTALLED_APPS = ["cases", "cases.keystore", *SHARED_APPS]
MIDDLEWARE = [*MIDDLEWARE, "cases.middleware.VaultMiddleware"]

SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_c"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_c_csrf"
VAULT_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_v"
PENDING_VAULT_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_vp"
DRAFT_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_d"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clsm_cache_commission",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
if dpo_url := env.str("DPO_DATABASE_URL", default=""):
    DATABASES["dpo"] = database(dpo_url, ATOMIC_REQUESTS=False)
# Reads every row and writes none: the nightly verification of the keys.
if backup_url := env.str("BACKUP_DATABASE_URL", default=""):
    DATABASES["backup"] = database(backup_url, ATOMIC_REQUESTS=False)

# The vault's rules: a passphrase chosen by a reset will open the vault as well.
AUTH_PASSWORD_VALIDATORS = [{"NAME": "cases.forms.passphrase.PassphraseValidator"}]
# The change page ends the other sessions itself, and goes on in this one with the vault open.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False

KEYS = provider(env.str("KEY_PROVIDER"))
KEYS_DOWN = ProviderDown
KEYS_REFUSED = KeyRefused
SLOT_COST = env.json("SLOT_COST", default={"iterations": 3, "memory": 65536, "lanes": 4})
# The root of each commission's directory, pinned outside the database (decision 16).
DIRECTORY_ROOTS = env.json("DIRECTORY_ROOTS", default={})
COUNCIL_ORIGIN = env.str("COUNCIL_ORIGIN")
UI_LAYOUT = "cases.layout.layout"
AUDIT_DESCRIBER = "cases.describer.Describer"
AUDIT_LAYOUT = "ui/base.html"
ACCOUNT_GATE = "cases.gate.gate"
JOB_QUEUE = "commission"
# Sealed objects: a folder of their own, that the service alone reads (0700).
FILES_ROOT = env.str("FILES_ROOT")
FILE_UPLOAD_HANDLERS = ["cases.uploads.MemoryHandler"]
# clamd, or none by a decision of the DPO whose reference every page about files shows.
ANTIVIRUS = env.str("ANTIVIRUS", default="clamd")
ANTIVIRUS_DECISION = env.str("ANTIVIRUS_DECISION", default="")
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="unix:/run/clamav/clamd.ctl")
# A proof that lasts longer is given up: the release is not publishable (R21).
RELEASE_DEADLINE_SECONDS = env.int("RELEASE_DEADLINE_SECONDS", default=600)
PROCRASTINATE_IMPORT_PATHS = ["cases.tasks", "clsm_core.accounts.tasks"]
