"""Addresses of the roadmap, below a council's slug."""

from django.urls import path

from clsm_core.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.sheets, name="list"),
    path("<uuid:sheet_id>/", views.sheet, name="sheet"),
]
