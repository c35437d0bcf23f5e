"""Governance as a Django application."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Bodies, mandates, meetings, decisions, framework documents."""

    name = "clsm_core.governance"
    label = "clsm_governance"
    verbose_name = "instances"

    def ready(self) -> None:
        """Keep the history of every table but the bytes of files."""
        from auditlog.registry import auditlog

        from clsm_core.council.history import UNSAID
        from clsm_core.governance import models

        for model, names in (
            (models.AgendaPoint, ["presenter"]),
            (models.Signatory, ["representative"]),
        ):
            auditlog.register(model, mask_fields=names, mask_callable=UNSAID)
        for model in (
            models.Body,
            models.BodyMandate,
            models.CategoryInvitation,
            models.MeetingTemplate,
            models.MeetingSeries,
            models.Meeting,
            models.Attendance,
            models.MinutesCorrection,
            models.Decision,
            models.Vote,
            models.FollowUp,
            models.FrameworkDocument,
        ):
            auditlog.register(model)
        for model in (models.Document, models.ValidatedMinutes):
            auditlog.register(model, exclude_fields=["content"])
