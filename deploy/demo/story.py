"""Tell the demonstration's story to a fresh database, through the actions and in order.

Runs as a program under the commission's settings with the owner's address:
`python -m deploy.demo.story '{"situations": 300, "seed": 1, "days": 1095}' RESULT`. What only this
program knows (roots, shares, where the story stands) goes into the file RESULT, readable by its
owner only.

Two runs of one seed on one day give the same codes, states, dates, counts and releases; ids, keys
and hashes differ (decision 50).
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path as FilePath
from typing import Any

import django

from deploy.demo.parameters import Parameters


def main() -> None:
    """Play the story and write its result."""
    parameters = Parameters(**json.loads(sys.argv[1]))
    django.setup()
    result = play(parameters)
    path = FilePath(sys.argv[2])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(result, stream, ensure_ascii=False, indent=1)


def play(parameters: Parameters) -> dict[str, Any]:
    """Open both commissions, live through their years, set the clock right."""
    from django.conf import settings

    from deploy.demo import cast, clock, publications
    from deploy.demo.commissions import House
    from deploy.demo.progress import Progress
    from deploy.demo.schedule import Schedule

    last = last_moment()
    settings.CODE_CHOOSER = parameters.chance("codes").choice
    openings = _openings(parameters, last)
    house = House(parameters.seed, last.date())
    schedule = Schedule(last)
    first = min(opening.on for opening in openings)
    progress = Progress("Histoire fictive (jours)", (last - first).days)
    stages = {opening.slug: house.open(opening) for opening in sorted(openings, key=_day_of)}
    for opening in openings:
        _populate(parameters, stages[opening.slug], schedule, last)
    publishers = publications.plan_all(stages[cast.METZ], stages[cast.TERRES], schedule)
    schedule.run(progress, first)
    clock.set_right()
    progress.end()
    return {
        "parameters": asdict(parameters),
        "made_on": last.date().isoformat(),
        "acts": schedule.done,
        "states": _states(stages.values()),
        "not_published": [line for publisher in publishers for line in publisher.refused],
        "commissions": [
            {
                "slug": stage.opening.slug,
                "id": str(stage.commission.pk),
                "name": stage.opening.name,
                "root": stage.ceremony.root,
                "threshold": stage.ceremony.threshold,
                "shares": list(stage.ceremony.shares),
            }
            for stage in stages.values()
        ],
    }


def last_moment() -> datetime:
    """Return the evening of yesterday: the story never touches the present day."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    return datetime.combine(yesterday, time(18, 0), UTC)


def _day_of(opening: Any) -> datetime:
    moment: datetime = opening.on
    return moment


def _openings(parameters: Parameters, last: datetime) -> list[Any]:
    """Return how the commissions open: Metz over the days asked, the small one on a 1 January.

    A small council publishes blocks of three whole years (decision 39): it needs them whole.
    """
    from cases.models import Commission
    from deploy.demo import cast
    from deploy.demo.commissions import Opening

    large = datetime.combine(last.date() - timedelta(days=parameters.days), time(7, 0), UTC)
    small = datetime.combine(date(last.year - 3, 1, 1), time(7, 0), UTC)
    if small > last - timedelta(days=parameters.days):
        small = large
    return [
        Opening(
            cast.METZ,
            "Cellule d’appui aux situations de Metz",
            Commission.AgreementMode.REQUIRED,
            large,
        ),
        Opening(
            cast.TERRES,
            "Réseau d’entraide Terres des Confluences",
            Commission.AgreementMode.ANONYMOUS,
            small,
        ),
    ]


def _populate(parameters: Parameters, stage: Any, schedule: Any, last: datetime) -> None:
    """Plan the situations of a commission: by chance, then those kept in a state on purpose."""
    from deploy.demo import agendas, cast, endings, paths

    slug = stage.opening.slug
    is_large = slug == cast.METZ
    rng = parameters.chance(slug)
    count = parameters.situations if is_large else parameters.small_situations
    moments = agendas.dates(stage.opening.on.date(), last.date(), 4 if is_large else 8)
    calendar = agendas.Calendar(stage, schedule, moments, rng)
    town = "57000 Metz" if is_large else "82100 Castelsarrasin"
    world = paths.World(stage, schedule, calendar, town)
    kept = list(endings.forced(count))
    span = (last.date() - stage.opening.on.date()).days - 5
    arrivals = [
        (last.date() - timedelta(days=days), ending) for ending, days in kept if days < span
    ]
    # The situations kept on purpose are the latest: chance fills the time before them, evenly.
    until = span - round(0.9 * span * len(arrivals) / count)
    for _ in range(count - len(arrivals)):
        day = stage.opening.on.date() + timedelta(days=rng.randint(2, until))
        arrivals.append((day - timedelta(days=max(0, day.weekday() - 4)), None))
    arrivals.sort(key=lambda one: one[0])
    for index, (day, ending) in enumerate(arrivals):
        own = parameters.chance(f"{slug}-{index}")
        moment = datetime.combine(day, time(own.randint(7, 16), own.randint(0, 59)), UTC)
        # One situation in five is coded where the commission allows it (C-03).
        is_anonymous = not is_large and ending is None and index % 5 == 2
        moment = max(moment, stage.opening.on + timedelta(hours=2))
        paths.make(world, own, moment, ending, is_anonymous=is_anonymous).begin()


def _states(stages: Any) -> dict[str, dict[str, int]]:
    """Count situations by state, as all the members together see them.

    One alone would not do: what is withdrawn is left to its lead (C-04).
    """
    from django.db import transaction

    from cases.access.entry import acting
    from cases.models import Situation

    found = {}
    for stage in stages:
        seen: dict[str, str] = {}
        for player in stage.players.values():
            with transaction.atomic(), acting(player.user):
                rows = Situation.objects.filter(commission=stage.commission)
                for row in rows.only("code", "state", "referral_state", "is_withdrawn"):
                    flag = "withdrawn" if row.is_withdrawn and row.state != "closed" else ""
                    seen[row.code] = flag or row.state or row.referral_state
        found[stage.opening.slug] = dict(sorted(Counter(seen.values()).items()))
    return found


if __name__ == "__main__":
    main()
