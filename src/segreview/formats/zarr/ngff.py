"""Metadata of OME-Zarr (NGFF 0.1 to 0.5): which folders hold images and labels, their levels and axes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from segreview.errors import ReadError, SegreviewError
from segreview.formats.guard import decoding, file_bytes, reading, refuse_absurd
from segreview.formats.zarr.check import METADATA
from segreview.formats.zarr.store import Store

LABELS = "labels"

_VERSIONS = ("0.1", "0.2", "0.3", "0.4", "0.5")
_ORDER = "tczyx"

UNITS = {"micrometer": "µm", "nanometer": "nm", "millimeter": "mm", "centimeter": "cm", "meter": "m"}
"""Units by what NGFF calls them; others keep their names."""

_MICROMETRES = {"µm": 1.0, "nm": 1e-3, "mm": 1e3, "cm": 1e4, "m": 1e6}


@dataclass(frozen=True)
class Axes:
    """Axes of an image without those of length one.

    Parameters
    ----------
    letters
        ``YX``, ``ZYX`` or ``TYX``, with ``C`` where there are channels.
    places
        Of each in the array as it is stored.
    spacing
        Size of a pixel along each, in ``unit``; 1 along time and channels.
    """

    letters: str
    places: tuple[int, ...]
    spacing: tuple[float, ...]
    unit: str


@dataclass(frozen=True)
class Multiscale:
    """An image in several sizes.

    Parameters
    ----------
    folder
        Where it lies.
    levels
        Names of its arrays in the folder, the largest first.
    axes
        Names of the axes, in lower case.
    scale
        Size of a pixel of the first level along each axis.
    units
        Unit of each axis; empty where it is not told.
    channels
        Names of the channels.
    """

    folder: Path
    levels: tuple[str, ...]
    axes: tuple[str, ...]
    scale: tuple[float, ...]
    units: tuple[str, ...]
    channels: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """What describes it, then every file of its levels, in order of their names."""
        described = [self.folder / name for name in METADATA if (self.folder / name).is_file()]
        return (*described, *(file for level in self.levels for file in level_files(self.folder / level)))

    def store(self, files: Iterable[Path]) -> Store:
        """Bytes of some of its files.

        Raises
        ------
        ReadError
            When one is missing, forbidden, or they are larger than memory allows.
        """
        there = tuple(files)
        with reading(self.folder, "folder"):
            refuse_absurd(self.folder, sum(file.stat().st_size for file in there), "is")
        return Store(
            self.folder, {file.relative_to(self.folder).as_posix(): file_bytes(file) for file in there}
        )

    @property
    def described(self) -> Store:
        """Its files but for the chunks."""
        return self.store(file for file in self.files if file.name in METADATA)

    @property
    def first(self) -> Store:
        """Files of the largest level."""
        return self.store(level_files(self.folder / self.levels[0]))

    def axes_of(self, shape: tuple[int, ...]) -> Axes:
        """Axes of an array of this shape.

        Raises
        ------
        ReadError
            When they are not those of an image, or it has space and time.
        """
        axes = self.axes or tuple(_ORDER[-len(shape) :])
        if len(axes) != len(shape) or "".join(axes) not in _subsets():
            raise ReadError(
                f"{self.folder} has the axes {', '.join(axes)} and the shape {shape}.",
                "The axes of OME-Zarr are t, c, z, y, x: save it with those that it has in this order.",
            )
        places = tuple(i for i, n in enumerate(shape) if n > 1 or axes[i] in "yx")
        letters = "".join(axes[i] for i in places).upper()
        if letters.replace("C", "") not in ("YX", "ZYX", "TYX"):
            raise ReadError(
                f"{self.folder} is a volume at {shape[0]} points in time, of shape {shape}.",
                "Save each point in time as a store of its own: segreview reads (z, y, x) or (t, y, x).",
            )
        return Axes(letters, places, *self._pixel_size(axes, places))

    def _pixel_size(self, axes: tuple[str, ...], places: tuple[int, ...]) -> tuple[tuple[float, ...], str]:
        """Size of a pixel along some axes; sizes in several units are told in that of x."""
        scale, units = self.scale or (1.0,) * len(axes), self.units or ("",) * len(axes)
        unit = UNITS.get(units[-1], units[-1])
        sizes = []
        for i in places:
            other = UNITS.get(units[i], units[i])
            ratio = _MICROMETRES.get(other, 1.0) / _MICROMETRES.get(unit, 1.0) if other and unit else 1.0
            size = float(scale[i]) * ratio
            sizes.append(size if axes[i] in "zyx" and 0 < size < math.inf else 1.0)
        return tuple(sizes), unit or "pixel"


def is_store(folder: Path) -> bool:
    """Whether a folder is, or lies in, a Zarr store: it has metadata of its own."""
    return any((folder / name).is_file() for name in METADATA)


def label_folders(folder: Path) -> tuple[Path, ...]:
    """Label images that a folder means: those in its ``labels``, or itself.

    Raises
    ------
    ReadError
        When its metadata are damaged.
    """
    inside = folder / LABELS
    told = _attributes(folder)
    if is_store(inside):
        return _children(inside)
    if "multiscales" in told:
        return (folder,)
    return _children(folder) if LABELS in told else ()


def _children(folder: Path) -> tuple[Path, ...]:
    """Label images of a folder: those that it lists, or all that lie in it."""
    listed = _attributes(folder).get(LABELS)
    names = [name for name in listed if _is_inside(name)] if isinstance(listed, list) else []
    found = [folder / name for name in names if is_store(folder / name)]
    there = sorted(path for path in folder.iterdir() if path.is_dir() and is_store(path))
    return tuple(found or there)


def _is_inside(name: object) -> bool:
    """Whether a path leads into the folder that names it, and not out of it."""
    if not isinstance(name, str) or not name or "\\" in name or ":" in name:
        return False
    parts = PurePosixPath(name).parts
    return not name.startswith("/") and ".." not in parts and bool(parts)


def multiscale(folder: Path) -> Multiscale:
    """Image of a folder.

    Raises
    ------
    ReadError
        When its metadata are damaged, of a version that we do not know, or those of something else.
    """
    told = _attributes(folder)
    if "multiscales" not in told:
        what = "a plate" if "plate" in told else "a Zarr store"
        raise ReadError(
            f"{folder} is {what} and no image by itself.",
            "Name an image in it, or labels: for example A/1/0/labels/NAME in a plate.",
        )
    with decoding(folder, "OME-Zarr"):
        first = told["multiscales"][0]
        version = first.get("version", told.get("version", "0.4"))
        if version not in _VERSIONS:
            raise ReadError(f"{folder} is OME-Zarr {version}.", f"Known: {', '.join(_VERSIONS)}.")
        return _parsed(folder, first, told.get("omero", {}))


def _parsed(folder: Path, first: Mapping[str, Any], omero: Mapping[str, Any]) -> Multiscale:
    """Image of an entry of ``multiscales``; what is not as it must be raises anything."""
    levels = tuple(level["path"] for level in first["datasets"])
    if not levels or not all(map(_is_inside, levels)) or len(set(levels)) < len(levels):
        raise ValueError(f"its levels are {levels}")
    axes = [{"name": axis} if isinstance(axis, str) else axis for axis in first.get("axes", ())]
    return Multiscale(
        folder,
        levels,
        tuple(str(axis["name"]).lower() for axis in axes),
        _scale(first["datasets"][0], first, len(axes)),
        tuple(str(axis.get("unit") or "") for axis in axes),
        tuple(str(channel.get("label", "")) for channel in omero.get("channels", ())),
    )


def _scale(level: Mapping[str, Any], whole: Mapping[str, Any], ndim: int) -> tuple[float, ...]:
    """Size of a pixel: what the level says, times what is said of all levels."""
    sizes = [1.0] * ndim
    for told in (level, whole):
        for one in told.get("coordinateTransformations", ()):
            if one.get("type") == "scale":
                sizes = [a * float(b) for a, b in zip(sizes, one["scale"], strict=True)]
    return tuple(sizes)


def _attributes(folder: Path) -> Mapping[str, Any]:
    """What a folder says of itself by the words of NGFF; nothing where it has no metadata."""
    for name in ("zarr.json", ".zattrs"):
        file = folder / name
        if file.is_file():
            content = file_bytes(file)
            with decoding(file, "JSON"):
                told = json.loads(content)
                if name == "zarr.json":
                    told = told.get("attributes", {})
                    told = told.get("ome", told)
                return dict(told)
    return {}


def level_files(folder: Path) -> list[Path]:
    """Files of an array; none that begin with a dot but for what describes it."""
    there = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in there if path.name in METADATA or not path.name.startswith("."))


def _subsets() -> frozenset[str]:
    """Axes that an image may have, in their order."""
    return frozenset(f"{t}{c}{z}yx" for t in ("", "t") for c in ("", "c") for z in ("", "z"))


def names_labels(folder: Path) -> bool:
    """Whether a folder is a store with labels, or one of which reading tells why it is not."""
    try:
        return is_store(folder) and (folder.suffix.lower() == ".zarr" or bool(label_folders(folder)))
    except SegreviewError:
        return True
