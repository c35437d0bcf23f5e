"""Addresses of the DPO's desk; none when the project declares no describer."""

from django.conf import settings
from django.urls import path

from audit.views import desk

app_name = "audit"

urlpatterns = (
    [path("acces/", desk.situation_accesses, name="desk")]
    if getattr(settings, "AUDIT_DESCRIBER", None)
    else []
)
