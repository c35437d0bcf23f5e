"""Councils as a Django application."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """Councils, their territory, who works there, what they are linked with."""

    name = "clsm_core.council"
    label = "clsm_council"
    verbose_name = "conseils et territoires"

    def ready(self) -> None:
        """Keep the history of what people enter; official data have their version."""
        from auditlog.registry import auditlog

        from clsm_core.council import models

        for model in (
            models.Council,
            models.CouncilCommune,
            models.PriorityDistrict,
            models.PsychiatricSector,
            models.Post,
            models.PostTraining,
            models.PostFunding,
            models.SchemeLink,
            models.ArticulationMeeting,
        ):
            auditlog.register(model)
        auditlog.register(models.CouncilMembership, exclude_fields=["person_name", "person_job"])
        auditlog.register(models.Contour, exclude_fields=["polygons"])
