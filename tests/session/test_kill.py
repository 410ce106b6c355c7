"""A process that is killed loses nothing but the stroke in progress, and leaves whole files."""

import hashlib
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import tifffile
from session_cases import cell_files, sample_of

from segreview.formats.replacing import TEMP_SUFFIX
from segreview.session.opening import Opening
from segreview.session.review import Review

CHILD = Path(__file__).parent / "kill_child.py"
KILLS = 20
AT_A_TIME = 2


def sha256(data: np.ndarray) -> str:
    return hashlib.sha256(data.tobytes()).hexdigest()


def digest(review: Review) -> str:
    return sha256(review.reference.data)


def one_step_away(review: Review) -> list[str]:
    """Where the labels were if the last step was written into the journal but not told of any more."""
    seen = []
    for step in (review.undo, review.redo, review.redo):
        step()
        seen.append(digest(review))
    return seen


def killed(what: str, files: tuple[Path, Path], seed: int) -> list[str]:
    """Digests that a child told of before it was killed, at a moment that the seed chooses."""
    child = subprocess.Popen(
        [sys.executable, str(CHILD), what, *map(str, files), str(seed)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    moment = random.Random(seed)
    lines = [child.stdout.readline() for _ in range(moment.randint(1, 30))]  # however slow the machine is
    reader = threading.Thread(target=lambda: lines.extend(child.stdout))
    reader.start()
    time.sleep(moment.uniform(0.0, 0.05))
    child.kill()  # SIGKILL; TerminateProcess on Windows
    child.wait()
    reader.join()
    child.stdout.close()
    return [line.split()[1] for line in lines if line.endswith("\n")]


def in_parallel(check, folders: list[Path]) -> None:
    """A check in several folders, a few at a time: a child takes most of its time to start."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(check, folders, range(len(folders))))


def test_after_a_kill_the_work_is_restored_up_to_the_stroke_in_progress(tmp_path):
    told_of = []

    def check(folder: Path, seed: int) -> None:
        files = cell_files(folder)
        before = [path.read_bytes() for path in files]
        told = killed("strokes", files, seed)
        told_of.append(len(told))
        assert [path.read_bytes() for path in files] == before
        opening = Opening(sample_of(*files))
        assert opening.notice == ""
        review = opening.begin()
        assert told[-1] in (digest(review), *one_step_away(review))
        review.close()

    in_parallel(check, [tmp_path / str(n) for n in range(KILLS // 2)])
    assert max(told_of) > 10


def test_a_kill_during_a_save_leaves_a_whole_file(tmp_path):
    def check(folder: Path, seed: int) -> None:
        files = cell_files(folder)
        told = killed("saves", files, 100 + seed)
        strays = [path for path in files[0].parent.iterdir() if path != files[0]]
        assert all(path.name.endswith(TEMP_SUFFIX) for path in strays)
        opening = Opening(sample_of(*files))
        assert opening.notice == ""
        review = opening.begin()
        assert sha256(tifffile.imread(files[0])) in (told[-1], digest(review))
        review.close()

    in_parallel(check, [tmp_path / str(n) for n in range(KILLS // 2)])
