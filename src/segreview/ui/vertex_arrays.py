"""A guard against a crash when layers go away.

vispy leaves vertex arrays enabled after it has drawn. When a layer is removed, its buffers are
deleted, and an enabled array that still points to one of them makes a later `glDrawArrays` read
freed memory: a segmentation fault, seen with the brush in hand on Mesa. Nothing needs an array that
is enabled between two frames, as every program enables its own before it draws.
"""

from __future__ import annotations

from napari.viewer import Viewer
from vispy.gloo import gl

_ARRAYS = 16
"""Vertex arrays that every OpenGL has, and no visual of napari's needs more."""


def forget_vertex_arrays(viewer: Viewer) -> None:
    """Disable all vertex arrays when the canvas is drawn next, before anything else."""
    canvas = viewer.window._qt_viewer.canvas._scene_canvas

    def forget(_: object) -> None:
        canvas.events.draw.disconnect(forget)
        for number in range(_ARRAYS):
            gl.glDisableVertexAttribArray(number)

    canvas.events.draw.connect(forget, position="first")
