"""The embedded engine: the stage, retained in Filament, and changed in place by the edits of each frame."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
import numpy.typing as npt

from palletjack_dr.edits import VOCABULARY, Edit
from palletjack_dr.engine import Capture, Window
from palletjack_dr.engines.embedded.filament import Filament, View
from palletjack_dr.engines.embedded.lighting import Lighting
from palletjack_dr.engines.embedded.parts import Part, Place, load_parts
from palletjack_dr.engines.embedded.presets import DEFAULT_EXPOSURE, light_gain, preset
from palletjack_dr.engines.embedded.vulkan import find_device
from palletjack_dr.errors import EngineError
from palletjack_dr.geometry import Pose, camera_from_world, matrix

if TYPE_CHECKING:
    from palletjack_dr.scene import Scene, SceneObject

log = logging.getLogger(__name__)
NOTHING = 0
_latest: weakref.ref[Embedded] | None = None
"""The engine that was opened last in this process."""


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """Filament through MuJoCo 4, on a CPU (lavapipe) or any Vulkan GPU; ``device`` is auto, cpu or gpu."""

    name = "embedded"
    together: ClassVar[tuple[str, ...]] = ()
    device: str = "auto"
    _state: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def start(self) -> None:
        """Do nothing: this engine has no assets of its own, and nothing that must come before USD."""

    def open(self, scene: Scene, resolution: tuple[int, int], quality: str) -> None:
        """Upload the scene's geometry, surfaces and lights."""
        device = find_device(self.device)
        log.info("embedded engine on the %s (driver %s)", "CPU" if device.software else "GPU", device.driver.name)
        filament = Filament(device)
        self._take_over()
        self._state["filament"] = filament
        self._state["view"] = _Retained(filament, scene, resolution, quality)
        self._state["about"] = {
            "engine": self.name,
            "mujoco": filament.version,
            "device": "cpu" if device.software else "gpu",
            "driver": device.driver.name,
        }

    def capabilities(self) -> frozenset[str]:
        """Return the edits that can be applied: the whole vocabulary."""
        return frozenset(VOCABULARY)

    def describe(self) -> dict[str, str]:
        """Return engine, version, device and driver."""
        return dict(self._state.get("about", {"engine": self.name}))

    def apply(self, edits: Iterable[Edit]) -> None:
        """Apply one frame's edits; whatever the frame before had changed goes back to the stage's value."""
        self._open_view().apply(edits)

    def capture(
        self, outputs: Collection[str], *, only: Collection[int] | None = None, window: Window | None = None
    ) -> Capture:
        """Render the named outputs of the frame, or of some instances alone."""
        return self._open_view().capture(outputs, only, window)

    def close(self) -> None:
        """Let go of the scene and give its memory back; the process keeps its one Filament context."""
        filament: Filament | None = self._state.get("filament")
        self._state.clear()
        if filament is not None:
            filament.let_go()

    def _take_over(self) -> None:
        """Become the engine of this process: the native code draws one scene at a time."""
        global _latest
        other = _latest() if _latest is not None else None
        if other is not None and other is not self and "view" in other._state:
            raise EngineError(
                "engine=embedded is open already in this process, and draws one scene at a time; close what has it "
                "open first (a stream: its close()), or use another process"
            )
        _latest = weakref.ref(self)

    def _open_view(self) -> _Retained:
        if "view" not in self._state:
            raise EngineError("the embedded engine is not open; call open(scene, resolution, quality) first")
        return cast(_Retained, self._state["view"])


