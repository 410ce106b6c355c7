"""What the window remembers: kept in a file, and no file can hinder a start."""

import json
from dataclasses import replace

import pytest

from segreview.ui.settings import SCHEMA, Recent, Settings, SettingsFile
from segreview.ui.switches import Coloring, Switches


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "settings.json"


def write(path, **content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": SCHEMA, **content}), "utf-8")


def test_what_was_changed_is_there_at_the_next_start(path):
    changed = Settings(
        reviewer="Ada",
        switches=Switches(filled=True, coloring=Coloring.IOU, advance=False),
        keys={"next_item": ("J", "F8"), "join_objects": ()},
        recent=(Recent("gt", "images", "pred", sample="b"),),
        layout="bGF5b3V0",
        theme="light",
        toured=True,
    )
    file = SettingsFile(path)
    file.change(**{name: getattr(changed, name) for name in Settings.__dataclass_fields__})
    assert SettingsFile(path).now == changed


def test_a_change_is_told_and_written_once(path):
    file, told = SettingsFile(path), []
    file.changed.connect(lambda: told.append(file.now.reviewer))
    assert not path.exists()
    file.change(reviewer="Ada")
    file.change(reviewer="Ada")
    assert told == ["Ada"]
    assert [left.name for left in path.parent.iterdir()] == ["settings.json"]


def test_the_users_folder_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path))
    assert SettingsFile().path == tmp_path / "settings.json"


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"schema": "x"}', '{"schema": 1, "keys": 3}'])
def test_a_file_that_cannot_be_read_is_set_aside(path, content):
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    file = SettingsFile(path)
    assert file.now == Settings()
    assert "could not be read" in file.notice
    assert [left.read_text("utf-8") for left in path.parent.iterdir()] == [content]
    file.change(reviewer="Ada")
    assert SettingsFile(path).now.reviewer == "Ada"


def test_a_file_of_a_newer_program_is_left_alone(path):
    write(path, schema=SCHEMA + 1, reviewer="Ada")
    before = path.read_bytes()
    file = SettingsFile(path)
    assert file.now == Settings()
    assert "newer" in file.notice
    file.change(reviewer="Bo")
    assert file.now.reviewer == "Bo"
    assert path.read_bytes() == before


def test_values_of_another_type_and_unknown_names_are_left_out(path):
    write(
        path,
        reviewer=7,
        theme="puce",
        toured="yes",
        colour="red",
        switches={"filled": "yes", "heat": True, "old": 1},
        recent=[{"gt": 3}, {"gt": "a", "image": None, "sample": "b"}],
    )
    wanted = replace(Settings(), switches=Switches(heat=True), recent=(Recent("a", sample="b"),))
    assert SettingsFile(path).now == wanted


def test_a_folder_that_cannot_be_written_hinders_nothing(path):
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.write_text("a file where the folder should be")
    file = SettingsFile(path)
    file.change(reviewer="Ada")
    assert file.now.reviewer == "Ada"
