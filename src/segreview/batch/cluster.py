"""A Dask cluster, named by the address of its scheduler, that works on many samples at once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from segreview import __version__
from segreview.errors import SegreviewError

PATIENCE = 5.0
"""Seconds within which a cluster has to answer, and to have a worker."""

_AHEAD = 4
"""Samples for each thread of the cluster that are sent ahead of the answer that is waited for."""

_T = TypeVar("_T")
_R = TypeVar("_R")


@contextmanager
def cluster(address: str) -> Iterator[Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]]:
    """Map that computes on a cluster; its answers come in the order of the items.

    Function, items and answers are pickled; the workers need the same version of segreview, and find
    the same files under the same paths.

    Parameters
    ----------
    address
        Of the scheduler, for example ``tcp://10.0.0.1:8786``.

    Raises
    ------
    SegreviewError
        When distributed is not installed, nobody answers, or a worker cannot be used.
    """
    client = _connected(address)
    try:
        _check_workers(client, address)
        yield partial(_each, client, address)
    finally:
        client.close(timeout=PATIENCE)


@contextmanager
def _loss_is_told(address: str) -> Iterator[None]:
    try:
        yield
    except (CancelledError, OSError) as error:
        reason = "its scheduler is gone" if isinstance(error, CancelledError) else error
        raise SegreviewError(
            f"The cluster at {address} was lost: {reason}.",
            "Look at its log; without --scheduler this machine computes.",
        ) from error


def _connected(address: str) -> Any:
    """Client of a cluster."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SegreviewError(
            "Dask's distributed, by which clusters are reached, is not installed.",
            'Run: pip install "segreview[cluster]"',
        ) from error
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # losses are told here, in a line
    try:
        asyncio.run(_reach(address))
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except Exception as error:  # whatever an address leads to
        raise SegreviewError(
            f"There is no Dask scheduler at {address}: {str(error) or 'there is no answer'}.",
            "Give the address that it shows when it starts, for example tcp://10.0.0.1:8786.",
        ) from error


async def _reach(address: str) -> None:
    """Ask who is there; a client that nobody answers, or somebody else, does not give up in time."""
    from distributed import Security, rpc

    security = Security().get_connection_args("client")
    async with rpc(address, timeout=PATIENCE, connection_args=security) as there:
        who = (await asyncio.wait_for(there.identity(), PATIENCE + 1))["type"]
    if who != "Scheduler":
        raise ValueError(f"it is the address of a {who.lower()}")


def _check_workers(client: Any, address: str) -> None:
    """Refuse a cluster without workers, or with a machine whose figures could be others."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise SegreviewError(
            f"The cluster at {address} has no workers.", f"Start some: dask worker {address}"
        ) from error
    with _loss_is_told(address):
        versions = client.run(_version, on_error="return")
        try:
            versions["scheduler"] = client.run_on_scheduler(_version)
        except ImportError as error:
            versions["scheduler"] = error
    for machine, version in versions.items():
        if version != __version__:
            has = f"segreview {version}" if isinstance(version, str) else f"no segreview to use ({version})"
            raise SegreviewError(
                f"{machine} of the cluster at {address} has {has}, and here is {__version__}.",
                "Install the same version on all its machines: other versions may count differently.",
            )


def _version() -> str:
    return __version__


def _each(client: Any, address: str, function: Callable[[_T], _R], items: Sequence[_T]) -> Iterator[_R]:
    """Answers for each item; so many are under way as keep the cluster busy, and no more."""
    waiting: deque[Any] = deque()
    coming = iter(items)
    room = _AHEAD * sum(client.nthreads().values())
    try:
        while True:
            more = islice(coming, room - len(waiting))
            waiting.extend(client.submit(function, item, pure=False) for item in more)
            if not waiting:
                return
            with _loss_is_told(address):
                answer = _answer(client, address, waiting.popleft())
            yield answer
    finally:
        client.cancel(list(waiting))


def _answer(client: Any, address: str, future: Any) -> Any:
    """Answer of a worker, as long as there are workers."""
    from distributed import KilledWorker, wait

    while True:
        try:
            with client.as_current():
                wait([future], timeout=PATIENCE)
            return future.result()
        except TimeoutError:
            if not client.nthreads():
                raise SegreviewError(
                    f"The cluster at {address} has lost its workers.",
                    "Look at their logs: was there enough memory?",
                ) from None
        except KilledWorker as error:
            raise SegreviewError(
                f"Workers of the cluster at {address} died: {error}",
                "Give them more memory, or fewer threads.",
            ) from error
