"""Addresses of the roadmap, below a council's slug."""

from django.urls import path

from clsm_core.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("<slug:slug>/feuille-de-route/", views.sheets, name="list"),
    path("<slug:slug>/feuille-de-route/<uuid:sheet_id>/", views.sheet, name="sheet"),
]
