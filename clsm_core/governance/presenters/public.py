"""What the public page of a council's papers shows: signed or validated, then published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.models import Council
from clsm_core.governance.models import Document, Meeting
from clsm_core.governance.presenters.framework import name_of_document
from clsm_core.governance.queries import framework as queries
from clsm_core.governance.queries.bodies import ORDER, day_of, open_bodies
from clsm_core.governance.validity import Standing
from clsm_core.ui.templatetags.ui import day


def documents_page(council: Council, at: datetime) -> dict[str, Any]:
    """Give the values of the page."""
    today = timezone.localdate(at)
    documents = list(queries.published(council))
    files: dict[Any, list[Document]] = {}
    kept = Document.objects.filter(framework__in=documents, is_withdrawn=False)
    for file in kept.defer("content").order_by("added_at"):
        files.setdefault(file.framework_id, []).append(file)
    old = queries.superseded(queries.documents_of(council), today)
    return {
        "council": council,
        "documents": [
            {
                "title": one.title,
                "text": _standing(one, today, is_old=one.pk in old),
                "url": reverse("public_governance:framework", args=[council.slug, one.pk]),
                "files": [
                    (file.title, reverse("public_governance:file", args=[council.slug, file.pk]))
                    for file in files.get(one.pk, [])
                ],
            }
            for one in documents
        ],
        "meetings": [
            {"title": one.body.name, "text": day(day_of(one)), "url": _minutes_url(council, one)}
            for one in _published_meetings(council)
        ],
        "bodies": [
            {"title": one.name, "text": one.purpose}
            for one in sorted(
                open_bodies(council, today).filter(is_published=True, starts_on__lte=today),
                key=lambda body: (ORDER.index(body.kind), body.name),
            )
        ],
    }


def _standing(one: Any, today: Any, *, is_old: bool) -> str:
    name = name_of_document(one)
    if is_old:
        return f"{name}, remplacée par une version plus récente"
    if queries.standing(one, today) == Standing.EXPIRED:
        return f"{name}, échue depuis le {day(one.ends_on)}"
    until = f" jusqu’au {day(one.ends_on)}" if one.ends_on else ""
    return f"{name}, en vigueur depuis le {day(one.starts_on)}{until}"


def _published_meetings(council: Council) -> Any:
    return (
        Meeting.objects.filter(body__council=council, is_published=True)
        .select_related("body")
        .order_by("-starts_at")
    )


def _minutes_url(council: Council, meeting: Meeting) -> str:
    return reverse("public_governance:minutes", args=[council.slug, meeting.pk])
