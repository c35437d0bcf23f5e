"""Pages of the framework documents: versions, signatories, signatures, publication."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.views.found import gone
from clsm_core.governance.actions import framework as actions
from clsm_core.governance.forms import framework as forms
from clsm_core.governance.forms.bodies import values_of
from clsm_core.governance.models import FrameworkDocument
from clsm_core.governance.permissions import visible_framework
from clsm_core.governance.presenters import framework as presenters
from clsm_core.governance.queries import framework as queries
from clsm_core.ui.attachment import attachment


def _document(request: Any, document_id: UUID) -> FrameworkDocument:
    found = queries.document_of(visible_framework(request.member), document_id)
    if found is None:
        raise Http404
    return found


@require_safe
@council_page()
def documents(request: Any, council: Council) -> HttpResponse:
    """List the framework documents, what holds and what ends."""
    page = presenters.list_page(council, request.member)
    return render(request, "governance/framework.html", page)


@require_safe
@council_page()
def document(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Show one version."""
    found = _document(request, document_id)
    page = presenters.document_page(council, request.member, found)
    return render(request, "governance/framework_document.html", page)


@require_safe
@council_page()
def paper(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Give a version on paper, with the table of its signatures."""
    found = _document(request, document_id)
    content = presenters.paper(council, found, at=now())
    return attachment(content, f"{found.kind}-{found.number}.pdf".replace("_", "-"))


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Write a framework document."""
    form = forms.NewFrameworkForm(request.POST or None, council=council)

    def act() -> str:
        values = values_of(form)
        made = actions.create(council=council, kind=values.pop("kind"), values=values)
        return presenters.document_url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Nouveau document-cadre",
        cancel_url=reverse("governance:framework", args=[council.slug]),
        submit="Créer",
        done="Le document est en projet : inscrivez ses signataires.",
    )


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Change a version in preparation; of a signed one, its dates only."""
    found = _document(request, document_id)
    url = presenters.document_url(council, found)
    if found.is_signed:
        return _validity(request, found, url)
    form = forms.FrameworkForm(request.POST or None, instance=found, council=council)

    def act() -> str:
        actions.edit(document=found, values=values_of(form))
        return url

    return form_page(
        request,
        form,
        act,
        heading="Modifier le document",
        cancel_url=url,
        row=found,
        done="C’est enregistré.",
    )


def _validity(request: Any, found: FrameworkDocument, url: str) -> HttpResponse:
    form = forms.ValidityForm(
        request.POST or None,
        initial={"starts_on": found.starts_on, "duration_months": found.duration_months},
    )

    def act() -> str:
        actions.set_validity(document=found, **form.cleaned_data)
        return url

    return form_page(
        request,
        form,
        act,
        heading="Corriger la validité",
        cancel_url=url,
        row=found,
        lead="Cette version est signée : son texte ne change plus, seules ses dates se corrigent.",
        done="C’est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def new_version(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Prepare the next version."""
    found = _document(request, document_id)

    def act() -> str:
        return presenters.document_url(council, actions.new_version(document=found))

    return form_page(
        request,
        Form(request.POST or None),
        act,
        heading="Préparer une nouvelle version",
        cancel_url=presenters.document_url(council, found),
        lead="Le texte et les signataires sont repris ; personne n’a encore signé. La version"
        " actuelle reste en vigueur jusqu’à la signature de la suivante.",
        submit="Préparer la version",
        done="La nouvelle version est en projet.",
    )


