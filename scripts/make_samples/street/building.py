"""Houses along the street: a facade with windows, an end wall, a roof."""

from dataclasses import dataclass

import numpy as np

from make_samples.street.camera import lit
from make_samples.street.canvas import Canvas
from make_samples.street.solid import facing, upright

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
PANE, BRIGHT_PANE, SILL, DOOR = (74, 88, 102), (126, 146, 164), (214, 210, 202), (70, 54, 44)
UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class House:
    """A house whose facade lies in the plane X = `x`.

    Parameters
    ----------
    x, z0, z1 : float
        Plane of the facade, and where it starts and ends; metres.
    floors : int
        Above the ground floor.
    wall, roof, shop : tuple of int
        Colours; `shop` is that of the ground floor.
    bay : float
        Width of a window with its share of the wall, in metres.
    awning : tuple of int or None
        Colour of the awnings over the ground floor, if there are any.
    """

    x: float
    z0: float
    z1: float
    floors: int
    wall: Colour
    roof: Colour
    shop: Colour
    bay: float
    awning: Colour | None = None

    @property
    def height(self) -> float:
        """Up to the eaves, in metres."""
        return GROUND_FLOOR + STOREY * self.floors

    @property
    def side(self) -> int:
        """-1 on the left of the street, 1 on the right."""
        return -1 if self.x < 0 else 1

    def shade(self, colour: Colour) -> np.ndarray:
        """Colour of the facade in its light."""
        return lit(np.array(colour), np.array([-self.side, 0.0, 0.0]))


GROUND_FLOOR, STOREY = 4.2, 3.3


