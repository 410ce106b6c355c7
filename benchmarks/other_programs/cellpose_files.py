"""Masks for cellpose, by cellpose: what it trains on, how it scores, and what its window shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
from program import Finding
from scene import NAMES, Scene, blobs, figures

import segreview
from segreview.model.labels import LabelImage


def cellpose(scene: Scene) -> Iterator[Finding]:
    """Masks of ``_seg.npy`` and of TIFF, outlines, what the window shows, average precision."""
    from cellpose.io import load_images_labels
    from cellpose.utils import masks_to_outlines

    files = scene.converted("cellpose", "--allow-loss")
    wanted = [labels.data for labels in scene.truth]
    images, masks, _ = load_images_labels(str(files[0].parent), "_seg.npy")
    count = sum(len(np.unique(one)) - 1 for one in masks)
    yield Finding(f"_seg.npy: {count} masks of {len(images)} images", _same(masks, wanted))
    told = [np.load(file, allow_pickle=True).item() for file in files]
    drawn = [one["masks"] * masks_to_outlines(one["masks"]) for one in told]
    lines = [one["outlines"] for one in told]
    yield Finding("outlines as it draws them", all(map(np.array_equal, lines, drawn)))
    pictures = [file.with_name(f"{file.name.removesuffix('_seg.npy')}.jpg") for file in files]
    yield Finding("masks in its window, by the image", _same(map(_shown, files, pictures), wanted))
    yield Finding("masks in its window, by the file alone", _same(map(_shown, files), wanted))
    folder = scene.pictures("masks_of_cellpose")
    for name, labels in zip(NAMES, scene.truth, strict=True):
        segreview.write(LabelImage.of_array(labels.data), folder / f"{name}_masks.png", "png")
    yield Finding("_masks.png", _same(load_images_labels(str(folder))[1], wanted))
    yield _scored(scene, wanted)


def _shown(file: Path, picture: Path | None = None) -> np.ndarray:
    """Masks that the window holds after it has loaded a file; a stand-in takes the place of the window."""
    from cellpose.gui.io import _load_seg
    from cellpose.io import imread_2D

    count = MagicMock()
    count.__gt__.return_value = True
    count.set = lambda number: setattr(count.get, "return_value", int(number))
    window = MagicMock(restore=None, ncells=count, load_3D=False, colormap=np.zeros((2**16, 4), np.uint8))
    image = None if picture is None else imread_2D(str(picture))
    _load_seg(window, str(file), image, None if picture is None else str(picture))
    shown: np.ndarray = window.cellpix[0]
    return shown


def _scored(scene: Scene, wanted: Sequence[np.ndarray]) -> Finding:
    """Average precision at two thresholds, by both."""
    from cellpose.metrics import average_precision

    others = [blobs(number + 7) for number in range(len(NAMES))]
    for side, data in (("drawn", wanted), ("found", others)):
        (scene.folder / side).mkdir()
        for name, one in zip(NAMES, data, strict=True):
            segreview.write(LabelImage.of_array(one), scene.folder / side / f"{name}.npy", "npy")
    theirs = average_precision(list(wanted), others, [0.5, 0.75])[0].mean(axis=0)
    told = figures(scene.folder / "drawn", scene.folder / "found", "cellpose", "--threshold", "0.5", "0.75")
    ours = [row["AP"] for row in told["figures"]["per_threshold"]]
    return Finding("average precision at two thresholds", bool(np.allclose(theirs, ours, rtol=0, atol=1e-7)))


def _same(found: Iterable[np.ndarray], wanted: Iterable[np.ndarray]) -> bool:
    """Whether images have the same masks, whatever their numbers."""
    return all(_masks(one) == _masks(other) for one, other in zip(found, wanted, strict=True))


def _masks(data: np.ndarray) -> list[bytes]:
    return sorted((data == one).tobytes() for one in np.unique(data) if one)
