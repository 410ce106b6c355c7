"""Made-up images of two ways of looking through a microscope, with GT and model, for pictures.

A stained section is light, colourful and full of texture; phase contrast is grey with dark rims and bright
halos. Neither is among the program's samples. Everything is drawn from seeded random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import tifffile
from scipy import ndimage as ndi

SIDE = 420


def write(folder: Path, name: str) -> Path:
    """Write image, GT and model of a modality, ``"tissue"`` or ``"phase"``, as a data set."""
    draw = np.random.default_rng({"tissue": 7, "phase": 11}[name])
    number, radius, closeness = {"tissue": (190, 10.0, 2.0), "phase": (60, 17.0, 5.0)}[name]
    truth = blobs(draw, number, radius, closeness)
    image = IMAGES[name](draw, truth)
    for kind, data in (("images", image), ("gt", truth), ("pred", predicted(draw, truth))):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        options = {"photometric": "rgb"} if data.ndim == 3 else {}
        tifffile.imwrite(folder / kind / f"{name}.tif", data, **options)
    return folder


def blobs(draw: np.random.Generator, number: int, radius: float, closeness: float) -> np.ndarray:
    """Labels of uneven ellipses that do not overlap, uint16."""
    labels = np.zeros((SIDE, SIDE), np.uint16)
    rows, columns = np.indices(labels.shape)
    wobble = 0.35 * smooth(draw, 9)
    placed = 0
    for _ in range(40 * number):
        if placed == number:
            break
        row, column = draw.uniform(0, SIDE, 2)
        a, b = radius * draw.uniform(0.7, 1.3, 2)
        turn = draw.uniform(0, np.pi)
        u = (rows - row) * np.cos(turn) + (columns - column) * np.sin(turn)
        v = (columns - column) * np.cos(turn) - (rows - row) * np.sin(turn)
        far = np.sqrt((u / a) ** 2 + (v / b) ** 2) + wobble
        room = labels[far < 1 + closeness / radius]
        if room.size > radius**2 and not room.any():
            placed += 1
            labels[far < 1] = placed
    return labels


def predicted(draw: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    """What a model might make of it: most objects, a few missed, cut or grown, and some of its own."""
    found = np.zeros_like(truth)
    last = int(truth.max())
    for number, box in enumerate(ndi.find_objects(truth), start=1):
        grown = tuple(slice(max(part.start - 5, 0), part.stop + 5) for part in box)
        mask, target = truth[grown] == number, found[grown]
        fate = draw.choice(["kept", "missed", "cut", "grown", "shrunk"], p=[0.7, 0.08, 0.07, 0.1, 0.05])
        if fate == "missed":
            continue
        if fate in ("grown", "shrunk"):
            change = ndi.binary_dilation if fate == "grown" else ndi.binary_erosion
            mask = change(mask, iterations=3)
        else:
            mask = ndi.gaussian_filter(mask.astype(float), 1.5) + 0.12 * draw.normal(size=mask.shape) > 0.5
            mask = ndi.binary_opening(mask)
        target[mask & (target == 0)] = number
        if fate == "cut":
            last += 1
            half = np.indices(mask.shape)[0] > mask.shape[0] // 2
            target[mask & half & (target == number)] = last
    for row, column in draw.integers(20, SIDE - 20, (6, 2)):
        spot = found[row - 8 : row + 8, column - 7 : column + 7]
        last += 1
        spot[(spot == 0) & ~truth[row - 8 : row + 8, column - 7 : column + 7].astype(bool)] = last
    return found


def smooth(draw: np.random.Generator, width: float) -> np.ndarray:
    """Cloudy noise, of deviation 1."""
    noise = ndi.gaussian_filter(draw.normal(size=(SIDE, SIDE)), width, mode="wrap")
    return noise / noise.std()


def tissue(draw: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    """A section stained pink and violet: light absorbed by each stain, as Beer and Lambert have it."""
    pink = 0.45 + 0.16 * smooth(draw, 14) + 0.10 * smooth(draw, 2.5)
    pink *= 1 - 0.85 / (1 + np.exp(-18 * (smooth(draw, 22) - 1.3)))  # gaps, where the slide shows through
    inside = ndi.gaussian_filter((truth > 0).astype(float), 0.8)
    violet = inside * (1.1 + 0.25 * smooth(draw, 1.6) + 0.2 * smooth(draw, 25))
    stains = np.array([[0.07, 0.62, 0.30], [0.65, 0.70, 0.29]])  # absorbed red, green and blue
    absorbed = pink.clip(0)[..., None] * stains[0] + violet.clip(0)[..., None] * stains[1]
    light = 247 * np.exp(-absorbed) + 2.5 * draw.normal(size=absorbed.shape)
    return light.clip(0, 255).astype(np.uint8)


def phase(draw: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    """Cells in phase contrast: dark inside, bright around the rim."""
    cells = truth > 0
    outside, inside = ndi.distance_transform_edt(~cells), ndi.distance_transform_edt(cells)
    halo = 85 * np.exp(-outside / 3.5) * ~cells
    body = -48 * (1 - np.exp(-inside / 2)) * (0.6 + 0.4 * np.exp(-inside / 9))
    organelles = 16 * smooth(draw, 1.8) * ndi.gaussian_filter(cells.astype(float), 2)
    grey = 132 + 10 * smooth(draw, 60) + 3 * smooth(draw, 3) + halo + body + organelles
    return (grey + 3 * draw.normal(size=grey.shape)).clip(0, 255).astype(np.uint8)


IMAGES: dict[str, Callable[[np.random.Generator, np.ndarray], np.ndarray]] = {
    "tissue": tissue,
    "phase": phase,
}
"""Draws the image of each modality."""
