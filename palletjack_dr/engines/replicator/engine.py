"""The replicator engine: Isaac Sim, headless and driven by this process, frame by frame."""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

import numpy as np

from palletjack_dr.assets_root import AssetsRoot
from palletjack_dr.camera import ATTRIBUTES
from palletjack_dr.edits import VOCABULARY, Edit
from palletjack_dr.engine import Capture, Window
from palletjack_dr.engines.replicator import versions
from palletjack_dr.engines.replicator.app import App, start
from palletjack_dr.engines.replicator.live_stage import LiveStage
from palletjack_dr.engines.replicator.preparation import prepare, write_stage
from palletjack_dr.engines.replicator.render_settings import ANTI_ALIASING, DLSS, atmosphere, for_pictures
from palletjack_dr.engines.replicator.views import Views, check_camera, colours, ids, metres
from palletjack_dr.errors import ConfigError, EngineError, did_you_mean
from palletjack_dr.geometry import Pose, camera_from_world

if TYPE_CHECKING:
    from palletjack_dr.scene import Scene

log = logging.getLogger(__name__)
SUBFRAMES: Final = {"draft": 2, "standard": 8, "high": 32}
BLACK: Final = 3


@dataclass(frozen=True, kw_only=True)
class Replicator:
    """Isaac Sim 5.0 to 6.0 with omni.replicator.core, on a GPU with RT cores.

    ``renderer`` is auto, real_time, real_time_2, real_time_legacy, path_tracing (``samples`` per pixel) or minimal;
    ``subframes`` are drawn for each picture before it is taken (0: by quality), ``label_subframes`` for ids and depth.
    ``anti_aliasing`` is off, taa, fxaa, dlss or dlaa, ``dlss`` its quality. ``fog: rtx`` takes fog edits as RTX's own
    fog, which is no extinction coefficient; ``refuse`` does not. ``warm_up`` updates precede the first frame.
    ``assets_root`` is a mirror of Isaac Sim's assets, ``settings`` further render settings by path, ``kit_arguments``
    go to Kit, ``exit_file`` is written with the exit code before Isaac Sim closes.
    """

    name = "replicator"
    together: ClassVar[tuple[str, ...]] = ("instance_id", "depth")
    renderer: str = "auto"
    subframes: int = 0
    label_subframes: int = 1
    samples: int = 64
    anti_aliasing: str = "dlss"
    dlss: str = "quality"
    fog: str = "refuse"
    warm_up: int = 20
    check_camera: bool = True
    assets_root: str = ""
    version: str = ""
    exit_file: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    kit_arguments: list[str] = field(default_factory=list)
    _state: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse names and numbers that Isaac Sim would ignore."""
        for key, known in (("anti_aliasing", ANTI_ALIASING), ("dlss", DLSS), ("fog", ("refuse", "rtx"))):
            value = getattr(self, key)
            if value not in known:
                raise ConfigError(f"{key}: {value!r} is not known{did_you_mean(value, known)}")
        for key, low in (("subframes", 0), ("label_subframes", 1), ("samples", 1), ("warm_up", 1)):
            if getattr(self, key) < low:
                raise ConfigError(f"{key}: got {getattr(self, key)}, wanted {low} or more")

    def start(self) -> AssetsRoot | None:
        """Start Isaac Sim; nothing of USD may be imported before. Return its assets root."""
        versions.check_importable()
        number = self.version or versions.installed_version()
        release = versions.release(number)
        launch = {
            "headless": True,
            "renderer": release.renderer(self.renderer),
            "anti_aliasing": ANTI_ALIASING[self.anti_aliasing],
            "samples_per_pixel_per_frame": self.samples,
            "sync_loads": True,
            "multi_gpu": False,
            "disable_viewport_updates": not release.viewport,
        }
        arguments = list(self.kit_arguments)
        if self.assets_root:
            arguments.append(f"--/persistent/isaac/asset_root/default={self.assets_root}")
        app = start(launch, release, number, arguments)
        app.exit_file = self.exit_file
        root = versions.assets_root(self.assets_root)
        self._state.update(app=app, root=root)
        log.info("Isaac Sim %s, assets root %s", number, root.url if root else "none that answers")
        return root

    def open(self, scene: Scene, resolution: tuple[int, int], quality: str) -> None:
        """Open the scene as Isaac Sim's stage, label its objects, make the camera's view and warm up."""
        import importlib

        if quality not in SUBFRAMES:
            raise ConfigError(f"quality={quality!r} is not known{did_you_mean(quality, SUBFRAMES)}")
        if "app" not in self._state:
            self.start()
        app = cast(App, self._state["app"])
        folder = tempfile.TemporaryDirectory(prefix="palletjack_dr_")
        stage = app.open_stage(write_stage(scene, Path(folder.name)))
        importlib.import_module("omni.replicator.core").orchestrator.set_capture_on_play(False)
        app.reset_render_settings()
        app.configure(
            {**for_pictures(anti_aliasing=self.anti_aliasing, dlss=self.dlss, samples=self.samples), **self.settings}
        )
        prepare(stage, scene, app.release)
        live = LiveStage(stage, scene)
        self._state.update(folder=folder, scene=scene, live=live, views=Views(stage, scene.camera, resolution))
        self._state.update(resolution=resolution, subframes=self.subframes or SUBFRAMES[quality], world=None)
        self.apply([])
        app.update(self.warm_up)
        for _ in range(2):  # the first steps start Replicator and load what is still missing; nobody keeps them
            seen = self.capture(("rgb", "instance_id", "depth"))
        if seen.rgb is not None and seen.rgb.max() < BLACK:
            log.warning(
                "Isaac Sim's first picture is black: without a window it adds no light of its own, and without the GL "
                "and Vulkan libraries of its container it renders nothing; palletjack-dr selftest tells which it is"
            )

    def capabilities(self) -> frozenset[str]:
        """Return the edits that can be applied: all but lens and sensor, which are the core's, and fog if refused."""
        return frozenset(a for a in VOCABULARY if a not in ATTRIBUTES and not (self.fog == "refuse" and "fog" in a))

    def describe(self) -> dict[str, str]:
        """Return engine, Isaac Sim's version, renderer and subframes."""
        app = self._state.get("app")
        if app is None:
            return {"engine": self.name}
        return {
            "engine": self.name,
            "isaac_sim": app.version,
            "renderer": app.release.renderer(self.renderer),
            "anti_aliasing": self.anti_aliasing,
            "subframes": str(self._state.get("subframes", self.subframes)),
            "assets_root": self._state["root"].url if self._state["root"] else "",
        }

    def apply(self, edits: Iterable[Edit]) -> None:
        """Write one frame's edits onto the live stage; whatever the frame before had changed is taken back."""
        live = self._open("live")
        live.show(None, decals=True)
        world = live.apply(edits, self._texture_url)
        self._zoom()
        if world != self._state["world"]:
            self._state["app"].configure(atmosphere(world))
            self._state["world"] = world

    def capture(
        self, outputs: Collection[str], *, only: Collection[int] | None = None, window: Window | None = None
    ) -> Capture:
        """Render the named outputs of the frame, or of some instances alone; decals are seen in rgb only."""
        if "rgb" in outputs and len(set(outputs)) > 1:
            labels = self.capture([o for o in outputs if o != "rgb"], only=only, window=window)
            return replace(labels, rgb=self.capture(["rgb"], only=only, window=window).rgb)
        views, live, scene = self._open("views"), self._open("live"), self._state["scene"]
        width, height = self._state["resolution"]
        frame = window or Window(x=0, y=0, width=width, height=height)
        focal = self._focal()
        k = np.array([[focal, 0.0, width / 2 - frame.x], [0.0, focal, height / 2 - frame.y], [0.0, 0.0, 1.0]])
        view = camera_from_world(cast(Pose, live.value(scene.camera, "pose") or scene.pose(scene.camera)))
        if not outputs:
            return Capture(k=k, view=view)
        live.show(only, decals="rgb" in outputs)
        shown = views.holding(window)
        views.aim(shown)
        subframes = self._state["subframes"] if "rgb" in outputs else self.label_subframes
        seen = views.see(shown, outputs, subframes)
        if self.check_camera:
            check_camera(seen["camera"], k, view, shown.size)
        rows = slice(shown.pad[1] + frame.y, shown.pad[1] + frame.y + frame.height)
        columns = slice(shown.pad[0] + frame.x, shown.pad[0] + frame.x + frame.width)
        return Capture(
            k=k,
            view=view,
            rgb=colours(seen["rgb"])[rows, columns] if "rgb" in outputs else None,
            instance_id=ids(seen["instance_id"], scene.objects)[rows, columns] if "instance_id" in outputs else None,
            depth=metres(seen["depth"])[rows, columns] if "depth" in outputs else None,
        )

    def close(self) -> None:
        """Let go of the stage's views; Isaac Sim itself goes on until the process leaves."""
        views = self._state.pop("views", None)
        if views is not None:
            views.close()
        folder = self._state.pop("folder", None)
        if folder is not None:
            folder.cleanup()
        self._state.pop("live", None)

    def _open(self, part: str) -> Any:
        if part not in self._state:
            raise EngineError("the replicator engine is not open; call open(scene, resolution, quality) first")
        return self._state[part]

    def _focal(self) -> float:
        """Return the focal length [px] of the picture."""
        from pxr import UsdGeom

        live, scene = self._state["live"], self._state["scene"]
        width = float(self._state["resolution"][0])
        fov = live.value(scene.camera, "camera.fov")
        if fov is not None:
            return width / 2 / math.tan(math.radians(fov) / 2)
        camera = UsdGeom.Camera(scene.stage.GetPrimAtPath(scene.camera))
        return width * float(camera.GetFocalLengthAttr().Get()) / float(camera.GetHorizontalApertureAttr().Get())

    def _zoom(self) -> None:
        from pxr import UsdGeom

        live, scene = self._state["live"], self._state["scene"]
        camera = UsdGeom.Camera(live.stage.GetPrimAtPath(scene.camera))
        aperture = float(camera.GetHorizontalApertureAttr().Get())
        camera.GetFocalLengthAttr().Set(self._focal() * aperture / self._state["resolution"][0])
        camera.GetFStopAttr().Set(0.0)  # no depth of field: defocus is the core's, the same for every engine

    def _texture_url(self, name: str) -> str | None:
        """Return where a texture of the assets root lies; None for those by other names."""
        root = self._state["root"]
        return root.url.rstrip("/") + name if root and name.startswith(("/Isaac/", "/NVIDIA/")) else None
