"""Files of meetings and of framework documents: added, given back as received, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.views.found import gone
from clsm_core.governance.actions import documents as actions
from clsm_core.governance.forms.documents import DocumentForm
from clsm_core.governance.forms.people import id_of
from clsm_core.governance.models import FrameworkDocument
from clsm_core.governance.queries import documents as queries
from clsm_core.governance.views.files import given_back
from clsm_core.governance.views.meeting_doors import inside_or_404


@either
@council_page(Act.MANAGE)
def add(request: Any, council: Council) -> HttpResponse:
    """Add a file to the meeting or the framework document that the address names."""
    meeting = framework = None
    if pk := id_of(request.GET.get("meeting", "")):
        meeting = inside_or_404(request, pk)
        back = reverse("governance:meeting", args=[council.slug, pk]) + "#documents"
    elif pk := id_of(request.GET.get("framework", "")):
        framework = FrameworkDocument.objects.filter(council=council, pk=pk).first()
        back = reverse("governance:framework_document", args=[council.slug, pk])
    if meeting is None and framework is None:
        raise Http404
    form = DocumentForm(request.POST or None, request.FILES or None)

    def act() -> str:
        actions.add(
            council=council,
            title=form.cleaned_data["title"],
            name=form.cleaned_data["file"].name,
            kind=form.kind,
            content=form.content,
            by=request.user,
            meeting=meeting,
            framework=framework,
        )
        return back

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un document",
        cancel_url=back,
        submit="Ajouter",
        done="Le document est ajouté.",
    )


@require_safe
@council_page()
def download(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Give a file back, always to be kept, never shown in the page."""
    document = queries.document_of(request.member, pk)
    if document is None:
        raise Http404
    return given_back(document)


@either
@council_page(Act.MANAGE)
def withdraw(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Stop showing a file."""
    document = queries.document_of(request.member, pk)
    if document is None:
        return gone(request)
    form = django_forms.Form(request.POST or None)
    if document.meeting_id is not None:
        back = reverse("governance:meeting", args=[council.slug, document.meeting_id])
    else:
        back = reverse("governance:framework_document", args=[council.slug, document.framework_id])

    def act() -> str:
        actions.withdraw(document=document)
        return back

    return form_page(
        request,
        form,
        act,
        heading="Retirer un document",
        cancel_url=back,
        lead=f"« {document.title} » n’est plus proposé à la lecture. Il reste gardé.",
        submit="Retirer",
        submit_kind="danger",
        done="Le document est retiré.",
    )
