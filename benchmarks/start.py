"""Time from the start of the process to the first painted overlay, beside a bare napari viewer.

Run in a window, on a real screen or a virtual one:

    xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" env QT_API=pyqt6 python benchmarks/start.py

Both show the same image with the same GT and model in turn, each time in a new process: napari
fills them, segreview draws its outlines, table and close-ups. The goal is a ratio of 1.1.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7

_WATCH = """
import os, sys, time
began = float(os.environ["BEGAN"])
def when_painted(viewer, there):
    from qtpy.QtCore import QTimer
    canvas = viewer.window._qt_window._qt_viewer.canvas._scene_canvas
    def on_draw(event):
        if there():
            print(time.time() - began, flush=True)
            os._exit(0)
    canvas.events.draw.connect(on_draw, position="last")
"""

BARE = (
    _WATCH
    + """
import napari, numpy as np, tifffile
from PIL import Image
import qtpy
from napari._qt import qt_main_window
qt_main_window.SHOW_QT_WARNING = False
viewer = napari.Viewer(show=False)
image, gt, pred = (
    np.asarray(Image.open(path)) if path.endswith(".png") else tifffile.imread(path) for path in sys.argv[1:]
)
viewer.add_image(image)
viewer.add_labels(gt, name="GT")
viewer.add_labels(pred, name="model")
when_painted(viewer, lambda: True)
viewer.window.show()
napari.run()
"""
)

OURS = (
    _WATCH
    + """
from pathlib import Path
from segreview.session.project import Project
from segreview.ui.launch import launch
image, gt, pred = map(Path, sys.argv[1:])
def start(app):
    def there():
        scene = app.bench.scene
        layer = None if scene is None else scene.contours.layer
        return layer is not None and layer.visible
    when_painted(app.viewer, there)
    app.open(Project.of_paths(gt, image, pred))
launch(start)
"""
)


def seconds(code: str, *files: str) -> float:
    """Seconds from the start of a process to what it reports."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"SEGREVIEW_STATE": folder, "NAPARI_CONFIG": f"{folder}/napari.yaml"}
        _settle(folder)
        environment = os.environ | settings | {"BEGAN": str(time.time())}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, *files],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    lines = done.stdout.split()
    if not lines:
        raise SystemExit(f"nothing was painted:\n{done.stderr}")
    return float(lines[-1])


def _settle(folder: str) -> None:
    """Settings of somebody who was here before: nothing is asked."""
    from segreview.ui.settings import SettingsFile

    os.environ["SEGREVIEW_STATE"] = folder
    SettingsFile().change(reviewer="reviewer", toured=True)


def main() -> None:
    """Run both in turn and print the ratio."""
    from segreview.session.samples import sample_folder

    cells = sample_folder("cells")
    files = [str(min((cells / name).iterdir())) for name in ("images", "gt", "pred")]
    times: dict[str, list[float]] = {"napari": [], "segreview": []}
    for number in range(ROUNDS + 1):
        for name, code in (("napari", BARE), ("segreview", OURS)):
            taken = seconds(code, *files)
            if number:  # the first round warms the disk
                times[name].append(taken)
    for name, taken in times.items():
        print(f"{name:10} median {statistics.median(taken):.2f} s   {' '.join(f'{t:.2f}' for t in taken)}")
    ratio = statistics.median(times["segreview"]) / statistics.median(times["napari"])
    print(f"ratio {ratio:.2f} (goal 1.10)")


if __name__ == "__main__":
    main()
