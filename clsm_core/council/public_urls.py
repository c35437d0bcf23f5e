"""Addresses that anybody may open: what a council publishes of itself."""

from django.urls import path

from clsm_core.council.views import public

app_name = "public_council"
urlpatterns = [path("<slug:slug>/", public.home, name="home")]
