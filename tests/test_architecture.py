"""The house as it was planned: its floors, its doors, the size of its files, the cost of entering."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "segreview"
FILES = sorted(SOURCE.rglob("*.py"))
WINDOW = ("napari", "qtpy", "PyQt5", "PyQt6", "superqt", "magicgui", "vispy")
HEAVY = (*WINDOW, "pandas", "matplotlib", "skimage", "scipy")
GUI = re.compile(rf"^\s*(?:import|from) ({'|'.join(WINDOW)})\b", re.MULTILINE)
MOST_LINES = 400


def run(code: str) -> str:
    """Standard output of a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_rooms_import_only_rooms_below_them():
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_a_file_is_no_longer_than_can_be_read_in_one_sitting():
    lines = {str(file.relative_to(SOURCE)): len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_only_the_window_knows_the_libraries_of_the_window():
    found = {str(file.relative_to(SOURCE)) for file in FILES if GUI.search(file.read_text("utf-8"))}
    assert {name for name in found if not name.startswith("ui")} == set()


def test_importing_the_package_loads_no_heavy_library():
    loaded = run("import sys, segreview; print(*{name.split('.')[0] for name in sys.modules})").split()
    assert sorted(set(loaded) & set(HEAVY)) == []


def test_the_rooms_of_the_session_load_no_library_of_the_window():
    code = "import sys, segreview.session.saving, segreview.session.opening; print(*sys.modules)"
    loaded = {name.split(".")[0] for name in run(code).split()}
    assert sorted(loaded & {*WINDOW, "pandas", "matplotlib"}) == []


def test_importing_the_package_costs_less_than_three_times_numpy():
    """Least of several runs each, in processes of their own, the two in turn."""
    timed = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    costs: dict[str, list[float]] = {"numpy": [], "segreview": []}
    for _ in range(5):
        for name, seconds in costs.items():
            seconds.append(float(run(timed.format(name))))
    assert min(costs["segreview"]) < 3 * min(costs["numpy"])


def test_public_names_are_loaded_when_they_are_first_used():
    code = "import segreview; print(*(getattr(segreview, name) is not None for name in segreview.__all__))"
    assert set(run(code).split()) == {"True"}
    assert run("import segreview; print(hasattr(segreview, 'nonsense'))") == "False"
