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
        from clsm_core.council.history import UNSAID

        for model, names in (
            (models.Council, ["presidency", "co_animation"]),
            (models.PsychiatricSector, ["chief"]),
            (models.Post, ["holder"]),
        ):
            auditlog.register(model, mask_fields=names, mask_callable=UNSAID)
        for model in (
            models.CouncilCommune,
            models.PriorityDistrict,
            models.PostTraining,
            models.PostFunding,
            models.SchemeLink,
            models.ArticulationMeeting,
        ):
            auditlog.register(model)
        auditlog.register(models.CouncilMembership, exclude_fields=["person_name", "person_job"])
        auditlog.register(models.Contour, exclude_fields=["polygons"])