class _Retained:
    """Filament's copy of one scene, and the edits that it shows at present."""

    def __init__(self, filament: Filament, scene: Scene, resolution: tuple[int, int], quality: str) -> None:
        self._filament, self._scene, self._preset = filament, scene, preset(quality)
        self._resolution = resolution
        self._size = resolution  # of every pass of the present frame
        self._target = filament.scene()
        self._parts = sorted(load_parts(filament, scene), key=lambda part: part.paint_only)
        self._lighting = Lighting(filament, self._target, scene, self._preset)
        self._under: dict[str, tuple[Part, ...]] = {}
        self._look: dict[Part, dict[str, object]] = {}
        self._shown: dict[tuple[str, str], object] = {}
        self._hidden: set[Part] = set()
        self._present: list[Part] = []
        self._lens = _stage_lens(scene, resolution)
        self._view = self._lens
        self._fog: dict[str, Any] | None = None
        self._exposure = np.nan
        self.apply([])

    def apply(self, edits: Iterable[Edit]) -> None:
        self._size = self._resolution
        wanted: dict[tuple[str, str], object] = {}
        look: dict[Part, dict[str, object]] = {}
        for edit in edits:
            for path in self._scene.select(edit.target):
                if edit.attribute.startswith("material."):
                    for part in self._parts_under(path):
                        look.setdefault(part, {})[edit.attribute] = edit.value
                else:
                    wanted[path, edit.attribute] = edit.value
        changed = {k for k in wanted.keys() | self._shown.keys() if wanted.get(k) != self._shown.get(k)}
        self._shown = wanted
        self._place({path for path, attribute in changed if attribute in ("pose", "scale", "visible")})
        for part in look.keys() | self._look.keys():
            if look.get(part) != self._look.get(part):
                part.paint(self._filament, look.get(part, {}))
        self._look = look
        self._aim()
        self._set_atmosphere()
        self._lighting.apply(wanted, self._view.world_from_camera, light_gain(self._exposure))

    def capture(self, outputs: Collection[str], only: Collection[int] | None, window: Window | None) -> Capture:
        frame = window or Window(x=0, y=0, width=self._resolution[0], height=self._resolution[1])
        if only is None:
            self._size = _roomy(frame, self._resolution)
        wanted = [p for p in self._parts if p not in self._hidden and (only is None or p.instance in only)]
        seen: dict[str, Any] = {}
        if set(outputs) - {"rgb"}:
            self._bring_in([p for p in wanted if not p.paint_only])
            seen = {output: self._draw(frame, output) for output in outputs if output != "rgb"}
        if "rgb" in outputs:
            self._bring_in(wanted)
            seen["rgb"] = self._draw(frame, "rgb")
        v = self._view
        k = np.array([[v.fx, 0.0, v.cx - frame.x], [0.0, v.fy, v.cy - frame.y], [0.0, 0.0, 1.0]])
        camera = self._shown.get((self._scene.camera, "pose")) or self._scene.pose(self._scene.camera)
        return Capture(k=k, view=camera_from_world(cast(Pose, camera)), **seen)

    def _draw(self, frame: Window, output: str) -> npt.NDArray[Any]:
        """Draw a window in pieces of the frame's size: to change the size takes longer than another piece."""
        width, height = self._size
        across, down = range(frame.x, frame.x + frame.width, width), range(frame.y, frame.y + frame.height, height)
        rows = [[self._piece(Window(x=x, y=y, width=width, height=height), output) for x in across] for y in down]
        whole = rows[0][0] if len(rows) == len(rows[0]) == 1 else np.vstack([np.hstack(row) for row in rows])
        return np.ascontiguousarray(whole[: frame.height, : frame.width])

    def _piece(self, piece: Window, output: str) -> npt.NDArray[Any]:
        n = self._preset.oversample
        if output != "rgb" or n == 1:
            return self._filament.render(self._target, self._view, piece, output)
        import cv2

        v = self._view
        large = replace(v, fx=v.fx * n, fy=v.fy * n, cx=v.cx * n, cy=v.cy * n)
        big = Window(x=piece.x * n, y=piece.y * n, width=piece.width * n, height=piece.height * n)
        pixels = self._filament.render(self._target, large, big, "rgb")
        return np.asarray(cv2.resize(pixels, (piece.width, piece.height), interpolation=cv2.INTER_AREA))

    def _parts_under(self, path: str) -> tuple[Part, ...]:
        """Return the parts at or below a prim, or whose material is at or below it."""
        if path not in self._under:
            inside = path + "/"
            self._under[path] = tuple(
                p for p in self._parts if any(q == path or q.startswith(inside) for q in (p.path, p.surface.path))
            )
        return self._under[path]

    def _place(self, paths: Iterable[str]) -> None:
        parts = {part for path in paths if path != self._scene.camera for part in self._parts_under(path)}
        things = {part.thing.path: part.thing for part in parts if part.thing is not None}
        places = {path: self._place_of(thing) for path, thing in things.items()}
        for part in parts:
            if part.thing is not None:
                path = part.thing.path
                part.move(places[path])
                visible = bool(self._shown.get((path, "visible"), True))
                (self._hidden.discard if visible else self._hidden.add)(part)

    def _place_of(self, thing: SceneObject) -> Place:
        scale = self._shown.get((thing.path, "scale"), (1.0, 1.0, 1.0))
        pose = self._shown.get((thing.path, "pose"), thing.pose)
        return Place(cast(Pose, pose), cast("tuple[float, float, float]", scale))

    def _aim(self) -> None:
        camera = self._scene.camera
        edited = self._shown.get((camera, "pose"))
        m = matrix(cast(Pose, edited)) if edited is not None else self._lens.world_from_camera
        fov = self._shown.get((camera, "camera.fov"))
        focal = self._lens.fx if fov is None else self._lens.cx / np.tan(np.radians(cast(float, fov)) / 2)
        self._view = replace(self._lens, world_from_camera=m, fx=focal, fy=focal)

    def _set_atmosphere(self) -> None:
        world = {a: v for (_, a), v in self._shown.items() if a.startswith("environment.")}
        exposure = cast(float, world.get("environment.exposure", DEFAULT_EXPOSURE))
        fog = _fog(cast(float, world.get("environment.fog_density", 0.0)), world.get("environment.fog_color"))
        if fog != self._fog:  # which takes longer than all other edits of a frame together
            self._fog = fog
            self._filament.configure(self._target, {**self._preset.options, **fog})
        if exposure != self._exposure:
            self._exposure = exposure
            for part in self._parts:
                part.expose(light_gain(exposure))

    def _bring_in(self, wanted: list[Part]) -> None:
        """Have just these parts in the scene, in this order (mjrf renders one scene a context, so they come and go).

        The order decides which of two surfaces in the same place is seen, so it may not depend on what came before.
        """
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(self._present, wanted, strict=False)))
        for part in self._present[kept:]:
            self._target.remove_renderable(part.renderable)
        for part in wanted[kept:]:
            self._target.add_renderable(part.renderable)
        self._present = wanted


