# Needs python3, make and git; scripts/set_up.py brings the rest.

PYTHON ?= python3
SET_UP = $(PYTHON) scripts/set_up.py
QT5 = .venv/bin/python
QT6 = .venv-pyqt6/bin/python

# `.venv` holds PyQt5; napari would take whichever binding the shell names.
export QT_API = pyqt5
# Where a container forbids bytecode, each of the hundred programs that tests start would compile its modules.
unexport PYTHONDONTWRITEBYTECODE

ifeq ($(shell uname -s),Linux)
  # Tests and scripts get a screen of their own, so that a desktop in use is left alone.
  VIRTUAL = env QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp"
  HEADLESS = $(if $(DISPLAY)$(WAYLAND_DISPLAY),,yes)
  # Qt warns when it has no private folder for sockets, and when the locale is not UTF-8.
  ifeq ($(XDG_RUNTIME_DIR),)
    export XDG_RUNTIME_DIR = $(CURDIR)/build/runtime
    $(shell mkdir -p -m 700 build/runtime)
  endif
  ifeq ($(filter-out C POSIX,$(firstword $(LC_ALL) $(LC_CTYPE) $(LANG))),)
    export LC_ALL = C.UTF-8
  endif
endif

.NOTPARALLEL:
.PHONY: help demo test lint core gui samples docs-images clean distclean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(if $(HEADLESS),set-up-virtual,set-up-window)  ## open the bundled samples; without a display: a scripted review into demo-output/
ifneq ($(HEADLESS),)
	$(VIRTUAL) $(QT5) scripts/demo.py
else
	.venv/bin/segreview demo
endif

test: set-up-test lint core gui  ## everything that must pass: lint, core tests, window tests on PyQt5 and on PyQt6

lint: set-up-lint  ## style, types and the order of the rooms
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache --no-logo

core: set-up-lint  ## the tests that need no display
	$(PYTHON) scripts/run_tests.py core

gui: set-up-test  ## the tests that open windows, on both bindings at once, with the same result
	$(PYTHON) scripts/run_tests.py gui

samples: set-up-package  ## make sample_data/ anew
	$(QT5) scripts/make_samples

docs-images: set-up-virtual  ## take the pictures in docs/images/ anew
	$(VIRTUAL) $(QT5) scripts/screenshots.py

clean:  ## remove what runs leave behind; the environments stay
	rm -rf build dist demo-output .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests scripts -name __pycache__ -type d -exec rm -rf {} +

distclean: clean  ## remove the environments too
	rm -rf .venv .venv-pyqt6

set-up-%:
	@$(SET_UP) $*
