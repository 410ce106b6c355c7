"""Sky, road, pavements and their markings, with texture and the shadows that fall on them."""

from itertools import pairwise

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from scipy import ndimage

from make_samples.street.camera import EYE, FOCAL, HEIGHT, VANISHING, WIDTH, project
from make_samples.street.canvas import FINE, Canvas
from make_samples.street.categories import BUILDING, ROAD, SIDEWALK, SKY, TERRAIN

LEFT_KERB, RIGHT_KERB = -7.9, 4.7
LEFT_WALL, RIGHT_WALL = -11.8, 8.2
FAR = 190.0
SIDE_STREET = (45.0, 55.0)
"""Where a street opens on the right, in metres ahead."""

PARK = (24.0, 62.0)
"""Where a meadow rises on the left, in metres ahead."""

ASPHALT, PAVING, JOINT, KERB = (112, 112, 116), (158, 152, 146), (140, 134, 128), (182, 178, 172)
PAINT, GRASS = (226, 226, 222), (104, 128, 66)


def draw_ground(canvas: Canvas, shadows: list[np.ndarray]) -> None:
    """Draw all that lies flat, its texture and the shadows: outlines ``(N, 2)`` of X and Z in metres."""
    _sky(canvas)
    for z0, z1 in _strips(2.2, FAR):
        for x0, x1, colour, segment in BANDS:
            _flat(canvas, (x0, x1, z0, z1), colour, segment)
    for z0, z1 in _strips(*SIDE_STREET, steps=4):
        _flat(canvas, (RIGHT_KERB, 40, z0, z1), ASPHALT, ROAD)
    for z0, z1 in _strips(*PARK, steps=16):
        meadow = [[LEFT_WALL, 0, z0], [LEFT_WALL, 0, z1], [-45, 7.5, z1], [-45, 7.5, z0]]
        canvas.polygon(np.array(meadow), np.array(GRASS), TERRAIN)
    _markings(canvas)
    if canvas.picture.width > 1:
        _weather(canvas)
        _cast(canvas, shadows)


def _strips(z0: float, z1: float, steps: int = 40) -> list[tuple[float, float]]:
    """Cuts of the ground across the street, far ones first and longer with distance."""
    cuts = np.geomspace(z0, z1, steps + 1)[::-1]
    return [(float(near), float(far)) for far, near in pairwise(cuts)]


def _flat(
    canvas: Canvas, box: tuple[float, float, float, float], colour: tuple[int, int, int], segment
) -> None:
    x0, x1, z0, z1 = box
    canvas.polygon(np.array([[x0, 0, z0], [x1, 0, z0], [x1, 0, z1], [x0, 0, z1]]), np.array(colour), segment)


BANDS = (
    (-40.0, LEFT_WALL, PAVING, SIDEWALK),
    (LEFT_WALL, LEFT_KERB, PAVING, SIDEWALK),
    (LEFT_KERB - 0.3, LEFT_KERB, KERB, SIDEWALK),
    (LEFT_KERB, RIGHT_KERB, ASPHALT, ROAD),
    (RIGHT_KERB, RIGHT_KERB + 0.3, KERB, SIDEWALK),
    (RIGHT_KERB + 0.3, 40.0, PAVING, SIDEWALK),
)


def _sky(canvas: Canvas) -> None:
    """Sky that pales towards the horizon, with faint clouds; beyond the street the town goes on."""
    canvas.flat(
        np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]]), np.array([200.0, 212, 224]), SKY
    )
    if canvas.picture.width > 1:
        rng = np.random.default_rng(11)
        height = np.linspace(0, 1, 520)[:, None, None] ** 0.8
        blue = (1 - height) * np.array([116, 158, 206]) + height * np.array([222, 230, 236])
        cloud = ndimage.gaussian_filter(rng.standard_normal((520, WIDTH)), (26, 90))
        cover = np.clip(cloud / cloud.std() - 0.2, 0, 1.6)[..., None] * 0.34
        sky = np.rint(blue * (1 - cover) + 244 * cover).astype(np.uint8)
        canvas.picture.paste(
            Image.fromarray(sky).resize((WIDTH * FINE, 520 * FINE), Image.Resampling.BILINEAR)
        )
    skyline = np.array(
        [[-40, 0, FAR], [-40, 9, FAR], [-14, 9, FAR], [-14, 15, FAR], [-6, 15, FAR], [-6, 11, FAR]]
    )
    rest = np.array([[4, 11, FAR], [4, 17, FAR], [12, 17, FAR], [12, 10, FAR], [60, 10, FAR], [60, 0, FAR]])
    canvas.polygon(np.concatenate([skyline, rest]), np.array((160, 150, 142)), BUILDING)


