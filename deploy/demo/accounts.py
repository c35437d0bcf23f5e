"""Make the account of a person of the cast, in the realm of the running service.

Must be called after Django's setup: the passphrase's pepper and the key that seals the one-time
code belong to the service.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from clsm_core.accounts.adapters import owner_of_second_factor
from clsm_core.accounts.models import User
from deploy.demo import credentials
from deploy.demo.cast import Person


def make(person: Person, seed: int, *, at: datetime | None = None) -> Any:
    """Make a login with its passphrase, its verified e-mail and its one-time code."""
    user = User.objects.create_user(
        realm=person.realm,
        email=person.email,
        password=credentials.passphrase(seed, person.login),
        first_name=person.first,
        last_name=person.last,
        job_title=person.job,
        organisation=person.organisation,
    )
    if at is not None:
        User.objects.filter(pk=user.pk).update(created_at=at)
    EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
    with owner_of_second_factor(user):
        sealed = get_adapter().encrypt(credentials.totp_seed(seed, person.login))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": sealed})
    return user
