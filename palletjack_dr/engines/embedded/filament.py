"""The only module that touches ``mujoco.mjrf``: Filament's retained-mode objects, one context a process."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from palletjack_dr.engine import Window
from palletjack_dr.engines.embedded.meshes import VertexBuffer
from palletjack_dr.engines.embedded.vulkan import Device
from palletjack_dr.errors import EngineError, SceneError
from palletjack_dr.free_memory import give_back

log = logging.getLogger(__name__)
FRAMES_UNTIL_FREE = 4
"""After so many frames without them, Filament has freed textures, meshes and targets."""
KEPT_TARGETS = 12
"""Targets that are kept: those of whole pictures, which every frame uses, and the latest of odd windows."""
_context: Any = None
_context_process = 0


@dataclass(frozen=True, kw_only=True)
class View:
    """Where the picture is taken from: a (4, 4) world-from-camera matrix (USD axes) and an off-centre frustum."""

    world_from_camera: npt.NDArray[np.float64]
    fx: float
    fy: float
    cx: float
    cy: float
    near: float
    far: float

    def camera(self, window: Window) -> Any:
        """Return mjrf's camera for a window of the image plane; the frustum is measured at the near plane."""
        from mujoco import mjrf

        m = self.world_from_camera
        left, right = ((e - self.cx) * self.near / self.fx for e in (window.x, window.x + window.width))
        top, bottom = ((self.cy - e) * self.near / self.fy for e in (window.y, window.y + window.height))
        return mjrf.Camera(
            pos=m[:3, 3],
            forward=-m[:3, 2],
            up=m[:3, 1],
            frustum_center=(left + right) / 2,
            frustum_width=(right - left) / 2,
            frustum_top=top,
            frustum_bottom=bottom,
            frustum_near=self.near,
            frustum_far=self.far,
        )


