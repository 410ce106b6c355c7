"""Trees and hedges: heaps of leafy balls, darker below and brighter towards the sun."""

import numpy as np

from make_samples.street.camera import SUN
from make_samples.street.canvas import Canvas

GREENS = np.array([(62, 92, 44), (74, 106, 48), (86, 118, 54), (96, 122, 58), (70, 100, 58)])
BARK = (92, 78, 66)


def draw_tree(canvas: Canvas, x: float, z: float, height: float, segment: int) -> None:
    """Street tree with a trunk; `height` in metres."""
    rng = np.random.default_rng([int(10 * abs(x)), int(10 * z), 7])
    fork = 0.42 * height
    canvas.blob([(x, 0.0, z, 0.17), (x, fork, z, 0.12)], BARK, segment)
    for side in (-1, 1):
        canvas.blob([(x, 0.8 * fork, z, 0.1), (x + side * 0.9, 1.5 * fork, z, 0.06)], BARK, segment)
    _leaves(canvas, (x, 0.68 * height, z), (0.27 * height, 0.32 * height), 620, segment, rng)


def draw_hedge(canvas: Canvas, x: float, span: tuple[float, float], height: float, segment: int) -> None:
    """Row of bushes along the street from ``span[1]`` back to ``span[0]`` metres ahead."""
    rng = np.random.default_rng([int(10 * abs(x)), int(10 * span[0]), 8])
    for z in np.arange(span[1], span[0], -1.6):
        centre = (x + rng.uniform(-0.3, 0.3), 0.5 * height, z)
        _leaves(canvas, centre, (1.2, 0.55 * height), 90, segment, rng)


def _leaves(
    canvas: Canvas,
    centre: tuple[float, float, float],
    radii: tuple[float, float],
    count: int,
    segment: int,
    rng: np.random.Generator,
) -> None:
    """Crown of `count` balls in an ellipsoid of `radii`: horizontal and vertical, in metres."""
    wide, tall = radii
    core = [(centre[0] + dx * wide, centre[1] + dy * tall, centre[2], 0.45 * wide) for dx, dy in CORE]
    for ball in core:
        canvas.blob([ball], GREENS[0] * 0.72, segment)
    directions = rng.standard_normal((count, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    directions *= rng.uniform(0.35, 1.0, (count, 1)) ** 0.5
    # From the far and shaded side to the near and sunny one.
    for direction in directions[np.argsort(-directions[:, 2] + directions @ SUN)]:
        light = 0.72 + 0.36 * float(direction @ SUN)
        colour = GREENS[rng.integers(len(GREENS))] * light
        x, y, z = centre + direction * (wide, tall, wide)
        canvas.blob([(x, y, z, wide * rng.uniform(0.05, 0.13))], colour, segment)


CORE = ((0.0, 0.0), (-0.4, -0.25), (0.4, -0.2), (0.0, 0.4), (-0.35, 0.3), (0.35, 0.3), (0.0, -0.45))
