"""Classes of objects as facts beside their pixels: what a gesture changes of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassChange:
    """The class of an object that is given, exchanged or taken away.

    Parameters
    ----------
    id
        The object.
    before, after
        Ids of the classes; None where there is none.
    """

    id: int
    before: int | None
    after: int | None

    def inverse(self) -> ClassChange:
        """Change that takes this one back."""
        return ClassChange(self.id, self.after, self.before)
