"""Recent data sets: remembered when they are opened, and opened again from start page and menu."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psygnal import Signal
from qtpy.QtWidgets import QMenu

from segreview.errors import SegreviewError
from segreview.formats.roles import guess_roles
from segreview.session.places import state_folder
from segreview.session.project import Project
from segreview.ui import messages
from segreview.ui.dialogs import open_dialog
from segreview.ui.settings import Recent, SettingsFile
from segreview.ui.workbench import Workbench

MOST = 10
"""Data sets that are remembered."""

_WORDS = {"gt": "GT", "image": "image", "pred": "model", "prob": "probabilities"}


# -------------------------------------------------------------------- in words
def with_recent(recent: Sequence[Recent], entry: Recent) -> tuple[Recent, ...]:
    """Data sets with one in front of the others, each once, at most `MOST`."""
    others = [other for other in recent if _files(other) != _files(entry)]
    return (entry, *others)[:MOST]


def _files(entry: Recent) -> tuple[Path | None, ...]:
    paths = (entry.gt, entry.image, entry.pred)
    return tuple(_resolved(path) if path else None for path in paths)


def _resolved(path: str) -> Path:
    """Path without links; as it is where the disk does not answer."""
    try:
        return Path(path).resolve()
    except (OSError, ValueError):
        return Path(path)


def title_of(entry: Recent) -> str:
    """Name of a data set: of its file, or of the folder that holds its folders."""
    path = Path(entry.gt)
    if path.suffix:
        return path.name
    named_by_role = guess_roles([path]).gt == path
    return path.parent.name if named_by_role and path.parent.name else path.name


def missing_of(entry: Recent) -> str:
    """What is not there any more, in words; empty when everything is."""
    paths = {role: getattr(entry, role) for role in _WORDS}
    gone = [_WORDS[role] for role, path in paths.items() if path and not _exists(Path(path))]
    if not all(_exists(Path(path)) for path in entry.annotators):
        gone.append("annotators")
    return f"{' and '.join(gone)} not found" if gone else ""


def _exists(path: Path) -> bool:
    try:
        return path.exists() or any(path.parent.glob(f"{path.name}_*Ids.png"))
    except (OSError, ValueError):
        return False


def when_in_words(moment: float, now: float) -> str:
    """Day of a moment as people say it; the time of day for today."""
    if not moment:
        return ""
    then, today = time.localtime(moment), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("today, %H:%M", then)
    if then[:3] == time.localtime(now - 86400)[:3]:
        return "yesterday"
    return f"{then.tm_mday} {time.strftime('%b %Y', then)}"


# -------------------------------------------------------------------- doing
class Recents:
    """The recent data sets of a window.

    Parameters
    ----------
    bench
        Opens them, and says what was opened.
    settings
        Keeps them.

    Attributes
    ----------
    changed
        Emitted after a data set has come or gone.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, settings: SettingsFile) -> None:
        self._bench = bench
        self._settings = settings
        bench.opened.connect(self._on_opened)

    @property
    def entries(self) -> tuple[Recent, ...]:
        """Data sets, the last one first."""
        return self._settings.now.recent

    def _on_opened(self, project: Project, options: dict[str, Any]) -> None:
        gt, image, pred = project.paths
        if gt is None or state_folder().resolve() in gt.resolve().parents:
            return  # bundled samples have a place of their own
        entry = Recent(
            gt=_text(gt),
            image=_text(image),
            pred=_text(pred),
            kind=str(options.get("kind") or ""),
            classes=str(options.get("classes") or ""),
            time=time.time(),
            prob=_text(project.prob),
            annotators=tuple(map(_text, project.annotators)),
        )
        self._keep(with_recent(self.entries, entry))

    def _keep(self, entries: tuple[Recent, ...]) -> None:
        self._settings.change(recent=entries)
        self.changed.emit()

    def remove(self, entry: Recent) -> None:
        """Forget a data set; its files stay as they are."""
        self._keep(tuple(other for other in self.entries if other != entry))

    def open(self, entry: Recent) -> None:
        """Open a data set again, as it was opened before."""
        image, pred, prob = (Path(path) if path else None for path in (entry.image, entry.pred, entry.prob))
        annotators = [Path(path) for path in entry.annotators]
        options = {name: getattr(entry, name) for name in ("kind", "classes") if getattr(entry, name)}
        try:
            project = Project.of_paths(Path(entry.gt), image, pred, prob, annotators)
        except SegreviewError as error:
            messages.show_error(self._bench.window, error)
            return
        if open_dialog.confirm(self._bench.window, project):
            self._bench.open(project, **options)

    def fill(self, menu: QMenu) -> None:
        """Show the data sets in a menu; those that are gone cannot be chosen."""
        menu.clear()
        for entry in self.entries:
            gone = missing_of(entry)
            text = f"{title_of(entry)}   {_shortened(entry.gt)}{f'   ({gone})' if gone else ''}"
            action = menu.addAction(text.replace("&", "&&"))
            action.setEnabled(not gone)
            action.triggered.connect(lambda _=False, entry=entry: self.open(entry))
        if not self.entries:
            menu.addAction("Nothing was opened yet").setEnabled(False)


def _text(path: Path | None) -> str:
    return "" if path is None else str(path.absolute())


def _shortened(path: str, most: int = 56) -> str:
    """Path with its middle left out where it is long."""
    return path if len(path) <= most else f"{path[: most // 2 - 2]} … {path[-most // 2 :]}"
