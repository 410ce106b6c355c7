"""As a guest: layers lie anywhere in their world, and the review lies exactly over them."""

import numpy as np
import pytest
from guesthouse import picture, pump, stroke, two_objects

pytestmark = pytest.mark.gui


def world(layer):
    """World coordinates of both ends of a layer, and its units."""
    return layer.extent.world.tolist(), [str(unit) for unit in layer.units]


# -------------------------------------------------------------------- over the layers
def check_hover_and_click(desk):
    from segreview.ui.hands.hover import Card

    desk.hand.move(desk.at(34, 50))
    desk.hand.move(desk.at(35, 50))
    desk.hand.wait_for(lambda: "700" in desk.window.findChild(Card).text(), "the card names the object", 5)
    desk.click_pixel(35, 50)
    assert desk.row[1] == (700,)


def check_brush_and_line(desk):
    desk.press("2")
    desk.stroke((57, 10), (57, 20))
    painted = np.argwhere(desk.pixels[53:62] == 700).mean(axis=0)
    assert abs(painted - (57 - 53, 15)).max() < 0.6
    desk.press("s")
    desk.stroke((10, 2), (10, 28))
    parts = [int(i) for i in np.unique(desk.pixels[5:20, 5:25])]
    assert len(parts) == 2
    top, bottom = (np.argwhere(desk.pixels == i)[:, 0].mean() for i in parts)
    assert abs(top - bottom) == pytest.approx(7.5, abs=1.1)
    desk.press("Escape")


@pytest.mark.parametrize(
    "place",
    [{"scale": (0.5, 0.25), "translate": (1000, -40)}, {"affine": [[2, 0, 7], [0, 2, -9], [0, 0, 1]]}],
)
def test_mouse_and_tools_are_right_where_the_layers_lie(desk, viewer, layers, place):
    def move():
        for layer in layers:
            for name, value in place.items():
                setattr(layer, name, value)
        viewer.reset_view()

    desk.get(move)
    desk.start()
    scene = desk.bench.scene
    for ours in (*scene.layers.all, *scene.contours.layers):
        assert desk.get(lambda ours=ours: world(ours)) == world(layers[1])
    assert desk.get(lambda: layers[0].visible) is False
    check_hover_and_click(desk)
    check_brush_and_line(desk)
    desk.press("0", "n")
    row = desk.get(lambda: desk.bench.focus.row)
    middle = desk.get(lambda: layers[1].world_to_data(viewer.scene.camera.center[-2:]))
    np.testing.assert_allclose(middle, row.item.box.center, atol=1e-6)
    work = desk.pixels
    desk.click(desk.visit.giving.button)
    assert np.array_equal(layers[1].data, work)
    desk.click(desk.visit.end)
    desk.hand.wait_for(lambda: desk.visit is None, "the review ends")
    for name, value in place.items():
        np.testing.assert_allclose(np.asarray(getattr(layers[1], name)), value)


def test_units_are_those_of_the_world(viewer, widget, capsys):
    gt, model = two_objects()
    mine = viewer.add_labels(gt, name="mine", scale=(0.5, 0.5), translate=(10, 20), units="um")
    viewer.add_labels(model, name="model", scale=(500, 500), translate=(10_000, 20_000), units="nm")
    viewer.add_image(picture(), name="image", scale=(0.5, 0.5), translate=(10, 20), units="um")
    pump()
    capsys.readouterr()
    widget.start()
    visit = widget.visit
    assert visit.remarks.words.text() == ""
    assert world(visit.bench.scene.gt)[1] == ["nanometer", "nanometer"]
    np.testing.assert_allclose(visit.bench.scene.gt.extent.world, mine.extent.world * 1000)
    assert visit.bench.review.reference.unit == "nm"
    assert [str(unit) for unit in viewer.layers.extent.units] == ["nanometer", "nanometer"]
    visit.commands.do("toggle_beside")
    pump()
    assert "Inconsistent units" not in capsys.readouterr().out  # what napari says where they differ
    widget.end()
    assert world(mine)[1] == ["micrometer", "micrometer"]


