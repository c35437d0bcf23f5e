"""What a sitting makes of a fictitious situation: who is there, what is said and proposed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from random import Random

from cases.actions import reviews, sittings
from cases.domain.sections import InformationCategory
from cases.domain.vocabulary import Problem
from cases.models import AgendaItem
from cases.permissions import Role, Viewer
from deploy.demo import texts
from deploy.demo.commissions import Stage
from deploy.demo.figures import Profile, happens

# Proposals that answer a difficulty come first; the others complete them by chance.
FITTING = {
    Problem.EVICTION: "accord_avec_bailleur_plan_apurement",
    Problem.HOARDING: "desencombrement_nettoyage",
    Problem.NEIGHBOUR_TROUBLE: "mediation_voisinage",
    Problem.CARE_INTERRUPTED: "reprise_suivi",
    Problem.UNSEEN_DISTRESS: "equipe_mobile_psychiatrie",
    Problem.CARE_NOT_SOUGHT: "orientation_CMP",
    Problem.RIGHTS_LOST: "ouverture_maintien_droits",
    Problem.PROTECTION_NEEDED: "mesure_protection",
    Problem.FAMILY_CONFLICT: "soutien_aidants",
    Problem.ISOLATION: "GEM_entraide",
}


def record(
    viewer: Viewer,
    item: AgendaItem,
    stage: Stage,
    profile: Profile,
    categories: Collection[InformationCategory],
    rng: Random,
) -> None:
    """Mark who is present and record the review, within the categories agreed to."""
    present = stage.with_role(Role.COORDINATOR, Role.PERMANENT, Role.USERS_REPRESENTATIVE)
    sittings.mark_present(
        viewer=viewer,
        item=item,
        user_ids=[one.user.pk for one in present if happens(rng, 85)],
    )
    agreed = {category.value for category in categories}
    chosen = _proposals(profile, agreed, rng)
    # Distinct dates order the proposals of a review, whatever their ids.
    due = [(viewer.at + timedelta(days=d)).date() for d in rng.sample(range(20, 120), len(chosen))]
    reviews.record(
        viewer=viewer,
        item=item,
        presence=rng.choice(["oui", "non", "representee", "refus"]),
        analysis=[
            (category, rng.choice(said))
            for category, said in texts.ANALYSIS.items()
            if category in agreed
        ],
        shareable_text=rng.choice(texts.SYNTHESIS),
        proposals=[
            {
                "kind": kind,
                "title": title,
                "category": category,
                "holder": holder,
                "due_on": day,
            }
            for (kind, title, category, holder), day in zip(chosen, due, strict=True)
        ],
        no_proposal=False,
        review_due_on=(viewer.at + timedelta(days=90)).date(),
    )


def _proposals(
    profile: Profile, agreed: Collection[str], rng: Random
) -> list[tuple[str, str, str, str]]:
    possible = [one for one in texts.PROPOSALS if one[2] in agreed]
    wanted = {FITTING[problem] for problem in profile.problems if problem in FITTING}
    fitting = [one for one in possible if one[0] in wanted]
    rng.shuffle(fitting)
    others = [one for one in possible if one not in fitting]
    rng.shuffle(others)
    count = rng.choice([1, 2, 2, 3])
    return (fitting[:2] + others)[:count]
