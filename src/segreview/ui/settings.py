"""Settings: what the window remembers from one start to the next, in one file that can be read."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from psygnal import Signal

from segreview.compare.lens import LARGEST
from segreview.session.places import state_folder, unused_name
from segreview.ui.switches import Switches

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
    prob: str = ""
    annotators: tuple[str, ...] = ()


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

    One value that cannot be used costs that value alone. A file of a newer program is never written.

    Parameters
    ----------
    path
        The file; by default ``settings.json`` in the user's state directory.

    Attributes
    ----------
    now
        The settings.
    notice
        A line for the user when the file, or a value in it, could not be used; else empty.
    changed
        Emitted when a setting has changed.
    refused
        Emitted with a line for the user the first time that they cannot be kept.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or state_folder() / "settings.json"
        self.notice = ""
        self._writable, self._told = True, False
        self.now = self._read(Settings())
        if self.notice:
            self._write()  # what was wrong is told once

    def change(self, **changes: Any) -> None:
        """Exchange settings, and keep them on disk."""
        if replace(self.now, **changes) != self.now:
            others = self._read(self.now)  # another window may have changed some by now
            self.now = replace(others, **changes)
            self._write()
            self.changed.emit()

    # ---------------------------------------------------------------- reading
    def _read(self, first: Settings) -> Settings:
        """Settings as the file has them; as in ``first`` what it does not say, or what cannot be used."""
        try:
            content = _content(self.path)
        except FileNotFoundError:
            return first
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("the settings in %s cannot be read: %s", self.path, error)
            self.notice = f"The settings in {self.path} could not be read and are as at the first start."
            self._set_aside()
            return first
        self._writable = content["schema"] <= SCHEMA
        if not self._writable:
            self.notice = f"{self.path} is of a newer segreview: it is left alone, and ours are used."
            return first
        odd: list[str] = []
        found: Settings = _taken(first, content, "", odd)
        if odd:
            self._tell_odd(odd)
        return found

    def _tell_odd(self, names: Sequence[str]) -> None:
        """Name the values that cannot be used, and keep a copy of the file that holds them."""
        listed = ", ".join(names[:_LISTED]) + (" and others" if len(names) > _LISTED else "")
        verb = "is" if len(names) == 1 else "are"
        kept = self._set_aside(copy=True)
        copy = f" The file as it was is kept as {kept.name}." if kept is not None else ""
        self.notice = (
            f"In the settings, {listed} cannot be used and {verb} as at the first start; "
            f"everything else holds.{copy}"
        )
        _log.warning("%s: %s cannot be used", self.path, ", ".join(names))

    def _set_aside(self, *, copy: bool = False) -> Path | None:
        """Keep the file, or a copy of it, under another name; None, and nothing is written, if that fails."""
        aside = unused_name(self.path, "unreadable")
        try:
            if copy:
                shutil.copyfile(self.path, aside)
            else:
                self.path.replace(aside)
        except OSError:
            self._writable = False
            return None
        return aside

    # ---------------------------------------------------------------- writing
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
            if not self._told:
                self._told = True
                why = error.strerror or error
                self.refused.emit(f"Settings last until the end only: {self.path} cannot be written ({why}).")


_LISTED = 5
"""Values that a notice names."""


# -------------------------------------------------------------------- what the file says
def _content(path: Path) -> dict[str, Any]:
    """What stands in a file of settings.

    Raises
    ------
    OSError
        When it cannot be read.
    ValueError
        When it holds no settings.
    """
    content = json.loads(path.read_text("utf-8"))
    if not isinstance(content, dict) or type(content.get("schema")) is not int:
        raise ValueError("it holds no settings")
    return content


def _taken(first: Any, value: Any, path: str, odd: list[str]) -> Any:
    """Value out of a file, as it can stand in the place of ``first``.

    Parameters
    ----------
    first
        What stands there now, and stays where the value cannot be used.
    value
        What the file says; of names that we do not know it may say anything.
    path
        Name of the place, as the user finds it in the file.
    odd
        Gets the names of the places whose values cannot be used.
    """
    if path in _SPECIAL:
        return _SPECIAL[path](first, value, path, odd)
    if is_dataclass(first) and isinstance(value, dict):
        named = [entry.name for entry in fields(first) if entry.name in value]
        return replace(
            first,  # type: ignore[type-var]  # a dataclass's instance, as was asked above
            **{name: _taken(getattr(first, name), value[name], _in(path, name), odd) for name in named},
        )
    if type(value) is type(first) and not is_dataclass(first):
        return value
    if isinstance(first, tuple) and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(first, float) and type(value) is int:
        return float(value)
    return _left(first, path, odd)


def _in(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _left(first: Any, path: str, odd: list[str]) -> Any:
    """What stands there now, after noting that the file's value cannot be used."""
    odd.append(path)
    return first


def _theme(first: str, value: Any, path: str, odd: list[str]) -> str:
    return value if isinstance(value, str) and value in THEMES else _left(first, path, odd)


def _choice(first: StrEnum, value: Any, path: str, odd: list[str]) -> StrEnum:
    return type(first)(value) if value in tuple(type(first)) else _left(first, path, odd)


def _target(first: float, value: Any, path: str, odd: list[str]) -> float:
    usable = isinstance(value, float) and 0 < value < 1
    return value if usable else _left(first, path, odd)


def _tolerance(first: float, value: Any, path: str, odd: list[str]) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= LARGEST else _left(first, path, odd)


def _keys(first: Any, value: Any, path: str, odd: list[str]) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        return _left(first, path, odd)
    good = {}
    for name, keys in value.items():
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            good[name] = tuple(keys)
        else:
            odd.append(_in(path, name))
    return good


def _recent(first: Any, value: Any, path: str, odd: list[str]) -> tuple[Recent, ...]:
    if not isinstance(value, list):
        return _left(first, path, odd)
    found = (_taken(Recent(""), entry, f"{path}[{n}]", odd) for n, entry in enumerate(value))
    return tuple(entry for entry in found if entry.gt)


_SPECIAL: dict[str, Callable[[Any, Any, str, list[str]], Any]] = {
    "theme": _theme,
    "switches.coloring": _choice,
    "switches.heatmap": _choice,
    "switches.target": _target,
    "switches.tolerance": _tolerance,
    "keys": _keys,
    "recent": _recent,
}
"""What takes the values of places where the type alone does not decide."""
