"""The nine criteria of the 2025 standard: what proves each one, what is missing, the conclusion.

Pure values: the rules that fill them stand in ``conformity``.

Source: domain.md D.6 (instruction DGS/SP4/2025/8 of 13 May 2025); 002-01 to 002-09.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """The conclusion on a criterion."""

    MET = "conforme"
    PARTIAL = "partiel"
    NOT_MET = "non conforme"
    UNKNOWN = "non renseigné"


KINDS = {Status.MET: "done", Status.PARTIAL: "attention", Status.NOT_MET: "danger"}


class Proof(NamedTuple):
    """A fact that the council holds, with the page where it stands."""

    text: str
    page: str
    """The name of the address, such as ``governance:framework``; it takes the council's slug."""


class Check(NamedTuple):
    """One thing that a criterion asks for: met or not, its proof, and what to do otherwise."""

    is_met: bool
    proof: Proof
    lack: str


@dataclass(frozen=True)
class Criterion:
    """One of the nine."""

    number: int
    title: str
    asked: str
    source: str
    status: Status
    checks: Sequence[Check] = field(default_factory=list)

    @property
    def proofs(self) -> list[Proof]:
        """Return what is proved."""
        return [one.proof for one in self.checks if one.is_met]

    @property
    def lacks(self) -> list[Check]:
        """Return what is missing, each with where to mend it."""
        return [one for one in self.checks if not one.is_met]


def conclude(checks: Sequence[Check], *, is_known: bool, is_partial: bool | None = None) -> Status:
    """Conclude on a criterion.

    Args:
        is_known: whether the council has recorded anything about it.
        is_partial: when only some is there, whether that is enough to be « partiel »; by default
            one thing met is.
    """
    if not is_known:
        return Status.UNKNOWN
    if all(one.is_met for one in checks):
        return Status.MET
    if is_partial is None:
        is_partial = any(one.is_met for one in checks)
    return Status.PARTIAL if is_partial else Status.NOT_MET
