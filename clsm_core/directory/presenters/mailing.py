"""Turn mailing lists into their pages: who is in, who is not and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.models import Category, College, Contact, MailingList
from clsm_core.directory.presenters.frame import tabs_of
from clsm_core.directory.presenters.values import label_lines
from clsm_core.directory.queries.mailing import Recipients
from clsm_core.ui.components import Cell, Tile

HEADERS = ("Nom", "Fonction", "Structure", "Collège")


def lists_page(council: Council, member: Member, found: Iterable[MailingList]) -> dict[str, Any]:
    """Give the values of the list of lists."""
    return {
        "council": council,
        "tabs": tabs_of(council, member, "directory:lists"),
        "headers": ("Liste", "Usage", "Règle", "État"),
        "rows": [
            [
                Cell(one.name, url=reverse("directory:list", args=[council.slug, one.pk])),
                one.purpose or "—",
                rule_of(one),
                Cell("active", kind="done") if one.is_active else "mise de côté",
            ]
            for one in found
        ],
    }


def list_page(council: Council, mailing: MailingList, recipients: Recipients) -> dict[str, Any]:
    """Give the values of one list."""
    return {
        "council": council,
        "mailing": mailing,
        "rule": rule_of(mailing),
        "tiles": [
            Tile("reçoivent les messages", len(recipients.reached), "#destinataires"),
            Tile("sans adresse électronique", len(recipients.without_address), "#sans-adresse"),
            Tile("n’ont pas donné leur accord", len(recipients.declined), "#sans-accord"),
        ],
        "headers": HEADERS,
        "reached": _rows(council, recipients.reached),
        "without_address": _rows(council, recipients.without_address),
        "declined": _rows(council, recipients.declined),
        "labels": sum(1 for one in recipients.members if label_lines(one)),
        "unlabelled": sum(1 for one in recipients.members if not label_lines(one)),
    }


def rule_of(mailing: MailingList) -> str:
    """Say in words who is in a list."""
    colleges = [College(code).label for code in mailing.colleges]
    categories = [Category(code).label for code in mailing.categories]
    parts = []
    if colleges:
        parts.append(f"collèges : {', '.join(colleges)}")
    if categories:
        parts.append(f"structures : {', '.join(categories)}")
    return " ; ".join(parts) or "personnes ajoutées à la main"


def _rows(council: Council, found: Sequence[Contact]) -> list[list[Any]]:
    return [
        [
            Cell(one.full_name, url=reverse("directory:contact", args=[council.slug, one.pk])),
            one.job_title or "—",
            one.organisation.name if one.organisation else "—",
            one.get_college_display(),
        ]
        for one in found
    ]
