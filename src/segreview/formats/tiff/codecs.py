"""Codecs that store a strip or tile of a TIFF as a picture of its own, without loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segreview.errors import WriteError

if TYPE_CHECKING:
    from tifffile import TiffPage

_LERC_PARAMETERS = 50674


@dataclass(frozen=True)
class WholeImageCodec:
    """Functions between a block of pixels and a picture.

    Parameters
    ----------
    encode
        Without loss, where the codec can.
    decode
        Its inverse.
    name
        How messages call it.
    """

    encode: Callable[[np.ndarray], Any]
    decode: Callable[[bytes], np.ndarray]
    name: str


def whole_image_codec(code: int, page: TiffPage) -> WholeImageCodec | None:
    """Codec of a TIFF compression code; None for codes that pack bytes, and for those that lose pixels."""
    import imagecodecs

    def jpeg2000(block: np.ndarray) -> Any:
        return imagecodecs.jpeg2k_encode(block, level=0, codecformat="j2k", reversible=True)

    def jpegxl(block: np.ndarray) -> Any:
        return imagecodecs.jpegxl_encode(block, lossless=True)

    found = {code: WholeImageCodec(jpeg2000, imagecodecs.jpeg2k_decode, "JPEG 2000") for code in _JPEG2000}
    found |= {code: WholeImageCodec(jpegxl, imagecodecs.jpegxl_decode, "JPEG XL") for code in _JPEGXL}
    found[_PNG] = WholeImageCodec(imagecodecs.png_encode, imagecodecs.png_decode, "PNG")
    parameters = page.tags.get(_LERC_PARAMETERS)
    if parameters is None or parameters.value[1] == 0:  # else LERC is packed once more
        found[_LERC] = WholeImageCodec(imagecodecs.lerc_encode, imagecodecs.lerc_decode, "LERC")
    return found.get(code)


_JPEG2000 = (33003, 33004, 33005, 34712)
_JPEGXL = (50002, 52546)
_PNG, _LERC = 34933, 34887


def encoded(codec: WholeImageCodec, block: np.ndarray, path: Path) -> bytes:
    """Block as a picture that is read back the same.

    Raises
    ------
    WriteError
        When the codec cannot hold the numbers, or would change them.
    """
    block = np.ascontiguousarray(block)
    try:
        data = bytes(codec.encode(block))
        same = np.array_equal(codec.decode(data), block)
    except (RuntimeError, ValueError, TypeError):  # what imagecodecs raises for numbers that do not fit
        same = False
    if not same:
        raise WriteError(
            f"{path} is compressed with {codec.name}, which does not keep {block.dtype} ids as they are.",
            "Save the labels as a new file instead: it will be a deflate TIFF.",
        )
    return data
