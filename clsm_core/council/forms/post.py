"""The coordinator's post, its trainings, its funding."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clsm_core.council.models import Post, PostFunding, PostTraining

# 003-03: one coordinator served up to eight councils.
MOST_COUNCILS = 8
FULL = 100


class PostForm(forms.ModelForm):
    """A person in the post (domain.md D.1; 003-01 to 003-06, 001-13)."""

    class Meta:
        model = Post
        fields = [
            "holder",
            "starts_on",
            "employer",
            "employer_name",
            "workplace",
            "is_seconded",
            "time_percent",
            "contract",
            "background",
            "degree",
            "coordinated_councils",
            "other_councils",
            "job_description_on",
            "mission_letter_on",
        ]
        labels = {
            "holder": "Nom de la personne",
            "starts_on": "Prise de poste",
            "employer": "Nature de l’employeur",
            "employer_name": "Employeur",
            "workplace": "Lieu d’exercice",
            "is_seconded": "Mise à disposition ou détachée par son employeur",
            "time_percent": "Temps consacré à ce conseil (%)",
            "contract": "Contrat",
            "background": "Formation",
            "degree": "Niveau de diplôme",
            "coordinated_councils": "Nombre de conseils coordonnés",
            "other_councils": "Autres conseils coordonnés",
            "job_description_on": "Fiche de poste du",
            "mission_letter_on": "Lettre de mission du",
        }
        help_texts = {
            "time_percent": "100 pour un temps plein. Le référentiel demande un temps plein.",
            "coordinated_councils": "Celui-ci compris.",
            "job_description_on": "Laissez vide tant qu’elle n’existe pas.",
            "mission_letter_on": "Laissez vide tant qu’elle n’existe pas.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, low, high in (
            ("time_percent", 1, FULL),
            ("coordinated_councils", 1, MOST_COUNCILS),
        ):
            self.fields[name].widget.attrs |= {"min": low, "max": high}

    def clean_time_percent(self) -> int:
        """Hold a part of a full time."""
        part: int = self.cleaned_data["time_percent"]
        if not 1 <= part <= FULL:
            raise ValidationError("Écrivez un nombre de 1 à 100.")
        return part

    def clean_coordinated_councils(self) -> int:
        """Hold the survey's largest number."""
        count: int = self.cleaned_data["coordinated_councils"]
        if not 1 <= count <= MOST_COUNCILS:
            raise ValidationError(f"Écrivez un nombre de 1 à {MOST_COUNCILS}.")
        return count


class EndPostForm(forms.Form):
    """The last day of somebody in the post."""

    ends_on = forms.DateField(label="Dernier jour en poste")

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post

    def clean_ends_on(self) -> date:
        """Refuse a day before the beginning."""
        day: date = self.cleaned_data["ends_on"]
        if day < self.post.starts_on:
            raise ValidationError("La fin ne peut pas précéder la prise de poste.")
        return day


class TrainingForm(forms.ModelForm):
    """A training followed (criterion 6)."""

    class Meta:
        model = PostTraining
        fields = ["title", "organiser", "on", "days"]
        labels = {
            "title": "Formation suivie",
            "organiser": "Organisme",
            "on": "Date",
            "days": "Durée en jours",
        }
        help_texts = {"title": "Par exemple : CNFPT, coordination de CLSM, niveau 1."}

    def clean_days(self) -> Any:
        """Refuse a length that is none."""
        days = self.cleaned_data["days"]
        if days is not None and days <= 0:
            raise ValidationError("Écrivez une durée, ou laissez vide.")
        return days


class FundingForm(forms.ModelForm):
    """What one funder gives for the post in a year (003-05, 002-07)."""

    class Meta:
        model = PostFunding
        fields = ["year", "funder", "amount", "label"]
        labels = {
            "year": "Exercice",
            "funder": "Financeur",
            "amount": "Montant (€)",
            "label": "Précision",
        }
        help_texts = {
            "label": "Par exemple : convention, fonds d’intervention régional. Distingue deux"
            " apports d’un même financeur.",
        }

    def clean_year(self) -> int:
        """Require four digits."""
        year: int = self.cleaned_data["year"]
        if not 1990 <= year <= 2100:
            raise ValidationError("Écrivez une année sur quatre chiffres.")
        return year
