"""The log: what went wrong, in a file of limited size that can be sent with a report."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from segreview.session.places import state_folder

_SIZE, _COPIES = 1_000_000, 3


def log_file() -> Path:
    """File that the log is written to."""
    return state_folder() / "log" / "segreview.log"


def start_log() -> None:
    """Write warnings and faults of segreview into the log; without a folder for it, do without."""
    logger = logging.getLogger("segreview")
    if any(isinstance(handler, RotatingFileHandler) for handler in logger.handlers):
        return
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_file(), maxBytes=_SIZE, backupCount=_COPIES, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
