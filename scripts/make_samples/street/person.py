"""People and what they ride: rounded limbs between joints, in metres."""

from dataclasses import dataclass

import numpy as np

from make_samples.street.canvas import Canvas
from make_samples.street.solid import Place

Colour = tuple[int, int, int]
Joint = tuple[float, float, float]
SHOE = (42, 38, 38)


@dataclass(frozen=True)
class Look:
    """Colours of a person, body height in metres, and where in the step they are (-1 to 1)."""

    skin: Colour
    hair: Colour
    top: Colour
    trousers: Colour
    height: float = 1.75
    step: float = 0.7


def draw_walker(canvas: Canvas, place: Place, look: Look, segment: int) -> None:
    """Person who walks along the body's own z axis."""
    swing, scale = 0.22 * look.step, look.height / 1.75

    def limb(colour: Colour, *balls: tuple[float, float, float, float]) -> None:
        points = place.world(np.array([ball[:3] for ball in balls]) * scale)
        radii = [ball[3] * scale for ball in balls]
        canvas.blob([(*point, r) for point, r in zip(points, radii, strict=True)], colour, segment)

    darker = tuple(int(0.8 * c) for c in look.trousers)
    limb(look.top, (-0.22, 1.36, 0, 0.06), (-0.27, 1.08, -0.6 * swing, 0.05))
    limb(look.skin, (-0.27, 1.06, -0.6 * swing, 0.042), (-0.25, 0.84, -1.3 * swing, 0.04))
    for side, colour in ((-1, darker), (1, look.trousers)):
        ahead = side * swing
        knee, foot = (0.1 * side, 0.5, ahead), (0.11 * side, 0.1, 1.5 * ahead - 0.06 * abs(ahead))
        limb(colour, (0.09 * side, 0.9, 0, 0.095), (*knee, 0.075))
        limb(colour, (*knee, 0.072), (*foot, 0.05))
        limb(SHOE, (foot[0], 0.045, foot[2] - 0.03, 0.045), (foot[0], 0.04, foot[2] + 0.14, 0.035))
    limb(look.top, (-0.16, 1.4, 0, 0.075), (0.16, 1.4, 0, 0.075), (0.1, 0.92, 0, 0.1), (-0.1, 0.92, 0, 0.1))
    limb(look.top, (0.22, 1.36, 0, 0.06), (0.27, 1.08, 0.6 * swing, 0.05))
    limb(look.skin, (0.27, 1.06, 0.6 * swing, 0.042), (0.25, 0.84, 1.3 * swing, 0.04))
    limb(look.skin, (0, 1.47, 0, 0.055), (0, 1.52, 0, 0.05))
    limb(look.skin, (0, 1.6, 0.01, 0.1), (0, 1.66, 0.01, 0.095))
    back = -0.035 * np.sign(np.cos(place.turn)) if abs(np.cos(place.turn)) > 0.1 else -0.035
    rise = 0.0 if np.cos(place.turn) > 0 else 0.055
    limb(look.hair, (0, 1.63 + rise, back, 0.098 - 0.3 * rise), (0, 1.68, back, 0.1))


