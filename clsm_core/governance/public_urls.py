"""Addresses open to anybody: the papers that a council publishes."""

from django.urls import path

from clsm_core.governance.views import public, public_minutes

app_name = "public_governance"
urlpatterns = [
    path("<slug:slug>/documents/", public.documents, name="documents"),
    path("<slug:slug>/documents/<uuid:document_id>.pdf", public.framework, name="framework"),
    path("<slug:slug>/documents/fichiers/<uuid:file_id>/", public.file, name="file"),
    path("<slug:slug>/comptes-rendus/<uuid:pk>/", public_minutes.minutes, name="minutes"),
]