def test_a_stack_keeps_its_slices_among_layers_with_more_axes(viewer, widget):
    gt, model = (np.stack([np.zeros_like(plane)] * 3 + [plane, plane]) for plane in two_objects())
    model[model == 3] = 0
    place = {"scale": (2, 1, 1), "translate": (30, 0, 500)}
    viewer.add_image(np.zeros((2, 20, 40, 40), np.uint8), name="time")
    mine = viewer.add_labels(gt, name="mine", **place)
    viewer.add_labels(model, name="model", **place)
    widget.choice.image.setCurrentIndex(0)
    widget.start()
    visit = widget.visit
    scene = visit.bench.scene
    assert scene.section.index[0] == 2  # the middle of the stack, not of all there is
    visit.commands.do("next_item")
    pump()
    assert visit.bench.focus.row.item.box.start[0] == 3
    assert scene.section.index[0] in (3, 4)
    assert viewer.dims.point[1] == 30 + 2 * scene.section.index[0]
    assert np.asarray(scene.contours.layer.data).any()
    assert visit.pair.crops._at == scene.section.index[:1]
    with scene.gt.block_history():
        scene.gt.paint((4, 60, 70), 700)
    pump()
    viewer.dims.order = (0, 2, 1, 3)
    pump()
    visit.commands.do("next_item")
    visit.commands.do("previous_item")
    assert scene.section.axes == (0, 2)
    visit.giving.button.click()
    assert mine.data[4, 60, 70] == 700
    widget.end()


# -------------------------------------------------------------------- where it cannot
def test_turned_layers_are_reviewed_upright_and_apart(viewer, layers, widget):
    for layer in layers:
        layer.rotate, layer.scale = 30, (2, 2)
    aside = viewer.add_points([[5, 5]], name="aside")
    widget.start()
    visit = widget.visit
    assert "mine is rotated, sheared or mirrored: it is shown upright" in visit.remarks.words.text()
    scene = visit.bench.scene
    assert (tuple(scene.gt.scale), tuple(scene.gt.translate)) == ((2, 2), (0, 0))
    assert not np.any(scene.gt.rotate - np.eye(2))
    assert not aside.visible
    stroke(scene.gt, 700)
    visit.giving.button.click()
    assert layers[1].data[60, 70] == 700
    widget.end()
    assert aside.visible
    assert layers[1].rotate[0, 1] == pytest.approx(-0.5)


@pytest.mark.parametrize("change", [{"scale": (2, 2)}, {"translate": (0, 5)}, {"rotate": 10}])
def test_layers_of_one_shape_in_different_places_are_compared_and_told(viewer, layers, widget, change):
    for name, value in change.items():
        setattr(layers[2], name, value)
    widget.start()
    said = widget.visit.remarks.words.text()
    assert "mine (scale 1 x 1, translate 0 x 0) and theirs (" in said
    assert "lie in different places. They are compared pixel by pixel" in said
    assert widget.visit.remarks.isVisibleTo(widget.visit)
    widget.end()


def test_a_new_layer_lies_where_the_old_one_did(viewer, layers, widget):
    mine = layers[1]
    mine.rotate, mine.scale, mine.translate = 30, (2, 3), (5, 6)
    layers[0].affine = layers[2].affine = mine._transforms["data2physical"].affine_matrix
    widget.start()
    stroke(widget.visit.bench.scene.gt, 700)
    mine.data_setitem((np.array([0]), np.array([0])), 5)
    widget.visit.giving.button.click()
    made = viewer.layers["mine reviewed"]
    for point in ((0, 0), (63, 79), (10, 50)):
        np.testing.assert_allclose(made.data_to_world(point), mine.data_to_world(point))
    widget.end()
