"""The door of the application server: the service that DJANGO_SETTINGS_MODULE names, no default.

Must never: choose a service by itself; a missing variable stops the start.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

if "DJANGO_SETTINGS_MODULE" not in os.environ:
    raise SystemExit(
        "DJANGO_SETTINGS_MODULE manque : deploy.settings.commission ou deploy.settings.governance."
    )
application = get_wsgi_application()
