"""The coordination page: who is in the post, with what means, paid by whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council, Post
from clsm_core.council.permissions import Act
from clsm_core.council.queries import post as query
from clsm_core.council.words import euros, full_time, percent
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day, short_day

FUNDING_HEADERS = ("Financeur", "Précision", "Montant", "Part")
TRAINING_HEADERS = ("Formation", "Organisme", "Date", "Jours")
HISTORY_HEADERS = ("Personne", "Employeur", "Temps", "Du", "Au")


def post_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the coordination page.

    What tells of a person's career is for those who sign: coordination, presidency, co-animation.
    """
    posts = list(query.posts_of(council))
    total = query.full_time_of(posts, member.today)
    manages = member.may(Act.MANAGE)
    career = member.may(Act.VALIDATE)
    present = [one for one in posts if _is_open(one, member)]
    return {
        "council": council,
        "manages": manages,
        "total": full_time(total),
        "total_kind": "done" if total >= query.FULL_TIME else "attention",
        "posts": [_block(council, one, member, manages=manages, career=career) for one in present],
        "history_headers": HISTORY_HEADERS,
        "history": [_past(council, one, manages) for one in posts if not _is_open(one, member)],
    }


def _is_open(post: Post, member: Member) -> bool:
    return post.ends_on is None or post.ends_on >= member.today


def _block(
    council: Council, post: Post, member: Member, *, manages: bool, career: bool
) -> dict[str, Any]:
    def url(name: str, *ids: Any) -> str:
        return reverse(f"council:{name}", args=[council.slug, *ids])

    facts = [
        Fact("Employeur", f"{post.employer_name} ({post.get_employer_display()})"),
        Fact("Lieu d’exercice", post.workplace),
        Fact("Mise à disposition ou détachée", "oui" if post.is_seconded else "non"),
        Fact("Temps pour ce conseil", percent(Decimal(post.time_percent))),
        Fact("Conseils coordonnés", _councils(post)),
        Fact("Prise de poste", day(post.starts_on)),
        Fact("Fiche de poste", _signed(post.job_description_on)),
        Fact("Lettre de mission", _signed(post.mission_letter_on)),
    ]
    if post.ends_on:
        facts.append(Fact("Dernier jour prévu", day(post.ends_on)))
    if career:
        facts += [
            Fact("Contrat", post.get_contract_display()),
            Fact("Formation", post.get_background_display()),
            Fact("Niveau de diplôme", post.get_degree_display()),
            Fact("Ancienneté", query.seniority_of(post, member.today)),
        ]
    return {
        "post": post,
        "facts": facts,
        "is_to_come": post.starts_on > member.today,
        "edit_url": url("post_edit", post.pk),
        "end_url": url("post_end", post.pk),
        "training_url": url("training_new", post.pk),
        "funding_url": url("funding_new", post.pk),
        "career": career,
        "training_headers": TRAINING_HEADERS + (("Acte",) if manages else ()),
        "trainings": [
            [
                one.title,
                one.organiser or "—",
                short_day(one.on),
                Cell(
                    f"{one.days.normalize():f}".replace(".", ",") if one.days else "—",
                    is_number=True,
                ),
                *([Cell("Retirer", url=url("training_remove", one.pk))] if manages else []),
            ]
            for one in post.trainings.all()
        ],
        "funding_headers": FUNDING_HEADERS + (("Acte",) if manages else ()),
        "years": [
            {
                "year": year.year,
                "total": euros(year.total),
                "is_tripartite": year.is_tripartite,
                "missing": ", ".join(year.missing),
                "rows": [
                    [
                        share.funding.get_funder_display(),
                        share.funding.label or "—",
                        Cell(euros(share.funding.amount), is_number=True),
                        Cell(percent(share.percent), is_number=True),
                        *(
                            [Cell("Retirer", url=url("funding_remove", share.funding.pk))]
                            if manages
                            else []
                        ),
                    ]
                    for share in year.shares
                ],
            }
            for year in query.years_of(post)
        ],
    }


def _signed(on: Any) -> str:
    return f"du {day(on)}" if on else ""


def _councils(post: Post) -> str:
    others = f" ({post.other_councils})" if post.other_councils else ""
    return f"{post.coordinated_councils}{others}"


def _past(council: Council, post: Post, manages: bool) -> list[Any]:
    url = reverse("council:post_edit", args=[council.slug, post.pk]) if manages else ""
    return [
        Cell(post.holder, url=url),
        post.employer_name,
        Cell(percent(Decimal(post.time_percent)), is_number=True),
        short_day(post.starts_on),
        short_day(post.ends_on),
    ]
