"""The observatory as a Django application."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """Releases received, approved notes, withdrawals."""

    name = "clsm_core.observatory"
    label = "clsm_observatory"
    verbose_name = "observation"
