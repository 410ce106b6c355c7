"""Fixtures of the formats' tests: the shared data, and labels to write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the shared data are not at {SHARED}")
    return SHARED


@pytest.fixture
def blobs() -> np.ndarray:
    """Three rectangular objects, uint16, ids with a gap."""
    data = np.zeros((32, 48), np.uint16)
    data[2:10, 2:12] = 1
    data[2:10, 20:30] = 2
    data[15:25, 5:40] = 40
    return data
