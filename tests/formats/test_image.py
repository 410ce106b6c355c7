"""Images: every way of storing them that we read, their shape by header alone, and damage."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from segreview.errors import ReadError
from segreview.formats.image import read_image, spatial_shape

GREY = np.arange(12 * 16, dtype="uint8").reshape(12, 16)
COLOUR = np.stack([GREY, GREY // 2, 255 - GREY], axis=2)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".npy"])
@pytest.mark.parametrize(
    "data", [GREY, GREY.astype("uint16") * 200, COLOUR], ids=["grey", "grey 16", "colour"]
)
def test_pixels_come_as_they_are(suffix: str, data: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / f"image{suffix}"
    if suffix == ".tif":
        tifffile.imwrite(path, data, photometric="rgb" if data.ndim == 3 else "minisblack")
    elif suffix == ".npy":
        np.save(path, data)
    else:
        Picture.fromarray(data).save(path)
    image = read_image(path)
    assert np.array_equal(image.data, data)
    assert (image.rgb, image.spatial_shape, image.data.dtype) == (data.ndim == 3, (12, 16), data.dtype)
    assert spatial_shape(path) == (12, 16)


@pytest.mark.parametrize(("mode", "channels"), [("1", 0), ("P", 3), ("LA", 4), ("RGBA", 4)])
def test_other_png_modes_become_grey_or_colour(mode: str, channels: int, tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    Picture.fromarray(COLOUR).convert(mode).save(path)
    image = read_image(path)
    assert image.data.shape == ((12, 16, channels) if channels else (12, 16))
    assert image.data.dtype == np.uint8


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_sixteen_bits_of_colour_stay(channels: int, tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    data = np.random.default_rng(0).integers(0, 65_535, (12, 16, channels)).astype("uint16")
    path.write_bytes(imagecodecs.png_encode(data))
    image = read_image(path)
    assert image.rgb
    assert np.array_equal(image.data[..., -1], data[..., -1])
    assert image.data.dtype == np.uint16


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_is_not_turned(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "image.jpg"
    exif = Picture.Exif()
    exif[0x0112] = 6  # "turn me by 90 degrees"
    Picture.fromarray(COLOUR).convert(mode).save(path, exif=exif)
    image = read_image(path)
    assert image.spatial_shape == (12, 16)
    assert image.rgb == (mode != "L")
    assert spatial_shape(path) == (12, 16)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "float32", "float64"])
def test_tiff_stacks_and_channels(dtype: str, tmp_path: Path) -> None:
    path = tmp_path / "image.tif"
    data = np.random.default_rng(0).integers(0, 99, (5, 2, 12, 16)).astype(dtype)
    tifffile.imwrite(path, data, photometric="minisblack", metadata={"axes": "ZCYX"})
    image = read_image(path)
    assert (image.channel_axis, image.spatial_shape, image.rgb) == (1, (5, 12, 16), False)
    assert np.array_equal(image.data, data)
    assert spatial_shape(path) == (5, 12, 16)


def test_ome_tells_channels_and_pixel_size(tmp_path: Path) -> None:
    path = tmp_path / "image.ome.tif"
    metadata = {
        "axes": "CYX",
        "Channel": {"Name": ["DAPI", "GFP"]},
        "PhysicalSizeX": 0.5,
        "PhysicalSizeY": 0.25,
    }
    tifffile.imwrite(path, np.stack([GREY, GREY]), metadata=metadata)
    image = read_image(path)
    assert (image.channel_names, image.spacing, image.unit) == (("DAPI", "GFP"), (0.25, 0.5), "µm")


def test_planes_of_colour_become_colour(tmp_path: Path) -> None:
    path = tmp_path / "image.tif"
    tifffile.imwrite(path, np.moveaxis(COLOUR, 2, 0), photometric="rgb", planarconfig="separate")
    assert np.array_equal(read_image(path).data, COLOUR)


@pytest.mark.parametrize("axes", ["TZYX", "TCZYX"])
def test_too_many_axes_are_refused(axes: str, tmp_path: Path) -> None:
    path = tmp_path / "image.tif"
    data = np.zeros((2, 3, 4, 12, 16)[5 - len(axes) :], "uint8")
    tifffile.imwrite(path, data, photometric="minisblack", metadata={"axes": axes})
    with pytest.raises(ReadError, match=f"axes {axes}") as refusal:
        read_image(path)
    assert refusal.value.hint


@pytest.mark.parametrize("name", ["image.png", "image.jpg", "image.tif", "image.npy"])
def test_damaged_images_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 255, (60, 60)).astype("uint8")
    if name.endswith("npy"):
        np.save(path, noise)
    else:
        Picture.fromarray(noise).save(path)
    content = path.read_bytes()
    for length in (3, 20, len(content) // 2):
        path.write_bytes(content[:length])
        with pytest.raises(ReadError) as refusal:
            read_image(path)
        assert str(path) in refusal.value.message
        assert refusal.value.hint


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "image.txt"
    path.write_text("no image")
    with pytest.raises(ReadError, match="no image that we know"):
        read_image(path)
    with pytest.raises(ReadError, match="is a folder"):
        read_image(tmp_path)
    with pytest.raises(ReadError, match="Did you mean image"):
        read_image(tmp_path / "imag.txt")
    np.save(tmp_path / "image.npy", np.zeros((8, 8), "complex64"))
    with pytest.raises(ReadError, match="complex64"):
        read_image(tmp_path / "image.npy")
    tifffile.imwrite(tmp_path / "image.tif", np.zeros((8, 8), "complex64"))
    with pytest.raises(ReadError, match="complex64"):
        read_image(tmp_path / "image.tif")


def test_shared_images_open(shared: Path) -> None:
    paths = [*(shared / "dsb_nuclei/images").glob("*.png"), *(shared / "camvid/images").glob("*.png")]
    paths += [
        shared / "stardist_2d/img2d.tif",
        shared / "stardist_3d/image.tif",
        *shared.glob("coco_panoptic/*.jpg"),
    ]
    paths += shared.glob("bubil_raters/*/image.tif")
    for path in paths:
        assert read_image(path).spatial_shape == spatial_shape(path)
