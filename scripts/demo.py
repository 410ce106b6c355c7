"""A short review by real mouse and key events, with a picture of every step in ``demo-output/``.

It drives the program from outside: the keys and the pointer come from the X server, and all it
knows of the program is where its widgets are. It reviews a copy of the sample `cells`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

OUTPUT = Path("demo-output")


def main() -> int:
    """Play the review; return the exit code."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    with tempfile.TemporaryDirectory() as state:
        os.environ["SEGREVIEW_STATE"] = state
        from segreview.ui.system import check_system

        check_system()
        _play()
    return 0


def _play() -> None:
    from hand import Hand, play
    from segreview.ui.app import App

    app = App()
    app.commands.do("open_cells")
    try:
        play(Hand(app.window), Demo(app))
    finally:
        app.bench.close()
        app.viewer.close()


class Demo:
    """The scenario, step by step."""

    def __init__(self, app) -> None:
        self.app = app
        self.number = 0

    def __call__(self, hand) -> None:
        """Play all steps."""
        self.hand = hand
        hand.move(hand.center(self._canvas))
        hand.settle(1.5)
        before = self.status
        self.step("the sample is open")
        hand.key("n")
        self.step("N: the first disagreement")
        hand.key("g")
        self.step("G: the GT is right here, and on to the next one")
        self.take_a_missing_object()
        self.stroke()
        hand.key("ctrl+z")
        self.step("Ctrl+Z: the stroke is undone")
        self.save()
        print(f"before: {before}\nafter:  {self.status}")

    # ---------------------------------------------------------------- steps
    def take_a_missing_object(self) -> None:
        """Go on to an object that only the model has, and take it into the GT."""
        for _ in range(40):
            if self.title.startswith("+ spurious"):
                break
            self.hand.key("n")
        objects = self.objects()
        self.hand.key("c")
        self.step(f"C: the model's object is taken into the GT ({objects} -> {self.objects()} objects)")

    def stroke(self) -> None:
        """One brush stroke from the middle of the current object across its outline, far out."""
        hand = self.hand
        hand.key("2")
        x, y = hand.center(self._canvas)
        reach = hand.on_gui(lambda: min(self._canvas.width(), self._canvas.height())) * 0.4
        points = [(round(x + reach * n / 20), y + n) for n in range(21)]
        before = self.pixels()
        hand.drag(points)
        changed = int((before != self.pixels()).sum())
        self.log("canvas", f"dragged from {points[0]} to {points[-1]}: {changed} pixels painted")
        self.step(f"a brush stroke: {changed} pixels")
        if not changed:
            raise RuntimeError("the brush stroke painted nothing")
        hand.key("6")

    def save(self) -> None:
        """Save over the copy, and keep the saved labels beside the pictures."""
        self.hand.key("ctrl+s")
        self.hand.settle(0.4)
        self.step("Ctrl+S: where to, asked once")
        self.hand.key("Return")
        self.hand.wait_for(lambda: not self.app.bench.review.unwritten, "the labels are written")
        self.step("saved, and read again")
        file = self.hand.on_gui(lambda: self.app.bench.review.reference.path)
        shutil.copy(file, OUTPUT / file.name)
        self.log("file", f"{file.name} -> {OUTPUT / file.name}")

    # ---------------------------------------------------------------- looking
    @property
    def _canvas(self):
        return self.app.window._qt_viewer.canvas.native

    @property
    def status(self) -> str:
        """Text of the status line."""
        return self.hand.on_gui(self.app.status.text)

    @property
    def title(self) -> str:
        """Kind of the current item, as the pair dock says it."""
        return self.hand.on_gui(self.app.pair.title)

    def pixels(self):
        """Labels on the canvas."""
        return self.hand.on_gui(self.app.viewer.layers["GT"].data.copy)

    def objects(self) -> int:
        """Number of objects on the canvas."""
        return len(set(self.pixels().ravel().tolist()) - {0})

    def step(self, title: str) -> None:
        """Take a picture of the window."""
        self.hand.settle(0.5)
        self.number += 1
        file = OUTPUT / f"{self.number:02d}.png"
        self.hand.take_picture(file)
        print(f"{file}: {title}")
        place = self.hand.center(self._canvas)
        self.log("canvas", f"centre at {place}; {self.status}")

    def log(self, widget: str, text: str) -> None:
        """Write a line into the log."""
        with (OUTPUT / "log.txt").open("a", encoding="utf-8") as log:
            log.write(f"{self.number:02d} {widget}: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
