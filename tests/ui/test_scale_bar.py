"""Scale bars: their lengths, and the one over the canvas."""

import pytest
from desk import write_set

from segreview.ui.canvas.scale_bar import scale_bar


@pytest.mark.parametrize(
    ("pixel", "unit", "longest", "length", "text"),
    [
        (0.5, "px", 50, 40, "20 px"),
        (1.0, "px", 50, 50, "50 px"),
        (1.0, "px", 49, 20, "20 px"),
        (0.01, "px", 50, 100, "1 px"),  # there is no half of a pixel
        (0.065, "µm", 45, 2 / 0.065, "2 µm"),
        (0.004, "µm", 45, 25, "0.1 µm"),
        (30.0, "nm", 45, 1000 / 30, "1000 nm"),
    ],
)
def test_scale_bars_are_one_two_or_five(pixel, unit, longest, length, text):
    assert scale_bar(pixel, unit, longest) == (pytest.approx(length), text)


# -------------------------------------------------------------------- over the canvas
def told(desk):
    """Length and text of the bar; None when it is not to be seen."""
    from segreview.ui.hands.scale import Bar

    def found():
        bars = desk.app.window.findChildren(Bar)
        assert len(bars) <= 1
        return bars[0].shown if bars and bars[0].isVisible() else None

    return desk.get(found)


def in_micrometres(folder):
    """Files of the small masks; only the image says that a pixel is half a micrometre large."""
    import tifffile

    write_set(folder)
    image = tifffile.imread(folder / "images" / "a.tif")
    facts = {"imagej": True, "resolution": (2, 2), "metadata": {"unit": "um"}}
    tifffile.imwrite(folder / "images" / "a.tif", image, **facts)
    return folder


@pytest.mark.gui
def test_the_bar_follows_the_zoom_in_pixels(desk, tmp_path):
    desk.open(write_set(tmp_path / "set"))
    camera = desk.app.viewer.scene.camera
    for zoom, text in ((4.0, "20 px"), (0.1, "1000 px"), (300.0, "1 px")):
        desk.get(lambda zoom=zoom: setattr(camera, "zoom", zoom))
        number = int(text.split()[0])
        assert told(desk) == (pytest.approx(number * zoom), text)


@pytest.mark.gui
def test_the_bar_has_the_unit_of_the_image_where_labels_lack_one(desk, tmp_path):
    desk.open(in_micrometres(tmp_path / "set"))
    desk.get(lambda: setattr(desk.app.viewer.scene.camera, "zoom", 4.0))
    assert told(desk) == (pytest.approx(80), "10 µm")


@pytest.mark.gui
def test_the_bar_is_drawn_in_the_corner_and_the_mouse_goes_through(desk, tmp_path):
    desk.open(write_set(tmp_path / "set"))
    desk.press("n")
    native = desk.app.window._qt_viewer.canvas.native
    x, y = desk.hand.place(native, lambda: (native.width() - 20, native.height() - 17))

    def seen():
        pixels = desk.app.window.screen().grabWindow(0, x - 20, y - 3, 1, 7).toImage()
        return {pixels.pixelColor(0, n).getRgb()[:3] for n in range(7)}

    desk.hand.move((x - 20, y - 200))
    desk.hand.settle(0.3)
    assert (255, 255, 255) in desk.get(seen)
    row = desk.row
    desk.press("2")
    before = desk.get(lambda: desk.review.unwritten)
    desk.hand.drag([(x - 60, y), (x - 20, y)])
    desk.hand.wait_for(lambda: desk.review.unwritten > before, "a stroke went through the bar")
    assert desk.row == row


@pytest.mark.gui
def test_the_bar_can_be_switched_off_and_makes_room_for_naparis(desk, tmp_path):
    from segreview.ui.actions import action

    desk.open(write_set(tmp_path / "set", ("a", "b")))
    assert told(desk) is not None
    desk.press("r")
    assert told(desk) is None
    assert not desk.get(lambda: desk.app.commands.is_on(action("toggle_scale")))
    desk.hand.wait_for(lambda: not desk.app.settings.now.switches.scale, "that is kept")
    desk.press("Next", "r")
    desk.hand.wait_for(lambda: desk.review.sample.name == "b", "the next sample is open")
    assert told(desk) is not None
    theirs = desk.app.viewer.canvas.overlays.scale_bar
    desk.get(lambda: setattr(theirs, "visible", True))
    assert told(desk) is None
    desk.get(lambda: setattr(theirs, "visible", False))
    assert told(desk) is not None
    desk.get(desk.bench.clear_stage)
    desk.hand.settle()
    assert told(desk) is None


@pytest.mark.gui
def test_a_long_line_stays_above_the_bar(desk, tmp_path):
    from segreview.ui.hands.scale import Bar

    desk.open(write_set(tmp_path / "set"))
    for words, beside in (("short", True), ("a very long line " * 12, False)):
        desk.get(lambda words=words: desk.app.notice.say(words))
        bar = desk.app.window.findChildren(Bar)[0]
        line, lowest = desk.get(lambda bar=bar: (desk.app.notice.geometry(), bar.geometry()))
        assert not line.intersects(lowest)
        assert (line.bottom() > lowest.top()) == beside
