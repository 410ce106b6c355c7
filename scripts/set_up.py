"""Bring what this machine lacks: first the system's libraries and programs, then virtual environments.

Runs on a bare Python, before anything is installed. What is there is asked of the loader and of the search
path, never of a package manager, so the answer is true on every Linux. apt is called only when something is
missing and no password is needed. Exit code 2: somebody else has to act first; nothing was downloaded.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)

# What the loader, the search path and Python are asked for -> the Debian package that brings it.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
PROGRAMS = {"xvfb-run": "xvfb", "xauth": "xauth", "xdotool": "xdotool"}
MODULES = {"ensurepip": "python3-venv"}

# One installation each: what pip is asked for.
RUN = ("--editable", ".[all]")
CHECK = ("--group", "dev")
RUN_QT6 = ("--editable", ".[gui,pyqt6]")
TEST_QT6 = ("--group", "test")


@dataclass(frozen=True)
class Plan:
    """What one kind of work needs: names from the tables above, and folders with their installations."""

    system: dict[str, str]
    environments: dict[str, tuple[tuple[str, ...], ...]]


SCREEN = {**LIBRARIES, **PROGRAMS}
PLANS = {
    "package": Plan({}, {".venv": (RUN,)}),
    "window": Plan(LIBRARIES, {".venv": (RUN,)}),
    "virtual": Plan(SCREEN, {".venv": (RUN,)}),
    "lint": Plan({}, {".venv": (RUN, CHECK)}),
    "test": Plan(SCREEN, {".venv": (RUN, CHECK), ".venv-pyqt6": (RUN_QT6, TEST_QT6)}),
}


def main() -> None:
    """Carry out the plan named on the command line."""
    plan = PLANS[sys.argv[1]]
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        stop(
            f"Python {wanted} or newer is needed; {sys.executable} is {sys.version.split()[0]}.",
            "make PYTHON=python3.12 ...",
        )
    if sys.platform == "linux":
        bring_system({**MODULES, **plan.system})
    for folder, installations in plan.environments.items():
        bring_environment(ROOT / folder, installations)


# ------------------------------------------------------------------------------------- the system


def bring_system(wanted: dict[str, str]) -> None:
    """Install the packages behind the names that are missing, or say which they are and stop."""
    absent = missing(wanted)
    if not absent:
        return
    if not shutil.which("apt-get"):
        say("this system lacks " + ", ".join(absent))
        if absent.keys() <= LIBRARIES.keys():
            say("going on without; the window may not open")
            return
        stop("Install them with the system's package manager, then try again.")
    packages = [package for name, package in wanted.items() if name in absent]
    line = "apt-get install --yes --no-install-recommends " + " ".join(packages)
    become_root = way_to_root()
    if become_root is None:
        stop(
            "Missing on this system: " + ", ".join(absent),
            "Ask an administrator to run:",
            f"  apt-get update && {line}",
        )
    say("installing " + " ".join(packages))
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*apt, "apt-get", "update"], capture_output=True, check=False)
    installed = subprocess.run([*apt, *line.split()], capture_output=True, text=True, check=False)
    if absent := missing(wanted):
        stop(installed.stderr, "Still missing: " + ", ".join(absent), "after:", f"  {line}")


def missing(wanted: dict[str, str]) -> dict[str, str]:
    """Return the part of `wanted` that neither the loader, nor the search path, nor Python can find."""
    importlib.invalidate_caches()
    return {name: package for name, package in wanted.items() if not found(name)}


def found(name: str) -> bool:
    """Ask the one who would have to find it."""
    if name in MODULES:
        return importlib.util.find_spec(name) is not None
    if name in PROGRAMS:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def way_to_root() -> list[str] | None:
    """Return the words to put before a command that needs root; None when a password would be asked."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and works("sudo", "-n", "true") else None


# ------------------------------------------------------------------------------------- environments


def bring_environment(folder: Path, installations: tuple[tuple[str, ...], ...]) -> None:
    """Carry out the installations that the folder's stamp does not list as finished.

    An environment that was broken off half-way, moved, or made by another Python is made anew. pip undoes
    what fails, so a failure keeps the environment; the stamp is void only while pip runs.
    """
    stamp = folder / "set-up.txt"
    origin = f"{folder} Python {sys.version_info.major}.{sys.version_info.minor}"
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    done = [line for line in finished(folder, stamp, origin) if line == origin or line.endswith(project)]
    if not done:
        say(f"making {folder.name}")
        venv.create(folder, clear=True, with_pip=True)
        done = [origin]
    for words in installations:
        entry = f"{' '.join(words)} {project}"
        if entry in done:
            continue
        say(f"installing {words[-1]} into {folder.name}")
        stamp.write_text("unfinished\n", encoding="utf-8")
        succeeded = pip_install(folder, "pip>=25.1") and pip_install(folder, *words)  # 25.1 knows --group
        done += [entry] * succeeded
        stamp.write_text("\n".join(done) + "\n", encoding="utf-8")
        if not succeeded:
            sys.exit(1)


def finished(folder: Path, stamp: Path, origin: str) -> list[str]:
    """Return the lines of the stamp, the origin first; nothing when the environment has to be made."""
    if stamp.exists():
        done = stamp.read_text(encoding="utf-8").splitlines()
        return done if done[:1] == [origin] else []
    made_by_hand = python_of(folder).exists() and works(python_of(folder), "-m", "pip", "--version")
    return [origin] if made_by_hand else []


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip_install(folder: Path, *words: str) -> bool:
    """Install; pip says what went wrong, and nothing else."""
    quietly = ("-qq", "--disable-pip-version-check", "--no-input")
    command = [str(python_of(folder)), "-m", "pip", "install", *quietly, *words]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


# ------------------------------------------------------------------------------------- words and commands


def works(*command: str | Path) -> bool:
    """Tell whether a command ends well, without a word."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(f"set up: {text}", flush=True)


def stop(*lines: str) -> NoReturn:
    """Say what somebody has to do, and end with exit code 2."""
    print(*lines, sep="\n", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
