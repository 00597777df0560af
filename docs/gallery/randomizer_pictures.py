"""Pictures of the randomizers: one calm frame of the default run, and what three draws make of it."""

from __future__ import annotations

import dataclasses
import inspect
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from contact_sheets import Picture, Tile

from palletjack_dr import Edit, Randomizer, Scene
from palletjack_dr.camera import Camera
from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import Plan, build
from palletjack_dr.discovery import Plugins
from palletjack_dr.geometry import Array, look_at
from palletjack_dr.randomness import stream
from palletjack_dr.run import open_studio

DRAWS = 3
NEAR = 2.5
"""Distance [m] within which moved objects are looked at together."""
CALM = (
    "resolution=[240,136]",
    "quality=standard",
    "asset=[palletjack,warehouse_distractors,decals]",
    "randomizer=[lighting,exposure,target_placement,distractor_placement,robot_camera]",
    "randomizers.lighting.failed=0",
    "randomizers.lighting.intensity=20000",
    "randomizers.lighting.temperature=4600",
    "randomizers.lighting.spread=1",
    "randomizers.lighting.ambient=40",
    "randomizers.exposure.value=7.6",
    "randomizers.target_placement.count=2",
    "randomizers.robot_camera.distance=[2.6,3.6]",
    "randomizers.robot_camera.height=[1.4,1.7]",
    "randomizers.robot_camera.aim=0",
    "randomizers.robot_camera.roll=0",
    "randomizers.robot_camera.fov=65",
    "constraints.target_visible.min_px=1500",
)
"""The default run without most of its variation."""


@dataclass(frozen=True)
class Shown:
    """How a randomizer is shown: with which settings, and in which ``view``.

    "same" keeps the camera, "hall" looks over the whole hall, "moved" at the objects that were moved.
    """

    settings: tuple[str, ...] = ()
    view: str = "same"


SHOWN = {
    "along_walls": Shown(("share=1.0",), "moved"),
    "atmosphere": Shown(("density=[0.02,0.3]", "warmth=[0,0.6]")),
    "chromatic_aberration": Shown(("shift=[1,6]",)),
    "crowd": Shown(("count=[3,6]",), "moved"),
    "decals": Shown(("count=[16,22]", "near=1", "reach=2.2")),
    "defocus": Shown(("radius=[0.5,4]",)),
    "dome_light": Shown(("luminance=[15,180]", "warmth=[-1,1]")),
    "exposure": Shown(("value=[6,10]",)),
    "exposure_error": Shown(("stops=[-2,2]",)),
    "floor_placement": Shown(("role=distractor", "count=[5,35]"), "hall"),
    "flying": Shown(("count=[2,8]",)),
    "handheld": Shown(("roll=[-20,20]", "pan=[-12,12]", "tilt=[-8,8]")),
    "jpeg_artifacts": Shown(("quality=[4,30]",)),
    "lamp_jitter": Shown(("tilt=[-60,60]", "shift=[-2.5,2.5]", "drop=[0,2]"), "hall"),
    "leaning": Shown(("count=2",), "moved"),
    "lens_distortion": Shown(("k1=[-0.33,0.33]",), "hall"),
    "light_zones": Shown(("dark=[0.3,1.0]", "flicker=1.0"), "hall"),
    "lighting": Shown(("intensity=[3000,45000]", "temperature=[2500,9000]"), "hall"),
    "load_on_forks": Shown(("share=1.0",)),
    "material_jitter": Shown(("material=Floor", "roughness=[0.02,0.5]", "shade=[0.3,1]")),
    "motion_blur": Shown(("length=[3,18]",)),
    "orbit_camera": Shown(("distance=[1.8,4]", "azimuth=[0,210]", "roll=[-15,15]")),
    "physics_drop": Shown(("count=[4,9]", "spread=[0.1,0.6]"), "moved"),
    "robot_camera": Shown(("distance=[1.6,5]",)),
    "row_placement": Shown((), "moved"),
    "sensor_noise": Shown(("gain=[2,48]",)),
    "stacked": Shown(("count=[4,8]",), "moved"),
    "textures": Shown(("material=Floor", "families=[concrete,epoxy,asphalt,tiles,wood,pattern]")),
    "vignetting": Shown(("strength=[0.3,1]",)),
    "wear": Shown(("amount=[0,1]",)),
    "white_balance": Shown(("warmth=[-0.8,0.8]", "tint=[-0.3,0.3]")),
}
"""Settings that make the effect plain; a randomizer that is not named here is shown as it comes."""


