"""Councils as a Django application."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """Councils, communes, intercommunalities."""

    name = "clsm_core.council"
    label = "clsm_council"
    verbose_name = "conseils et territoires"
