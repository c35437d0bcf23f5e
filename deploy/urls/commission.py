"""Addresses of the commission service."""

from django.urls import include, path

from cases.views import home, login, passphrase
from deploy.urls.shared import account_patterns, handlers

handler400 = handlers["handler400"]
handler403 = handlers["handler403"]
handler404 = handlers["handler404"]
handler429 = handlers["handler429"]
handler500 = handlers["handler500"]

urlpatterns = [
    path("", home.home, name="home"),
    # Before the library's: what opens the login opens the vault as well (decision 17).
    path("compte/login/", login.login, name="account_login"),
    path("compte/password/change/", passphrase.change, name="account_change_password"),
    path("compte/2fa/webauthn/login/", login.passkey_login, name="mfa_login_webauthn"),
    path("compte/2fa/webauthn/add/", login.passkey_add, name="mfa_add_webauthn"),
    *account_patterns,
    path("journal/", include("audit.urls")),
    path("", include("cases.urls")),
]
