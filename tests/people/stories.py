"""Situations of the fixed cast, made only by the actions (style 23)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from cases.actions import agreements, grants, referrals, reviews, sittings
from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    Expression,
    NoticeForm,
)
from cases.domain.agreement_rules import PersonFacts
from cases.domain.sections import InformationCategory, ProfessionCategory
from cases.models import AgendaItem, Grant, Review, Sitting, Situation
from cases.permissions import Viewer
from tests.people.cast import Cast, as_person


def referral_content(**changes: Any) -> dict[str, Any]:
    """Return a complete referral."""
    return {
        "identification": "named",
        "attest_anonymous": True,
        "identity": {
            "last_name": "Dupont-Fictif",
            "first_name": "Camille",
            "birth_year": "1968",
            "phone": "0000000000",
            "address": "1 rue Inventée",
        },
        "person_informed": "informee",
        "informed_by": "la gardienne, de vive voix",
        "age_band": "56-65",
        "sex": "femme",
        "household": "personne_seule",
        "zone": "commune_principale",
        "housing_type": "logement_social",
        "landlord_type": "bailleur_social",
        "visitor_risk": "non",
        "problems": ["logement_incurie_diogene", "isolement_rupture_sociale"],
        "signals": ["volets_fermes"],
        "severity": "eleve",
        "severity_factors": ["isolement_total"],
        "care_status": "connu_rupture",
        "referrer_category": "bailleur_social",
        "link": "gardienne depuis six ans",
        "story": "Elle ne sort plus depuis le printemps.",
        "housing_text": "Le couloir est encombré.",
        "health_text": "Elle dit ne plus voir son médecin.",
        "tried_steps": "Deux visites, un courrier.",
        "question": "Comment renouer le lien ?",
        "person_words": "Je veux garder mon appartement.",
        "presence_wish": "oui",
        "criteria": ["droit_commun", "complexite", "pas_urgence"],
        "urgency": False,
        **changes,
    }


def referred(cast: Cast, **changes: Any) -> Situation:
    """Refer a situation as Julie."""
    with as_person(cast.julie) as viewer:
        return referrals.send(
            viewer=viewer, commission=cast.commission, content=referral_content(**changes)
        )


def fresh(cast: Cast, pk: uuid.UUID) -> Situation:
    """Read a situation again as Claire; outside ``as_person`` nothing is visible."""
    return Situation.objects.select_related("commission").get(pk=pk)


def admitted(cast: Cast, **changes: Any) -> Situation:
    """Refer, then admit with Luc as the lead."""
    pk = referred(cast, **changes).pk
    with as_person(cast.claire) as viewer:
        situation = fresh(cast, pk)
        referrals.admit(viewer=viewer, situation=situation, lead=cast.luc.user.pk)
    return situation


def expression(viewer: Viewer, **changes: Any) -> Expression:
    """Return a complete named agreement for the whole cast's professions."""
    values: dict[str, Any] = {
        "kind": AgreementKind.NAMED_SHARING,
        "expressed_at": viewer.at,
        "recorded_at": viewer.at,
        "giver": AgreementGiver.PERSON,
        "mode": AgreementMode.SIGNED,
        "notice_version": "1",
        "notice_handed_on": viewer.at.date(),
        "notice_form": NoticeForm.PAPER,
        "security_described": True,
        "categories": frozenset(InformationCategory),
        "professions": frozenset(
            {
                ProfessionCategory.HEALTH_PROFESSIONAL.value,
                ProfessionCategory.SOCIAL_WORKER.value,
                "bailleur_social",
            }
        ),
    }
    return Expression(**{**values, **changes})


def agreed(cast: Cast, **changes: Any) -> Situation:
    """Refer, admit, and record the person's agreement."""
    pk = admitted(cast).pk
    with as_person(cast.luc) as viewer:
        situation = fresh(cast, pk)
        agreements.record(
            viewer=viewer,
            situation=situation,
            expression=expression(viewer, **changes),
            person=PersonFacts(age=58),
            presence="oui",
        )
    return situation


def shared(
    cast: Cast,
    *names: str,
    sections: tuple[str, ...] = (
        "identity",
        "core",
        "social",
        "housing",
        "health",
        "legal",
        "shareable",
    ),
    until: date | None = None,
    level: str = "contribute",
    **changes: Any,
) -> Situation:
    """An agreed situation, shared with members of the cast."""
    situation = agreed(cast, **changes)
    if not names:
        return situation
    pk = situation.pk
    with as_person(cast.luc) as viewer:
        situation = fresh(cast, pk)
        grants.share(
            viewer=viewer,
            situation=situation,
            recipients=[cast.people[name].user.pk for name in names],
            sections=list(sections),
            level=level,
            until=until,
        )
    return situation


def inscribed(cast: Cast, *names: str) -> tuple[Situation, AgendaItem]:
    """A shared situation on the agenda of a convened and opened sitting."""
    pk = shared(cast, *names).pk
    with as_person(cast.claire) as viewer:
        sitting = sittings.create(
            viewer=viewer,
            commission=cast.commission,
            starts_at=viewer.at + timedelta(days=7),
            place="Salle des mariages",
        )
        situation = fresh(cast, pk)
        item = sittings.add_item(viewer=viewer, sitting=sitting, situation=situation)
        sittings.convene(viewer=viewer, sitting=sitting)
        sittings.open_sitting(viewer=viewer, sitting=sitting)
        sittings.mark_present(
            viewer=viewer, item=item, user_ids=[cast.luc.user.pk, cast.claire.user.pk]
        )
    return situation, item


def reviewed(cast: Cast, *names: str) -> tuple[Situation, Review]:
    """An inscribed situation, examined with two proposals."""
    situation, item = inscribed(cast, *names)
    with as_person(cast.claire) as viewer:
        item = AgendaItem.objects.select_related("sitting", "situation__commission").get(pk=item.pk)
        review = reviews.record(
            viewer=viewer,
            item=item,
            presence="oui",
            analysis=[
                ("logement", "Logement encombré, accès difficile."),
                ("sante_psychique", "Rupture de suivi depuis deux ans."),
            ],
            shareable_text="Nous avons parlé du logement et du suivi.",
            proposals=[
                {
                    "kind": "visite_a_domicile_conjointe",
                    "title": "Visite à deux",
                    "category": "situation_sociale",
                    "holder": "CMP et CCAS",
                    "due_on": viewer.at.date() + timedelta(days=20),
                },
                {
                    "kind": "reprise_suivi",
                    "title": "Rendez-vous au CMP",
                    "category": "sante_psychique",
                    "holder": "CMP",
                    "due_on": viewer.at.date() + timedelta(days=30),
                },
            ],
            no_proposal=False,
            review_due_on=viewer.at.date() + timedelta(days=90),
        )
        sittings.close_sitting(viewer=viewer, sitting=Sitting.objects.get(pk=item.sitting_id))
    return situation, review


def ended(cast: Cast, situation: Situation, *names: str) -> None:
    """End every right of members on a situation, those of its sitting included, as Claire."""
    with as_person(cast.claire) as viewer:
        held = Grant.objects.filter(
            situation_id=situation.pk,
            recipient__in=[cast.people[name].user for name in names],
            revoked_at__isnull=True,
        )
        for pk in list(held.values_list("pk", flat=True)):
            grants.revoke(viewer=viewer, grant_id=pk)
