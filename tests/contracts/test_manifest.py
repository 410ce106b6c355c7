"""The manifest: valid, true to the tables that it is made from, and all that it names is there."""

import ast
import runpy
import subprocess
import sys
from pathlib import Path

import npe2
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "src" / "segreview" / "napari.yaml"

CONTRIBUTABLE = {
    "file": {"io_utilities", "acquire", "new_layer"},
    "layers": {
        "visualize", "annotate", "data", "metadata", "layer_type", "filter", "transform", "measure",
        "register", "project", "segment", "track", "classify",
    },
}  # fmt: skip
"""Menus whose contributions napari shows; it drops those to any other without a word."""


@pytest.fixture(scope="module")
def manifest():
    return npe2.PluginManifest.from_file(FILE)


def test_manifest_is_fresh():
    made = runpy.run_path(str(ROOT / "scripts" / "make_manifest.py"))
    assert FILE.read_text(encoding="utf-8") == made["text"](), "run scripts/make_manifest.py"


@pytest.mark.parametrize("what", ["segreview", str(FILE)])
def test_npe2_finds_the_manifest_valid(what):
    done = subprocess.run(
        [sys.executable, "-m", "npe2", "validate", what],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_have_one_id_and_one_title_each(manifest):
    commands = manifest.contributions.commands
    assert len({command.id for command in commands}) == len(commands)
    assert len({command.title for command in commands}) == len(commands)
    assert all(command.title[0].isupper() for command in commands)


def test_every_contribution_has_its_command(manifest):
    offered = manifest.contributions
    parts = (offered.widgets, offered.readers, offered.writers, offered.sample_data, *offered.menus.values())
    known = {command.id for command in offered.commands}
    assert all(parts)
    assert {found.command for part in parts for found in part} <= known


def test_functions_can_be_imported_without_qt(manifest):
    """All but the widget itself; its module is only parsed here, and imported by the window tests."""
    names = [command.python_name for command in manifest.contributions.commands]
    widget = "segreview.ui.guest.widget:ReviewWidget"
    names.remove(widget)
    code = (
        "import sys\nfrom npe2.manifest.utils import import_python_name\n"
        f"assert all(callable(import_python_name(name)) for name in {names})\n"
        "assert not {'napari', 'qtpy', 'PyQt5', 'PyQt6', 'skimage', 'tifffile'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
    tree = ast.parse((FILE.parent / "ui" / "guest" / "widget.py").read_text(encoding="utf-8"))
    assert widget.partition(":")[2] in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_what_is_no_command_is_told():
    from segreview.ui.guest import plugin

    with pytest.raises(AttributeError, match="no attribute 'close_window'"):
        plugin.close_window()


def test_only_menus_that_napari_shows(manifest):
    for menu in manifest.contributions.menus:
        program, bar, part = menu.split("/")
        assert program == "napari"
        assert part in CONTRIBUTABLE[bar]
