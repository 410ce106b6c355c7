"""Lengths, areas, volumes and thresholds in words: in the unit of the image where it has one."""

from __future__ import annotations

from fractions import Fraction

from segreview.compare.figures import finest, pixel_volume
from segreview.model.sample import Sample

_POWERS = {1: "", 2: "²", 3: "³"}


def unit_of(sample: Sample) -> tuple[float, str]:
    """Unit of a sample, and how many of it make one of the labels' spacing; ``(1, "px")`` without one.

    Labels often lack what their image says.
    """
    labels = sample.reference
    if labels.unit != "pixel":
        return 1.0, labels.unit
    for image in sample.images:
        if image.unit != "pixel" and image.spacing:
            return image.spacing[-1] / labels.spacing[-1], image.unit
    return 1.0, "px"


def length_texts(sample: Sample, length: float) -> tuple[str, str]:
    """Length in the labels' spacing as pixels of the finest axis, and in the unit where there is one."""
    labels = sample.reference
    size, unit = unit_of(sample)
    pixels = f"{length / finest(labels.spacing, labels.axes):.1f} px"
    return pixels, "" if unit == "px" else f"{length * size:.3g} {unit}"


def area_texts(sample: Sample, pixels: int) -> tuple[str, str]:
    """Number of pixels, and their area or volume in the unit where there is one."""
    labels = sample.reference
    size, unit = unit_of(sample)
    if unit == "px":
        return f"{pixels:,} px", ""
    axes = len(labels.axes.replace("T", ""))
    area = pixels * pixel_volume(labels.spacing, labels.axes) * size**axes
    return f"{pixels:,} px", f"{_short(area)} {unit}{_POWERS[axes]}"


def _short(number: float) -> str:
    """Three figures, or all of a larger whole number."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def threshold_text(threshold: Fraction) -> str:
    """An IoU to three figures; to six where it would read 1 and is less."""
    text = f"{float(threshold):.3g}"
    return f"{float(threshold):.6g}" if text == "1" and threshold < 1 else text
