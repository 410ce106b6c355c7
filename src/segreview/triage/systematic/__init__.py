"""Systematic errors: what is wrong with all masks of a data set in the same way, and one fix for all."""

from __future__ import annotations

from segreview.triage.systematic.detector import find_systematic_errors
from segreview.triage.systematic.finding import EITHER, Finding, Flaw

__all__ = ["EITHER", "Finding", "Flaw", "find_systematic_errors"]
