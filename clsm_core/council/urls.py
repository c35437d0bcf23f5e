"""Addresses of a council's own pages.

Accounts know councils, so this package cannot import them: the door that checks who enters is
named by `settings.COUNCIL_DOOR` (a decorator factory taking roles).
"""

from django.conf import settings
from django.urls import path
from django.utils.module_loading import import_string

from clsm_core.council import views

app_name = "council"
council_page = import_string(
    getattr(settings, "COUNCIL_DOOR", "clsm_core.accounts.access.council_page")
)
urlpatterns = [path("<slug:slug>/", council_page()(views.home), name="home")]
