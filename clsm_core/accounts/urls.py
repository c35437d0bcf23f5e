"""Addresses of the accounts' own pages, in both services."""

from django.urls import path

from clsm_core.accounts.views import charter

app_name = "accounts"
urlpatterns = [path("charte/", charter.charter, name="charter")]
