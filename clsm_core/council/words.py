"""How a council's pages write numbers, amounts and roles in French."""

from __future__ import annotations

from decimal import Decimal

from clsm_core.council.models import CouncilRole

NARROW, HARD = "\u202f", "\u00a0"

ROLE_HELP = {
    CouncilRole.COORDINATOR: "tient le conseil à jour, donne les rôles",
    CouncilRole.PRESIDENT: "valide les comptes rendus, voit l’observation",
    CouncilRole.CO_ANIMATOR: "valide les comptes rendus, voit l’observation",
    CouncilRole.STEERING_MEMBER: "lit tout, voit l’observation, propose",
    CouncilRole.CONTRIBUTOR: "lit, propose des sujets et des corrections",
    CouncilRole.READER: "lit seulement",
}


def number(value: int) -> str:
    """Write a whole number in French: thousands parted by a narrow no-break space."""
    return f"{value:,}".replace(",", NARROW)


def euros(amount: Decimal) -> str:
    """Write an amount; cents only when there are some."""
    whole = amount == amount.to_integral_value()
    text = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    return text.replace(",", NARROW).replace(".", ",") + f"{HARD}€"


def percent(value: Decimal) -> str:
    """Write a part in %, with one decimal when it counts."""
    rounded = value.quantize(Decimal("0.1"))
    text = f"{rounded:f}".removesuffix(".0").replace(".", ",")
    return f"{text}{HARD}%"


def full_time(value: Decimal) -> str:
    """Write full-time equivalents: « 0,8 ETP »."""
    text = f"{value.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
    return f"{(text or '0').replace('.', ',')}{HARD}ETP"


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun."""
    return f"{number(count)} {one if count < 2 else many or one + 's'}"
