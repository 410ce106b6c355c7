"""What all tests share: a state folder of their own, and the same random examples every time."""

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory, monkeypatch):
    """Journals and backups never reach the user's own state directory."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("SEGREVIEW_STATE", str(folder))
    return folder
