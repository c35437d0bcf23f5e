"""The register of decisions."""

from django.urls import path

from clsm_core.governance.views import decisions

_LIST = "<slug:slug>/decisions/"
_ONE = f"{_LIST}<uuid:decision_id>/"

urlpatterns = [
    path(_LIST, decisions.register, name="decisions"),
    path(f"{_LIST}inscrire/", decisions.meetings, name="decision_meetings"),
    path(f"{_LIST}inscrire/<uuid:meeting_id>/", decisions.new, name="decision_new"),
    *(
        path(
            f"{_LIST}<int:year>.{extension}",
            decisions.year,
            {"extension": extension},
            name=f"register_{extension}",
        )
        for extension in ("pdf", "csv", "ods")
    ),
    path(_ONE, decisions.decision, name="decision"),
    path(f"{_ONE}modifier/", decisions.edit, name="decision_edit"),
    path(f"{_ONE}suivi/", decisions.follow, name="decision_follow"),
]