@either
@council_page(Act.MANAGE)
def signatory_new(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Name who signs a version."""
    found = _document(request, document_id)
    url = presenters.document_url(council, found)
    form = forms.SignatoryForm(request.POST or None, document=found)

    def act() -> str:
        actions.add_signatory(document=found, values=form.cleaned_data)
        return url

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un signataire",
        cancel_url=url,
        row=found,
        submit="Ajouter",
        done="Le signataire est inscrit.",
    )


@either
@council_page(Act.MANAGE)
def signatory(
    request: Any, council: Council, document_id: UUID, signatory_id: UUID
) -> HttpResponse:
    """Change who signs, while the version is not signed; otherwise write the day of signing."""
    found = queries.signatory_of(council, document_id, signatory_id)
    if found is None:
        raise Http404
    document = found.document
    url = presenters.document_url(council, document)
    form = forms.SignatoryForm(request.POST or None, instance=found, document=document)

    def act() -> str:
        actions.edit_signatory(signatory=found, values=form.cleaned_data)
        return url

    address = [council.slug, document.pk, found.pk]
    return form_page(
        request,
        form,
        act,
        heading="Signataire",
        cancel_url=url,
        row=document,
        template="governance/framework_signatory.html",
        sign_url="" if found.signed_on else reverse("governance:signatory_sign", args=address),
        remove_url=""
        if found.signed_on or document.is_signed
        else reverse("governance:signatory_remove", args=address),
        may_change=not document.is_signed,
        organisation=found.organisation.name,
        signed_on=found.signed_on,
        done="C’est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def signatory_sign(
    request: Any, council: Council, document_id: UUID, signatory_id: UUID
) -> HttpResponse:
    """Write the day on which somebody signed."""
    found = queries.signatory_of(council, document_id, signatory_id)
    if found is None:
        raise Http404
    url = presenters.document_url(council, found.document)
    form = forms.SignatureForm(request.POST or None, initial={"signed_on": request.member.today})

    def act() -> str:
        actions.sign(signatory=found, on=form.cleaned_data["signed_on"], today=request.member.today)
        return url

    return form_page(
        request,
        form,
        act,
        heading="Inscrire une signature",
        cancel_url=url,
        row=found.document,
        lead=f"{found.organisation.name}. Quand tous les signataires ont signé, la version entre en"
        " vigueur au jour de la dernière signature.",
        submit="Inscrire la signature",
        done="La signature est inscrite.",
    )


@either
@council_page(Act.MANAGE)
def signatory_remove(
    request: Any, council: Council, document_id: UUID, signatory_id: UUID
) -> HttpResponse:
    """Take a signatory out of a version in preparation."""
    found = queries.signatory_of(council, document_id, signatory_id)
    if found is None:
        return gone(request)
    url = presenters.document_url(council, found.document)

    def act() -> str:
        actions.remove_signatory(signatory=found)
        return url

    return form_page(
        request,
        Form(request.POST or None),
        act,
        heading="Retirer ce signataire",
        cancel_url=url,
        row=found.document,
        lead=f"{found.organisation.name} ne figurera plus au tableau des signatures.",
        submit="Retirer",
        submit_kind="danger",
        done="Le signataire est retiré.",
    )


@either
@council_page(Act.MANAGE)
def mark_signed(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Declare a version signed."""
    found = _document(request, document_id)
    url = presenters.document_url(council, found)
    form = forms.SignedForm(request.POST or None, initial={"starts_on": request.member.today})

    def act() -> str:
        actions.mark_signed(document=found, on=form.cleaned_data["starts_on"])
        return url

    return form_page(
        request,
        form,
        act,
        heading="Déclarer ce document signé",
        cancel_url=url,
        row=found,
        lead="Pour un document signé sur papier dont les signatures ne sont pas toutes datées. Son"
        " texte et ses signataires ne changeront plus.",
        submit="Déclarer signé",
        done="Le document est signé.",
    )


@either
@council_page(Act.VALIDATE)
def publish(request: Any, council: Council, document_id: UUID) -> HttpResponse:
    """Show a signed version to the public, or take it back."""
    found = _document(request, document_id)
    url = presenters.document_url(council, found)
    shown = not found.is_published

    def act() -> str:
        actions.publish(document=found, is_published=shown)
        return url

    return form_page(
        request,
        Form(request.POST or None),
        act,
        heading="Publier ce document" if shown else "Ne plus publier ce document",
        cancel_url=url,
        row=found,
        lead="Son texte, ses fichiers et le tableau de ses signatures se liront sur la page"
        " publique du conseil, sans connexion."
        if shown
        else "Il disparaîtra de la page publique du conseil.",
        submit="Publier" if shown else "Retirer de la page publique",
        done="Le document est publié." if shown else "Le document n’est plus publié.",
    )
