"""The lights of a scene in Filament: which shine, how brightly, and which few of them cast shadows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from palletjack_dr.engines.embedded.environment_map import environment_map
from palletjack_dr.engines.embedded.filament import Filament
from palletjack_dr.engines.embedded.lights import Lamp, read_lamp, tint
from palletjack_dr.engines.embedded.presets import Preset
from palletjack_dr.geometry import Array, Pose, rotation_matrix

if TYPE_CHECKING:
    from palletjack_dr.scene import Scene

REACH = 60.0
"""Distance [m] beyond which a lamp is not computed any more."""
FOCUS = 5.0
"""Distance [m] in front of the camera around which shadows matter most."""


@dataclass(kw_only=True, eq=False)
class _Shining:
    lamp: Lamp
    pose: Pose
    light: Any


class Lighting:
    """All lamps of one scene."""

    def __init__(self, filament: Filament, target: Any, scene: Scene, preset: Preset) -> None:
        self._preset = preset
        self._lights: list[_Shining] = []
        roles = scene.roles()
        for path in [p for role in ("light", "dome") if role in roles for p in scene.select(role)]:
            lamp = read_lamp(scene.stage.GetPrimAtPath(path))
            if lamp is not None:
                light = _create(filament, lamp, preset, rotation_matrix(scene.pose(path)[3:]))
                target.add_light(light)
                self._lights.append(_Shining(lamp=lamp, pose=scene.pose(path), light=light))

    def apply(self, edits: Mapping[tuple[str, str], object], camera: Array, gain: float) -> None:
        """Set every lamp to its edited or its stage's value; ``gain`` stands for exposure."""
        focus = camera[:3, 3] - FOCUS * camera[:3, 2]
        distances = []
        for index, shining in enumerate(self._lights):
            lamp, path = shining.lamp, shining.lamp.path
            intensity = cast(float, edits.get((path, "light.intensity"), lamp.intensity))
            enabled = bool(edits.get((path, "light.enabled"), True)) and intensity > 0
            color = cast("tuple[float, float, float]", edits.get((path, "light.color"), lamp.color))
            temperature = cast("float | None", edits.get((path, "light.temperature"), lamp.temperature))
            shining.light.set_active(enabled)
            shining.light.set_intensity(intensity * lamp.per_unit * gain)
            shining.light.set_color(np.array(tint(color, temperature), np.float32))
            if lamp.kind == "dome":
                continue
            pose = cast(Pose, edits.get((path, "pose"), shining.pose))
            downward = -rotation_matrix(pose[3:])[:, 2]
            shining.light.set_pose(np.array(pose[:3], np.float32), downward.astype(np.float32))
            far = 0.0 if lamp.kind == "distant" else float(np.linalg.norm(np.subtract(pose[:3], focus)))
            distances.append((not enabled, far, index))
        for rank, (off, _, index) in enumerate(sorted(distances)):
            self._lights[index].light.set_cast_shadow(rank < self._preset.shadowed_lights and not off)


def _create(filament: Filament, lamp: Lamp, preset: Preset, turn: Array) -> Any:
    m = filament.api
    kinds = {
        "spot": m.LightType.LIGHT_SPOT,
        "point": m.LightType.LIGHT_POINT,
        "distant": m.LightType.LIGHT_DIRECTIONAL,
        "dome": m.LightType.LIGHT_IMAGE,
    }
    params = m.LightParams(
        type=kinds[lamp.kind],
        color=np.ones(3, np.float32),
        intensity=1.0,
        cast_shadow=False,
        range=REACH,
        cutoff=min(lamp.cone, 85.0),
        softness=1.0 if lamp.kind == "spot" else 0.0,
        shadow_map_size=preset.shadow_map,
        bulb_radius=lamp.radius,
    )
    if lamp.kind == "dome":
        params.texture = environment_map(filament, lamp.texture, turn)
    return filament.context.create_light(params)
