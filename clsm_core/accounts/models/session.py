"""Two session tables, one a service: neither role has a right on the other's (decision 1)."""

from django.contrib.sessions.base_session import AbstractBaseSession


class CommissionSession(AbstractBaseSession):
    """A session of the commission service; its data is sealed under the accounts key."""

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session de la commission"
        verbose_name_plural = "sessions de la commission"


class CouncilSession(AbstractBaseSession):
    """A session of the council service; its data is sealed under that service's accounts key."""

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session du conseil"
        verbose_name_plural = "sessions du conseil"
