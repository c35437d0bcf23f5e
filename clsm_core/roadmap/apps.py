"""The roadmap as a Django application."""

from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    """Roadmaps, axes, objectives, action sheets and their parts."""

    name = "clsm_core.roadmap"
    label = "clsm_roadmap"
    verbose_name = "feuille de route"

    def ready(self) -> None:
        """Keep the history of every table; tell what rests on a decision."""
        from auditlog.registry import auditlog

        from clsm_core.governance.queries.decisions import rests
        from clsm_core.roadmap import models

        for model in (
            models.Roadmap,
            models.Axis,
            models.StrategicObjective,
            models.SpecificObjective,
            models.Objective,
            models.Activity,
            models.Partner,
            models.Audience,
            models.Indicator,
            models.IndicatorValue,
            models.BudgetLine,
            models.Funding,
            models.Step,
            models.YearReview,
        ):
            auditlog.register(model)
        auditlog.register(models.ActionSheet, m2m_fields={"needs"})
        rests("roadmaps", "une feuille de route")
        standing = [one for one in models.SheetStatus if one != models.SheetStatus.ABANDONED]
        rests("sheets", "une fiche-action", status__in=standing)