def _markings(canvas: Canvas) -> None:
    """Paint on the road, manholes and joints of the paving; all part of what they lie on."""
    for z in np.arange(120.0, 2.0, -6.0):
        _flat(canvas, (-1.85, -1.7, z - 3, z), PAINT, None)
    for z in np.arange(26.0, 4.0, -1.5):
        for x in (-5.75, 2.45):
            _flat(canvas, (x, x + 0.12, z - 1.5, z), PAINT, None)
    for z in np.arange(25.4, 4.0, -5.6):
        _flat(canvas, (2.55, RIGHT_KERB, z, z + 0.1), PAINT, None)
    for x in np.arange(LEFT_KERB + 0.4, RIGHT_KERB - 0.4, 1.0):
        _flat(canvas, (x, x + 0.5, 29.0, 32.0), PAINT, None)
    _flat(canvas, (-1.7, 4.5, 27.2, 27.6), PAINT, None)
    for x, z in ((0.6, 8.5), (-3.4, 14.0), (0.9, 21.0)):
        _manhole(canvas, x, z)
    _joints(canvas)


def _manhole(canvas: Canvas, x: float, z: float) -> None:
    turn = np.arange(24) * np.pi / 12
    for radius, colour in ((0.42, (90, 90, 92)), (0.36, (100, 98, 98))):
        lid = np.stack([x + radius * np.cos(turn), 0 * turn, z + radius * np.sin(turn)], axis=1)
        canvas.polygon(lid, np.array(colour), None)


def _joints(canvas: Canvas) -> None:
    """Lines between the slabs of the pavements, along and across."""
    for x in (RIGHT_KERB + 1.2, RIGHT_KERB + 2.3, LEFT_KERB - 1.4, LEFT_KERB - 2.6):
        _flat(canvas, (x, x + 0.04, 4, 44), JOINT, None)
    for z in np.arange(30.0, 6.0, -1.6):
        for x0, x1 in ((RIGHT_KERB + 0.3, RIGHT_WALL), (LEFT_WALL, LEFT_KERB - 0.3)):
            _flat(canvas, (x0, x1, z, z + 0.04), JOINT, None)


def _weather(canvas: Canvas) -> None:
    """Make the ground a little blotchy: stains and worn wheel tracks that follow the perspective."""
    rng = np.random.default_rng(12)
    stains = sum(
        weight * _unit(ndimage.gaussian_filter(rng.standard_normal((512, 512)), sigma, mode="wrap"))
        for sigma, weight in (((14, 4), 2.6), ((5, 2), 1.6), ((1.2, 0.8), 1.1))
    )
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    below = y > VANISHING[1] + 4
    depth = FOCAL * EYE / np.where(below, y - VANISHING[1], 1.0)
    across = (x - VANISHING[0]) * depth / FOCAL
    blotch = stains[(depth * 8).astype(int) % 512, (across * 12).astype(int) % 512]
    tracks = -3.0 * (np.exp(-(((np.abs(across - 0.3) - 0.8) / 0.25) ** 2)))
    change = np.where(below, (blotch + tracks) * np.exp(-depth / 45), 0.0)
    grey = Image.fromarray(np.rint(128 + change).astype(np.uint8)).resize(
        canvas.picture.size, Image.Resampling.BILINEAR
    )
    canvas.picture.paste(ImageChops.add(canvas.picture, Image.merge("RGB", [grey] * 3), offset=-128))


def _unit(field: np.ndarray) -> np.ndarray:
    return field / field.std()


def _cast(canvas: Canvas, shadows: list[np.ndarray]) -> None:
    """Darken the ground inside the outlines, with soft edges."""
    light = Image.new("L", (WIDTH, HEIGHT), 255)
    brush = ImageDraw.Draw(light)
    for outline in shadows:
        corners = np.column_stack([outline[:, 0], np.zeros(len(outline)), np.maximum(outline[:, 1], 2.2)])
        brush.polygon([(int(x), int(y)) for x, y in np.rint(project(corners))], fill=SHADOW)
    light = light.filter(ImageFilter.GaussianBlur(2.5)).resize(canvas.picture.size, Image.Resampling.BILINEAR)
    canvas.picture.paste(ImageChops.multiply(canvas.picture, Image.merge("RGB", [light] * 3)))


SHADOW = 150
"""Light that is left in the shadow, of 255."""
