"""The cast of the scene: everything that `layout` names, ready to be drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from make_samples.street import building, categories, furniture, greenery, layout, person, style, vehicle
from make_samples.street.ground import LEFT_WALL, RIGHT_WALL
from make_samples.street.solid import Place, draw_solid

Colour = tuple[int, int, int]
Random = np.random.Generator
Option = TypeVar("Option")


@dataclass(frozen=True)
class Item:
    """Something that stands in the street.

    Parameters
    ----------
    category : int
        Label id.
    distance : float
        Metres ahead; nearer items hide farther ones.
    draw : callable
        ``draw(canvas, segment=value)`` draws it as a segment of this value.
    shadow : array of float64, shape (N, 2), or None
        Outline of its shadow on the ground, X and Z in metres.
    """

    category: int
    distance: float
    draw: Callable[..., None]
    shadow: np.ndarray | None = None


def cast() -> list[Item]:
    """All items of the scene, in no particular order."""
    return [*_houses(), *_park(), *_furniture(), *_vehicles(), *_cyclists(), *_walkers()]


def _houses() -> list[Item]:
    rng = np.random.default_rng(21)
    rows = ((RIGHT_WALL, layout.RIGHT_ROW), (LEFT_WALL, layout.LEFT_ROW))
    return [_house(x, span, rng) for x, row in rows for span in row]


def _house(x: float, span: tuple[float, float, int], rng: Random) -> Item:
    z0, z1, floors = span
    wall, roof, shop = (_choice(rng, colours) for colours in (layout.WALLS, layout.ROOFS, layout.SHOPS))
    bay = rng.choice([2.4, 2.8, 3.2])
    house = building.House(x, z0, z1, floors, wall, roof, shop, bay, _choice(rng, layout.AWNINGS))
    # The sun stands on the left: only houses there throw a shadow on the street.
    reach = 0.62 * house.height
    shadow = np.array([[x, z0], [x + reach, z0 + 4], [x + reach, z1 + 4], [x, z1]]) if x < 0 else None
    # Houses stand behind all that is in the street beside them.
    return Item(categories.BUILDING, z0 + 30, partial(building.draw_house, house=house), shadow)


def _park() -> list[Item]:
    """Trees, and the borders of the meadow on the left."""
    fence = partial(furniture.draw_fence, x=LEFT_WALL, span=layout.FENCE)
    wall = partial(furniture.draw_wall, x=LEFT_WALL, span=layout.WALL, height=1.7)
    hedge = partial(greenery.draw_hedge, x=LEFT_WALL - 1.7, span=layout.HEDGE, height=2.4)
    return [
        Item(categories.FENCE, layout.FENCE[0], fence),
        Item(categories.WALL, layout.WALL[0], wall),
        Item(categories.VEGETATION, layout.HEDGE[0] + 1, hedge),
        *(_tree(x, z, height) for x, z, height in layout.TREES),
    ]


def _tree(x: float, z: float, height: float) -> Item:
    draw = partial(greenery.draw_tree, x=x, z=z, height=height)
    middle, turn = (x + 0.42 * height, z + 0.38 * height), np.arange(16) * np.pi / 8
    shadow = middle + 0.2 * height * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return Item(categories.VEGETATION, z, draw, shadow)


def _furniture() -> list[Item]:
    lamps = [
        Item(categories.POLE, z, partial(furniture.draw_lamp, x=x, z=z, reach=reach))
        for x, z, reach in layout.LAMPS
    ]
    lights = [
        Item(categories.TRAFFIC_LIGHT, z, partial(furniture.draw_light, x=x, z=z, lamp=lamp))
        for x, z, lamp in layout.LIGHTS
    ]
    signs = [
        Item(categories.TRAFFIC_SIGN, z, partial(furniture.draw_sign, x=x, z=z, kind=kind))
        for x, z, kind in layout.SIGNS
    ]
    bins = [Item(categories.STATIC, z, partial(furniture.draw_bin, x=x, z=z)) for x, z in layout.BINS]
    return lamps + lights + signs + bins


def _vehicles() -> list[Item]:
    cars = [
        _vehicle(categories.CAR, style.CARS[kind], Place(x, z, turn), layout.PAINTS[paint])
        for x, z, turn, kind, paint in layout.CARS
    ]
    buses = [_vehicle(categories.BUS, style.BUS, Place(*where), paint) for *where, paint in layout.BUSES]
    trucks = [
        _vehicle(categories.TRUCK, style.TRUCK, Place(*where), paint) for *where, paint in layout.TRUCKS
    ]
    scooters = []
    for *where, paint in layout.SCOOTERS:
        place = Place(*where)
        draw = partial(person.draw_scooter, place=place, colour=paint)
        scooters.append(Item(categories.MOTORCYCLE, place.z - 0.1, draw, _slender_shadow(place, 0.5)))
    return cars + buses + trucks + scooters


def _vehicle(category: int, kind: style.Style, place: Place, paint: Colour) -> Item:
    """Vehicle whose middle stands at `place`; its shadow leans away from the sun, to the right and ahead."""
    faces = [face.moved(np.array([0, 0, -kind.length / 2])) for face in vehicle.build(kind, paint)]
    corner = np.array([kind.half_width, 0, kind.length / 2])
    foot = place.world(corner * [[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]])
    (left, _, near), (right, _, far) = foot.min(axis=0), foot.max(axis=0)
    lean = 0.4 * kind.height
    ahead = [[right + lean, near + lean], [right + lean, far + lean]]
    shadow = np.array([[left, near], [right, near], *ahead, [left, far]])
    return Item(category, float(near), partial(draw_solid, faces=faces, place=place), shadow)


def _cyclists() -> list[Item]:
    """Bicycles with and without a rider, and the rider of a scooter."""
    rng = np.random.default_rng(31)
    items = [_rider(rng, Place(*layout.SCOOTER_RIDER))]
    for where in layout.CYCLISTS:
        items += [_bicycle(rng, Place(*where)), _rider(rng, Place(*where))]
    return items + [_bicycle(rng, Place(*where)) for where in layout.PARKED_BICYCLES]


def _bicycle(rng: Random, place: Place) -> Item:
    draw = partial(person.draw_bicycle, place=place, colour=_choice(rng, layout.FRAMES))
    return Item(categories.BICYCLE, place.z, draw, _slender_shadow(place, 0.6))


def _rider(rng: Random, place: Place) -> Item:
    look = _look(rng, helmet=True)
    # A little nearer than what they ride, so that they are drawn after it.
    return Item(categories.RIDER, place.z - 0.2, partial(person.draw_rider, place=place, look=look))


def _walkers() -> list[Item]:
    rng = np.random.default_rng(24)
    items = []
    for *where, height in layout.WALKERS:
        place, look = Place(*where), _look(rng, height)
        draw = partial(person.draw_walker, place=place, look=look)
        items.append(Item(categories.PERSON, place.z, draw, _slender_shadow(place, 0.55)))
    return items


def _slender_shadow(place: Place, radius: float) -> np.ndarray:
    """Shadow of something slender, drawn out away from the sun."""
    turn = np.arange(16) * np.pi / 8
    along = radius * np.cos(turn)
    across = 0.4 * radius + 0.5 * along + 0.5 * radius * np.sin(turn)
    return np.stack([place.x + 0.5 * radius + along, place.z + across], axis=1)


def _look(rng: Random, height: float = 1.75, helmet: bool = False) -> person.Look:
    skin, hair, top, trousers = (
        _choice(rng, colours) for colours in (layout.SKINS, layout.HAIRS, layout.TOPS, layout.TROUSERS)
    )
    step = float(rng.choice([-1.0, -0.6, 0.7, 1.0]))
    return person.Look(skin, _choice(rng, layout.FRAMES) if helmet else hair, top, trousers, height, step)


def _choice(rng: Random, options: Sequence[Option]) -> Option:
    """One of the options; numpy's own choice would turn a table of colours into an array."""
    return options[rng.integers(len(options))]
