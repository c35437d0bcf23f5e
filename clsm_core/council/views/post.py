"""The coordinator's post: its page, its changes, its trainings, its funding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page
from clsm_core.council.actions import rows
from clsm_core.council.forms.post import EndPostForm, FundingForm, PostForm, TrainingForm
from clsm_core.council.models import Council, Post, PostFunding, PostTraining
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.post import post_page
from clsm_core.council.queries import post as query
from clsm_core.council.views.found import gone


def _url(council: Council) -> str:
    return reverse("council:post", args=[council.slug])


@require_GET
@council_page()
def show(request: Any, council: Council) -> HttpResponse:
    """Show who is in the post, with what means, paid by whom."""
    return render(request, "council/post.html", post_page(council, request.member))


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Begin a post."""
    form = PostForm(posted(request), instance=Post(council=council, time_percent=100))

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Enregistrer une prise de poste",
        cancel_url=_url(council),
        done="Le poste est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, post_id: UUID) -> HttpResponse:
    """Change a post."""
    row = query.post_of(council, post_id)
    if row is None:
        return gone(request)
    form = PostForm(posted(request), instance=row)

    def act() -> str:
        rows.change(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Modifier le poste de coordination",
        cancel_url=_url(council),
        row=row,
        done="Le poste est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def end(request: Any, council: Council, post_id: UUID) -> HttpResponse:
    """Write the last day of somebody in the post; the post stays in the history."""
    row = query.post_of(council, post_id)
    if row is None:
        return gone(request)
    initial = {"ends_on": row.ends_on or request.member.today}
    form = EndPostForm(posted(request), post=row, initial=initial)

    def act() -> str:
        row.ends_on = form.cleaned_data["ends_on"]
        rows.change(row=row)
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Terminer une prise de poste",
        lead="Le poste reste dans l’historique. Enregistrez ensuite la prise de poste suivante ;"
        " le rôle de la personne dans le service se termine à part, dans « Membres et droits ».",
        cancel_url=_url(council),
        row=row,
        done="La fin du poste est enregistrée.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new_training(request: Any, council: Council, post_id: UUID) -> HttpResponse:
    """Add a training followed."""
    post = query.post_of(council, post_id)
    if post is None:
        return gone(request)
    form = TrainingForm(posted(request), instance=PostTraining(post=post))

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter une formation suivie",
        cancel_url=_url(council),
        done="La formation est enregistrée.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def remove_training(request: Any, council: Council, training_id: UUID) -> HttpResponse:
    """Take a training out, after a confirmation."""
    row = query.training_of(council, training_id)
    return _remove(request, council, row, "Retirer une formation", "La formation est retirée.")


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new_funding(request: Any, council: Council, post_id: UUID) -> HttpResponse:
    """Add what a funder gives in a year."""
    post = query.post_of(council, post_id)
    if post is None:
        return gone(request)
    form = FundingForm(
        posted(request),
        instance=PostFunding(post=post),
        initial={"year": request.member.today.year},
    )

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un financement du poste",
        cancel_url=_url(council),
        done="Le financement est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def remove_funding(request: Any, council: Council, funding_id: UUID) -> HttpResponse:
    """Take a funding out, after a confirmation."""
    row = query.funding_of(council, funding_id)
    return _remove(request, council, row, "Retirer un financement", "Le financement est retiré.")


def _remove(request: Any, council: Council, row: Any, heading: str, done: str) -> HttpResponse:
    if row is None:
        return gone(request)

    def act() -> str:
        rows.remove(row=row)
        return _url(council)

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading=heading,
        lead="La ligne disparaît de la page et des totaux. Pour la corriger, retirez-la puis"
        " ajoutez-la de nouveau.",
        cancel_url=_url(council),
        submit="Retirer",
        submit_kind="danger",
        done=done,
    )
