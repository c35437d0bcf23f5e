"""Reports as a Django application."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Computed indicators, conformity to the standard, annual reports."""

    name = "clsm_core.reports"
    label = "clsm_reports"
    verbose_name = "rapports"

    def ready(self) -> None:
        """Keep the history of reports but their bytes."""
        from auditlog.registry import auditlog

        from clsm_core.reports.models import AnnualReport

        auditlog.register(AnnualReport, exclude_fields=["document", "steering_document", "figures"])
