"""Every component in every state, on one page, for those who build pages.

It exists in development only and answers 404 elsewhere; all that it shows is invented here.
"""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clsm_core.ui.components import Cell, Moment, StaleField, Step, Tab, Tile
from clsm_core.ui.errors import error_page
from clsm_core.ui.layout import ACCENTS, KINDS, Layout, NavItem, VaultState, context_of

_CHOICES = [("a", "D’accord"), ("b", "D’accord en partie"), ("c", "Pas d’accord")]
_LONG = (
    "Désencombrement accompagné, pièce par pièce, au rythme choisi par la personne, avec deux "
    "passages par semaine puis un seul, et un point chaque mois avec le bailleur"
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Objet de la demande", help_text="Une phrase, sans nom.")
    received_on = forms.DateField(label="Date de réception", required=False)
    heard_at = forms.DateTimeField(label="Entretien", required=False)
    starts_at = forms.TimeField(label="Heure de la séance", required=False)
    number = forms.IntegerField(label="Nombre de rencontres", min_value=0, required=False)
    mail = forms.EmailField(label="Adresse électronique", required=False)
    secret = forms.CharField(
        label="Phrase de passe",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        required=False,
    )
    words = forms.CharField(
        label="Ce que dit la personne",
        help_text="Avec ses mots, avant ceux des professionnels.",
        widget=forms.Textarea,
    )
    answer = forms.ChoiceField(label="Avis de la personne", choices=[("", "—"), *_CHOICES])
    group = forms.MultipleChoiceField(label="Structures", choices=_CHOICES, required=False)
    presence = forms.ChoiceField(
        label="Présence à la séance",
        help_text="Un seul choix.",
        widget=forms.RadioSelect,
        choices=_CHOICES,
    )
    categories = forms.MultipleChoiceField(
        label="Informations partagées",
        help_text="Cochez ce que la personne accepte.",
        widget=forms.CheckboxSelectMultiple,
        choices=[("Situation", [("s1", "Logement"), ("s2", "Budget et droits")]), *_CHOICES],
    )
    file = forms.FileField(label="Document", required=False)
    informed = forms.BooleanField(label="La personne a été informée de cette demande")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components; ``?service=``, ``?accent=`` and ``?etat=erreur`` change the page."""
    _require_development()
    kind = request.GET.get("service", "commission")
    accent = request.GET.get("accent", "")
    layout = Layout(
        nav=(
            NavItem("Ma journée", "#"),
            NavItem("Situations", "#", current=True),
            NavItem("Séances", "#"),
            NavItem("Saisines", "#", number=3),
        ),
        vault=_vault(request.GET.get("coffre", "9")) if kind == "commission" else None,
        user_name="Claire Morel",
        user_menu=(NavItem("Mon compte", "#"), NavItem("Sécurité de la connexion", "#")),
        footer=(NavItem("Accessibilité", "#"), NavItem("Aide", "#")),
        council_name="Metz",
        service_name="Cellule de réflexion et d’aide" if kind == "commission" else "CLSM de Metz",
        home_url="#",
        logout_url="#",
        accent=accent if accent in ACCENTS else "",
    )
    context = context_of(layout)
    if kind in KINDS:
        context |= {"service": kind, "service_kind": KINDS[kind]}
    failed = request.GET.get("etat") == "erreur"
    form = SampleForm({"title": "", "received_on": "31/02"} if failed else None)
    return render(request, "ui/gallery/gallery.html", context | _samples() | {"form": form})


@login_not_required
def error(request: HttpRequest, status: int) -> HttpResponse:
    """Show one error page, with status 200 so that a browser tool reads it."""
    _require_development()
    page = error_page(status)
    page.status_code = 200
    return page


def _vault(minutes: str) -> VaultState:
    return VaultState(int(minutes) if minutes.isdigit() and minutes != "0" else None, "#")


def _require_development() -> None:
    if not settings.DEBUG:
        raise Http404


def _samples() -> dict[str, Any]:
    return {
        "tiles": [
            Tile("à préparer", 4, "#"),
            Tile("restitutions en retard", 2, "#", kind="attention"),
            Tile("accord retiré", 1, "#", kind="danger"),
            Tile("en suivi", 12, "#", current=True),
        ],
        "tabs": [
            Tab("Vue d’ensemble", "#", current=True),
            Tab("Social", "#"),
            Tab("Logement", "#"),
            Tab("Santé", "#", is_sealed=True),
            Tab("À restituer", "#"),
        ],
        "facts": [
            ("Âge", "46–55 ans"),
            ("Référente", "Mme N., CCAS"),
            ("Prochaine séance", "12 décembre"),
            ("Médecin traitant", ""),
        ],
        "moments": [
            Moment(date(2025, 11, 20), "Examinée en séance", "3 propositions"),
            Moment(date(2025, 11, 3), "Accord recueilli, notice remise"),
            Moment(date(2025, 10, 21), _LONG),
        ],
        "steps": [
            Step("La demande", "#", is_done=True),
            Step("La personne", is_current=True),
            Step("Relire et envoyer"),
        ],
        "headers": ["Code", "Proposition", "Qui", "Échéance", "Rencontres", "État"],
        "rows": [
            [
                Cell("SIT-7K3Q", is_code=True),
                "Visite à domicile conjointe",
                "CMP + CCAS",
                "28 nov.",
                Cell(12, is_number=True),
                Cell("réalisée", kind="done"),
            ],
            [
                Cell("SIT-9D2M", is_code=True),
                _LONG,
                "Association",
                "15 janv.",
                Cell(3, is_number=True),
                Cell("en cours", kind=""),
            ],
            [
                Cell("SIT-4B8X", is_code=True),
                "Plan d’apurement",
                "Bailleur",
                "5 déc.",
                Cell(1, is_number=True),
                Cell("à restituer", kind="attention"),
            ],
        ],
        "stale_fields": [
            StaleField(
                "Ce que dit la personne",
                "« Je veux garder mon appartement. »",
                "« Je veux garder mon appartement, et qu’on me prévienne avant. »",
            )
        ],
        "page": Paginator(range(60), 20).page(2),
    }
