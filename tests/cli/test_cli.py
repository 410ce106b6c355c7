"""The command line: exit codes, messages without a traceback, and the log."""

import pytest

from segreview import cli
from segreview.errors import SystemMissing
from segreview.session.log import log_file


def test_versions_of_the_libraries_are_named(capsys):
    assert cli.main(["--version"]) == cli.DONE
    assert capsys.readouterr().out.startswith("segreview ")


def test_no_command_shows_the_help_where_no_window_can_open(capsys, monkeypatch):
    def refuse():
        raise SystemMissing("There is no display.", "Use a desktop.")

    monkeypatch.setattr("segreview.ui.system.check_system", refuse)
    assert cli.main([]) == cli.WRONG_INPUT
    told = capsys.readouterr()
    assert "COMMAND" in told.out
    assert "There is no display. Use a desktop." in told.err


def test_no_command_opens_the_window(monkeypatch):
    opened = []
    monkeypatch.setattr("segreview.ui.system.check_system", lambda: None)
    monkeypatch.setattr("segreview.cli.window.start", opened.append)
    assert cli.main([]) == cli.DONE
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["open", "--gt", "nowhere.tif"], "nowhere.tif does not exist"),
        (["open", "--gt", "."], "holds no label files"),
    ],
)
def test_wrong_input_is_one_message_that_names_the_file(call, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(call) == cli.WRONG_INPUT
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_fault_of_ours_is_logged_and_the_report_is_told(capsys, monkeypatch):
    def fault(_):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("segreview.cli.window.open_files", fault)
    assert cli.main(["open", "--gt", "x"]) == cli.FAULT
    assert str(log_file()) in capsys.readouterr().err
    assert "ZeroDivisionError: ours" in log_file().read_text("utf-8")


def test_an_interruption_has_its_own_code(monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("segreview.cli.window.open_files", stop)
    assert cli.main(["open", "--gt", "x"]) == cli.INTERRUPTED
