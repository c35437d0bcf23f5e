"""Writes of the roadmap: one module a noun, one function an act."""

from clsm_core.roadmap.actions.writing import write_sheet

__all__ = ["write_sheet"]
