"""Two channels: red is the class of a segment, green its number among those of the class, blue nothing.

Panoptic labels are kept so in the paper of Kirillov et al. (arXiv:1801.00868) and by panopticapi, in whose
samples the number 255 of a class of things is a crowd.
"""

from __future__ import annotations

import numpy as np

from segreview.model.labels import Segment
from segreview.model.ontology import Category, Ontology

_FACTOR = 256
"""An object's id is its class times this plus its number; stuff and crowds have that of their class."""

_CROWD = 255
_BLUE = 65536
_VOID = Category(0, "void", ignore=True)


def paired(ontology: Ontology) -> Ontology:
    """Class table of ids of pairs; the class 0 is void where the table has no other."""
    void = () if ontology.get(_VOID.id) is not None else (_VOID,)
    return Ontology(ontology.name, (*void, *ontology), _FACTOR)


def are_pairs(colors: np.ndarray, ontology: Ontology) -> bool:
    """Whether every colour, counted as R + 256 G + 65536 B, is a class of a table and a number.

    Without any number the colours may as well be plain ids; things of class 0 have no ids of their own.
    """
    if (colors >= _BLUE).any() or not (colors >= _FACTOR).any() or _are_things(np.zeros(1, int), ontology)[0]:
        return False
    return {int(red) for red in colors & 255} <= {category.id for category in ontology}


def ids_of(colors: np.ndarray, ontology: Ontology) -> np.ndarray:
    """Ids of pairs, uint32."""
    red, green = colors & 255, colors >> 8
    plain = green == np.where(_are_things(red, ontology), _CROWD, 0)
    found: np.ndarray = np.where(plain, red, _FACTOR * red + green).astype(np.uint32)
    return found


def colors_of(ids: np.ndarray, ontology: Ontology) -> np.ndarray:
    """Colours of ids, the inverse of `ids_of` where an id has a place."""
    wide = ids.astype(np.int64)
    plain = wide + 256 * np.where(_are_things(wide, ontology), _CROWD, 0)
    pairs = wide // _FACTOR + 256 * (wide % _FACTOR)
    found: np.ndarray = np.where(wide < _FACTOR, plain, pairs).astype(np.int32)
    return found


def has_place(one: int, ontology: Ontology) -> bool:
    """Whether an id comes back from its colour."""
    if not 0 <= one < 256 * _FACTOR or ontology.get(one if one < _FACTOR else one // _FACTOR) is None:
        return False
    return int(ids_of(colors_of(np.array([one]), ontology), ontology)[0]) == one


def crowds_of(ids: np.ndarray, ontology: Ontology) -> dict[int, Segment]:
    """What is known of crowds: things whose id is that of their class."""
    crowds = ids[(ids < _FACTOR) & _are_things(ids, ontology)]
    return {one: Segment(one, iscrowd=True) for one in crowds.tolist()}


def _are_things(ids: np.ndarray, ontology: Ontology) -> np.ndarray:
    return np.isin(ids, [category.id for category in ontology if category.isthing])
