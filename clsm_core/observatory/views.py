"""Pages of the observatory: what the commission released, asked in every way, and its files."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.observatory import bring_away, exports, pages, pivot, presenters, queries
from clsm_core.observatory.field.presenters.frame import sections
from clsm_core.observatory.presenters import Chain
from clsm_core.observatory.queries import Reading

ARCHIVE = "tout-verifier-seul.zip"
DOCUMENTS: dict[str, tuple[str, Callable[[Council, Reading], bytes]]] = {
    "tableaux.csv": (
        "text/csv; charset=utf-8",
        lambda council, one: exports.csv_of(one.proved.bundle),
    ),
    "tableaux.ods": (
        "application/vnd.oasis.opendocument.spreadsheet",
        lambda council, one: exports.ods_of(
            one.proved.bundle, title=council.name, at=one.release.published_at
        ),
    ),
    "tableaux.pdf": (
        "application/pdf",
        lambda council, one: exports.pdf_of(
            one.proved.bundle,
            council=council.name,
            commission=one.release.commission_label,
            mark=presenters.mark_in_words(one.proved.sha256),
            at=one.release.published_at,
        ),
    ),
    ARCHIVE: (
        "application/zip",
        lambda council, one: bring_away.everything(
            one.release, ledger=one.proved.ledger, key=settings.RELEASE_PUBLIC_KEY
        ),
    ),
}
TYPES = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "bin": "application/octet-stream",
    "py": "text/x-python; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


@require_safe
@council_page(Act.TRENDS)
def trends(request: HttpRequest, council: Council) -> HttpResponse:
    """Show what the commission released, proved before it is shown."""
    page = presenters.trends_page(
        council,
        _chain(request, council),
        queries.notes_of(council),
        period=request.GET.get("periode", ""),
    )
    page["sections"] = sections(request.member, "observatory:trends")
    return render(request, "observatory/trends.html", page)


@require_safe
@council_page(Act.TRENDS)
def evolution(request: HttpRequest, council: Council) -> HttpResponse:
    """Show one table over the last comparable periods."""
    page = pages.evolution_page(council, _chain(request, council), request.GET.get("table", ""))
    return render(request, "observatory/evolution_page.html", page)


@require_safe
@council_page(Act.TRENDS)
def explore(request: HttpRequest, council: Council) -> HttpResponse:
    """Answer a question asked of the bundles, or say why it cannot be answered."""
    chain = _chain(request, council)
    asked, refusal = {}, ""
    if chain.bundles:
        try:
            question = pivot.question_of(request.GET, chain.bundles)
            asked = {"question": question, "answers": pivot.answer(question, chain.bundles)}
        except pivot.QuestionRefused as error:
            refusal = error.reason
    page = pages.explore_page(council, chain, request.GET, **asked, refusal=refusal)
    return render(request, "observatory/explore.html", page, status=400 if refusal else 200)


@require_safe
@council_page(Act.TRENDS)
def verify(request: HttpRequest, council: Council) -> HttpResponse:
    """Tell how to check a release alone."""
    key = settings.RELEASE_PUBLIC_KEY
    page = {
        "council": council,
        "releases": pages.downloads_of(_chain(request, council)),
        "commands": bring_away.commands(key),
        "headers": ("Code de sortie", "Signification"),
        "results": bring_away.RESULTS,
        "key": key,
        "archive": ARCHIVE,
    }
    return render(request, "observatory/verify.html", page)


@require_safe
@council_page(Act.TRENDS)
def download(request: HttpRequest, council: Council, release_id: UUID, name: str) -> HttpResponse:
    """Give a file of a proved release: the signed texts byte for byte, or its tables."""
    reading = queries.shown_reading(council, release_id)
    if reading is None or reading.proved is None:
        raise Http404
    if name in DOCUMENTS:
        content_type, make = DOCUMENTS[name]
        body = make(council, reading)
    else:
        files = bring_away.files_of(
            reading.release, ledger=reading.proved.ledger, key=settings.RELEASE_PUBLIC_KEY
        )
        if name not in files:
            raise Http404
        content_type, body = TYPES[name.rpartition(".")[2]], files[name]
    response = HttpResponse(body, content_type=content_type)
    stem, _, extension = name.rpartition(".")
    period = presenters.key_of(reading.release)
    # The signed texts keep the names that the verifier reads.
    saved = f"{stem}-{period}.{extension}" if name in DOCUMENTS else name
    response["Content-Disposition"] = f'attachment; filename="{saved}"'
    return response


def _chain(request: HttpRequest, council: Council) -> Chain:
    return presenters.chain_of(queries.readings_of(council), request.GET.get("commission", ""))
