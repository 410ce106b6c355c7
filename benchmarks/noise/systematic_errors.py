"""Whether systematic errors are named: ``python benchmarks/noise/systematic_errors.py DATA``.

DATA holds the reference sets. Each set is looked at as it is, with model and image and with either alone,
and again with one error put into all of its masks. Prints a table in Markdown, as docs/noise.md holds it:
in a cell the IoU of the corrected masks with those that the error was put into, ``exact`` when every
pixel is back (inside of the frame for a shift), and a dash when the error was not named.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.ndimage import binary_dilation, binary_erosion, generate_binary_structure

import segreview
from segreview.formats.image import read_image
from segreview.model.labels import LabelImage
from segreview.model.sample import PREDICTION, REFERENCE, Sample, Source
from segreview.triage.systematic import Flaw, find_systematic_errors
from segreview.triage.systematic.agreement import pooled

BUNDLED = Path(__file__).parents[2] / "sample_data"
WITNESSES = ("both", "model", "image")
FRAME = 3
"""Pixels at the edge that a shift may lose."""

Change = Callable[[np.ndarray], np.ndarray]


def each_object(change: Callable[..., np.ndarray], full: bool, **options: int) -> Change:
    """Every object changed by itself, on what is background."""

    def changed(data: np.ndarray) -> np.ndarray:
        structure = generate_binary_structure(data.ndim, data.ndim if full else 1)
        out = np.zeros_like(data)
        for number in np.unique(data[data > 0]).tolist():
            own = (data == 0) | (data == number)
            out[change(data == number, structure, **options) & own] = number
        return out

    return changed


def swapped(first: int, second: int) -> Change:
    """Two ids exchanged."""

    def changed(data: np.ndarray) -> np.ndarray:
        out = data.copy()
        out[data == first], out[data == second] = second, first
        return out

    return changed


GEOMETRY: dict[str, tuple[Flaw, Change]] = {
    "shift by 2 px": (Flaw.SHIFTED, lambda data: np.roll(data, 2, axis=-1)),
    "mirrored": (Flaw.MIRRORED, lambda data: data[..., ::-1]),
    "transposed": (Flaw.TRANSPOSED, lambda data: data.swapaxes(-1, -2)),
    "rotated by 90°": (Flaw.ROTATED, lambda data: np.rot90(data, axes=(-2, -1))),
    "twice as large, 1 px off": (
        Flaw.RESIZED,
        lambda data: np.roll(data.repeat(2, -1).repeat(2, -2), (1, 1), (-2, -1)),
    ),
    "half as large": (Flaw.RESIZED, lambda data: data[..., ::2, ::2]),
}
GROWTH: dict[str, tuple[Flaw, Change]] = {
    "dilated, faces": (Flaw.DILATED, each_object(binary_dilation, full=False)),
    "dilated, corners": (Flaw.DILATED, each_object(binary_dilation, full=True)),
    "eroded, faces": (Flaw.ERODED, each_object(binary_erosion, full=False, border_value=1)),
    "eroded, corners": (Flaw.ERODED, each_object(binary_erosion, full=True, border_value=1)),
    "all ids + 1": (Flaw.OFFSET_IDS, lambda data: data + np.asarray(1, data.dtype)),
}


def class_errors(pair: tuple[int, int]) -> dict[str, tuple[Flaw, Change]]:
    """Errors of class ids."""
    return {
        "two classes swapped": (Flaw.SWAPPED_CLASSES, swapped(*pair)),
        "class ids + 1": (Flaw.OFFSET_CLASSES, lambda data: data + np.asarray(1, data.dtype)),
        "class ids - 1": (Flaw.OFFSET_CLASSES, lambda data: data - np.asarray(1, data.dtype)),
    }


def sample(name: str, gt: Path, model: Path, image: Path, **options: str) -> Sample:
    """Sample of three files."""
    sides = ((REFERENCE, gt), (PREDICTION, model))
    sources = tuple(Source(role, segreview.read(path, **options)) for role, path in sides)
    return Sample(name, (read_image(image),), sources)


def camvid(root: Path) -> list[Sample]:
    """Street images of CamVid, whose void is 11."""
    found = []
    for gt in sorted((root / "gt").iterdir()):
        one = sample(
            gt.stem,
            gt,
            root / "model" / gt.name,
            next((root / "images").glob(f"{gt.stem}*")),
            kind="semantic",
        )
        sides = [replace(source.labels, background=None) for source in one.sources]
        sides[0] = replace(sides[0], void=frozenset({11}))
        sources = tuple(replace(source, labels=side) for source, side in zip(one.sources, sides, strict=True))
        found.append(replace(one, sources=sources))
    return found


def sets_of(data: Path) -> dict[str, tuple[list[Sample], dict[str, tuple[Flaw, Change]]]]:
    """Samples of every set, and the errors that are put into them."""
    nuclei = data / "dsb_nuclei"
    fixed = sorted((nuclei / "gt_fixed").iterdir())
    street = "street_000000_000001_{}.png"
    return {
        "nuclei (60)": (
            [
                sample(f.stem, f, nuclei / "model" / f.name, nuclei / "images" / f"{f.stem}.png")
                for f in fixed
            ],
            GEOMETRY | GROWTH,
        ),
        "cells (3)": (
            [
                sample(f.stem, f, BUNDLED / "cells/pred" / f.name, BUNDLED / "cells/images" / f.name)
                for f in sorted((BUNDLED / "cells/gt").iterdir())
            ],
            GEOMETRY | GROWTH,
        ),
        "stardist 2D (1)": (
            [
                sample(
                    "2D",
                    *(data / "stardist_2d" / f for f in ("mask2d.tif", "model_watershed.tif", "img2d.tif")),
                )
            ],
            GEOMETRY | GROWTH,
        ),
        "stardist 3D (1)": (
            [
                sample(
                    "3D", *(data / "stardist_3d" / f for f in ("gt.tif", "model_watershed.tif", "image.tif"))
                )
            ],
            GEOMETRY | GROWTH,
        ),
        "street (1)": (
            [
                sample(
                    "street",
                    *(
                        BUNDLED / "street" / side / street.format("gtFine_labelIds")
                        for side in ("gt", "pred")
                    ),
                    BUNDLED / "street/leftImg8bit" / street.format("leftImg8bit"),
                    kind="semantic",
                )
            ],
            GEOMETRY | class_errors((7, 11)),
        ),
        "CamVid (9)": (camvid(data / "camvid"), GEOMETRY | class_errors((3, 1))),
    }


def seen_by(one: Sample, witness: str) -> Sample:
    """Sample without its image, or without its model."""
    if witness == "image":
        return replace(one, sources=one.sources[:1])
    return replace(one, images=()) if witness == "model" else one


def outcome(samples: list[Sample], spoilt: list[Sample], flaw: Flaw) -> str:
    """What became of an error."""
    truth = {one.name: one.reference for one in samples}
    named = [finding for finding in find_systematic_errors(spoilt) if finding.flaw is flaw]
    by_name = {one.name: one for one in spoilt}
    fixed = {name: finding.correct(by_name[name]) for finding in named for name in finding.samples}
    if not fixed:
        return "–"
    part = "" if len(fixed) == len(samples) else f" ({len(fixed)} of {len(samples)})"
    if all(is_same(labels, truth[name], flaw) for name, labels in fixed.items()):
        return f"exact{part}"
    return f"{pooled((labels, truth[name]) for name, labels in fixed.items()):.3f}{part}"


def is_same(ours: LabelImage, truth: LabelImage, flaw: Flaw) -> bool:
    """Whether every pixel is back."""
    edge = FRAME if flaw is Flaw.SHIFTED else 0
    inner = (..., slice(edge, truth.shape[-1] - edge))
    return ours.shape == truth.shape and bool((ours.data[inner] == truth.data[inner]).all())


def spoiled(samples: list[Sample], change: Change) -> list[Sample]:
    """Samples with an error in all of their masks."""
    return [
        one.with_reference(replace(one.reference, planes=(np.ascontiguousarray(change(one.reference.data)),)))
        for one in samples
    ]


def paired_wrongly(samples: list[Sample]) -> list[Sample]:
    """Samples that have passed their masks on to the next."""
    return [
        one.with_reference(other.reference)
        for one, other in zip(samples, [*samples[1:], samples[0]], strict=True)
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    print("| set | error | model and image | model | image |\n|---|---|---|---|---|")
    for name, (samples, errors) in sets_of(parser.parse_args().data).items():
        said = [len(find_systematic_errors([seen_by(one, by) for one in samples])) for by in WITNESSES]
        print(f"| {name} | none | {' | '.join('silent' if n == 0 else f'{n} findings' for n in said)} |")
        cases = [(error, flaw, spoiled(samples, change)) for error, (flaw, change) in errors.items()]
        if len(samples) > 1:
            cases.append(("paired wrongly", Flaw.PAIRING, paired_wrongly(samples)))
        for error, flaw, spoilt in cases:
            cells = [outcome(samples, [seen_by(one, by) for one in spoilt], flaw) for by in WITNESSES]
            print(f"| {name} | {error} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
