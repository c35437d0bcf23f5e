"""Addresses of the council service."""

from django.urls import include, path

from clsm_core.council.views import choice
from clsm_core.ui.glossary import glossary
from deploy.urls.shared import account_patterns, handlers

handler400 = handlers["handler400"]
handler403 = handlers["handler403"]
handler404 = handlers["handler404"]
handler429 = handlers["handler429"]
handler500 = handlers["handler500"]

urlpatterns = [
    path("", choice.home, name="home"),
    path("glossaire/", glossary, name="glossary"),
    *account_patterns,
    path("", include(("clsm_core.accounts.council_urls", "accounts_council"))),
    path("public/", include("clsm_core.governance.public_urls")),
    path("conseils/", include("clsm_core.council.urls")),
    path("conseils/", include("clsm_core.directory.urls")),
    path("conseils/", include("clsm_core.governance.urls")),
    path("conseils/", include("clsm_core.roadmap.urls")),
    path("conseils/", include("clsm_core.observatory.urls")),
    path("conseils/", include("clsm_core.reports.urls")),
    path("public/", include("clsm_core.reports.public_urls")),
    path("public/", include("clsm_core.council.public_urls")),
]
