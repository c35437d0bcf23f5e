"""Councils, members and signed releases for the council service's tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client

from cases.disclosure.bundle import ReleaseFiles, build_release
from cases.disclosure.counts import count_rows
from cases.disclosure.period import Period
from clsm_core.accounts.gate import BY_TICKET
from clsm_core.accounts.models import CouncilMembership, User
from clsm_core.council.models import Council
from tests import database
from tests.pure.disclosure.simulated import DEFAULT, rows_for

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = SIGNER.public_key().public_bytes_raw().hex()
COMMISSION = "Cellule de réflexion et d’aide"


def council(slug: str = "metz", name: str = "CLSM de Metz", **fields: Any) -> Council:
    """Give an active council."""
    return Council.objects.create(
        slug=slug,
        name=name,
        status="active",
        scale="communal",
        territory_type="urban",
        created_on=dt.date(2015, 3, 1),
        **fields,
    )


def member(of: Council | None, role: str = "steering_member", name: str = "elise") -> Client:
    """Give the browser of a person who came by ticket, member of a council or of none."""
    user = User.objects.create_user(
        realm="council", email=f"{name}@exemple.invalid", password=None, last_name=name.title()
    )
    if of is not None:
        CouncilMembership.objects.create(
            user=user, council=of, role=role, starts_on=dt.date(2020, 1, 1)
        )
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    browser.force_login(user)
    session = browser.session
    session[BY_TICKET] = True
    session.save()
    return browser


def release_files(
    slug: str, population: str, period: Period, size: int, history: tuple[ReleaseFiles, ...] = ()
) -> ReleaseFiles:
    """Build a release of fictitious rows."""
    counts = count_rows(DEFAULT, population, rows_for(DEFAULT, population, size, 1))
    issuer = {"council": slug, "commission": COMMISSION}
    return build_release(DEFAULT, counts, period, list(history), issuer=issuer)


def insert(of: Council, files: ReleaseFiles, *, signature: bytes | None = None) -> str:
    """Insert a release as the commission's role does; return its id."""
    manifest = files.manifest
    signed = SIGNER.sign(files.manifest_text.encode()) if signature is None else signature
    with _as("clsm_commission") as connection:
        row = connection.execute(
            "INSERT INTO clsm_observatory_release (id, council_id, commission_label, population,"
            " period_start, period_end, plan_version, bundle, manifest, signature,"
            " previous_hash, published_at) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s) RETURNING id::text",
            [
                of.pk,
                COMMISSION,
                manifest["population"],
                manifest["period"]["start"],
                manifest["period"]["end"],
                manifest["plan"]["version"],
                files.bundle_text,
                files.manifest_text,
                signed,
                manifest["previous_release_hash"] or "",
                dt.datetime(2026, 1, 14, 9, tzinfo=dt.UTC),
            ],
        ).fetchone()
    assert row is not None
    return str(row[0])


def insert_note(of: Council, title: str, text: str) -> None:
    """Insert an approved note as the commission's role does."""
    with _as("clsm_commission") as connection:
        connection.execute(
            "INSERT INTO clsm_observatory_note (id, council_id, commission_label, title, text,"
            " basis, approved_by, published_at) VALUES (gen_random_uuid(), %s, %s, %s, %s,"
            " 'structures', 'la coordination et le DPO', now())",
            [of.pk, COMMISSION, title, text],
        )


def withdraw(release_id: str) -> None:
    """Insert a withdrawal as the commission's role does."""
    with _as("clsm_commission") as connection:
        connection.execute(
            "INSERT INTO clsm_observatory_releasewithdrawal (id, release_id, reason, withdrawn_at)"
            " VALUES (gen_random_uuid(), %s, 'Erreur de saisie', now())",
            [release_id],
        )


def _as(role: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Log in to the test's own database as another role."""
    name = settings.DATABASES["default"]["NAME"]
    return psycopg.connect(database.installation().url(str(name), role))