class Filament:
    """A context with caches: equal geometry and equal images are uploaded once."""

    def __init__(self, device: Device) -> None:
        try:
            import mujoco
            import mujoco.studio  # registers the shaders; without it the first context ends the process
            from mujoco import mjrf
        except ImportError as error:
            raise EngineError(
                f"engine=embedded needs mujoco 4.0.0 ({error}); install it with: pip install 'palletjack-dr[embedded]'"
            ) from error
        self.api = mjrf
        self.version = str(mujoco.__version__)
        self.context = _open_context(mjrf, device)
        self._meshes: dict[bytes, Any] = {}
        self._textures: dict[tuple[str, bool, bool], Any] = {}
        self._targets: dict[tuple[int, int, str], Any] = {}
        self._uploads: list[Any] = []

    def let_go(self) -> None:
        """Give back the memory of a scene that is gone, which native code does some frames after its last use."""
        self._meshes.clear()
        self._textures.clear()
        self._targets.clear()
        nothing, corner = self.scene(), Window(x=0, y=0, width=64, height=64)
        view = View(world_from_camera=np.eye(4), fx=32.0, fy=32.0, cx=32.0, cy=32.0, near=0.1, far=1.0)
        try:
            for _ in range(FRAMES_UNTIL_FREE):
                self.render(nothing, view, corner, "depth")
        except EngineError as error:  # an error on its way out holds what it came from, and is what shall be seen
            log.debug("memory of the scene comes back later: %s", error)
        give_back()

    def scene(self) -> Any:
        """Return a new, empty scene."""
        return self.context.create_scene(self.api.SceneParams())

    def configure(self, scene: Any, options: dict[str, float | str | Sequence[float]]) -> None:
        """Set scene options ("ao.quality", "fog.density"); mjrf reads them from the custom fields of a model."""
        import mujoco

        rows = [
            f'<text name="filament.{k}" data="{v}"/>'
            if isinstance(v, str)
            else f'<numeric name="filament.{k}" data="{" ".join(f"{x:g}" for x in np.atleast_1d(v))}"/>'
            for k, v in options.items()
        ]
        scene.configure_from_model(mujoco.MjModel.from_xml_string(f"<mujoco><custom>{''.join(rows)}</custom></mujoco>"))

    def mesh(self, buffer: VertexBuffer) -> Any:
        """Return the mesh of a vertex buffer, shared between equal buffers."""
        key = blake2b(buffer.vertices.tobytes() + buffer.triangles.tobytes(), digest_size=16).digest()
        if key not in self._meshes:
            m = self.api
            config = m.MeshConfig(
                attributes=[
                    m.VertexAttribute(usage=usage, type=kind)
                    for usage, kind in (
                        (
                            m.VertexAttributeUsage.VERTEX_ATTRIBUTE_USAGE_POSITION,
                            m.VertexAttributeType.VERTEX_ATTRIBUTE_TYPE_FLOAT3,
                        ),
                        (
                            m.VertexAttributeUsage.VERTEX_ATTRIBUTE_USAGE_TANGENTS,
                            m.VertexAttributeType.VERTEX_ATTRIBUTE_TYPE_FLOAT4,
                        ),
                        (
                            m.VertexAttributeUsage.VERTEX_ATTRIBUTE_USAGE_UV,
                            m.VertexAttributeType.VERTEX_ATTRIBUTE_TYPE_FLOAT2,
                        ),
                    )
                ],
                interleaved=True,
                index_type=m.IndexType.INDEX_TYPE_U32,
                max_vertices=len(buffer.vertices),
                max_indices=buffer.triangles.size,
            )
            data = m.MeshData(
                bounds_min=buffer.vertices[:, :3].min(axis=0), bounds_max=buffer.vertices[:, :3].max(axis=0)
            )
            data.set_vertices(config, buffer.vertices.tobytes())
            data.set_indices(config, buffer.triangles.tobytes())
            mesh = self.context.create_mesh(config)
            self._upload(mesh, data)
            self._meshes[key] = mesh
        return self._meshes[key]

    def texture(self, path: str, *, color: bool, alpha: bool = False) -> Any:
        """Return the texture of an image file; ``color`` images are sRGB, others are linear data.

        With ``alpha`` its fourth channel is kept, and its colours are multiplied by it, as Filament blends them.
        """
        if (path, color, alpha) not in self._textures:
            image = read_texture(path, alpha=alpha)
            m = self.api
            kind = m.PixelFormat.PIXEL_FORMAT_RGBA8 if alpha else m.PixelFormat.PIXEL_FORMAT_RGB8
            texture = self.context.create_texture(
                m.TextureConfig(
                    width=image.shape[1],
                    height=image.shape[0],
                    format=kind,
                    color_space=m.ColorSpace.COLORSPACE_SRGB if color else m.ColorSpace.COLORSPACE_LINEAR,
                    sampler_type=m.SamplerType.TEXTURE_2D,
                )
            )
            data = m.TextureData()
            data.set_image(image.tobytes())
            self._upload(texture, data)
            self._textures[path, color, alpha] = texture
        return self._textures[path, color, alpha]

    def cube_map(self, name: str, ktx: bytes) -> Any:
        """Return the cube texture of a KTX 1 file; the cache keeps it alive, which mjrf does not."""
        if (name, True, False) not in self._textures:
            m = self.api
            kind = m.TextureConfig(
                width=len(ktx),
                height=0,
                format=m.PixelFormat.PIXEL_FORMAT_KTX,
                sampler_type=m.SamplerType.TEXTURE_CUBE,
            )
            texture = self.context.create_texture(kind)
            data = m.TextureData()
            data.set_image(ktx)
            self._upload(texture, data)
            self._textures[name, True, False] = texture
        return self._textures[name, True, False]

    def render(
        self, scene: Any, view: View, window: Window, output: str
    ) -> npt.NDArray[np.uint8] | npt.NDArray[np.int32] | npt.NDArray[np.float32]:
        """Render one output of a window: "rgb" (H, W, 3) uint8, "instance_id" (H, W) int32, "depth" (H, W) float32.

        Keep to few sizes, and to one for all of a frame: for a picture of another size than the one before, mjrf makes
        a swap chain anew, and Filament the buffers between.
        """
        m = self.api
        # RGBA, since the driver has no RGB targets and Filament repacks what is read from them, byte by byte
        shape = (window.height, window.width)
        pixels: npt.NDArray[Any] = np.empty(shape, np.float32) if output == "depth" else np.empty((*shape, 4), np.uint8)
        target = self._target(window.width, window.height, output)
        read = m.ReadRequest(target=target)
        read.set_buffer(pixels)
        beauty = output == "rgb"
        request = m.RenderRequest(
            scene=scene,
            target=target,
            camera=view.camera(window),
            viewport=m.Rect(left=0, bottom=0, width=window.width, height=window.height),
            draw_mode={
                "rgb": m.DrawMode.DRAW_MODE_DEFAULT,
                "instance_id": m.DrawMode.DRAW_MODE_SEGMENTATION_BY_ID,
                "depth": m.DrawMode.DRAW_MODE_DEPTH,
            }[output],
            post_processing=beauty,
            shadows=beauty,
            reflections=False,
            skybox=beauty,
            haze=False,
            headlight=False,
        )
        try:
            self.context.wait_for_frame(self.context.render([request], [read]))
        except RuntimeError as error:
            raise EngineError(
                f"Filament does not draw ({error}); most often something still holds parts of a scene that was closed, "
                f"such as the traceback of an error (del it, or sys.last_traceback in a notebook), or use a new process"
            ) from error
        self._free_uploads()
        if output == "depth":
            return _metres(pixels, view.near, view.far)
        return _ids(pixels) if output == "instance_id" else np.ascontiguousarray(pixels[..., :3])

    def _upload(self, goal: Any, data: Any) -> None:
        goal.upload(data)
        self._uploads.append(data)

    def _free_uploads(self) -> None:
        """Free what was uploaded before a frame that is done: mjrf reads it until then, and keeps it unless told."""
        for data in self._uploads:
            data.free()
        self._uploads.clear()

    def _target(self, width: int, height: int, output: str) -> Any:
        kind = self.api.PixelFormat
        key = (width, height, output)
        target = self._targets.pop(key, None)
        if target is None:
            target = self.context.create_render_target(
                self.api.RenderTargetConfig(
                    width=width,
                    height=height,
                    color_format=kind.PIXEL_FORMAT_R32F if output == "depth" else kind.PIXEL_FORMAT_RGBA8,
                    depth_format=kind.PIXEL_FORMAT_DEPTH32F,
                )
            )
        self._targets[key] = target  # the latest is last
        if len(self._targets) > KEPT_TARGETS:
            del self._targets[next(iter(self._targets))]
        return target


