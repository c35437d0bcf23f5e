"""Addresses that only the council service has."""

from django.urls import path

from clsm_core.accounts.views import ticket

urlpatterns = [path("entree/", ticket.receive, name="ticket")]
