"""Kinds of vehicles: their measures."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Style:
    """A kind of vehicle.

    Parameters
    ----------
    profile : tuple of (float, float, str)
        Outline of the side from the lowest point of the rear over the roof to that of the front: z and y in
        metres, and whether the face from here to the next point is ``body`` or ``glass``.
    half_width, belt, narrowing : float
        Half the width below the belt line, height of that line, how much narrower half the roof is: metres.
    wheels : tuple of float
        z of the axles in metres.
    wheel_radius : float
        In metres.
    windows : tuple of (float, float, float, float)
        Of each side: z at the belt and at the roof for the rear edge, the same for the front edge.
    """

    profile: tuple[tuple[float, float, str], ...]
    half_width: float
    belt: float
    narrowing: float
    wheels: tuple[float, ...]
    wheel_radius: float
    windows: tuple[tuple[float, float, float, float], ...]

    @property
    def length(self) -> float:
        """From bumper to bumper, in metres."""
        return max(z for z, _, _ in self.profile)

    @property
    def height(self) -> float:
        """Up to the roof, in metres."""
        return max(y for _, y, _ in self.profile)

    def half_width_at(self, y: float) -> float:
        """Half the width at this height, in metres."""
        return self.half_width - self.narrowing * float(np.clip((y - self.belt) / 0.5, 0, 1))


B, G = "body", "glass"
HATCHBACK = Style(
    profile=(
        (0.08, 0.28, B), (0, 0.6, B), (0.05, 0.93, G), (0.42, 1.38, B), (0.75, 1.47, B), (1.9, 1.49, B),
        (2.45, 1.42, G), (3.15, 0.98, B), (3.9, 0.84, B), (4.08, 0.6, B), (4.02, 0.28, B),
    ),
    half_width=0.88, belt=0.95, narrowing=0.24, wheels=(0.75, 3.25), wheel_radius=0.32,
    windows=((0.35, 0.62, 1.5, 1.5), (1.6, 1.6, 2.92, 2.36)),
)  # fmt: skip
SALOON = Style(
    profile=(
        (0.08, 0.3, B), (0, 0.62, B), (0.05, 0.96, B), (0.8, 1.02, G), (1.4, 1.41, B), (1.8, 1.46, B),
        (2.6, 1.44, G), (3.35, 0.99, B), (4.35, 0.82, B), (4.55, 0.58, B), (4.48, 0.3, B),
    ),
    half_width=0.9, belt=0.97, narrowing=0.26, wheels=(0.95, 3.65), wheel_radius=0.33,
    windows=((0.98, 1.42, 1.9, 1.9), (2.0, 2.0, 3.12, 2.52)),
)  # fmt: skip
ESTATE = Style(
    profile=(
        (0.08, 0.3, B), (0, 0.62, B), (0.04, 0.98, G), (0.3, 1.44, B), (0.6, 1.52, B), (2.5, 1.5, B),
        (2.75, 1.44, G), (3.5, 1.02, B), (4.4, 0.86, B), (4.62, 0.6, B), (4.55, 0.3, B),
    ),
    half_width=0.91, belt=0.99, narrowing=0.22, wheels=(0.9, 3.7), wheel_radius=0.34,
    windows=((0.28, 0.5, 1.15, 1.15), (1.25, 1.25, 2.1, 2.1), (2.2, 2.2, 3.28, 2.68)),
)  # fmt: skip
VAN = Style(
    profile=(
        (0.08, 0.34, B), (0, 0.9, B), (0.03, 1.12, G), (0.12, 1.78, B), (0.28, 1.96, B), (3.6, 1.96, B),
        (3.85, 1.86, G), (4.4, 1.2, B), (4.95, 1.02, B), (5.12, 0.64, B), (5.05, 0.34, B),
    ),
    half_width=0.98, belt=1.15, narrowing=0.12, wheels=(0.95, 4.1), wheel_radius=0.35,
    windows=((3.0, 3.0, 4.2, 3.78),),
)  # fmt: skip
BUS = Style(
    profile=(
        (0.1, 0.36, B), (0, 0.9, B), (0, 1.5, G), (0.06, 2.5, B), (0.2, 3.0, B), (11.0, 3.02, B),
        (11.3, 2.9, G), (11.5, 1.2, B), (11.5, 0.7, B), (11.42, 0.36, B),
    ),
    half_width=1.26, belt=1.2, narrowing=0.04, wheels=(2.9, 8.6), wheel_radius=0.47,
    windows=tuple((z, z, z + 1.35, z + 1.35) for z in (0.5, 2.0, 3.5, 5.0, 6.5, 8.0, 9.5)),
)  # fmt: skip
TRUCK = Style(
    profile=(
        (0.06, 0.5, B), (0, 0.9, B), (0, 3.25, B), (0.05, 3.3, B), (6.3, 3.3, B),
        (6.4, 2.75, B), (6.6, 2.7, B), (7.8, 2.62, G), (8.1, 1.5, B), (8.15, 0.8, B), (8.1, 0.42, B),
    ),
    half_width=1.25, belt=1.6, narrowing=0.02, wheels=(1.5, 2.6, 7.1), wheel_radius=0.48,
    windows=((6.95, 6.95, 7.85, 7.7),),
)  # fmt: skip
CARS = (HATCHBACK, SALOON, ESTATE, VAN)
