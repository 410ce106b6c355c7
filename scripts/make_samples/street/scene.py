"""The finished scene: its photograph and the true instance map."""

from collections.abc import Collection

import numpy as np

from make_samples.street.camera import HEIGHT, WIDTH
from make_samples.street.canvas import Canvas
from make_samples.street.cast import Item, cast
from make_samples.street.categories import EGO_VEHICLE, FIRST_INSTANCE, OUT_OF_ROI, THINGS
from make_samples.street.ground import draw_ground

MIN_AREA = 60
"""Pixels of an instance below which it is left out of the scene."""
RIM = 5
"""Width in pixels of the border that lies outside the region of interest."""


def items_seen() -> list[tuple[int, Item]]:
    """Items of the scene with their segment, far to near, without the things that hardly anyone would see."""
    items = sorted(cast(), key=lambda item: -item.distance)
    areas = np.bincount(_painted([(i + 1, item) for i, item in enumerate(items)]).segments().ravel())
    areas = np.pad(areas, (0, len(items) + 1))
    seen: list[tuple[int, Item]] = []
    counts: dict[int, int] = {}
    for i, item in enumerate(items):
        if item.category not in THINGS:
            seen.append((item.category, item))
        elif areas[i + 1] >= MIN_AREA:
            k = counts.setdefault(item.category, 0)
            counts[item.category] += 1
            seen.append((item.category * FIRST_INSTANCE + k, item))
    return seen


def instance_map(items: list[tuple[int, Item]], without: Collection[int] = ()) -> np.ndarray:
    """Instance map, int32 ``(HEIGHT, WIDTH)``, as it is when some instances are taken away."""
    return _framed(_painted([(s, item) for s, item in items if s not in without]).segments())


def photograph(items: list[tuple[int, Item]]) -> np.ndarray:
    """Picture of the scene, uint8 ``(HEIGHT, WIDTH, 3)``."""
    picture = _painted(items, coloured=True).photograph()
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    corner = 1 - 0.16 * (((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / HEIGHT) ** 2) * 2
    return np.rint(picture * corner[..., None]).astype(np.uint8)


def _painted(items: list[tuple[int, Item]], coloured: bool = False) -> Canvas:
    canvas = Canvas(coloured)
    draw_ground(canvas, [item.shadow for _, item in items if item.shadow is not None])
    for segment, item in items:
        item.draw(canvas, segment=segment)
    _bonnet(canvas)
    return canvas


def _bonnet(canvas: Canvas) -> None:
    """Bonnet of the car that carries the camera, glossy at its edge."""
    turn = np.linspace(np.pi, 2 * np.pi, 60)
    for i, shade in enumerate((52, 74, 66, 58, 50, 44, 40, 38)):
        inset = 0 if i == 0 else 2 + 7 * i
        x = WIDTH / 2 + (980 - inset) * np.cos(turn)
        y = HEIGHT + 4 + (104 - inset) * np.sin(turn)
        canvas.flat(np.stack([x, y], axis=1), np.array([shade, shade + 2, shade + 6]), EGO_VEHICLE)


def _framed(segments: np.ndarray) -> np.ndarray:
    """Copy with the rim marked as outside the region of interest."""
    framed = np.full_like(segments, OUT_OF_ROI)
    framed[RIM:-RIM, RIM:-RIM] = segments[RIM:-RIM, RIM:-RIM]
    return framed