def read_texture(path: str, *, alpha: bool) -> npt.NDArray[np.uint8]:
    """Return the pixels of an image file, RGB or RGBA, as Filament wants them."""
    import cv2

    image = cv2.imread(path, cv2.IMREAD_UNCHANGED if alpha else cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise SceneError(f"texture {path!r} cannot be read; check that the file is there and is a PNG or JPEG")
    pixels = np.asarray(image, np.uint8)
    return np.asarray(cv2.cvtColor(_blendable(pixels, path), cv2.COLOR_BGRA2RGBA), np.uint8) if alpha else pixels


def _blendable(image: npt.NDArray[np.uint8], path: str) -> npt.NDArray[np.uint8]:
    """Return a BGRA image whose colours are multiplied by alpha in linear light, stored as sRGB again."""
    if image.ndim != 3 or image.shape[2] != 4:
        raise SceneError(f"texture {path!r} is used for opacity and has no alpha channel; save it as an RGBA PNG")
    share = image[..., 3:] / 255.0
    bgr = 255 * (image[..., :3] / 255.0) * share ** (1 / 2.2)
    return np.concatenate([np.round(bgr).astype(np.uint8), image[..., 3:]], axis=2)


def _ids(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """Return the ids that red, green and blue hold, lowest byte first."""
    return (pixels.view("<u4")[..., 0] & np.uint32(0xFFFFFF)).view(np.int32)


def _metres(device: npt.NDArray[np.float32], near: float, far: float) -> npt.NDArray[np.float32]:
    """Turn reversed device depth into metres along the optical axis; nothing (0) becomes inf."""
    inverse = device * np.float32((far - near) / (near * far)) + np.float32(1 / far)
    inverse[device <= 0] = 0.0
    with np.errstate(divide="ignore"):
        np.reciprocal(inverse, out=inverse)
    return inverse


def _open_context(mjrf: Any, device: Device) -> Any:
    """Return the process's one context; a second one in a process is not supported by the native code."""
    global _context, _context_process
    if _context is None:
        with _native_output_in_the_log():
            _context = mjrf.Context(
                mjrf.ContextConfig(
                    graphics_api=mjrf.GraphicsApi.GRAPHICS_API_VULKAN, software_rendering=device.software
                )
            )
        _context_process = os.getpid()
    if _context_process != os.getpid():  # its threads are not here: the first frame would never end
        raise EngineError(
            f"engine=embedded was opened in process {_context_process}, of which this one, {os.getpid()}, is a fork, "
            f"and a Vulkan driver does not survive that; start processes afresh, with a DataLoader by "
            f"multiprocessing_context='spawn'"
        )
    return _context


@contextmanager
def _native_output_in_the_log() -> Iterator[None]:
    """Keep what native code prints out of the progress bar and of results; it goes to the log at DEBUG."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(stream) for stream in (1, 2)]
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 1)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            ctypes.CDLL(None).fflush(None)
            for stream, original in zip((1, 2), saved, strict=True):
                os.dup2(original, stream)
                os.close(original)
            caught.seek(0)
            for line in caught.read().decode(errors="replace").splitlines():
                log.debug("filament: %s", line)
