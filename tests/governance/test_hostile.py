"""The suites' own rules bite: each is broken here on purpose (style rules 26 and 27)."""

from __future__ import annotations

import socket
import warnings

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path

from tests.cases_of import TestCase
from tests.conftest import NetworkRefused


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Draw a template whose variable exists, or not."""
    template = engines["django"].from_string("<p>{{ known }} {{ unknown }}</p>")
    known = {"known": "x", "unknown": "y"} if "whole" in request.GET else {"known": "x"}
    return HttpResponse(template.render(known, request))


urlpatterns = [path("page", page, name="page")]


class HostileTests(TestCase):
    """Each refusal has its control."""

    @override_settings(ROOT_URLCONF="tests.governance.test_hostile", UI_LAYOUT="")
    def test_an_undefined_variable_fails(self) -> None:
        """The client refuses the page; with the variable it passes."""
        self.assertEqual(self.client.get("/page?whole").status_code, 200)
        with self.assertRaises(AssertionError):
            self.client.get("/page")

    @override_settings(MIDDLEWARE=[], ROOT_URLCONF="tests.governance.test_hostile", UI_LAYOUT="")
    def test_a_response_without_its_headers_fails(self) -> None:
        """Without the middleware that writes them."""
        with self.assertRaises(AssertionError):
            self.client.get("/page?whole")

    def test_other_machines_are_out_of_reach(self) -> None:
        """By address and by name; loopback is reached, or refused by nobody (control)."""
        for address in (("192.0.2.1", 80), ("exemple.invalid", 80)):
            with socket.socket() as probe, self.assertRaises(NetworkRefused):
                probe.connect(address)
            with self.assertRaises(NetworkRefused):
                socket.create_connection(address, timeout=1)
        with socket.socket() as server, socket.socket() as probe:
            server.bind(("127.0.0.1", 0))
            server.listen(1)
            probe.connect(server.getsockname())

    def test_a_warning_fails(self) -> None:
        """Whatever its kind."""
        with pytest.raises(DeprecationWarning):
            warnings.warn("on purpose", DeprecationWarning, stacklevel=1)

    def test_the_role_is_the_service_itself(self) -> None:
        """Decision 14: logged in, not put on."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user::text, current_user::text")
            self.assertEqual(cursor.fetchone(), ("clsm_governance", "clsm_governance"))
