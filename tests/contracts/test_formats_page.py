"""docs/formats.md tells of every format what it keeps today."""

from make_formats_page import BLOCKS, PAGE, text
from segreview.formats.registry import FORMATS


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == text(), "run python scripts/make_formats_page.py"


def test_every_block_and_every_format_is_there():
    page = PAGE.read_text("utf-8")
    assert all(page.count(f"<!-- end of {name} -->") == 1 for name in BLOCKS)
    assert all(f"| `{one.name}` |" in page for one in FORMATS)
