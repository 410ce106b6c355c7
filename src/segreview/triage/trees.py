"""Boosted trees as plain arrays: no pickle, and every split can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Trees:
    """A sum of binary trees.

    Nodes of all trees stand one after the other; a leaf points to itself, so that every row takes
    the same number of steps.

    Parameters
    ----------
    roots
        First node of each tree.
    figure
        Which figure a node asks for.
    limit
        A row goes left when its figure is at most this.
    left, right
        Nodes that follow.
    value
        What a leaf adds; 0 for other nodes.
    base
        What is added to the sum.
    depth
        Steps from a root to the deepest leaf.
    """

    roots: np.ndarray
    figure: np.ndarray
    limit: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    base: float
    depth: int

    @classmethod
    def of_dict(cls, content: Mapping[str, Any]) -> Trees:
        """Trees from plain lists."""
        whole = {name: np.array(content[name], np.intp) for name in ("roots", "figure", "left", "right")}
        parts = {name: np.array(content[name], float) for name in ("limit", "value")}
        return cls(**whole, **parts, base=float(content["base"]), depth=int(content["depth"]))

    def sums(self, figures: np.ndarray) -> np.ndarray:
        """Sum of all trees for each row of ``(n, F)`` figures."""
        rows = np.arange(len(figures))[:, None]
        at = np.broadcast_to(self.roots, (len(figures), len(self.roots)))
        for _ in range(self.depth):
            left = figures[rows, self.figure[at]] <= self.limit[at]
            at = np.where(left, self.left[at], self.right[at])
        return np.asarray(self.base + self.value[at].sum(axis=1))
