"""A card beside the pointer that says which objects lie under it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from napari.viewer import Viewer
from qtpy.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from qtpy.QtWidgets import QApplication, QLabel, QWidget

from segreview.ui.canvas.caption import Caption, caption
from segreview.ui.canvas.film import Film
from segreview.ui.canvas.section import Section, slice_events
from segreview.ui.hands.stagehand import Stagehand
from segreview.ui.palette import GT_COLOR, MODEL_COLOR
from segreview.ui.workbench import Workbench

_DELAY = 60
"""Milliseconds between the pointer and what the card says: reading needs longer."""
_OFFSET = QPoint(18, 20)
_STYLE = """
background: rgba(20, 22, 26, 225); color: #F2F2F2; border-radius: 5px; padding: 4px 8px; font-size: 11px;
"""
_IDLE = ("pan_zoom", "pick")


class Card(QLabel):
    """Label that floats over a widget, near a place in it and never under the pointer.

    Parameters
    ----------
    host
        Widget over which it floats.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setStyleSheet(_STYLE)
        self._shown: Caption | None = None
        self.hide()

    def tell(self, said: Caption | None) -> None:
        """Show a caption, or nothing."""
        if said is None:
            self.hide()
            return
        if said != self._shown:
            self._shown = said
            self.setText(_as_html(said))
            self.adjustSize()
        self.show()

    def follow(self, pointer: QPoint) -> None:
        """Stand beside the pointer; on its other side where there is no room."""
        host = self.parentWidget()
        assert host is not None
        x, y = pointer.x() + _OFFSET.x(), pointer.y() + _OFFSET.y()
        if x + self.width() > host.width():
            x = pointer.x() - _OFFSET.x() - self.width()
        if y + self.height() > host.height():
            y = pointer.y() - _OFFSET.y() - self.height()
        self.move(max(0, x), max(0, y))


def _as_html(said: Caption) -> str:
    sides = (("GT", GT_COLOR, said.reference), ("model", MODEL_COLOR, said.prediction))
    lines = [f"<span style='color:{color}'>■</span> {name} {escape(text)}" for name, color, text in sides]
    return "<br>".join([*lines, *(escape(text) for text in (said.verdict, said.heat) if text)])


class Hover(Stagehand):
    """Shows the card while the pointer rests or moves over the canvas with no button down.

    Parameters
    ----------
    bench
        What it looks at.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._move = self._on_move  # one object, to be found again
        self._place: tuple[QPoint, tuple[float, ...]] | None = None
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._tell)
        self._watch = _Edges(self)
        self.card: Card | None = None

    def begin(self) -> None:
        """Follow the pointer."""
        self._film = Film(self.native)
        self._film.show()
        self.card = Card(self._film)
        self.native.installEventFilter(self._watch)
        self.bench.viewer.mouse_move_callbacks.append(self._move)
        self._unwatch = self.review.watch(lambda _: self.look_again())
        self.bench.changed.connect(self.look_again)
        for emitter in self._travels():
            emitter.connect(self.hide)

    def end(self) -> None:
        """Leave no card behind."""
        self.hide()
        self._unwatch()
        self.native.removeEventFilter(self._watch)
        self.bench.viewer.mouse_move_callbacks.remove(self._move)
        self.bench.changed.disconnect(self.look_again)
        for emitter in self._travels():
            emitter.disconnect(self.hide)
        self._film.close_for_good()
        self.card = None

    def look(self) -> None:
        """Take the card away when another row becomes the current one."""
        self.hide()

    def _travels(self) -> tuple[Any, ...]:
        """What tells that something else came to lie under the pointer."""
        camera = self.bench.viewer.scene.camera.events
        return camera.center, camera.zoom, *slice_events(self.bench.viewer)

    def hide(self) -> None:
        """Take the card away until the pointer moves again."""
        self._timer.stop()
        self._place = None
        if self.card is not None:
            self.card.hide()

    def _on_move(self, viewer: Viewer, event: Any) -> None:  # noqa: ARG002 (napari passes it)
        """Remember where the pointer is; looking it up can wait."""
        if self.card is None or not self._wanted:
            return
        pointer = QPoint(int(event.pos[0]), int(event.pos[1]))
        self._place = pointer, event.position
        if self.card.isVisible():
            self.card.follow(pointer)
        if not self._timer.isActive():
            self._timer.start()

    @property
    def _wanted(self) -> bool:
        """Whether the card may come: over a brush or the bare image it would hide what is looked at."""
        idle = str(self.scene.gt.mode) in _IDLE and not self.bench.in_hand
        seen = any(self.scene.contours.shown) or self.scene.shows_heat
        return self.bench.switches.hover and idle and seen

    def look_again(self) -> None:
        """Look again at what may have changed under the pointer."""
        if self.card is not None and not self._wanted:
            self.card.hide()
        if self._place is not None and not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        card, section = self.card, Section.of_viewer(self.bench.viewer, self.review.reference)
        if card is None or self._place is None:
            return
        if section is None or not self._wanted or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            card.hide()
            return
        pointer, position = self._place
        index = [round(v) for v in section.point(position)]
        inside = all(0 <= n < size for n, size in zip(index, self.review.reference.shape, strict=True))
        card.tell(self._caption(index) if inside else None)
        card.follow(pointer)

    def _caption(self, index: list[int]) -> Caption | None:
        """What lies under the pointer, with what the heatmap shows of it."""
        said, warmth = caption(self.review, index), self.scene.warmth
        if warmth is None or not self.scene.shows_heat:
            return said
        value = warmth.value_at(index)
        if said is None and not value:
            return None
        heat = f"{warmth.scale.title.lower()} {warmth.scale.text(value)}"
        return replace(said or Caption("\N{EN DASH}", "\N{EN DASH}"), heat=heat)


class _Edges(QObject):
    """Tells when the pointer leaves the canvas, and when a button goes down on it."""

    def __init__(self, hover: Hover) -> None:
        super().__init__()
        self._hover = hover

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Hide the card, and keep nothing back."""
        if event.type() in (QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self._hover.hide()
        return bool(super().eventFilter(watched, event))
