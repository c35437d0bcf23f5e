"""A referral as its form gives it, made from a fictitious situation."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from deploy.demo import texts
from deploy.demo.figures import Profile, happens

CRITERIA = ["droit_commun", "complexite", "pas_urgence"]
DAYS_TO_INFORM = timedelta(days=15)


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

    A person who is not reachable is to be informed before a date (decision 26).
    """
    is_informed = is_anonymous or (is_reachable and happens(rng, 90))
    due = None if is_informed else (at + DAYS_TO_INFORM).date().isoformat()
    identity = texts.identity(
        rng,
        is_woman=profile.sex.value == "femme",
        birth_year=at.year - profile.age,
        town=town,
    )
    return {
        **profile.content(),
        **texts.referral(rng),
        "identification": "coded" if is_anonymous else "named",
        "identity": {} if is_anonymous else identity,
        "person_informed": "informee" if is_informed else "injoignable",
        "information_due_on": due,
        "informed_by": informed_by if is_informed else "",
        "presence_wish": rng.choice(["oui", "non", "ne_sait_pas"]),
        "criteria": CRITERIA,
        "attest_anonymous": is_anonymous,
    }