def draw_rider(canvas: Canvas, place: Place, look: Look, segment: int) -> None:
    """Person in a saddle, bent forward, with a helmet."""

    def limb(colour: Colour, *balls: tuple[float, float, float, float]) -> None:
        points = place.world(np.array([ball[:3] for ball in balls]))
        canvas.blob([(*p, b[3]) for p, b in zip(points, balls, strict=True)], colour, segment)

    for side, lift in ((-1, 0.0), (1, 0.22)):
        hip, knee, foot = (
            (0.09 * side, 0.98, -0.18),
            (0.13 * side, 0.66 + lift, 0.16),
            (0.11 * side, 0.22 + lift, 0.02),
        )
        limb(look.trousers, (*hip, 0.1), (*knee, 0.08))
        limb(look.trousers, (*knee, 0.075), (*foot, 0.05))
        limb(SHOE, (*foot, 0.05), (foot[0], foot[1] - 0.03, foot[2] + 0.14, 0.04))
    limb(
        look.top,
        (-0.17, 1.44, 0.1, 0.08),
        (0.17, 1.44, 0.1, 0.08),
        (0.1, 0.98, -0.18, 0.1),
        (-0.1, 0.98, -0.18, 0.1),
    )
    for side in (-1, 1):
        elbow = (0.27 * side, 1.2, 0.28)
        limb(look.top, (0.21 * side, 1.42, 0.12, 0.06), (*elbow, 0.05))
        limb(look.skin, (*elbow, 0.045), (0.24 * side, 1.06, 0.48, 0.04))
    helmet = ((0, 1.7, 0.14, 0.115), (0, 1.72, 0.19, 0.1))
    face = ((0, 1.59, 0.17, 0.09), (0, 1.65, 0.17, 0.088))
    coming = np.cos(place.turn) < 0
    for colour, balls in ((look.hair, helmet), (look.skin, face))[:: 1 if coming else -1]:
        limb(colour, *balls)


def draw_bicycle(canvas: Canvas, place: Place, colour: Colour, segment: int) -> None:
    """Bicycle that stands along the body's own z axis; its wheels count as solid in the map."""
    for z in (-0.52, 0.52):
        turn = np.arange(25) * np.pi / 12
        rim = np.stack([np.zeros(25), 0.34 + 0.33 * np.sin(turn), z + 0.33 * np.cos(turn)], axis=1)
        canvas.cover(place.world(rim), segment)
        canvas.line(place.world(rim), 0.022, (34, 34, 36), segment)
    rods = (
        ((0, 0.34, -0.52), (0, 0.3, -0.05), (0, 0.86, -0.2), (0, 0.34, -0.52)),
        ((0, 0.3, -0.05), (0, 0.78, 0.34), (0, 0.82, -0.18)),
        ((0, 0.34, 0.52), (0, 1.0, 0.36)),
    )
    for rod in rods:
        canvas.line(place.world(np.array(rod)), 0.024, colour, segment)
    bar = np.array([(-0.26, 1.04, 0.42), (0, 1.0, 0.36), (0.26, 1.04, 0.42)])
    canvas.line(place.world(bar), 0.02, (40, 40, 42), segment)
    canvas.line(place.world(np.array([(0, 0.93, -0.34), (0, 0.94, -0.12)])), 0.05, (40, 38, 36), segment)


def draw_scooter(canvas: Canvas, place: Place, colour: Colour, segment: int) -> None:
    """Motor scooter along the body's own z axis."""

    def part(paint: Colour, *balls: tuple[float, float, float, float]) -> None:
        points = place.world(np.array([ball[:3] for ball in balls]))
        canvas.blob([(*p, b[3]) for p, b in zip(points, balls, strict=True)], paint, segment)

    for z in (-0.62, 0.66):
        turn = np.arange(25) * np.pi / 12
        rim = np.stack([np.zeros(25), 0.28 + 0.22 * np.sin(turn), z + 0.22 * np.cos(turn)], axis=1)
        canvas.line(place.world(rim), 0.065, (32, 32, 34), segment)
    part((70, 72, 76), (0, 0.3, -0.5, 0.1), (0, 0.34, 0.2, 0.12))
    part(colour, (0, 0.5, -0.72, 0.12), (0, 0.62, -0.1, 0.17), (0, 0.42, 0.1, 0.12))
    part(colour, (0, 0.45, 0.45, 0.14), (0, 0.95, 0.42, 0.13))
    part((38, 36, 36), (0, 0.8, -0.66, 0.08), (0, 0.8, -0.05, 0.1))
    bar = np.array([(-0.34, 1.06, 0.36), (0, 1.02, 0.42), (0.34, 1.06, 0.36)])
    canvas.line(place.world(bar), 0.03, (44, 44, 46), segment)
    part(TAIL_LAMP, (0, 0.62, -0.84, 0.05), (0, 0.64, -0.82, 0.05))


TAIL_LAMP = (196, 30, 26)
