"""Outlines in a real window: on the right screen pixels, and in nobody's way."""

import gc
from itertools import product

import numpy as np
import pytest

from segreview.model.box import Box

pytestmark = pytest.mark.gui

BLUE, ORANGE = (0x56, 0xB4, 0xE9), (0xE6, 0x9F, 0x00)


def pump():
    from qtpy.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(60, loop.quit)
    loop.exec()


def settle(viewer):
    """Wait until the canvas keeps its size: the controls of a new layer change it some frames later."""
    sizes = []
    while len(sizes) < 6 or len(set(sizes[-6:])) > 1:
        pump()
        sizes.append(tuple(viewer.canvas.size))


@pytest.fixture
def viewer():
    """A window for each test: Mesa crashes now and then when a scene is emptied and filled again."""
    import napari

    viewer = napari.Viewer(show=True)
    viewer.window.resize(1000, 700)
    pump()
    yield viewer
    viewer.close()
    pump()
    gc.collect()


@pytest.fixture
def contours(viewer):
    """Makes contours, and closes them."""
    from segreview.ui.canvas.contours import Contours, Side

    made = []

    def make(reference, prediction=None, scale=None, offset=None):
        sides = [
            Side("reference", [reference], {0}, BLUE),
            Side(
                "prediction",
                [np.zeros_like(reference) if prediction is None else prediction],
                {0},
                ORANGE,
                True,
            ),
        ]
        made.append(Contours(viewer, sides, scale, offset))
        made[-1].sides = sides
        settle(viewer)
        return made[-1]

    yield make
    for contour in made:
        contour.close()


def square(shape=(100, 120), rows=(30, 50), columns=(40, 80)):
    labels = np.zeros(shape, np.int32)
    labels[..., slice(*rows), slice(*columns)] = 1
    return labels


def seen(viewer, rgb=BLUE):
    """Rows and columns of the screen that show a colour: first and one past the last, or None."""
    pump()
    picture = viewer.screenshot(canvas_only=True, flash=False)
    hit = (picture[..., :3] == rgb).all(axis=-1)
    return tuple(extent(hit.any(axis=1 - axis)) for axis in (0, 1)) if hit.any() else None


def extent(line):
    hit = np.flatnonzero(line)
    return hit[0], hit[-1] + 1


def seen_at_last(viewer, *where):
    """Whether the outlines are where they belong, once the canvas has its size."""
    for _ in range(40):
        if seen(viewer) == expected(viewer, *where):
            return True
        pump()
    return False


def expected(viewer, rows, columns, spacing=(1, 1), offset=(0, 0)):
    """Screen pixels whose centres lie on these data pixels."""
    spans, center = [], viewer.scene.camera.center[-2:]
    for data, step, first, centre, size in zip(
        (rows, columns), spacing, offset, center, viewer.canvas.size, strict=True
    ):
        edges = first + (np.array(data) - 0.5) * step
        screen = (edges - centre) * viewer.scene.camera.zoom + size / 2
        spans.append(tuple(np.clip(np.ceil(screen - 0.5), 0, size).astype(int)))
    return tuple(spans)


class TestPlace:
    def test_on_the_pixels_of_the_square(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        contours(labels)
        for zoom, center in product([0.7, 1.0, 3.3, 8.0], [(40, 60), (41.3, 57.8)]):
            viewer.scene.camera.zoom = zoom
            viewer.scene.camera.center = center
            assert seen(viewer) == expected(viewer, (30, 50), (40, 80)), (zoom, center)

    def test_partly_out_of_sight(self, viewer, contours):
        labels = square((400, 400), (100, 300), (100, 300))
        viewer.add_labels(labels, visible=False)
        contours(labels)
        viewer.scene.camera.zoom = 8
        viewer.scene.camera.center = (100, 100)
        assert seen(viewer) == expected(viewer, (100, 300), (100, 300))

    def test_after_the_canvas_changed_its_size(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        contours(labels)
        viewer.scene.camera.zoom = 4.71  # no border falls on the centre of a screen pixel
        before = viewer.canvas.size
        viewer.window.resize(1200, 800)
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))
        assert viewer.canvas.size != before
        viewer.window.resize(1000, 700)
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))

    def test_no_label_in_view(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        contours(labels)
        viewer.scene.camera.center = (5000, 5000)
        assert seen(viewer) is None
        viewer.reset_view()
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))

    def test_labels_of_fewer_axes_than_the_image(self, viewer, contours):
        viewer.add_image(np.zeros((5, 100, 120), np.uint8))
        contours(square())
        viewer.dims.set_current_step(0, 3)
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))
        viewer.dims.order = (1, 0, 2)
        assert seen(viewer) is None


