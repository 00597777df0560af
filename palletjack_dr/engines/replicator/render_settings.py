"""RTX's settings for a run and for a frame, by the paths that Isaac Sim knows them by."""

from __future__ import annotations

import math
from typing import Any, Final, cast

ANTI_ALIASING: Final = {"off": 0, "taa": 1, "fxaa": 2, "dlss": 3, "dlaa": 4}
DLSS: Final = {"performance": 0, "balanced": 1, "quality": 2, "auto": 3}
DEFAULT_EXPOSURE: Final = 8.0
"""EV100 of a lit hall, as for the embedded engine."""
FILM_EXPOSURE: Final = math.log2(5.0**2 * 50.0)
"""EV100 of RTX's film camera at ISO 100: f/5, 1/50 s."""


def for_pictures(*, anti_aliasing: str, dlss: str, samples: int) -> dict[str, Any]:
    """Return the settings of all pictures of a run."""
    return {
        "/rtx/materialDb/syncLoads": True,
        "/rtx/hydra/materialSyncLoads": True,
        "/omni/kit/plugin/syncUsdLoads": True,
        "/rtx/post/aa/op": ANTI_ALIASING[anti_aliasing],
        "/rtx/post/dlss/execMode": DLSS[dlss],
        "/omni/replicator/captureMotionBlur": False,
        "/rtx/pathtracing/spp": samples,
        "/rtx/pathtracing/totalSpp": samples,
        "/exts/omni.replicator.core/maxAssetLoadingTime": 300,
    }


def atmosphere(world: dict[str, object]) -> dict[str, Any]:
    """Return the render settings of a frame's exposure and fog."""
    exposure = cast(float, world.get("environment.exposure", DEFAULT_EXPOSURE))
    density = cast(float, world.get("environment.fog_density", 0.0))
    settings: dict[str, Any] = {
        "/rtx/post/tonemap/filmIso": 100.0 * 2.0 ** (FILM_EXPOSURE - exposure),
        "/rtx/fog/enabled": density > 0,
    }
    if density > 0:
        settings |= {
            "/rtx/fog/fogDensity": density,
            "/rtx/fog/color": world.get("environment.fog_color", (0.5, 0.5, 0.5)),
        }
    return settings
