"""HiGHS behind two questions: how low, how high can a sum of unknowns go?

A linear program is tried first; when its answer is not whole, an integer program settles the
matter. Nothing here is random, and one thread is used, so that answers do not depend on the day.

Source: HiGHS (Huangfu and Hall 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from cases.disclosure.errors import AuditFailed

Side = Literal["low", "high"]
Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Truth = NDArray[np.bool_]
LIMIT: Final = 60.0
"""Seconds for one program; a longer one ends the audit."""
CLOSE: Final = 1e-6


@dataclass(frozen=True)
class Answer:
    """The optimum of a linear program: its value, and the rows that hold it back."""

    value: float
    point: Real
    held: Truth

    def whole(self) -> Whole | None:
        """Give the point as whole numbers, None when it is not one."""
        near = np.rint(self.point)
        return near.astype(np.int64) if np.abs(self.point - near).max(initial=0) < CLOSE else None


class Solver:
    """A set of bounded sums over unknowns that are never negative."""

    def __init__(self, rows: csr_matrix, lo: Real, hi: Real) -> None:
        """Take the sums as a matrix of shape (rows, unknowns) and their bounds."""
        self._rows, self._lo, self._hi = rows, lo.copy(), hi.copy()
        self._size = rows.shape[1]
        self._columns = np.arange(self._size, dtype=np.int32)
        self._linear = self._model()
        self._integer: Any = None

    @property
    def bounds(self) -> tuple[Real, Real]:
        """Bounds of the rows at the moment."""
        return self._lo, self._hi

    def bound(self, lo: Real, hi: Real) -> None:
        """Change the bounds of every row."""
        changed = np.flatnonzero((lo != self._lo) | (hi != self._hi)).astype(np.int32)
        self._lo, self._hi = lo.copy(), hi.copy()
        for model in (self._linear, self._integer):
            if model is not None and len(changed):
                model.changeRowsBounds(len(changed), changed, lo[changed], hi[changed])

    def linear(self, goal: Real, side: Side) -> Answer:
        """Give the optimum over real numbers.

        Raises:
            AuditFailed: the solver did not reach a proven optimum.
        """
        model = self._linear
        self._aim(model, goal, side)
        _run(model)
        _require(model.getModelStatus())
        solution = model.getSolution()
        return Answer(
            model.getObjectiveValue(),
            np.array(solution.col_value),
            np.abs(np.array(solution.row_dual)) > CLOSE,
        )

    def integer(self, goal: Real, side: Side, *, enough: float | None = None) -> Whole:
        """Give a point of the optimum over whole numbers, or the first one that is `enough`.

        Raises:
            AuditFailed: the solver did not reach a proven optimum.
        """
        if self._integer is None:
            self._integer = self._model()
            kinds = np.full(self._size, highspy.HighsVarType.kInteger)
            self._integer.changeColsIntegrality(self._size, self._columns, kinds)
        self._aim(self._integer, goal, side)
        # The target is told as a value to go under: HiGHS turns the sign of what it maximises.
        far = -np.inf if enough is None else enough if side == "low" else -enough
        self._integer.setOptionValue("objective_target", far)
        _run(self._integer)
        _require(self._integer.getModelStatus(), highspy.HighsModelStatus.kObjectiveTarget)
        point = np.array(self._integer.getSolution().col_value)
        world: Whole = np.rint(point).astype(np.int64)
        return world

    def _aim(self, model: Any, goal: Real, side: Side) -> None:
        """Set what is to be made smallest or largest."""
        sense = highspy.ObjSense.kMinimize if side == "low" else highspy.ObjSense.kMaximize
        model.changeObjectiveSense(sense)
        model.changeColsCost(self._size, self._columns, goal)

    def _model(self) -> Any:
        """Build one HiGHS model of the sums."""
        model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in _OPTIONS.items():
            model.setOptionValue(name, value)
        size = self._size
        model.addVars(size, np.zeros(size), np.full(size, highspy.kHighsInf))
        rows = self._rows
        model.addRows(
            rows.shape[0],
            self._lo,
            self._hi,
            rows.nnz,
            rows.indptr.astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data.astype(np.float64),
        )
        return model


def reaches(value: float, wanted: float, side: Side) -> bool:
    """Tell whether a value is as low, or as high, as wanted."""
    return value <= wanted + CLOSE if side == "low" else value >= wanted - CLOSE


def version() -> str:
    """Give HiGHS's version."""
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    return str(model.version())


_OPTIONS: Final = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    # HiGHS 1.15's presolve calls some feasible integer programs infeasible (one of them is in
    # tests/pure/disclosure/test_solver.py): a wrong "no" would withhold too much, or too little.
    "presolve": "off",
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-6,
}


def _run(model: Any) -> None:
    """Solve; the time of former questions is not counted against this one."""
    model.setOptionValue("time_limit", model.getRunTime() + LIMIT)
    model.run()


def _require(status: Any, *others: Any) -> None:
    """Refuse everything but a proven optimum, or what else was asked for."""
    if status not in (highspy.HighsModelStatus.kOptimal, *others):
        raise AuditFailed(
            "La vérification n’a pas abouti : rien n’est publié. Réessayez, puis prévenez la "
            "personne qui exploite le service."
        )