def _roomy(window: Window, picture: tuple[int, int]) -> tuple[int, int]:
    """Return the (width, height) [px] at which a frame is drawn: the picture's, or larger by eighths of it.

    A lens needs more of the image plane, another amount for every frame, and each new size costs more than its pixels.
    """
    sizes = zip((window.width, window.height), picture, strict=True)
    width, height = (max(whole, -(-size // -(-whole // 8)) * -(-whole // 8)) for size, whole in sizes)
    return width, height


def _fog(density: float, color: object) -> dict[str, Any]:
    """Return Filament's options for an extinction coefficient [1/m] and a linear RGB."""
    if density <= 0:
        return {"fog.enabled": 0}
    return {
        "fog.enabled": 1,
        "fog.density": density,
        "fog.color": color or (0.5, 0.5, 0.5),
        "fog.distance": 0.0,
        "fog.height_falloff": 0.0,
    }


def _stage_lens(scene: Scene, resolution: tuple[int, int]) -> View:
    from pxr import UsdGeom

    camera = UsdGeom.Camera(scene.stage.GetPrimAtPath(scene.camera))
    width, height = resolution
    focal = width * camera.GetFocalLengthAttr().Get() / camera.GetHorizontalApertureAttr().Get()
    near, far = camera.GetClippingRangeAttr().Get()
    return View(
        world_from_camera=matrix(scene.pose(scene.camera)),
        fx=focal,
        fy=focal,
        cx=width / 2,
        cy=height / 2,
        near=float(near),
        far=float(far),
    )
