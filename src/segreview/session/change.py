"""What a review tells its views after every change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from segreview.model.box import Box
from segreview.model.edit import Edit

_log = logging.getLogger(__name__)


class What(StrEnum):
    """Which facts a change made stale."""

    PIXELS = "pixels"
    ROWS = "rows"
    CLASSES = "classes"
    VERDICTS = "verdicts"
    ORDER = "order"
    EVIDENCE = "evidence"
    SAVED = "saved"


@dataclass(frozen=True, eq=False)
class Change:
    """A change of a review: what views must look at again.

    Parameters
    ----------
    what
        Facts that are stale.
    edits
        Edits that were applied to the labels.
    boxes
        Regions whose disagreement or emphasis is stale: the edits' patches and the objects that
        they touched.
    rows
        Numbers of the queue's rows that changed.
    revision
        Counts the changes of a review.
    origin
        Who asked for the change, so that a view can tell its own.
    """

    what: frozenset[What]
    edits: tuple[Edit, ...] = ()
    boxes: tuple[Box, ...] = ()
    rows: tuple[int, ...] = ()
    revision: int = 0
    origin: object = None

    @property
    def relabels(self) -> bool:
        """Whether labels changed: their pixels, or classes of objects."""
        return bool(self.what & {What.PIXELS, What.CLASSES})


Fault = Callable[[BaseException], None]
"""What is told when a view fails: it gets the exception."""


def guarded(view: Callable[[Change], None], faults: Iterable[Fault]) -> Callable[[Change], None]:
    """View whose faults are told, and reach neither the edit nor the other views.

    Parameters
    ----------
    view
        The view.
    faults
        Told of each fault; looked at when there is one.
    """

    def told(change: Change) -> None:
        try:
            view(change)
        except Exception as error:  # any fault of a view must not reach the edit
            _log.exception("a view failed on change %d", change.revision)
            for tell in faults:
                tell(error)

    return told
