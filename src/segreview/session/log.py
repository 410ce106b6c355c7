"""The log: what went wrong, in a file of limited size that can be sent with a report."""

from __future__ import annotations

import faulthandler
import logging
import os
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from segreview.session.places import state_folder

_SIZE, _COPIES = 1_000_000, 3


def log_file() -> Path:
    """File that the log is written to."""
    return state_folder() / "log" / "segreview.log"


def crash_file() -> Path:
    """File that tells where the program was when the process crashed."""
    return log_file().with_name("crash.log")


def start_log() -> Callable[[], None]:
    """Write warnings and faults of segreview into the log; return a function that ends this.

    Without a folder for it, or where somebody else has begun, nothing is done.
    """
    logger = logging.getLogger("segreview")
    for handler in logger.handlers[:]:
        if isinstance(handler, RotatingFileHandler):
            if Path(handler.baseFilename) == log_file().absolute():
                return lambda: None
            logger.removeHandler(handler)  # the state folder was moved
            handler.close()
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_file(), maxBytes=_SIZE, backupCount=_COPIES, encoding="utf-8", delay=True
        )
    except OSError:
        return lambda: None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)

    def end() -> None:
        logger.removeHandler(handler)
        handler.close()

    return end


def last_lines(count: int = 50) -> list[str]:
    """Last lines of the log; empty when there is none."""
    try:
        return log_file().read_text("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return []


def watch_crashes() -> Callable[[], None]:
    """Let a crash of the process leave its traces in `crash_file`; return a function that ends this.

    Where somebody else watches already, or the file cannot be written, nothing is done.
    """
    if faulthandler.is_enabled():
        return lambda: None
    try:
        crash_file().parent.mkdir(parents=True, exist_ok=True)
        stream = crash_file().open("a", encoding="utf-8")
    except OSError:
        return lambda: None
    empty = stream.tell()
    stream.write(f"segreview began on {time.strftime('%Y-%m-%d %H:%M:%S')}, process {os.getpid()}\n")
    stream.flush()
    begun = stream.tell()
    faulthandler.enable(stream)

    def end() -> None:
        faulthandler.disable()
        with stream:
            if os.fstat(stream.fileno()).st_size == begun:
                os.ftruncate(stream.fileno(), empty)  # a run that ended well leaves no line

    return end
