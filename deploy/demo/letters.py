"""A referral as its form gives it, made from a fictitious situation."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from cases.actions import identities
from cases.models import Situation
from cases.permissions import Viewer
from deploy.demo import texts
from deploy.demo.figures import Profile, happens

CRITERIA = ["droit_commun", "complexite", "pas_urgence"]
DAYS_TO_INFORM = timedelta(days=15)


def name(viewer: Viewer, situation: Situation, profile: Profile, rng: Random, *, town: str) -> None:
    """Write the identity of a person who was not informed yet, once she agreed (C-01)."""
    said = texts.identity(
        rng,
        is_woman=profile.sex.value == "femme",
        birth_year=viewer.at.year - profile.age,
        town=town,
    )
    identities.write(
        viewer=viewer,
        situation=situation,
        content={**said, "reach": "Le matin, après un message écrit."},
        version=0,
    )


def referral(
    rng: Random,
    profile: Profile,
    *,
    at: datetime,
    town: str,
    informed_by: str,
    is_anonymous: bool,
    is_reachable: bool,
) -> dict[str, Any]:
    """Return the content of a referral; in coded mode it names nobody (C-03).

    A person who is not reachable is to be informed before a date, and her name waits (decision 26).
    """
    is_informed = is_anonymous or (is_reachable and happens(rng, 90))
    due = None if is_informed else (at + DAYS_TO_INFORM).date().isoformat()
    identity = texts.identity(
        rng,
        is_woman=profile.sex.value == "femme",
        birth_year=at.year - profile.age,
        town=town,
    )
    is_coded = is_anonymous or not is_informed
    return {
        **profile.content(),
        **texts.referral(rng),
        **profile.around(rng),
        "identification": "coded" if is_coded else "named",
        "identity": {} if is_coded else identity,
        "person_informed": "informee" if is_informed else "injoignable",
        "information_due_on": due,
        "informed_by": informed_by if is_informed else "",
        "presence_wish": rng.choice(["oui", "non", "ne_sait_pas"]),
        "criteria": CRITERIA,
        "attest_anonymous": is_coded,
    }
