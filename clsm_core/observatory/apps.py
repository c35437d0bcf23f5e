"""The observatory as a Django application."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """Releases received and approved notes; what the council observes by itself."""

    name = "clsm_core.observatory"
    label = "clsm_observatory"
    verbose_name = "observation"

    def ready(self) -> None:
        """Keep the history of what the council writes; releases are only ever inserted."""
        from auditlog.registry import auditlog

        from clsm_core.governance.queries.decisions import rests
        from clsm_core.observatory import models

        auditlog.register(models.Diagnosis)
        auditlog.register(models.Series)
        auditlog.register(models.SeriesValue)
        auditlog.register(models.Need)
        auditlog.register(models.Priority, m2m_fields={"needs"})
        auditlog.register(models.Transmission, m2m_fields={"needs"})
        rests("diagnoses", "un diagnostic")
        rests("priorities", "une priorité", ends_on__isnull=True)
