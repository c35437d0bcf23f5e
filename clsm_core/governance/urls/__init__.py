"""Addresses of the bodies, below a council's slug: one subject a file."""

from clsm_core.governance.urls import bodies, decisions, framework, meetings

app_name = "governance"
urlpatterns = [
    *bodies.urlpatterns,
    *meetings.urlpatterns,
    *decisions.urlpatterns,
    *framework.urlpatterns,
]
