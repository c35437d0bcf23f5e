"""The referral in three screens, twelve mandatory answers at most (decision 19, C-27, C-28).

Each screen gives its part of the content as plain values; the names of fields are the keys that
``cases.actions.referrals`` expects.
"""

from __future__ import annotations

from typing import Any

from cases.domain.vocabulary import PersonPresenceWish, ReferrerCategory
from cases.forms.fields import NO_NAME, box, line, long_text, one_of, several
from cases.forms.referral_facts import SituationStep
from cases.forms.referral_person import PersonStep
from cases.forms.step import StepForm

ORDINARY_LAW, COMPLEXITY, NO_EMERGENCY = "droit_commun", "complexite", "pas_urgence"


class RequestStep(StepForm):
    """What is asked, and what the person says of it."""

    keys = (
        "person_words",
        "presence_wish",
        "question",
        "tried_steps",
        "link",
        "intervention_frame",
        "prior_contact_wanted",
        "referrer_category",
        "criteria",
    )
    free_texts = ("person_words", "question", "tried_steps")
    groups = (
        ("La personne d’abord", "", ("person_words", "presence_wish")),
        ("Votre demande", "", ("question", "criteria", "tried_steps")),
        (
            "Vous",
            "",
            ("referrer_category", "link", "intervention_frame", "prior_contact_wanted"),
        ),
    )

    person_words = long_text(
        "Ce que dit la personne",
        help_text="Avec ses mots : ce qu’elle souhaite, ce qu’elle refuse, ce qui compte pour "
        "elle. Obligatoire, sauf si elle n’a pas encore pu être informée.",
    )
    presence_wish = one_of("Souhaite-t-elle être présente à la séance ?", PersonPresenceWish)
    question = long_text(
        "Que demandez-vous à la commission ?",
        help_text=f"Une question à laquelle plusieurs services répondent mieux qu’un seul. "
        f"{NO_NAME} Rien sur la santé : tous ceux qui ouvrent la situation lisent cette question.",
        required=True,
    )
    tried_steps = long_text(
        "Ce qui a déjà été essayé", help_text="Quand, avec qui, ce que cela a donné."
    )
    link = line(
        "Votre lien avec la personne",
        help_text="Depuis quand, à quel titre. Par exemple : gardien de l’immeuble depuis 2019.",
    )
    intervention_frame = line(
        "Dans quel cadre intervenez-vous ?",
        help_text="Par exemple : gestion locative, mesure d’accompagnement, mandat de protection.",
    )
    prior_contact_wanted = box(
        "Je souhaite un échange avant que la commission contacte qui que ce soit"
    )
    referrer_category = one_of("Votre structure", ReferrerCategory)
    criteria = several(
        "Pourquoi la commission plutôt qu’un service seul ?",
        [
            (ORDINARY_LAW, "Les démarches habituelles ont été essayées, sans résultat suffisant"),
            (COMPLEXITY, "Plusieurs difficultés se mêlent : un service seul n’y suffit pas"),
        ],
        help_text="Les deux conditions sont nécessaires.",
        required=True,
    )

    def __init__(self, *args: Any, is_unreachable: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_unreachable = is_unreachable

    def clean(self) -> dict[str, Any]:
        """Require the person's words when she could be met, and both conditions."""
        data = super().clean() or {}
        if data.get("criteria") and set(data["criteria"]) != {ORDINARY_LAW, COMPLEXITY}:
            self.add_error(
                "criteria",
                "Si l’une des deux conditions n’est pas remplie, un service de droit commun "
                "répondra mieux : parlez-en à la personne qui anime la commission.",
            )
        if not data.get("person_words") and not self.is_unreachable:
            self.add_error(
                "person_words",
                "Écrivez ce que dit la personne, ou ce qu’elle a répondu quand vous lui en avez "
                "parlé.",
            )
        return data

    def content(self) -> dict[str, Any]:
        """Return this screen's values; the gate already answered for urgency."""
        values = super().content()
        values["criteria"] = [*values["criteria"], NO_EMERGENCY]
        values["presence_wish"] = values["presence_wish"] or PersonPresenceWish.UNKNOWN.value
        values["referrer_category"] = values["referrer_category"] or ReferrerCategory.OTHER.value
        return values


STEPS: dict[str, tuple[str, type[StepForm]]] = {
    "personne": ("La personne", PersonStep),
    "situation": ("La situation", SituationStep),
    "demande": ("La demande", RequestStep),
}
