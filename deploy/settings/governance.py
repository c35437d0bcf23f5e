"""The council service: no case table, no vault key, no code that could (promise 4)."""

from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import COOKIE_PREFIX, SHARED_APPS, env

SERVICE = "governance"
REALM = "council"
ROOT_URLCONF = "deploy.urls.governance"
INSTALLED_APPS = SHARED_APPS

SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_g"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}clsm_g_csrf"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clsm_cache_governance",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
# Public keys only: tickets from the commission, and the releases it signed.
TICKET_PUBLIC_KEY = env.str("TICKET_PUBLIC_KEY")
RELEASE_PUBLIC_KEY = env.str("RELEASE_PUBLIC_KEY")
COMMISSION_ORIGIN = env.str("COMMISSION_ORIGIN")
UI_LAYOUT = "clsm_core.council.layout.council_layout"
AUDIT_DESCRIBER = None
ACCOUNT_GATE = "clsm_core.accounts.gate.council_gate"
JOB_QUEUE = "governance"
PROCRASTINATE_IMPORT_PATHS = [
    "clsm_core.accounts.tasks",
    "clsm_core.directory.tasks",
    "clsm_core.governance.tasks",
]
# In memory alone, like everywhere; longer than a form, for the council's documents.
FILE_UPLOAD_HANDLERS = ["clsm_core.governance.uploads.MemoryHandler"]
