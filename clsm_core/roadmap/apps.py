"""The roadmap as a Django application."""

from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    """Axes, action sheets and their parts."""

    name = "clsm_core.roadmap"
    label = "clsm_roadmap"
    verbose_name = "feuille de route"
