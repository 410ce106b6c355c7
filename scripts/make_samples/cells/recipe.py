"""What sets the three microscopy images apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How one image of nuclei is made.

    Parameters
    ----------
    name : str
        Stem of the files.
    seed : int
        Of every random number in this image.
    size, pixel_size : int, float
        Side of the square image in pixels; side of a pixel in micrometres.
    count : int
        Nuclei to place, before those that are hardly seen are left out.
    radius, radius_spread : float
        Median radius in pixels, and standard deviation of its logarithm.
    crowding : float
        Share of the nuclei that press against another one.
    dim_share : float
        Share of the nuclei that are hardly brighter than the background.
    blur : float
        Standard deviation of the point spread function in pixels.
    halo : float
        Share of the light that is scattered far.
    exposure : float
        Photons per pixel in an ordinary nucleus.
    background : float
        Photons per pixel where there is no nucleus.
    shading : float
        How much darker the corners are than the brightest place: 0 to 1.
    """

    name: str
    seed: int
    size: int
    pixel_size: float
    count: int
    radius: float
    radius_spread: float
    crowding: float
    dim_share: float
    blur: float
    halo: float
    exposure: float
    background: float
    shading: float


RECIPES = (
    Recipe("cells_01", 101, 640, 0.65, 158, 12.5, 0.17, 0.55, 0.05, 1.1, 0.14, 420.0, 40.0, 0.35),
    Recipe("cells_02", 202, 576, 0.65, 215, 9.0, 0.16, 0.78, 0.04, 1.0, 0.20, 130.0, 26.0, 0.45),
    Recipe("cells_03", 303, 512, 0.65, 142, 10.5, 0.26, 0.45, 0.07, 1.9, 0.24, 260.0, 70.0, 0.55),
)
