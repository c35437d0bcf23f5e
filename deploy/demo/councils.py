"""What the council service holds before the commissions begin: territory, councils, its people.

Runs as a program under the council's settings: `python -m deploy.demo.councils SEED`. The names,
codes and populations of communes are official; presidencies and people are fictitious.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import django

from deploy.demo import cast, roadmaps

CHARTER = """\
Charte du conseil (texte de démonstration).

Je participe au conseil pour améliorer la santé mentale sur le territoire.
Je ne demande ni ne donne aucune information sur une situation individuelle.
Les chiffres publiés sont des fourchettes : je ne cherche à reconnaître personne.
Je parle des personnes concernées avec respect, et je leur laisse la parole.
"""

METZ_AREA = ("57463",)
TERRES_SIREN = "200066322"


def main() -> None:
    """Load the territory, open both councils and write their roadmaps."""
    seed = int(sys.argv[1])
    django.setup()
    from clsm_core.council import territory
    from clsm_core.council.models import Epci

    territory.load(using="owner")
    terres = Epci.objects.get(siren=TERRES_SIREN)
    codes = terres.communes.values_list("code", flat=True)
    councils = {
        cast.METZ: _open(
            cast.METZ,
            "Conseil local de santé mentale de Metz",
            METZ_AREA,
            scale="commune",
            territory_type="urban",
            accent="encre",
            created_on=date(2012, 6, 14),
            presidency="Élise Fontaine, adjointe à la santé (fiction)",
            co_animation="Luc Perrin, psychiatre (fiction)",
        ),
        cast.TERRES: _open(
            cast.TERRES,
            "Conseil local de santé mentale Terres des Confluences",
            tuple(codes),
            scale="intercommunal",
            territory_type="rural",
            accent="sapin",
            created_on=date(2021, 11, 4),
            presidency="Bernard Lacaze, vice-président (fiction)",
            co_animation="Thomas Brun, infirmier (fiction)",
        ),
    }
    _people(councils, seed)
    _roadmaps(councils)


def _open(slug: str, name: str, codes: tuple[str, ...], **fields: Any) -> Any:
    from clsm_core.council import territory
    from clsm_core.council.models import Council

    council = Council.objects.create(slug=slug, name=name, status="active", **fields)
    territory.set_perimeter(council, codes)
    return council


def _people(councils: dict[str, Any], seed: int) -> None:
    """Make the accounts of those who log in at the council, charter accepted."""
    from clsm_core.accounts.clock import now
    from clsm_core.accounts.models import Charter, CharterAcceptance
    from clsm_core.council.models import CouncilMembership
    from deploy.demo.accounts import make

    charter = Charter.objects.create(realm="council", version=1, body=CHARTER, published_at=now())
    for person in cast.PEOPLE:
        if person.realm != "council":
            continue
        user = make(person, seed)
        CharterAcceptance.objects.create(user=user, charter=charter, accepted_at=now())
        CouncilMembership.objects.create(
            user=user,
            council=councils[person.council],
            role=person.council_role,
            starts_on=date(now().year - 3, 1, 1),
        )


def _roadmaps(councils: dict[str, Any]) -> None:
    """Propose a roadmap to each council; its committee decides it later, with its meetings."""
    for slug, council in councils.items():
        roadmaps.propose(council, is_metz=slug == cast.METZ)


if __name__ == "__main__":
    main()
