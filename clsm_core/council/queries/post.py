"""The coordinators of a council: who, how much time, who pays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from clsm_core.council.models import Council, Post, PostFunder, PostFunding, PostTraining

# 002-07: the three who pay together.
TRIPARTITE = (PostFunder.LOCAL_AUTHORITY, PostFunder.HOSPITAL, PostFunder.ARS)
# 003-06: the five classes of seniority, by full years.
SENIORITY = ((1, "moins d’un an"), (3, "1 à 2 ans"), (5, "3 à 4 ans"), (7, "5 à 6 ans"))
LONGEST = "7 ans et plus"
# What the national standard asks of a coordination (002-06).
FULL_TIME = Decimal(1)


class Share(NamedTuple):
    """What one funder gives in a year, and its part of the whole in %."""

    funding: PostFunding
    percent: Decimal


class Year(NamedTuple):
    """The funding of a post in a year."""

    year: int
    shares: list[Share]
    total: Decimal
    missing: list[str]

    @property
    def is_tripartite(self) -> bool:
        """Tell whether the three funders of 002-07 all give something."""
        return not self.missing


def posts_of(council: Council) -> QuerySet[Post]:
    """Give every post of a council, the present ones first, with fundings and trainings."""
    return Post.objects.filter(council=council).prefetch_related(
        Prefetch("fundings", PostFunding.objects.order_by("-year", "funder", "label")),
        Prefetch("trainings", PostTraining.objects.order_by("-on", "title")),
    )


def post_of(council: Council, post_id: object) -> Post | None:
    """Give one post of the council, None when it is not there."""
    return Post.objects.filter(council=council, pk=post_id).first()


def funding_of(council: Council, funding_id: object) -> PostFunding | None:
    """Give one funding of a post of the council, None when it is not there."""
    found = PostFunding.objects.filter(post__council=council, pk=funding_id)
    return found.select_related("post").first()


def training_of(council: Council, training_id: object) -> PostTraining | None:
    """Give one training of a post of the council, None when it is not there."""
    found = PostTraining.objects.filter(post__council=council, pk=training_id)
    return found.select_related("post").first()


def is_held(post: Post, on: date) -> bool:
    """Tell whether a post is held on a day."""
    return post.starts_on <= on and (post.ends_on is None or post.ends_on >= on)


def full_time_of(posts: Iterable[Post], on: date) -> Decimal:
    """Add up the time given to the council on a day, in full-time equivalents (002-06, D.5)."""
    return sum((Decimal(p.time_percent) for p in posts if is_held(p, on)), Decimal(0)) / 100


def seniority_of(post: Post, on: date) -> str:
    """Give the class of seniority of 003-06 on a day, or on the last day of an ended post."""
    last = min(on, post.ends_on) if post.ends_on else on
    if last < post.starts_on:
        return "pas encore en poste"
    years = last.year - post.starts_on.year
    if (last.month, last.day) < (post.starts_on.month, post.starts_on.day):
        years -= 1
    return next((label for limit, label in SENIORITY if years < limit), LONGEST)


def years_of(post: Post) -> list[Year]:
    """Give the fundings of a post by year, with the part of each and who of the three is missing.

    Source: 003-05 (parts in %), 002-07 (three funders).
    """
    by_year: dict[int, list[PostFunding]] = {}
    for funding in post.fundings.all():
        by_year.setdefault(funding.year, []).append(funding)
    return [_year(year, by_year[year]) for year in sorted(by_year, reverse=True)]


def _year(year: int, fundings: list[PostFunding]) -> Year:
    ranks = {funder: rank for rank, funder in enumerate(PostFunder.values)}
    fundings = sorted(fundings, key=lambda one: (ranks[one.funder], one.label))
    total = sum((one.amount for one in fundings), Decimal(0))
    givers = {one.funder for one in fundings if one.amount > 0}
    return Year(
        year,
        [Share(one, one.amount * 100 / total if total else Decimal(0)) for one in fundings],
        total,
        [str(one.label) for one in TRIPARTITE if one not in givers],
    )
