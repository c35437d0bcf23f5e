"""What a count of voices decides, by the rule that was asked for. Pure arithmetic, no table.

Source: domain.md D.1 (décision); the majorities of French assemblies: expressed voices leave
abstentions aside, and equal voices adopt nothing.
"""

from __future__ import annotations

from typing import NamedTuple

CONSENSUS, SIMPLE, ABSOLUTE, TWO_THIRDS = "consensus", "simple", "absolute", "two_thirds"


class Result(NamedTuple):
    """Whether it is adopted, and why in words."""

    is_adopted: bool
    reason: str


def result_of(rule: str, *, voters: int, in_favour: int, against: int, abstained: int) -> Result:
    """Return what a vote decides.

    Args:
        rule: one of the four rules; another one is a programming error.
        voters: members who had a voice, whether they used it or not.
    Raises:
        ValueError: for an unknown rule, a negative count, or more voices than voters.
    """
    cast = in_favour + against + abstained
    if min(voters, in_favour, against, abstained) < 0 or cast > voters:
        raise ValueError("counts")
    expressed = in_favour + against
    if rule == CONSENSUS:
        return Result(
            against == 0 and in_favour > 0,
            "personne ne s’y est opposé" if against == 0 else f"{_voices(against)} contre",
        )
    if rule == SIMPLE:
        return Result(
            in_favour > against, f"{in_favour} pour, {against} contre sur {expressed} exprimées"
        )
    if rule == ABSOLUTE:
        return Result(2 * in_favour > voters, f"{in_favour} pour sur {voters} membres votants")
    if rule == TWO_THIRDS:
        return Result(
            expressed > 0 and 3 * in_favour >= 2 * expressed,
            f"{in_favour} pour sur {expressed} exprimées",
        )
    raise ValueError("rule")


def _voices(count: int) -> str:
    return f"{count} voix"