@pytest.mark.usefixtures("stack")
class TestSlices:
    @pytest.fixture(params=[(0, 0, 0), (-9.5, 700, 33.25)])
    def stack(self, request, viewer, contours):
        labels = np.zeros((12, 60, 80), np.int32)
        labels[4:9, 20:40, 30:70] = 1
        viewer.add_labels(labels, scale=(4, 1, 2), translate=request.param, visible=False)
        contours(labels, scale=(4, 1, 2), offset=request.param)
        viewer.dims.set_current_step(0, 6)
        return request.param

    def test_only_where_the_object_is(self, viewer, stack):
        viewer.reset_view()
        assert seen(viewer) == expected(viewer, (20, 40), (30, 70), (1, 2), stack[1:])
        viewer.dims.set_current_step(0, 3)
        assert seen(viewer) is None
        viewer.dims.set_current_step(0, 4)
        assert seen(viewer) == expected(viewer, (20, 40), (30, 70), (1, 2), stack[1:])

    def test_drawn_at_once_when_the_slice_changes(self, viewer):
        pump()
        viewer.dims.set_current_step(0, 3)
        layer = viewer.layers["outlines"]
        assert not np.asarray(layer.data).any()

    def test_any_axes_may_be_shown(self, viewer, stack):
        viewer.dims.set_current_step(1, 30)
        viewer.dims.set_current_step(2, 50)
        for order, spans, spacing in [
            ((1, 0, 2), ((4, 9), (30, 70)), (4, 2)),
            ((2, 0, 1), ((4, 9), (20, 40)), (4, 1)),
            ((0, 2, 1), ((30, 70), (20, 40)), (2, 1)),
            ((1, 2, 0), ((30, 70), (4, 9)), (2, 4)),
        ]:
            viewer.dims.order = order
            offset = [stack[axis] for axis in order[1:]]
            viewer.scene.camera.center = np.mean(spans, axis=1) * spacing + offset + 0.3
            assert seen_at_last(viewer, *spans, spacing, offset), order
            viewer.scene.camera.zoom *= 1.5
            assert seen_at_last(viewer, *spans, spacing, offset), order

    def test_hidden_in_a_volume_view_and_back(self, viewer, stack):
        pump()
        viewer.dims.ndisplay = 3
        assert not viewer.layers["outlines"].visible
        pump()
        viewer.dims.ndisplay = 2
        assert seen(viewer) == expected(viewer, (20, 40), (30, 70), (1, 2), stack[1:])


class TestScene:
    @pytest.mark.parametrize(("scale", "offset"), [((1, 1), (0, 0)), ((0.5, 0.25), (-20, 300))])
    def test_ranges_and_fit_stay(self, viewer, contours, scale, offset):
        labels = square()
        viewer.add_labels(labels, scale=scale, translate=offset, visible=False)
        ranges = viewer.dims.range
        contours(labels, scale=scale, offset=offset)
        for zoom in (0.3, 20, 2.7):
            viewer.scene.camera.zoom = zoom
            pump()
            assert viewer.dims.range == ranges
            viewer.reset_view()
            room = np.array(viewer.canvas.size) / (np.array(labels.shape) * scale)
            assert viewer.scene.camera.zoom == pytest.approx(0.95 * room.min())
            middle = offset + (np.array(labels.shape) - 1) / 2 * scale
            assert viewer.scene.camera.center[-2:] == pytest.approx(middle)
        world = viewer.layers.extent.world
        np.testing.assert_allclose(world, [offset, offset + (np.array(labels.shape) - 1) * scale])

    def test_selection_is_left_alone(self, viewer, contours):
        labels = square()
        brush = viewer.add_labels(labels)
        brush.mode = "paint"
        pump()
        events = []
        selection = viewer.layers.selection.events
        selection.active.connect(lambda event: events.append(event.value))
        # napari also sends empty changes, to refresh its menus
        selection.changed.connect(lambda event: events.extend([*event.added, *event.removed]))
        made = contours(labels)
        pump()
        made.visible = False
        made.visible = True
        viewer.scene.camera.zoom = 5
        pump()
        assert viewer.layers.selection.active is brush
        assert brush.mode == "paint"
        assert not events

    def test_an_empty_selection_too(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels)
        viewer.layers.selection.clear()
        contours(labels)
        pump()
        assert not viewer.layers.selection

    def test_stays_on_top(self, viewer, contours):
        labels = square()
        made = contours(labels)
        image = viewer.add_image(np.full(labels.shape, 50, np.uint8))
        viewer.reset_view()
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))
        assert viewer.layers[-1] is made.layer
        assert viewer.layers.selection.active is image

    def test_units_are_those_of_the_other_layers(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, scale=(2, 2), units="um", visible=False)
        contours(labels, scale=(2, 2))
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80), (2, 2))
        assert [str(unit) for unit in viewer.layers.extent.units] == ["micrometer", "micrometer"]


