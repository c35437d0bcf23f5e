"""Register the user interface with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Declare the interface, which holds no model."""

    name = "clsm_core.ui"
    label = "clsm_ui"
    verbose_name = "interface"
