"""docs/figures.md tells of every convention what it does today."""

from make_figures_page import BLOCKS, PAGE, text
from segreview.compare.metrics import CONVENTIONS


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == text(), "run python scripts/make_figures_page.py"


def test_every_block_and_every_convention_is_there():
    page = PAGE.read_text("utf-8")
    assert all(page.count(f"<!-- end of {name} -->") == 1 for name in BLOCKS)
    assert all(f"### {one.name}: {one.title}" in page for one in CONVENTIONS)
