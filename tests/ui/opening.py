"""How the tests open a window of the program, and close it."""

import gc
import json

from desk import is_open


def introduce(folder):
    """Settings of somebody whom nobody asks who they are, and whose queue nothing ranks anew."""
    folder.mkdir()
    settings = {"schema": 1, "reviewer": "ada", "toured": True, "switches": {"suspects": False}}
    (folder / "settings.json").write_text(json.dumps(settings))


def pump(milliseconds=50):
    """Let the event loop run for a while."""
    from qtpy.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def open_app():
    from segreview.ui.app import App

    app = App()
    pump()
    pass_over_what_stays()
    return app


def pass_over_what_stays():
    """Let the collector pass over all there is: napari has it look for garbage at each layer that goes."""
    gc.collect()
    gc.freeze()


def close_app(app):
    """Close without a question, and see that nothing of ours stays."""
    from qtpy.QtWidgets import QApplication

    app.bench.close()
    if is_open(app):
        app.viewer.close()
    pump()
    app.faults.close()
    gc.unfreeze()
    gc.collect()
    left = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert left == []
