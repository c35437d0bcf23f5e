"""What the pages and papers of the framework documents show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.models import FrameworkDocument, Signatory
from clsm_core.governance.permissions import may_manage, visible_framework
from clsm_core.governance.presenters.papers import Block, lines, printed
from clsm_core.governance.presenters.sections import sections
from clsm_core.governance.queries import framework as queries
from clsm_core.governance.validity import Standing
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day, short_day

HEADERS = ("Document", "Version", "État", "Échéance", "Signatures", "Public")
SIGNATORY_HEADERS = ("Structure", "Représentée par", "Qualité", "Signé le")
SIGNATORY_WIDTHS = (2.6, 2.2, 2, 1.4)
KINDS = {
    Standing.PROJECT: "",
    Standing.TO_COME: "",
    Standing.SIGNED: "done",
    Standing.EXPIRED: "attention",
}


def list_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the list of framework documents."""
    today = member.today
    documents = list(queries.loaded(visible_framework(member)))
    old = queries.superseded(documents, today)
    carriage = queries.carriage_of(documents, today)
    missing = [
        words
        for has, words in (
            (carriage.authority, "la collectivité"),
            (carriage.psychiatry, "le pôle de psychiatrie"),
        )
        if not has
    ]
    return {
        "council": council,
        "sections": sections(member, "governance:framework"),
        "headers": HEADERS,
        "rows": [_row(council, one, today) for one in documents if one.pk not in old],
        "old": [_row(council, one, today) for one in documents if one.pk in old],
        "alerts": [ending(one, today) for one in queries.to_renew(documents, today)],
        "is_joint": carriage.is_joint,
        "missing": " et ".join(missing),
        "may_manage": may_manage(member),
    }


def document_page(council: Council, member: Member, document: FrameworkDocument) -> dict[str, Any]:
    """Give the values of one version."""
    today = member.today
    manages = may_manage(member)
    versions = list(queries.loaded(visible_framework(member).filter(kind=document.kind)))
    old = queries.superseded(versions, today)
    standing = queries.standing(document, today)
    is_old = document.pk in old
    ends = [one for one in queries.to_renew(versions, today) if one.pk == document.pk]
    return {
        "council": council,
        "document": document,
        "state": "remplacé" if is_old else standing.value,
        "state_kind": "" if is_old else KINDS[standing],
        "alert": ending(document, today) if ends else None,
        "facts": facts_of(document),
        "decision": document.decision,
        "signatories": [_signatory(council, one, manages) for one in _signing(document)],
        "signatory_headers": SIGNATORY_HEADERS,
        "versions": [
            (
                f"Version {one.number}",
                document_url(council, one),
                "remplacée" if one.pk in old else queries.standing(one, today).value,
                one.pk == document.pk,
            )
            for one in versions
        ],
        "files": document.files.filter(is_withdrawn=False).defer("content"),
        "may_manage": manages,
        "may_change": manages and not document.is_signed,
        "may_renew": manages and document.is_signed and not is_old,
        "may_publish": member.may(Act.VALIDATE) and document.is_signed,
        "is_shown": document.is_published and council.is_published,
    }


def document_url(council: Council, document: FrameworkDocument) -> str:
    """Return the address of a version."""
    return reverse("governance:framework_document", args=[council.slug, document.pk])


def name_of_document(document: FrameworkDocument) -> str:
    """Name a version: its kind and number."""
    kind = document.get_kind_display()
    return f"{kind[0].upper()}{kind[1:]}, version {document.number}"


def ending(document: FrameworkDocument, on: date) -> tuple[str, str]:
    """Say when a document ends, and what to do (D-07)."""
    assert document.ends_on is not None
    name = name_of_document(document)
    if document.ends_on < on:
        return (
            f"{name} : échu depuis le {day(document.ends_on)}",
            "Préparez une nouvelle version et faites-la signer.",
        )
    return (
        f"{name} : échéance le {day(document.ends_on)}",
        "Moins de six mois : préparez la version suivante.",
    )


def facts_of(document: FrameworkDocument) -> list[Fact]:
    """Give the short fields of a version."""
    months = document.duration_months
    return [
        Fact("Type", document.get_kind_display()),
        Fact("Version", document.number),
        Fact("Validé par la décision", document.decision.code if document.decision else ""),
        Fact("En vigueur depuis", day(document.starts_on)),
        Fact("Durée", f"{months} mois" if months else "sans fin"),
        Fact("Échéance", day(document.ends_on) if document.ends_on else "aucune"),
        Fact("Public", "publié" if document.is_published else "non publié"),
    ]


def paper(council: Council, document: FrameworkDocument, *, at: datetime) -> bytes:
    """Return a version on paper: its text and the table of its signatures."""
    on = timezone.localdate(at)
    shown = [fact for fact in facts_of(document) if fact.label != "Public"]
    blocks = [
        Block(facts=[("État", queries.standing(document, on).value), *lines(shown)]),
        *([Block(title="Texte", text=document.text.splitlines())] if document.text else []),
        Block(
            title="Signatures",
            headers=SIGNATORY_HEADERS,
            widths=SIGNATORY_WIDTHS,
            rows=[
                [one.organisation.name, one.representative, one.capacity, short_day(one.signed_on)]
                for one in _signing(document)
            ],
            note="" if document.signatories.all() else "Aucun signataire n’est inscrit.",
        ),
    ]
    return printed(council, document.title, blocks, at=at, lead=[name_of_document(document)])


def _signing(document: FrameworkDocument) -> list[Signatory]:
    return sorted(document.signatories.all(), key=lambda one: one.organisation.sort_key)


def _row(council: Council, document: FrameworkDocument, on: date) -> list[Any]:
    standing = queries.standing(document, on)
    signatories = document.signatories.all()
    signed = sum(one.signed_on is not None for one in signatories)
    return [
        Cell(f"{document.title}", url=document_url(council, document)),
        f"{document.get_kind_display()}, version {document.number}",
        Cell(standing.value, kind=KINDS[standing]),
        short_day(document.ends_on) or "—",
        f"{signed} sur {len(signatories)}" if signatories else "—",
        "publié" if document.is_published else "non",
    ]


def _signatory(council: Council, one: Signatory, manages: bool) -> list[Any]:
    url = (
        reverse("governance:signatory", args=[council.slug, one.document_id, one.pk])
        if manages
        else ""
    )
    return [
        Cell(one.organisation.name, url=url),
        one.representative,
        one.capacity or "—",
        short_day(one.signed_on) if one.signed_on else Cell("à signer", kind=""),
    ]