def draw_house(canvas: Canvas, house: House, segment: int) -> None:
    """Draw a house from its back to its front."""
    _roof(canvas, house, segment)
    _end_wall(canvas, house, segment)
    _facade(canvas, house, segment)
    bays = max(1, round((house.z1 - house.z0) / house.bay))
    width = (house.z1 - house.z0) / bays
    for bay in reversed(range(bays)):
        z = house.z0 + bay * width
        _ground_floor(canvas, house, z, width, segment, bay == bays // 2)
        for floor in range(house.floors):
            _window(canvas, house, GROUND_FLOOR + STOREY * floor, z, width)


def _facade(canvas: Canvas, house: House, segment: int) -> None:
    """Wall in strips, so that haze grows with distance, with base, ledge and cornice."""
    cuts = np.linspace(house.z0, house.z1, max(2, int((house.z1 - house.z0) / 4)) + 1)
    for z0, z1 in zip(cuts[-2::-1], cuts[:0:-1], strict=True):
        bands: tuple[tuple[float, float, Colour, float], ...] = (
            (0.0, house.height, house.wall, 0.0),
            (0.0, GROUND_FLOOR - 0.4, house.shop, 0.0),
            (0.0, 0.5, tuple(int(0.7 * c) for c in house.shop), 0.02),
            (GROUND_FLOOR - 0.4, GROUND_FLOOR - 0.1, SILL, 0.08),
            (house.height - 0.45, house.height, SILL, 0.25),
        )
        for y0, y1, colour, proud in bands:
            strip = upright(house.x - house.side * proud, (y0, y1, z0, z1))
            canvas.polygon(strip, house.shade(colour), segment)


def _window(canvas: Canvas, house: House, y: float, z: float, width: float) -> None:
    """Window of one bay: frame, two panes that mirror the sky, sill."""
    z0, z1, y0, y1 = z + 0.26 * width, z + 0.74 * width, y + 0.85, y + 2.65
    middle, face = (z0 + z1) / 2, house.x - house.side * 0.02
    parts: tuple[tuple[Box, Colour], ...] = (
        ((y0 - 0.12, y1 + 0.14, z0 - 0.12, z1 + 0.12), tuple(int(0.84 * c) for c in house.wall)),
        ((y0, y1, z0, z1), SILL),
        ((y0 + 0.08, y1 - 0.08, z0 + 0.07, middle - 0.04), PANE),
        ((y0 + 0.08, y1 - 0.08, middle + 0.04, z1 - 0.07), PANE),
        ((y0 + 1.0, y1 - 0.1, z0 + 0.09, middle - 0.06), BRIGHT_PANE),
        ((y0 + 1.0, y1 - 0.1, middle + 0.06, z1 - 0.09), BRIGHT_PANE),
        ((y0 - 0.14, y0 - 0.02, z0 - 0.16, z1 + 0.16), SILL),
    )
    for box, colour in parts:
        canvas.polygon(upright(face, box), house.shade(colour), None)


def _ground_floor(canvas: Canvas, house: House, z: float, width: float, segment: int, door: bool) -> None:
    """Shop window or door of one bay, under an awning if the house has any."""
    face, z0, z1 = house.x - house.side * 0.03, z + 0.14 * width, z + 0.86 * width
    if door:
        z0, z1 = z + 0.3 * width, z + 0.7 * width
    parts: tuple[tuple[Box, Colour], ...] = (
        ((0.05 if door else 0.7, 3.0, z0 - 0.08, z1 + 0.08), SILL),
        ((0.05 if door else 0.78, 2.92, z0, z1), DOOR if door else (58, 68, 78)),
        ((2.2, 2.85, z0 + 0.08, z1 - 0.08), BRIGHT_PANE if door else (92, 108, 122)),
    )
    for box, colour in parts:
        canvas.polygon(upright(face, box), house.shade(colour), None)
    if house.awning is not None and not door:
        wall, out = house.x - house.side * 0.05, house.x - house.side * 1.1
        stripes = np.linspace(z0 - 0.15, z1 + 0.15, 7)
        for i in reversed(range(6)):
            colour = house.awning if i % 2 else (232, 228, 218)
            (a, b), (top, low) = stripes[i : i + 2], (3.2, 2.65)
            cloth = np.array([[wall, top, a], [wall, top, b], [out, low, b], [out, low, a]])
            canvas.polygon(cloth, lit(np.array(colour), np.array([-0.45 * house.side, 0.89, 0.0])), segment)


def _end_wall(canvas: Canvas, house: House, segment: int) -> None:
    """Wall that looks at the camera; where a neighbour stands before it, that is drawn later."""
    far = house.x + house.side * 14
    wall = np.array([[house.x, 0, house.z0], [house.x, house.height, house.z0]])
    middle = np.array([[(house.x + far) / 2, house.height + ROOF, house.z0]])
    back = np.array([[far, house.height, house.z0], [far, 0, house.z0]])
    colour = lit(np.array(house.wall) * 0.92, np.array([0.0, 0.0, -1.0]))
    canvas.polygon(np.concatenate([wall, middle, back]), colour, segment)
    for floor in range(house.floors):
        for across in (3.2, 7.0, 10.8):
            x, y = house.x + house.side * across, GROUND_FLOOR + STOREY * floor + 0.9
            for grow, paint in ((0.12, SILL), (0.0, PANE)):
                box = (x - 0.55 - grow, x + 0.55 + grow, y - grow, y + 1.7 + grow)
                canvas.polygon(facing(house.z0, box), lit(np.array(paint), np.array([0.0, 0.0, -1.0])), None)


def _roof(canvas: Canvas, house: House, segment: int) -> None:
    """Slope of the roof towards the street, with chimneys."""
    eaves, ridge = house.x - house.side * 0.4, house.x + house.side * 7
    low, high = house.height, house.height + ROOF
    slope = [[eaves, low, house.z0], [eaves, low, house.z1], [ridge, high, house.z1], [ridge, high, house.z0]]
    normal = np.array([-0.45 * house.side, 0.89, 0.0])
    for z in (house.z0 + 2.5, house.z1 - 3):
        x = house.x + house.side * 5
        stack = [
            [x - 0.6, high - 2, z],
            [x + 0.6, high - 2, z],
            [x + 0.6, high + 1, z],
            [x - 0.6, high + 1, z],
        ]
        canvas.polygon(np.array(stack), np.array([150.0, 96, 78]), segment)
    canvas.polygon(np.array(slope), lit(np.array(house.roof), normal), segment)


ROOF = 3.6
"""Height of the ridge above the eaves, in metres."""
