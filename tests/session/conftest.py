"""Reviews that are closed at the end of their test, also when it fails."""

from collections.abc import Callable, Iterator

import pytest
from session_cases import cell_files, opened

from segreview.session.review import Review


@pytest.fixture
def begin() -> Iterator[Callable[..., Review]]:
    """`session_cases.opened`, with closing."""
    reviews: list[Review] = []

    def begin(*args, **kwargs) -> Review:
        reviews.append(opened(*args, **kwargs))
        return reviews[-1]

    yield begin
    for review in reviews:
        review.close()


@pytest.fixture
def files(tmp_path):
    """Paths of the reference and the prediction of `session_cases.cells`, as uint8 TIFF."""
    return cell_files(tmp_path)


@pytest.fixture
def review(begin, files) -> Review:
    """Review of `files`."""
    return begin(*files)
