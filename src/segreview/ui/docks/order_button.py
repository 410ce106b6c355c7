"""The button that says in which order the queue stands, and offers others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qtpy.QtWidgets import QMenu, QToolButton

from segreview.session.listing import Sorting
from segreview.ui.docks.brief_chip import BriefChip
from segreview.ui.docks.queue_model import gain_hint

Order = tuple[Sorting, str]
"""What rows are sorted by, and the figure whose gain is meant; empty where none is."""

_USUAL: Order = (Sorting(), "")
_NAMES = {
    "queue": ("by suspicion", "The order of review: the most suspect first, then by kind, IoU and area"),
    "iou": ("by IoU", "The lowest IoU first"),
    "relation": ("by kind", "Kind by kind, each in the order of review"),
}


class OrderButton(BriefChip):
    """Chip with a menu of orders; those by a click on a column's head are named too.

    Parameters
    ----------
    choose
        Told the order that was chosen.
    """

    def __init__(self, choose: Callable[[Order], None]) -> None:
        super().__init__("QToolButton::menu-indicator { image: none; }")
        self._choose = choose
        self._metrics: tuple[str, ...] = ()
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("In which order the rows stand; N goes down the table as it is shown")
        self._orders = QMenu(self)
        self._orders.setToolTipsVisible(True)
        self._orders.aboutToShow.connect(self._fill)
        self.setMenu(self._orders)
        self.show_order(_USUAL, ())

    def show_order(self, order: Order, metrics: Sequence[str]) -> None:
        """Show the order that the rows stand in.

        Parameters
        ----------
        order
            The order.
        metrics
            Figures whose gain can be asked for.
        """
        self._metrics = tuple(metrics)
        text = f"⇅ {_name(order)}"
        self.say(text, "⇅" if order[0] == _USUAL[0] else text)

    def _fill(self) -> None:
        self._orders.clear()
        for order in self._offered():
            entry = self._orders.addAction(_name(order))
            entry.setToolTip(gain_hint(order[1]) if order[1] else _NAMES[order[0].by][1])
            entry.triggered.connect(lambda _=False, order=order: self._choose(order))

    def _offered(self) -> Iterator[Order]:
        yield _USUAL
        for metric in self._metrics:
            yield Sorting("gain", descending=True), metric
        for by in ("iou", "relation"):
            yield Sorting(by), ""


def _name(order: Order) -> str:
    """What an order is called."""
    sorting, metric = order
    if sorting.by == "gain":
        return f"by gain of {metric}"
    return _NAMES.get(sorting.by, (f"by {sorting.by}", ""))[0]
