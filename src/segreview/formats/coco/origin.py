"""What labels of COCO's files came from and go to: asked alike for objects and for panoptic segments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from segreview.errors import ReadError, WriteError
from segreview.formats.address import file_of
from segreview.formats.coco.file import is_json
from segreview.model.labels import Kind, LabelImage


class _Image(Protocol):
    """An image of a file."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that is said of it."""


T = TypeVar("T", bound=_Image)


def json_of(path: Path) -> Path:
    """JSON file of an address, also of one that is not there yet."""
    file = file_of(path)
    return file if file.is_file() or is_json(file) else file.parent


def refuse_kind(path: Path, asked: Kind | None, held: Kind, what: str) -> None:
    """Refusal to read what a file holds as labels of another kind.

    Raises
    ------
    ReadError
        When another kind than the one that it holds is asked for.
    """
    if asked not in (None, held):
        raise ReadError(f"{path} holds {what}, not {asked} labels.", f"Leave out --kind, or say {held}.")


def unchanged(labels: LabelImage, format_: str, look: Callable[[Path], T]) -> T | None:
    """Image that labels came from; None for those of another format.

    Parameters
    ----------
    labels, format_
        The labels, and the name of the format.
    look
        Image of an address as the file has it now.

    Raises
    ------
    WriteError
        When a file is gone, or what it says of the image was changed by another program.
    """
    origin = labels.origin
    if origin is None or origin.format != format_:
        return None
    try:
        image = look(origin.path)
        same = image.digest == origin.digests[0]
    except ReadError as error:
        raise WriteError(
            f"Saving exchanges what changed, but {error.message}",
            "Put the file back, or save the labels as a new file.",
        ) from error
    if not same:
        raise WriteError(
            f"{origin.files[0]}: the image {image.id} was changed by another program since it was opened.",
            "Nothing was written. Save into another folder, or open it again to see what changed.",
        )
    return image
