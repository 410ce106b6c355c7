"""How labels are corrected: pure functions that look at labels and return an `Edit`."""

from __future__ import annotations

from segreview.tools.delete import TOOL as DELETE
from segreview.tools.join import TOOL as JOIN
from segreview.tools.mend import DROP_SPECKS, FILL, REMOVE_SLIVERS, SEPARATE_FRAGMENTS
from segreview.tools.split import TOOL as SPLIT
from segreview.tools.take import TOOL as TAKE
from segreview.tools.tool import Target, Tool

TOOLS: tuple[Tool, ...] = (
    TAKE,
    DELETE,
    JOIN,
    SPLIT,
    FILL,
    DROP_SPECKS,
    REMOVE_SLIVERS,
    SEPARATE_FRAGMENTS,
)
"""Every correction tool; a new one is a file of its own and a name in this tuple."""

__all__ = [
    "DELETE",
    "DROP_SPECKS",
    "FILL",
    "JOIN",
    "REMOVE_SLIVERS",
    "SEPARATE_FRAGMENTS",
    "SPLIT",
    "TAKE",
    "TOOLS",
    "Target",
    "Tool",
]
