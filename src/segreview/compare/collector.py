"""Building hundreds of thousands of records without the garbage collector looking at them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cyclic garbage is looked for meanwhile.

    Records that are made in large numbers and kept would be visited again and again, which takes
    as long as making them; none of them are cycles.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