def randomizers(names: Sequence[str], plugins: Plugins) -> list[Tile]:
    """Return a strip of frames for each randomizer, each of its fields drawn low, in the middle and high."""
    with tempfile.TemporaryDirectory() as folder:
        plan = _plan([*CALM, f"output_dir={folder}"], plugins)
        with open_studio(plan, plugins) as studio:
            calm, _ = studio.make(0)
            return [_strip(name, calm.edits, studio.scene, studio.camera, plugins) for name in names]


def _plan(overrides: Sequence[str], plugins: Plugins) -> Plan:
    return build(compose("gallery", list(overrides), plugins)[0], plugins.registry)


def _strip(name: str, calm: list[Edit], scene: Scene, camera: Camera, plugins: Plugins) -> Tile:
    shown = SHOWN.get(name, Shown())
    chosen = [f"+randomizer@randomizers.shown={name}", *(f"randomizers.shown.{s}" for s in shown.settings)]
    randomizer = _plan([*CALM, *chosen], plugins).randomizers["shown"]
    frames = []
    for draw in range(DRAWS):
        drawn = _drawn(randomizer, name, draw, scene.after(calm))
        camera.apply([*calm, *drawn, *_view(shown.view, drawn, scene.after([*calm, *drawn]))])
        frames.append(_picture(camera))
    return Tile(name=name, picture=np.hstack(frames), facts=_facts(randomizer, shown))


def _drawn(randomizer: Randomizer, name: str, draw: int, scene: Scene) -> list[Edit]:
    """Return one draw of several: each drawn field in another part of its distribution."""
    fields = [f.name for f in dataclasses.fields(randomizer) if f.metadata.get("drawn")]
    return list(randomizer.sample(stream(0, draw, 0, name, dict.fromkeys(fields, (draw + 0.5) / DRAWS)), scene))


def _view(view: str, drawn: Sequence[Edit], scene: Scene) -> list[Edit]:
    """Return where the camera goes, if the picture needs another place than the calm frame's."""
    if view == "hall":
        low, high = scene.floor()
        return _looking((0.92 * low[0], 0.3 * low[1], 4.2), (0.2 * high[0], 0.1 * high[1], 0.0), 80.0)
    moved = [scene.thing(e.target) for e in drawn if e.attribute == "pose"] if view == "moved" else []
    middles = np.array([scene.bounds(thing).mean(axis=0) for thing in moved if scene.visible(thing)])
    if not len(middles):
        return []
    near = middles[np.linalg.norm(middles - middles[0], axis=1) < NEAR].mean(axis=0)
    return _looking(_stand(near, scene), near, 65.0)


def _looking(eye: npt.ArrayLike, target: npt.ArrayLike, field: float) -> list[Edit]:
    return [Edit("camera", "pose", look_at(eye, target)), Edit("camera", "camera.fov", field)]


def _stand(point: Array, scene: Scene) -> Array:
    """Return a place 3.4 m from a point and above it from where least is in the way, best towards the hall's middle."""
    boxes = np.stack([scene.bounds(thing) for thing in scene.standing()])
    inward = np.arctan2(-point[1], -point[0])
    stands = []
    for turn in np.radians([0, 30, -30, 60, -60, 90, -90, 120, -120]):
        away = np.array([np.cos(inward + turn), np.sin(inward + turn)])
        eye = np.array([*(point[:2] + 3.4 * away), 3.0])
        path = eye + np.linspace(0.0, 0.75, 40)[:, None] * (point - eye)
        inside = ((path[:, None] > boxes[:, 0]) & (path[:, None] < boxes[:, 1])).all(axis=2)
        stands.append((int(inside.sum()), eye))
    return min(stands, key=lambda stand: stand[0])[1]


def _picture(camera: Camera) -> Picture:
    picture = camera.capture(["rgb"]).rgb
    assert picture is not None
    return picture


def _facts(randomizer: Randomizer, shown: Shown) -> dict[str, Any]:
    about = (inspect.getdoc(type(randomizer)) or "").partition("\n")[0]
    return {"about": about, "settings": list(shown.settings)}
