"""The log: it follows the state folder, its end can be read, and crashes leave traces beside it."""

import logging
import subprocess
import sys

import pytest

from segreview.session.log import crash_file, last_lines, log_file, start_log, watch_crashes


@pytest.fixture(autouse=True)
def _no_log():
    yield
    logger = logging.getLogger("segreview")
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()


def test_the_end_of_the_log_is_what_was_logged_last():
    assert last_lines() == []
    end = start_log()
    start_log()()  # once is enough, and who began ends it
    for n in range(60):
        logging.getLogger("segreview.test").warning("line %d", n)
    assert [line.split()[-1] for line in last_lines(50)] == [str(n) for n in range(10, 60)]
    end()
    logging.getLogger("segreview.test").warning("after the end")
    assert last_lines()[-1].endswith("59")


def test_the_log_follows_the_state_folder(tmp_path, monkeypatch):
    start_log()
    before = log_file()
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "elsewhere"))
    start_log()
    logging.getLogger("segreview").warning("here")
    assert not before.exists()
    assert "here" in last_lines()[-1]


def test_without_a_folder_there_is_no_log(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SEGREVIEW_STATE", str(tmp_path / "file"))
    start_log()
    logging.getLogger("segreview").warning("nowhere")
    assert last_lines() == []
    watch_crashes()()


CRASH = """
import os, signal, sys
from segreview.session.log import watch_crashes
end = watch_crashes()
if sys.argv[1] == "well":
    end()
else:
    os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_a_crash_leaves_its_traces(ends):
    run = subprocess.run([sys.executable, "-c", CRASH, ends], capture_output=True, timeout=60, check=False)
    traces = crash_file().read_text("utf-8")
    if ends == "well":
        assert run.returncode == 0
        assert traces == ""
    else:
        assert run.returncode < 0
        assert "Segmentation fault" in traces
        assert "line 8 in <module>" in traces
