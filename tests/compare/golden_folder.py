"""Where the frozen figures are: beside the project, or beside the folder of its working copies."""

import json
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_PLACES = [folder / "shared" / "golden" for folder in _ROOT.parents]

GOLDEN = next((folder for folder in _PLACES if folder.is_dir()), _PLACES[0])
"""Folder of the frozen figures; it need not exist."""


def cases_of(file: str) -> list[dict[str, Any]]:
    """Cases of a file."""
    found: list[dict[str, Any]] = json.loads((GOLDEN / file).read_text(encoding="utf-8"))["cases"]
    return found


def agrees(found: float, expected: Any, abs: float = 1e-9) -> None:  # noqa: A002 (as pytest.approx has it)
    """Assert that a figure is the frozen one; those that are no number or infinite are words there."""
    assert found == pytest.approx(float(expected), abs=abs, nan_ok=True)


def raises(expected: Any) -> bool:
    """Whether the other program raised instead of giving a figure."""
    return isinstance(expected, dict) and "raises" in expected
