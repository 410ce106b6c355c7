"""Guards around reading: what goes wrong outside of us, told with the file and the way out."""

from __future__ import annotations

import hashlib
import lzma
import os
import struct
import tokenize
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeGuard

from segreview.errors import ReadError
from segreview.model.stamp import Stamp

MOST_BYTES = 16 * 2**30
"""Largest array in bytes that is read whole."""

MOST_OF_AVAILABLE = 4
"""How often the available memory an array may fill: swap helps, a header of 100 GB does not."""

_NEVER_ABSURD = 32 * 2**20

_UNTOLD = 2**90
"""Bytes beyond which it does not matter how many: a text of JSON can tell more than a float holds."""

_DAMAGE = (
    # What tifffile, imagecodecs, Pillow and numpy raise on bytes that are cut short or scrambled.
    # The list is long because decoders trust their input; it stands around their calls alone.
    OSError,
    ValueError,
    RuntimeError,
    EOFError,
    LookupError,
    ArithmeticError,
    TypeError,
    AttributeError,
    AssertionError,
    SyntaxError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
)


@contextmanager
def reading(path: Path, what: str = "file") -> Iterator[None]:
    """Context that turns errors of the file system into a `ReadError` in words.

    Parameters
    ----------
    path
        What is read.
    what
        ``"file"`` or ``"folder"``.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise ReadError(f"{path} does not exist.", near_names(path)) from error
    except IsADirectoryError as error:
        raise ReadError(f"{path} is a folder, not a file.", "Name one of the files in it.") from error
    except PermissionError as error:
        if what == "file" and path.is_dir():
            # Windows says "permission denied" when a folder is opened like a file.
            raise ReadError(f"{path} is a folder, not a file.", "Name one of the files in it.") from error
        raise ReadError(
            f"{path} may not be read: permission denied.",
            f"Give yourself permission to read the {what}, or copy it to where you may.",
        ) from error
    except OSError as error:
        raise ReadError(
            f"{path} could not be read: {error.strerror or error}.",
            "Check that the disk or network share is still there.",
        ) from error
    except ValueError as error:
        # Python's own word about a path with a zero in it, which a damaged list of files may hold.
        raise ReadError(f"{str(path)!r} is no path: {error}.", "Look at the file that names it.") from error


@contextmanager
def decoding(path: Path, what: str) -> Iterator[None]:
    """Context that turns what a decoder raises into a `ReadError` that names the file.

    Parameters
    ----------
    path
        File that the bytes came from.
    what
        What the bytes were taken for, for example ``"TIFF"``.
    """
    try:
        yield
    except MemoryError as error:
        raise ReadError(f"{path} does not fit into memory.", "Close other programs or crop it.") from error
    except ImportError as error:
        raise ReadError(
            f"{path} needs a part that is not installed: {error}.", "Reinstall imagecodecs and tifffile."
        ) from error
    except _DAMAGE as error:
        detail = " ".join(str(error).split()) or type(error).__name__
        raise ReadError(
            f"{path} cannot be read as {what}: it is damaged or cut short ({detail[:200]}).",
            "Fetch the file again or restore it from a backup.",
        ) from error


def extra(module: str, group: str, path: Path, package: str = "") -> Any:
    """Module that comes with an extra of ours.

    Parameters
    ----------
    module
        Its name.
    group
        The extra that installs it.
    path
        File that needs it.
    package
        What installs it, where that has another name.

    Raises
    ------
    ReadError
        When it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ReadError(
            f"{path} needs {package or module}, which is not installed.",
            f'Install it: pip install "segreview[{group}]"',
        ) from error


def file_bytes(path: Path) -> bytes:
    """Whole content of a file.

    Raises
    ------
    ReadError
        When it is missing, a folder, forbidden or larger than memory allows.
    """
    with reading(path):
        refuse_absurd(path, path.stat().st_size, "is")
        return path.read_bytes()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; raises what the system raises."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stamp_of(path: Path) -> Stamp | None:
    """Stamp of a file; None when it cannot be looked at.

    The file is opened for it: on a network disk that alone asks for its times anew.
    """
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
    except OSError:
        return None
    return Stamp(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def first_bytes(path: Path, count: int = 4096) -> bytes:
    """First bytes of a file: enough to tell what it is.

    Raises
    ------
    ReadError
        When it is missing, a folder or forbidden.
    """
    with reading(path), path.open("rb") as file:
        return file.read(count)


def refuse_absurd(path: Path, nbytes: int, says: str = "says that it holds") -> None:
    """Refusal of an array that no memory holds, before it is allocated.

    Parameters
    ----------
    path
        File that asks for the memory.
    nbytes
        What its header asks for, in bytes.
    says
        How the message puts it.

    Raises
    ------
    ReadError
        When ``nbytes`` is above `MOST_BYTES` or `MOST_OF_AVAILABLE` times the available memory.
    """
    if nbytes < _NEVER_ABSURD:
        return
    available = available_memory()
    if nbytes > MOST_BYTES or (available and nbytes > MOST_OF_AVAILABLE * available):
        raise ReadError(
            f"{path} {says} {min(nbytes, _UNTOLD) / 2**30:,.1f} GiB: too much to be read whole.",
            "If the file is smaller than that, its header is damaged; else crop it or split it into files.",
        )


def is_size(value: Any) -> TypeGuard[int]:
    """Whether a value is a height or a width: a whole number from 1 on, and not true or false."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def available_memory() -> int:
    """Memory in bytes that can be had without swapping; 0 when the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # not Linux
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0  # Windows


def near_names(path: Path) -> str:
    """Hint for a path that does not exist: files of nearly the same name, or the missing folder."""
    from difflib import get_close_matches

    if path.parts and path.parts[0] in ("http:", "https:", "s3:", "gs:"):
        return "It is an address on the network: copy it to a disk first."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent} either: check the path."
    try:
        names = [other.name for other in path.parent.iterdir()]
    except OSError:
        names = []
    near = get_close_matches(path.name, names, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else "Check the spelling of the path."
