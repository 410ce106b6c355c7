"""What the colours of a picture stand for: classes of a table, ids in three bytes, pairs, or grey values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from segreview.errors import LossError, ReadError
from segreview.formats.kind import distinct
from segreview.formats.png.pairs import are_pairs, colors_of, has_place, ids_of
from segreview.formats.raster import Raster
from segreview.model.ontology import Ontology

_WEIGHTS = np.array([1, 256, 65536], np.int32)

_GREY = int(_WEIGHTS.sum())
"""Number of the darkest grey; those of the others are its multiples."""

_NO_ID = np.iinfo(np.int32).min


class Rule(StrEnum):
    """How colours become ids, in words."""

    CLASSES = "colours are classes"
    NUMBERS = "colours are ids, R + 256 G + 65536 B"
    PAIRS = "red is the class, green the number of the object"
    GREYS = "colours are grey, and their value the id"


@dataclass(frozen=True)
class Coding:
    """Rule by which colours become ids, and ids colours.

    A colour is counted as a number, R + 256 G + 65536 B, int32.

    Parameters
    ----------
    rule
        The rule.
    ontology
        Class table whose colours or ids are taken; None for other rules. Of classes that share a colour
        the first one has it.
    note
        What is to be said of the rule where nothing but the pixels speaks for it.
    """

    rule: Rule
    ontology: Ontology | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"{self.rule}{self.note}"

    @property
    def _id_of_color(self) -> dict[int, int]:
        """Id of each colour of the table."""
        rows = reversed(self.ontology.categories) if self.ontology is not None else ()
        return {int(np.dot(row.color, _WEIGHTS)): row.id for row in rows}

    def knows(self, colors: np.ndarray) -> bool:
        """Whether every colour, counted as a number, has an id."""
        if self.rule is Rule.CLASSES:
            return set(colors.tolist()) <= set(self._id_of_color)
        if self.rule is Rule.PAIRS:
            return self.ontology is not None and are_pairs(colors, self.ontology)
        return self.rule is Rule.NUMBERS or not (colors % _GREY).any()

    def raster(self, colors: np.ndarray, path: Path) -> Raster:
        """Ids of colours, counted as numbers.

        Raises
        ------
        ReadError
            When a colour is that of no class; it is named with its pixel.
        """
        if self.rule is Rule.NUMBERS:
            return Raster(colors.astype(np.uint32), "YX", facts={"coding": self}, largest=2**24 - 1)
        if self.rule is Rule.GREYS:
            return Raster((colors // _GREY).astype(np.uint8), "YX", facts={"coding": self})
        if self.rule is Rule.PAIRS and self.ontology is not None:
            return Raster(ids_of(colors, self.ontology), "YX", facts={"coding": self})
        table = self._id_of_color
        ids = np.full(int(colors.max(initial=0)) + 1, _NO_ID, np.int32)
        ids[[color for color in table if color < ids.size]] = [
            id_ for color, id_ in table.items() if color < ids.size
        ]
        numbers = ids[colors]
        self._refuse_unknown(colors, numbers == _NO_ID, path)
        low, high = min(table.values()), max(table.values())
        dtype = np.min_scalar_type(high) if low >= 0 else np.dtype(np.int32)
        return Raster(numbers.astype(dtype), "YX", facts={"coding": self}, largest=high)

    def _refuse_unknown(self, colors: np.ndarray, unknown: np.ndarray, path: Path) -> None:
        """Refusal of pixels whose colour is that of no class."""
        if not unknown.any() or self.ontology is None:
            return
        row, column = map(int, np.unravel_index(int(unknown.argmax()), unknown.shape))
        color = tuple(int(v) for v in rgb(colors[row, column]))
        more = distinct(colors[unknown]).size - 1
        raise ReadError(
            f"{path} has the colour {color} at pixel {(row, column)}, which is no class of "
            f"{self.ontology.name}{f', and {more} others' if more else ''}.",
            "Add the colour to the class table. Colours between two classes come from resizing or JPEG: "
            "fetch the original. If colours stand for ids, say --kind instance, or name COCO's JSON file.",
        )

    def colors(self, numbers: np.ndarray, path: Path) -> np.ndarray:
        """Colours of ids, counted as numbers; the inverse of `raster`.

        Raises
        ------
        LossError
            When an id has no colour, or one that stands for another id.
        """
        ids = distinct(numbers)
        table = {id_: color for color, id_ in self._id_of_color.items()}
        for id_ in map(int, ids):
            self._refuse(id_, table, path)
        if self.rule is Rule.GREYS:
            return numbers.astype(np.int32) * _GREY
        if self.rule is Rule.NUMBERS:
            return numbers.astype(np.int32)
        if self.rule is Rule.PAIRS and self.ontology is not None:
            return colors_of(numbers, self.ontology)
        found: np.ndarray = np.array([table[int(id_)] for id_ in ids], np.int32)[
            np.searchsorted(ids, numbers)
        ]
        return found

    def _refuse(self, id_: int, table: dict[int, int], path: Path) -> None:
        """Refusal of an id that no colour stands for."""
        if self.rule is Rule.PAIRS and self.ontology is not None:
            if not has_place(id_, self.ontology):
                raise LossError(
                    f"{path}: {self.rule}: id {id_} does not fit.",
                    "It holds classes, and objects as 256 times their class plus a number below 255.",
                )
        elif self.rule is not Rule.CLASSES:
            most = 2**24 - 1 if self.rule is Rule.NUMBERS else 255
            if not 0 <= id_ <= most:
                raise LossError(
                    f"{path}: {self.rule}: id {id_} does not fit.", "Save as TIFF, which holds any id."
                )
        elif id_ not in table and self.ontology is not None:
            twin = self.ontology.get(id_)
            why = "no colour" if twin is None else f"the colour {twin.color}, which stands for another class"
            raise LossError(
                f"{path}: class {id_} has {why} in {self.ontology.name}: it does not fit.",
                "Give it a colour of its own in the class table, or save in another format.",
            )


def numbered(samples: np.ndarray) -> np.ndarray:
    """Colours counted as numbers, of samples ``(Y, X, 1 to 4)``, uint8: grey or colours, alpha behind."""
    if samples.shape[-1] <= 2:
        return samples[..., 0].astype(np.int32) * _GREY
    numbers: np.ndarray = samples[..., :3].astype(np.int32) @ _WEIGHTS
    return numbers


def rgb(colors: np.ndarray) -> np.ndarray:
    """Red, green and blue of colours counted as numbers, as a last axis, uint8."""
    return np.stack([colors & 255, colors >> 8 & 255, colors >> 16], axis=-1).astype(np.uint8)
