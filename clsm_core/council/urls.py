"""Addresses of a council's own pages."""

from django.urls import path

from clsm_core.council.views import council

app_name = "council"
urlpatterns = [path("<slug:slug>/", council.home, name="home")]
