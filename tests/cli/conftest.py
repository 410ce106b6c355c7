"""What the tests of the commands share."""

import logging
from pathlib import Path

import numpy as np
import pytest
import tifffile

from segreview import cli

REFERENCE = np.array([[1, 1, 1, 1, 0, 2, 2, 2]], np.uint16)
PREDICTION = np.array([[5, 5, 5, 0, 0, 0, 0, 0]], np.uint16)


@pytest.fixture(autouse=True)
def _own_log():
    yield
    logger = logging.getLogger("segreview")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


@pytest.fixture
def sides(tmp_path: Path) -> list[str]:
    """Paths of a GT with two objects, and of a prediction that has three quarters of the first."""
    for name, data in (("gt.tif", REFERENCE), ("pred.tif", PREDICTION)):
        tifffile.imwrite(tmp_path / name, data)
    return [str(tmp_path / "gt.tif"), str(tmp_path / "pred.tif")]


@pytest.fixture
def run(capsys):
    """Function that runs a command and returns exit code, standard output and standard error."""

    def call(*arguments):
        code = cli.main([str(one) for one in arguments])
        return code, *capsys.readouterr()

    return call
