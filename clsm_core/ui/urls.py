"""Addresses of the gallery; mounted in development only."""

from django.urls import path

from clsm_core.ui import gallery

app_name = "ui"

urlpatterns = [
    path("", gallery.gallery, name="gallery"),
    path("erreur/<int:status>/", gallery.error, name="gallery_error"),
]
