"""Zarr stores as bytes by key: their arrays decoded, and of changed numbers the chunks that hold them.

The library never sees the folder. It works on a copy of the files in memory, so that what it would write
is known before a byte of the disk is touched, and a file that it does not write stays what it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segreview.errors import WriteError
from segreview.formats.guard import decoding, extra
from segreview.formats.zarr.check import METADATA, refuse_damaged, refuse_oversized, refuse_strange


@dataclass(frozen=True)
class Store:
    """Files of a store.

    Parameters
    ----------
    path
        The folder, for messages.
    contents
        Bytes of each file by its key, the path in the folder.
    """

    path: Path
    contents: Mapping[str, bytes]

    def numbers(self, name: str) -> np.ndarray:
        """All numbers of an array, in native byte order.

        Raises
        ------
        ReadError
            When it is missing, damaged, too large, or packed as we do not know; without zarr.
        """
        array = self.array(name)
        with decoding(self.path / name, "Zarr"):
            numbers = np.asarray(array[...])
            return numbers.astype(numbers.dtype.newbyteorder("="), copy=False)

    def array(self, name: str) -> Any:
        """Array of zarr on a copy of the files in memory; raises what `numbers` does."""
        return self._memory(name)[0]

    def revised(self, name: str, before: np.ndarray, after: np.ndarray) -> Store:
        """Same store with other numbers in an array; of its chunks those that differ are packed anew.

        A chunk that holds the fill value alone is not stored, as zarr has it. A change of type packs all.

        Parameters
        ----------
        name
            The array.
        before, after
            Its numbers as they are stored, and as they are going to be.

        Raises
        ------
        WriteError
            When the numbers could not be packed so that they are read again.
        """
        array, memory = self._memory(name)
        with decoding(self.path / name, "Zarr"):
            anew = before.dtype != after.dtype
            if anew:
                array, memory = _of_type(array, after.dtype)
            for place in _grid(array):
                if anew or not np.array_equal(before[place], after[place]):
                    array[place] = after[place]
        return self._with(name, {key: value.to_bytes() for key, value in memory.items()}, after)

    def added(self, name: str, numbers: np.ndarray, chunk: int) -> Store:
        """Same store with one more array, Zarr format 2 and Zstandard, in planes of square chunks."""
        import zarr

        memory: dict[str, Any] = {}
        array = zarr.create_array(
            zarr.storage.MemoryStore(memory),
            shape=numbers.shape,
            dtype=numbers.dtype.str,  # NumPy may have several types of one name, of which zarr knows one
            chunks=(*(1,) * (numbers.ndim - 2), *(min(chunk, n) for n in numbers.shape[-2:])),
            fill_value=0,
            zarr_format=2,
            chunk_key_encoding={"name": "v2", "separator": "/"},
        )
        array[...] = numbers
        return self._with(name, {key: value.to_bytes() for key, value in memory.items()}, numbers)

    def _with(self, name: str, own: Mapping[str, bytes], numbers: np.ndarray) -> Store:
        """Same store with other files of an array, which must hold these numbers."""
        others = {key: value for key, value in self.contents.items() if not key.startswith(f"{name}/")}
        store = Store(self.path, others | {f"{name}/{key}": value for key, value in own.items()})
        back = store.numbers(name)
        if back.dtype != numbers.dtype or not np.array_equal(back, numbers):
            raise WriteError(
                f"{self.path / name} was not written: it would not give back the pixels that were meant.",
                "The store is as it was. Save in another format, and report this.",
            )
        return store

    def _memory(self, name: str) -> tuple[Any, dict[str, Any]]:
        """Array of zarr on a copy of its files in memory, and that."""
        extra("zarr", "zarr", self.path)
        from zarr.buffer.cpu import Buffer

        start, path = f"{name}/", self.path / name
        own = {key.removeprefix(start): self.contents[key] for key in self.contents if key.startswith(start)}
        refuse_strange(own, path)
        memory = {key: Buffer.from_bytes(value) for key, value in own.items()}
        array = _opened(memory, path)
        refuse_oversized(array, path)
        refuse_damaged(own, array, path)
        return array, memory


def _opened(memory: dict[str, Any], path: Path) -> Any:
    """Array of a store in memory, which zarr writes to."""
    import zarr

    with decoding(path, "Zarr"):
        store = zarr.storage.MemoryStore(memory)
        return zarr.open_array(store, mode="r+", zarr_format=3 if METADATA[0] in memory else 2)


def _of_type(array: Any, dtype: np.dtype[Any]) -> tuple[Any, dict[str, Any]]:
    """Empty array like another one but for its type, and its files."""
    import zarr

    memory: dict[str, Any] = {}
    told = array.metadata
    options: dict[str, Any] = {"order": array.order, "filters": array.filters or None}
    keys: Any = {"name": "v2", "separator": told.dimension_separator} if told.zarr_format == 2 else None
    if told.zarr_format == 3:
        options, keys = {"dimension_names": told.dimension_names}, told.chunk_key_encoding
    return zarr.create_array(
        zarr.storage.MemoryStore(memory),
        shape=array.shape,
        dtype=dtype,
        chunks=array.chunks,
        shards=array.shards,
        compressors=array.compressors or None,
        fill_value=array.fill_value,
        zarr_format=told.zarr_format,
        attributes=array.attrs.asdict(),
        chunk_key_encoding=keys,
        **options,
    ), memory


def _grid(array: Any) -> Iterator[tuple[slice, ...]]:
    """Place in an array of each chunk that is a file of its own."""
    sizes = array.shards or array.chunks
    starts = (range(0, n, size) for n, size in zip(array.shape, sizes, strict=True))
    for at in itertools.product(*starts):
        ends = zip(at, sizes, array.shape, strict=True)
        yield tuple(slice(start, min(n, start + size)) for start, size, n in ends)
