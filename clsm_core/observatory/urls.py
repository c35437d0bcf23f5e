"""Addresses of the observatory, below a council's slug."""

from django.urls import path

from clsm_core.observatory import views
from clsm_core.observatory.field import urls as field

app_name = "observatory"
urlpatterns = [
    path("<slug:slug>/observation/", views.trends, name="trends"),
    path("<slug:slug>/observation/evolution/", views.evolution, name="evolution"),
    path("<slug:slug>/observation/explorer/", views.explore, name="explore"),
    path("<slug:slug>/observation/verifier/", views.verify, name="verify"),
    *field.urlpatterns,
    path("<slug:slug>/observation/<uuid:release_id>/<str:name>", views.download, name="file"),
]
