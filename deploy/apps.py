"""The composition root as a Django application: management commands and checks only."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """Hold the commands that install, provision and demonstrate."""

    name = "deploy"
    verbose_name = "déploiement"

    def ready(self) -> None:
        """Register the checks of `check --deploy`."""
        from deploy import checks  # noqa: F401
