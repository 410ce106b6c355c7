"""Settings: what the window remembers from one start to the next, in one file that can be read."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from psygnal import Signal

from segreview.session.places import state_folder, unused_name
from segreview.ui.switches import Coloring, Switches

SCHEMA = 1
"""Number of the form of the file; raised when an older program could no longer read it."""

THEMES = {"dark": "Dark", "light": "Light"}
"""Themes by napari's name, with ours."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recent:
    """A data set that was open: the paths it was opened by, the sample that was looked at last, and when."""

    gt: str
    image: str = ""
    pred: str = ""
    kind: str = ""
    classes: str = ""
    sample: str = ""
    time: float = 0.0


@dataclass(frozen=True)
class Settings:
    """What the window remembers.

    Parameters
    ----------
    reviewer
        Name that verdicts are signed with; empty until it was asked for.
    switches
        As they were left.
    keys
        Keys that the user gave to actions, by the action's id, in place of ours.
    recent
        Data sets, the last one first.
    layout, geometry
        Docks and window, as Qt describes them, in base 64; empty for ours.
    theme
        napari's theme: ``"dark"`` or ``"light"``.
    toured
        Whether the tour was taken or declined.
    """

    reviewer: str = ""
    switches: Switches = field(default_factory=Switches)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recent: tuple[Recent, ...] = ()
    layout: str = ""
    geometry: str = ""
    theme: str = "dark"
    toured: bool = False


class SettingsFile:
    """Settings and the file that keeps them; a file that cannot be read or written hinders nothing.

    Parameters
    ----------
    path
        The file; by default ``settings.json`` in the user's state directory.

    Attributes
    ----------
    now
        The settings.
    notice
        A line for the user when the file could not be used; else empty.
    changed
        Emitted when a setting has changed.
    """

    changed = Signal()

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or state_folder() / "settings.json"
        self.notice = ""
        self._writable = True
        self.now = self._read()

    def change(self, **changes: Any) -> None:
        """Exchange settings, and keep them on disk."""
        if replace(self.now, **changes) != self.now:
            self.now = replace(self._of_others(), **changes)
            self._write()
            self.changed.emit()

    def _of_others(self) -> Settings:
        """Settings as the file has them by now: another window may have changed some."""
        try:
            content = json.loads(self.path.read_text("utf-8"))
            return _settings_of(content) if content["schema"] <= SCHEMA else self.now
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return self.now

    def _read(self) -> Settings:
        try:
            content = json.loads(self.path.read_text("utf-8"))
            if content["schema"] > SCHEMA:
                self._writable = False
                self.notice = f"{self.path} is of a newer segreview: it is left alone, and ours are used."
                return Settings()
            return _settings_of(content)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            _log.warning("the settings in %s cannot be read: %s", self.path, error)
            self.notice = f"The settings in {self.path} could not be read and are as at the first start."
            self._set_aside()
            return Settings()

    def _set_aside(self) -> None:
        """Keep a file that cannot be read under another name."""
        try:
            self.path.replace(unused_name(self.path, "unreadable"))
        except OSError:
            self._writable = False

    def _write(self) -> None:
        if not self._writable:
            return
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps({"schema": SCHEMA, **asdict(self.now)}, indent=1), "utf-8")
            part.replace(self.path)
        except OSError as error:
            _log.warning("the settings cannot be kept in %s: %s", self.path, error)


def _settings_of(content: dict[str, Any]) -> Settings:
    """Settings of what a file says; names that it lacks are as at the first start, others are left out."""
    found = _known(Settings(), content)
    switches = _known(Switches(), content.get("switches", {}))
    if "coloring" in content.get("switches", {}):
        switches["coloring"] = Coloring(content["switches"]["coloring"])
    found["switches"] = Switches(**switches)
    found["keys"] = {name: tuple(map(str, keys)) for name, keys in content.get("keys", {}).items()}
    recent = [Recent(**{"gt": "", **_known(Recent(""), entry)}) for entry in content.get("recent", ())]
    found["recent"] = tuple(entry for entry in recent if entry.gt)
    if found.get("theme") not in THEMES:
        found.pop("theme", None)
    return Settings(**found)


def _known(first: Any, content: dict[str, Any]) -> dict[str, Any]:
    """Entries whose name is a field and whose type is that of the field's first value."""
    values = {entry.name: getattr(first, entry.name) for entry in fields(first)}
    return {
        name: value for name, value in content.items() if name in values and type(value) is type(values[name])
    }
