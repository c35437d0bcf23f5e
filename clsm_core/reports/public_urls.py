"""Addresses open to anybody: the annual reports that a council publishes."""

from django.urls import path

from clsm_core.reports.views import public

app_name = "public_reports"
urlpatterns = [
    path("<slug:slug>/bilans/", public.reports, name="list"),
    path("<slug:slug>/bilans/<int:year>/bilan.pdf", public.pdf, name="pdf"),
]
