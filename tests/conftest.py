"""What all tests share: a state folder of their own, and the same random examples every time."""

import itertools

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


_NUMBERS = itertools.count()  # `mktemp` would look through all folders there are, for each test


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory, monkeypatch):
    """Journals and backups never reach the user's own state directory; the program makes the folder."""
    folder = tmp_path_factory.getbasetemp() / f"state-{next(_NUMBERS)}"
    monkeypatch.setenv("SEGREVIEW_STATE", str(folder))
    return folder
