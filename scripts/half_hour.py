r"""A reviewer's half hour by mouse and keyboard, and how long each action made the reviewer wait.

    xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" env QT_API=pyqt5 python \
        scripts/half_hour.py DATA [PART ...]

DATA is a folder with data sets of its own; each part is left out where its files are missing. The
reviewer looks at 20 images of nuclei, at street scenes with classes and at a stack, goes from
disagreement to disagreement, judges, zooms, peeks, paints, takes back and saves. Mouse and keys are
real events from the X server. The labels that are reviewed are copies.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OUTPUT = Path("build")


@dataclass(frozen=True)
class Part:
    """One data set of the half hour: its folders, and how much of it is looked at."""

    name: str
    gt: str
    image: str
    pred: str
    truth: str = ""
    classes: str = ""
    samples: int = 20
    verdicts: int = 12


PARTS = (
    Part("dsb_nuclei", "gt_noisy", "images", "model", truth="gt_fixed"),
    Part("camvid", "gt", "images", "model", classes="classes.json", samples=6, verdicts=10),
    Part("stardist_3d", "gt.tif", "image.tif", "model_watershed.tif", samples=1, verdicts=30),
)


def main() -> int:
    """Play all parts and print the tables; return the exit code."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    data, wanted = Path(sys.argv[1]), sys.argv[2:] or [part.name for part in PARTS]
    OUTPUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEGREVIEW_STATE"] = f"{folder}/state"
        os.environ["NAPARI_CONFIG"] = f"{folder}/napari.yaml"
        results = _play(data, Path(folder) / "copies", [part for part in PARTS if part.name in wanted])
    (OUTPUT / "half-hour.json").write_text(json.dumps(results, indent=1), "utf-8")
    return 0


def _play(data: Path, copies: Path, parts: Sequence[Part]) -> dict[str, object]:
    from hand import Hand, play
    from segreview.ui.app import App
    from stopwatch import Stopwatch

    app = App()
    app.settings.change(reviewer="reviewer", toured=True)
    watch, hand = Stopwatch(), Hand(app.window)
    results: dict[str, object] = {}
    try:
        for part in parts:
            if not (data / part.name).is_dir():
                print(f"{part.name}: not here")
                continue
            reviewer = Reviewer(app, watch, part, _copied(data / part.name, part, copies / part.name))
            began = time.monotonic()
            play(hand, reviewer, timeout=3600)
            results[part.name] = reviewer.report(time.monotonic() - began)
            watch.waits.clear()
    finally:
        app.bench.close()
        app.viewer.close()
    return results


def _copied(source: Path, part: Part, target: Path) -> Path:
    """Folder with copies of the files that are reviewed."""
    for name in (part.gt, part.image, part.pred):
        if (source / name).is_file():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target / name)
            continue
        (target / name).mkdir(parents=True)
        for file in sorted((source / name).iterdir())[: part.samples]:
            shutil.copyfile(file, target / name / file.name)
    for name in (part.truth, part.classes):
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    return target


