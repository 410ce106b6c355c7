"""Random checks in the window: they are marked and wait; the last line tells what is left."""

import numpy as np
import pytest
from desk import write_tiff

from segreview.session.verdict import Judgement
from segreview.triage.joint_remainder import JointRemainder
from segreview.triage.suspicion import Suspicion
from segreview.triage.traits import TOLD
from segreview.ui.dialogs.overview_dialog import OverviewDialog

pytestmark = pytest.mark.gui

SIDE, STEP = 15, 12


@pytest.fixture(autouse=True)
def _seed(monkeypatch):
    """The same checks each time: by chance one may be what comes next in any case."""
    monkeypatch.setattr("segreview.session.teaching.secrets.randbits", lambda _: 7)


@pytest.fixture
def folder(tmp_path):
    """Two samples with 225 squares, a third of which the model lacks."""
    gt = np.zeros((SIDE * STEP, SIDE * STEP), np.uint16)
    for number in range(SIDE**2):
        y, x = (STEP * n + 2 for n in divmod(number, SIDE))
        gt[y : y + 8, x : x + 8] = number + 1
    for name, data in (("gt", gt), ("pred", np.where(gt % 3, gt, 0)), ("images", gt % 200)):
        for sample in "ab":
            write_tiff(tmp_path / "set" / name / f"{sample}.tif", data.astype(np.uint16))
    return tmp_path / "set"


def find_suspects(desk):
    """Suspicion as an inquiry would find it, with a trait on what is even."""
    traits = np.zeros((2, 2 * len(TOLD)), np.float16)
    traits[1, 3] = 3

    def absorb():
        review = desk.review
        told = {}
        for row in review.queue:
            missed, even = not row.item.prediction_ids, row.item.reference_ids[0] % 2 == 0
            told[row.item.handle] = Suspicion(0.4 if missed else 0.05, 0.1, traits=traits[int(even)])
        review.absorb(told, review.revision)
        review.rerank_behind(-1)

    desk.get(absorb)


def overview_of(desk):
    """What the overview says of how much is left."""
    desk.press("shift+t")
    dialog = desk.app.window.findChild(OverviewDialog)
    desk.hand.wait_for(dialog.isVisible, "the overview is shown", 5)
    said = desk.get(lambda: dialog.left.text() if dialog.left.isVisible() else "")
    desk.get(dialog.close)
    return said


def open_with_suspects(desk, folder):
    desk.open(folder)
    find_suspects(desk)


def marked(desk):
    return desk.get(desk.app.pair.heading._place.text) == "random check"


def test_a_check_comes_tenth_waits_for_its_verdict_and_the_queue_goes_on(desk, folder):
    open_with_suspects(desk, folder)
    desk.get(desk.bench.inquiry._learner._unwatch)  # what is learned meanwhile may move what comes next
    assert "too early to say what is left" in desk.status
    desk.press("n")
    walked = [desk.row]
    for _ in range(9):
        assert not marked(desk)
        desk.press("g")
        walked.append(desk.row)
    assert marked(desk)
    assert "told" not in desk.notice
    desk.press("n")
    assert desk.row == walked[-1]
    assert "counts only if each gets a verdict" in desk.notice
    desk.press("g")
    assert not marked(desk)
    places = desk.get(lambda: desk.bench.focus.listing.line_of(desk.bench.focus.row))
    assert places in (9, 10)  # 10 where the check itself was next
    following = desk.row
    desk.press("ctrl+z")
    assert desk.row == walked[-1]
    assert marked(desk)
    desk.press("g")
    assert desk.row == following
    desk.press("BackSpace")
    assert marked(desk)
    desk.choose("Review", "Random checks")
    assert "what is left" not in desk.status
    desk.press("n")
    assert not marked(desk)
    assert desk.row == following
    desk.check()


def test_the_line_tells_what_is_left_and_suspects_follow_the_verdicts(desk, folder):
    open_with_suspects(desk, folder)

    def review_some(count):
        focus, review = desk.bench.focus, desk.review
        row = focus.row
        for _ in range(count):
            found = focus.walk.next(row) or focus.walk.check_at_random(row)
            if found is None:
                break
            row = found
            even = row.item.reference_ids[0] % 2 == 0 and not row.item.prediction_ids
            review.judge(row, Judgement.BOTH_WRONG if even else Judgement.PREDICTION_WRONG)
        focus.on_row(row)

    before = {line[3]: line[6] for line in desk.lines()}
    desk.get(lambda: review_some(20))
    desk.hand.wait_for(lambda: desk.review.queue[30].suspicion.learned is not None, "it is learned", 5)
    desk.hand.settle(0.2)
    shares = {line[3]: int(line[6].removesuffix(" %")) for line in desk.lines()}
    assert {before[gt] for gt in shares if int(gt) % 3 == 0} == {"40 %"}
    even, odd = ({s for gt, s in shares.items() if int(gt) % 3 == 0 and int(gt) % 2 == n} for n in (0, 1))
    assert min(even) > max(odd)
    assert "Corrected by your verdicts" in desk.get(desk.app.pair.blame.toolTip)
    desk.get(lambda: review_some(120))
    desk.hand.settle(0.2)
    assert "at most" in desk.status
    assert "you may stop" not in desk.status
    assert "random checks ahead of the queue" in desk.get(desk.app.status.toolTip)
    first = desk.get(lambda: desk.review.teaching.remainder)
    assert overview_of(desk) == f"In 1 of 2 images, by random checks: {first}"
    desk.press("Next")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the other one is open", 10)
    assert overview_of(desk) == f"In 1 of 2 images, by random checks: {first}", "as it was left"
    find_suspects(desk)
    desk.get(lambda: review_some(100))
    parts = first, desk.get(lambda: desk.review.teaching.remainder)
    assert overview_of(desk) == f"In 2 of 2 images, by random checks: {JointRemainder(parts)}"
    desk.press("Prior")
    desk.hand.wait_for(lambda: desk.bench.number == 0, "the first one is back", 10)
    desk.choose("File", "Settings…")
    dialog = desk.dialog("settings")
    desk.get(lambda: _target_of(dialog).setFocus())
    desk.press("ctrl+a", "2", "0", "Return")
    desk.hand.settle(0.1)
    desk.press("Escape")
    desk.hand.settle(0.2)
    assert "· you may stop" in desk.status
    assert "at most 20 % of all 225 items are wrong and left" in desk.get(desk.app.status.toolTip)
    desk.get(lambda: review_some(225))
    desk.press("n")
    assert "Everything here is judged" in desk.notice
    desk.press("Page_Down")
    desk.hand.wait_for(lambda: desk.bench.number == 1, "the next sample is open")
    find_suspects(desk)
    desk.hand.wait_for(lambda: desk.review.queue[30].suspicion.learned is not None, "it is learned", 5)


def _target_of(dialog):
    from qtpy.QtWidgets import QDoubleSpinBox

    return dialog.findChild(QDoubleSpinBox)
