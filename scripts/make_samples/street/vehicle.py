"""Cars, vans, buses and trucks: a side profile drawn out over the width of the vehicle."""

import numpy as np

from make_samples.street.solid import Decal, Face, disc, facing, upright
from make_samples.street.style import Style

Colour = tuple[int, int, int]
GLASS, SHEEN, TYRE, RIM, PLATE = (46, 56, 66), (86, 102, 116), (30, 30, 32), (140, 142, 146), (236, 236, 226)
TAIL_LIGHT, HEADLIGHT, SHADE = (190, 28, 24), (250, 248, 230), (58, 60, 64)


def build(style: Style, paint: Colour) -> list[Face]:
    """Faces of a vehicle whose rear is at z = 0 and whose left is at negative x, in metres."""
    z, y, _ = zip(*style.profile, strict=True)
    half = np.array([style.half_width_at(height) for height in y])
    left, right = (np.stack([sign * half, y, z], axis=1) for sign in (-1, 1))
    faces = [_underbody(style, style.wheels[-1] + style.wheel_radius)]
    for i, (_, _, what) in enumerate(style.profile[:-1]):
        corners = np.stack([left[i], right[i], right[i + 1], left[i + 1]])
        colour = GLASS if what == "glass" else paint
        faces.append(Face(corners, colour, [_sheen(corners)] if what == "glass" else []))
    faces[1].decals += _bumper(style, 0.02)
    faces[2].decals += _rear(style)
    faces[-1].decals += _bumper(style, style.length - 0.02)
    faces[-2].decals += _front(style)
    faces.append(_underbody(style, style.wheels[0] - style.wheel_radius))
    faces += [Face(left, paint, _side(style, -1)), Face(right, paint, _side(style, 1))]
    return faces


def _underbody(style: Style, z: float) -> Face:
    """Dark rectangle between two wheels, seen below the bumper."""
    w = style.half_width - 0.05
    corners = facing(z, (-w, w, 0.14, style.belt))
    tyres = [facing(z, (s * w - 0.12, s * w + 0.12, 0, 0.5)) for s in (-0.88, 0.88)]
    return Face(corners, SHADE, [(tyre, TYRE) for tyre in tyres])


def _sheen(corners: np.ndarray) -> Decal:
    """Reflection of the sky in the upper part of a pane."""
    low, high = corners[:2], corners[:1:-1]
    if low[0, 1] > high[0, 1]:
        low, high = high, low
    inner = low + 0.45 * (high - low), low + 0.9 * (high - low)
    middle = [row.mean(axis=0) + 0.86 * (row - row.mean(axis=0)) for row in inner]
    return np.concatenate([middle[0], middle[1][::-1]]), SHEEN


def _bumper(style: Style, z: float) -> list[Decal]:
    y0 = style.profile[0][1]
    return [(facing(z, (-style.half_width, style.half_width, y0, y0 + 0.1)), SHADE)]


def _rear(style: Style) -> list[Decal]:
    """Lights and number plate on the face above the rear bumper."""
    w, (z, y, _), top = style.half_width, style.profile[1], style.profile[2][1]
    high = min(top, y + 0.35)
    lights = [
        facing(z, (s * (w - 0.17) - 0.14, s * (w - 0.17) + 0.14, high - 0.2, high - 0.02)) for s in (-1, 1)
    ]
    plate = facing(z, (-0.26, 0.26, y + 0.04, y + 0.15))
    return [*((light, TAIL_LIGHT) for light in lights), (plate, PLATE)]


def _front(style: Style) -> list[Decal]:
    """Headlights and radiator grille on the face above the front bumper."""
    w, z = style.half_width, style.length
    y0, y1 = style.profile[-2][1] - 0.02, style.profile[-3][1] - 0.04
    lights = [facing(z, (s * (w - 0.25) - 0.17, s * (w - 0.25) + 0.17, y0 + 0.03, y1)) for s in (-1, 1)]
    grille = facing(z, (-0.4, 0.4, y0, y1 - 0.04))
    return [(grille, SHADE), *((light, HEADLIGHT) for light in lights)]


def _side(style: Style, sign: int) -> list[Decal]:
    """Windows, sill, door gaps and wheels of one side."""
    decals: list[Decal] = []
    top = style.height - 0.1 if style.height < 2.5 else 2.45
    w0, w1 = sign * style.half_width_at(style.belt + 0.03), sign * style.half_width_at(top)
    for back_low, back_high, front_low, front_high in style.windows:
        zs = (back_low, front_low, front_high, back_high)
        ys = (style.belt + 0.03, style.belt + 0.03, top, top)
        pane = np.array([[w, y, z] for w, y, z in zip((w0, w0, w1, w1), ys, zs, strict=True)])
        decals += [(pane, GLASS), _sheen(pane[[0, 1, 2, 3]])]
    w = sign * (style.half_width + 0.01)
    y0 = style.profile[0][1]
    decals.append((upright(w, (y0, y0 + 0.08, 0.1, style.length - 0.1)), SHADE))
    if style.height < 2.5:
        gaps = {style.windows[-1][0], style.windows[0][2], style.windows[-1][2] - 0.1}
        decals += [(upright(w, (y0 + 0.1, style.belt, gap, gap + 0.02)), SHADE) for gap in sorted(gaps)]
    for z in style.wheels:
        r = style.wheel_radius
        for radius, colour in (
            (r * 1.18, SHADE),
            (r, TYRE),
            (r * 0.62, RIM),
            (r * 0.5, SHADE),
            (r * 0.3, RIM),
        ):
            decals.append((disc(w, r, z, radius), colour))
    return decals