class Reviewer:
    """Goes through one data set.

    Parameters
    ----------
    app
        The window.
    watch
        Measures the waits.
    part
        What is reviewed.
    folder
        Where the copies are.
    """

    def __init__(self, app, watch, part: Part, folder: Path) -> None:
        self.app, self.watch, self.part, self.folder = app, watch, part, folder
        self.keys = self.judging = self.verdicts = self.strokes = 0

    def __call__(self, hand) -> None:
        """Review the data set."""
        self.hand = hand
        try:
            self._review()
        except BaseException:  # whatever it was, a picture of it helps
            hand.take_picture(OUTPUT / "half-hour.png")
            raise

    def _review(self) -> None:
        hand = self.hand
        self._open()
        samples = hand.on_gui(lambda: len(self.app.bench.entries))
        for number in range(min(samples, self.part.samples)):
            self._review_sample()
            if number % 5 == 4 or number + 1 == samples:
                self._save()
            if number + 1 < min(samples, self.part.samples):
                self.press("Next", "go on to the next sample")
                hand.wait_for(lambda n=number + 1: self._is_open(n), "the next sample is open")
                hand.settle(0.6)  # a reviewer looks at it; the one after is prefetched meanwhile

    def _open(self) -> None:
        from segreview.session.project import Project

        gt, image, pred = (self.folder / name for name in (self.part.gt, self.part.image, self.part.pred))
        options = {"classes": str(self.folder / self.part.classes)} if self.part.classes else {}
        project = Project.of_paths(gt, image, pred)
        self.hand.begin(lambda: self.app.open(project, **options))
        self.hand.wait_for(lambda: self._is_open(0), "the data set is open")
        self.hand.settle(0.8)
        self.hand.move(self.hand.center(self._canvas))

    def _is_open(self, number: int) -> bool:
        bench = self.app.bench
        return bench.scene is not None and bench.number == number

    # ---------------------------------------------------------------- the work
    def _review_sample(self) -> None:
        self._look_around()
        self.press("n", "next disagreement")
        for count in range(self.part.verdicts):
            if self.hand.on_gui(lambda: self.app.bench.focus.row is None):
                return
            if not self.hand.on_gui(self._any_open):
                return
            if count % 4 == 3:
                self._look_closer()
            self._judge(count)

    def _any_open(self) -> bool:
        progress = self.app.bench.review.progress
        return progress.done < progress.total

    def _judge(self, count: int) -> None:
        """Give a verdict; now and then put the GT right by hand first, or take the verdict back."""
        key = ("g", "c", "g", "y", "c", "w", "g", "u")[count % 8]
        done = self.hand.on_gui(lambda: self.app.bench.review.progress.done)
        self.press(key, "verdict")
        self.verdicts += 1
        if key == "w":
            self._paint()
            self.press("n", "next disagreement")
        elif count % 10 == 9:
            self.press("BackSpace", "take back")
            self.press("g", "verdict")
        if self.hand.on_gui(lambda: self.app.bench.review.progress.done) < done:
            raise RuntimeError("a verdict undid another one")

    def _paint(self) -> None:
        """Three strokes with the brush, one of which is undone."""
        x, y = self.hand.center(self._canvas)
        self.press("2", "take a tool")
        for n in range(3):
            self.watch.doing = "a move of the brush"
            self.hand.move((x - 30, y - 12 + 8 * n))
            self.hand.press_button()
            for step in range(8):
                self.hand.move((x - 30 + 8 * step, y - 12 + 8 * n + step))
            self.watch.doing = "the end of a stroke"
            self.hand.release_button()
            self._wait()
            self.strokes += 1
        self.press("ctrl+z", "undo")
        self.press("6", "take a tool")

    def _look_around(self) -> None:
        self.press("o", "fill")
        self.press("o", "fill")
        self.press("q", "heatmap")
        self.press("q", "heatmap")

    def _look_closer(self) -> None:
        """Zoom by the wheel, peek under the masks, and come back."""
        self.hand.move(self.hand.center(self._canvas))
        for button in (4, 4, 5, 5):
            self.watch.doing = "zoom"
            self.hand.click(self.hand.center(self._canvas), button)
            self._wait()
        self.watch.doing = "hide the masks"
        self.hand.hold("h", 0.3)
        self._wait()
        self.press("z", "zoom")

    def _save(self) -> None:
        self.watch.doing = ""  # writing to a disk and reading it again takes what it takes
        self.hand.key("ctrl+shift+a")
        self.keys += 1
        self.hand.settle(0.5)
        if self.hand.on_gui(lambda: self._dialog() is not None):
            self.hand.key("Return")
        self.hand.wait_for(self._all_written, "the labels are written", 60)
        self.hand.settle(0.3)

    def _all_written(self) -> bool:
        bench = self.app.bench
        return self._dialog() is None and not (bench.review.unwritten or bench.unwritten_entries())

    # ---------------------------------------------------------------- the hand
    def press(self, key: str, doing: str) -> None:
        """Press a key and wait as a reviewer would."""
        self.watch.doing = doing
        self.hand.key(key)
        self.keys += 1
        self.judging += doing in ("verdict", "next disagreement", "take back", "go on to the next sample")
        self._wait()

    def _wait(self) -> None:
        self.hand.wait_for(lambda: not self.watch.running, "the window has caught up", 60)
        self.watch.doing = ""

    @property
    def _canvas(self):
        return self.app.window._qt_viewer.canvas.native

    @staticmethod
    def _dialog():
        from qtpy.QtWidgets import QApplication

        return QApplication.activeModalWidget()

    # ---------------------------------------------------------------- the report
    def report(self, seconds: float) -> dict[str, object]:
        """Print the table and return it."""
        print(
            f"\n{self.part.name}: {self.verdicts} verdicts, {self.strokes} strokes, {self.keys} keys, "
            f"{self.keys / max(self.verdicts, 1):.2f} keys per verdict "
            f"({self.judging / max(self.verdicts, 1):.2f} to judge and go on), {seconds:.0f} s",
            flush=True,
        )
        print(f"{'waiting for':28}{'times':>7}{'median ms':>11}{'p95 ms':>9}{'longest':>9}")
        rows = self.watch.rows()
        for name, number, median, high, longest in rows:
            print(f"{name:28}{number:7d}{median:11.1f}{high:9.1f}{longest:9.1f}")
        return {
            "verdicts": self.verdicts,
            "keys": self.keys,
            "keys to judge": self.judging,
            "strokes": self.strokes,
            "waits": {name: values for name, *values in rows},
        }


if __name__ == "__main__":
    sys.exit(main())