class TestContent:
    def test_painting_shows_after_a_redraw_of_its_box(self, viewer, contours):
        labels = square()
        brush = viewer.add_labels(labels, visible=False)
        made = contours(labels)
        pump()
        brush.brush_size = 11
        brush.paint((70, 60), 2)
        made.redraw(Box((64, 54), (77, 67)))
        rows, _ = seen(viewer)
        assert rows == expected(viewer, (30, 76), (0, 1))[0]
        picture = np.asarray(made.layer.data).copy()
        made.redraw_now()
        np.testing.assert_array_equal(picture, made.layer.data)

    def test_only_the_box_is_drawn(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        made = contours(labels)
        settle(viewer)
        labels[:] = 0
        made.redraw(Box((30, 40), (31, 41)))
        assert seen(viewer) is not None
        made.redraw()
        assert seen(viewer) is None

    def test_one_side_or_both(self, viewer, contours):
        reference, prediction = square(), square(rows=(60, 80))
        viewer.add_labels(reference, visible=False)
        made = contours(reference, prediction)
        assert seen(viewer)
        assert seen(viewer, ORANGE)
        made.show(reference=False, prediction=True)
        assert seen(viewer) is None
        assert seen(viewer, ORANGE)
        made.show(reference=True, prediction=False)
        assert seen(viewer)
        assert seen(viewer, ORANGE) is None
        made.show(reference=False, prediction=False)
        assert not made.layer.visible

    def test_agreed_is_quiet_and_the_current_item_is_not(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        made = contours(labels)
        made.set_agreed(np.array([5, 1]), np.array([], int))
        assert seen(viewer) is None
        made.emphasise({1}, set())
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))

    def test_other_labels(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        made = contours(labels)
        pump()
        stack = np.repeat(square((90, 100), (10, 20), (30, 60))[None], 4, axis=0)
        viewer.add_labels(stack, scale=(3, 1, 1), visible=False)
        made.set_sides([type(side)(side.name, [stack], {0}, side.rgb) for side in made.sides], (3, 1, 1))
        made.show(reference=True, prediction=False)
        assert seen(viewer) == expected(viewer, (10, 20), (30, 60))


class TestWork:
    @pytest.fixture
    def drawings(self, monkeypatch):
        from segreview.ui.canvas import pane

        shapes = []

        def draw(outlines, origin, ground):
            shapes.append(outlines[0].views[0].shape)
            return original(outlines, origin, ground)

        original = pane.draw_outlines
        monkeypatch.setattr(pane, "draw_outlines", draw)
        return shapes

    def test_many_changes_cost_one_drawing(self, viewer, contours, drawings):
        made = contours(square())
        pump()
        pump()  # a new layer's controls change the size of the canvas
        drawings.clear()
        viewer.scene.camera.zoom = 3
        viewer.scene.camera.center = (30, 30)
        made.emphasise({1}, {1})
        made.redraw()
        assert not drawings
        pump()
        assert len(drawings) == 1

    def test_hidden_costs_nothing(self, viewer, contours, drawings):
        made = contours(square())
        drawings.clear()
        made.visible = False
        viewer.scene.camera.zoom = 3
        made.redraw_now()
        made.redraw()
        pump()
        assert not drawings
        assert not made.layer.visible

    def test_a_box_costs_little(self, viewer, contours, drawings):
        labels = square((500, 500), (100, 400), (100, 400))
        viewer.add_labels(labels)
        made = contours(labels)
        pump()
        pump()
        made.redraw(Box((100, 100), (104, 104)))
        pump()
        assert max(drawings[-1]) < 120

    def test_the_eye_in_the_layer_list_is_heeded(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        made = contours(labels)
        pump()
        made.layer.visible = False
        assert not made.visible
        viewer.scene.camera.zoom = 2
        made.layer.visible = True
        assert made.visible
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))


class TestEnd:
    def test_no_trace(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels)
        models = (viewer.scene.camera, viewer.dims, viewer.canvas, viewer.layers, viewer.layers.selection)

        def listeners():
            return [len(e.callbacks) for m in models for e in m.events.emitters.values()]

        before = listeners()
        made = contours(labels)
        pump()
        layer = made.layer
        made.close()
        pump()
        assert listeners() == before
        assert layer not in viewer.layers
        assert made.layer is None
        viewer.scene.camera.zoom = 2
        made.redraw()
        made.redraw_now()
        pump()
        assert len(viewer.layers) == 1

    def test_gone_with_the_other_layers_until_there_are_new_labels(self, viewer, contours):
        labels = square()
        viewer.add_labels(labels, visible=False)
        made = contours(labels)
        pump()
        viewer.layers.clear()
        pump()
        made.redraw_now()
        assert not viewer.layers
        viewer.add_labels(labels, visible=False)
        made.set_sides(made.sides)
        assert seen(viewer) == expected(viewer, (30, 50), (40, 80))

    def test_the_user_cannot_delete_it(self, viewer, contours):
        made = contours(square())
        viewer.layers.selection.active = made.layer
        viewer.layers.remove_selected()
        assert made.layer is not None
