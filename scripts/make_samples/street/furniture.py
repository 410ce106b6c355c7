"""What stands on pavements: lamps, traffic lights, signs, fences, walls, bins; sizes in metres."""

import numpy as np

from make_samples.street.canvas import Canvas
from make_samples.street.categories import POLE
from make_samples.street.solid import Face, Place, draw_solid, facing, upright

STEEL, WHITE, RED, BLUE, YELLOW = (
    (108, 112, 114),
    (238, 238, 234),
    (196, 32, 34),
    (34, 82, 160),
    (236, 190, 40),
)


def draw_lamp(canvas: Canvas, x: float, z: float, reach: float, segment: int) -> None:
    """Street lamp whose arm reaches `reach` metres over the road."""
    canvas.blob([(x, 0, z, 0.1), (x, 1.2, z, 0.09)], STEEL, segment)
    canvas.blob([(x, 1.2, z, 0.075), (x, 7.6, z, 0.05)], STEEL, segment)
    canvas.blob([(x, 7.6, z, 0.05), (x + reach, 8.0, z, 0.04)], STEEL, segment)
    canvas.blob([(x + reach, 7.98, z, 0.07), (x + 1.35 * reach, 8.02, z, 0.09)], (180, 182, 180), segment)


def draw_light(canvas: Canvas, x: float, z: float, lamp: int, segment: int) -> None:
    """Traffic light on its pole; `lamp` 0 is red, 1 yellow, 2 green."""
    canvas.blob([(x, 0, z, 0.075), (x, 3.3, z, 0.065)], STEEL, POLE)
    box = facing(z - 0.12, (x - 0.19, x + 0.19, 2.35, 3.4))
    canvas.polygon(box, np.array((36, 40, 40)), segment)
    for i, colour in enumerate(((232, 44, 36), (244, 184, 40), (54, 196, 96))):
        shown = np.array(colour) * (1.0 if i == lamp else 0.3)
        canvas.polygon(_round(x, 3.2 - 0.33 * i, z - 0.14, 0.13), shown, None)


def draw_sign(canvas: Canvas, x: float, z: float, kind: str, segment: int) -> None:
    """Sign of `kind`: ``limit``, ``yield``, ``priority``, ``crossing`` or ``parking``, on its pole."""
    canvas.blob([(x, 0, z, 0.05), (x, SIGN_HEIGHT + 0.3, z, 0.045)], STEEL, POLE)
    front = z - 0.07
    for outline, colour, shapes in SIGNS[kind]:
        corners = np.column_stack(
            [x + outline[:, 0], SIGN_HEIGHT + outline[:, 1], np.full(len(outline), front)]
        )
        canvas.polygon(corners, np.array(colour), segment if shapes else None)


def draw_fence(canvas: Canvas, x: float, span: tuple[float, float], segment: int) -> None:
    """Iron fence along the street; what is seen between its bars counts as fence."""
    z0, z1 = span
    canvas.cover(upright(x, (0.1, 1.35, z0, z1)), segment)
    for y in (0.25, 1.25):
        canvas.line(np.array([(x, y, z1), (x, y, z0)]), 0.03, (52, 60, 56), segment)
    for z in np.arange(z1, z0, -0.32):
        canvas.line(np.array([(x, 0.1, z), (x, 1.4, z)]), 0.018, (58, 66, 62), segment)
    for z in np.arange(z1, z0, -2.56):
        canvas.line(np.array([(x, 0, z), (x, 1.5, z)]), 0.05, (46, 54, 50), segment)


def draw_wall(canvas: Canvas, x: float, span: tuple[float, float], height: float, segment: int) -> None:
    """Garden wall of brick with a coping."""
    for z in np.arange(span[1], span[0], -2.0):
        canvas.polygon(upright(x, (0, height, z - 2, z)), np.array((146, 112, 94)), segment)
        for y in np.arange(0.3, height - 0.15, 0.3):
            canvas.polygon(upright(x, (y, y + 0.03, z - 2, z)), np.array((126, 98, 84)), None)
        canvas.polygon(
            upright(x + 0.04, (height - 0.14, height + 0.06, z - 2, z)), np.array((186, 180, 170)), segment
        )


def draw_bin(canvas: Canvas, x: float, z: float, segment: int) -> None:
    """Grey waste bin."""
    front, side = facing(0, (-0.3, 0.3, 0.05, 1.05)), upright(-0.3, (0.05, 1.05, 0, 0.6))
    top = np.array([[-0.3, 1.05, 0], [0.3, 1.05, 0], [0.3, 1.1, 0.6], [-0.3, 1.1, 0.6]])
    right = upright(0.3, (0.05, 1.05, 0, 0.6))
    faces = [Face(corners, (86, 98, 92)) for corners in (front, side, right, top)]
    draw_solid(canvas, faces, Place(x, z), segment)


def _round(x: float, y: float, z: float, radius: float) -> np.ndarray:
    turn = np.arange(20) * np.pi / 10
    return np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn), np.full(20, z)])


def _ngon(corners: int, radius: float, turn: float = 0.0) -> np.ndarray:
    angle = turn + 2 * np.pi * np.arange(corners) / corners
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _bar(width: float, height: float, y: float = 0.0) -> np.ndarray:
    return np.array([[-width, y - height], [width, y - height], [width, y + height], [-width, y + height]])


SIGN_HEIGHT = 2.5
DOWN = -np.pi / 2
P_STEM = _bar(0.04, 0.26) - [0.1, 0]
P_BOW, P_EYE = (_ngon(16, radius) - np.array([0, -0.11]) for radius in (0.15, 0.07))
SIGNS = {
    "limit": (
        (_ngon(20, 0.34), RED, True),
        (_ngon(20, 0.26), WHITE, False),
        (_bar(0.13, 0.09), (30, 30, 30), False),
    ),
    "yield": ((_ngon(3, 0.46, DOWN), RED, True), (_ngon(3, 0.29, DOWN), WHITE, False)),
    "priority": ((_ngon(4, 0.4), WHITE, True), (_ngon(4, 0.3), YELLOW, False)),
    "crossing": ((_bar(0.33, 0.33), BLUE, True), (_ngon(3, 0.3, -DOWN), WHITE, False)),
    "parking": (
        (_bar(0.3, 0.38), BLUE, True),
        (P_STEM, WHITE, False),
        (P_BOW, WHITE, False),
        (P_EYE, BLUE, False),
    ),
}
"""Per kind its layers from back to front: outline in metres, colour, and whether it shapes the segment."""
