"""The ledger as a Django application."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Connect the forwarding of django-auditlog and the checks of the settings."""

    name = "audit"
    label = "audit"
    verbose_name = "journal des accès"

    def ready(self) -> None:
        """Import what can only be imported once the models are loaded."""
        from auditlog.signals import post_log

        from audit import checks, forwarding  # noqa: F401

        post_log.connect(forwarding.forward, dispatch_uid="audit.forwarding")
