"""Does an engine see what geometry says it must? Three scenes of boxes, against rays cast through every pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from palletjack_dr.edits import Edit
from palletjack_dr.engine import Capture, Engine, Window
from palletjack_dr.geometry import look_at, pose
from palletjack_dr.labels.extents import extents

if TYPE_CHECKING:
    from palletjack_dr.scene import Scene

SIZE: Final = (640, 384)
A, B, CRATE, CAMERA = "/World/Objects/target_0", "/World/Objects/target_1", "/World/Objects/crate_0", "/World/Camera"
EDGES, BOX, METRES, SHARE = 0.997, 1, 0.02, 0.01
"""Wanted: share of equal ids, pixels that a box may be off, metres that depth may be off, error of an amodal area."""
BEYOND: Final = Window(x=-160, y=-96, width=960, height=576)

SCENES: Final[dict[str, list[Edit]]] = {
    "as built": [],
    "moved, turned, scaled": [
        Edit(CAMERA, "pose", look_at((3.0, -3.5, 2.2), (0.2, 0.4, 0.3))),
        Edit(A, "pose", pose((-0.5, -1.0, 0.9), yaw=0.7)),
        Edit(A, "scale", (1.0, 1.5, 0.7)),
        Edit(CRATE, "visible", False),
    ],
    "close, half outside, wide": [
        Edit(CAMERA, "pose", look_at((0.4, -2.2, 0.8), (-0.2, 0.0, 0.6), roll=0.1)),
        Edit(CAMERA, "camera.fov", 80.0),
        Edit(A, "pose", pose((-1.5, -0.6, 0.5), yaw=0.3)),
    ],
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One comparison: in which ``scene``, of ``what``, what was ``seen`` and ``wanted``, and whether that is right."""

    scene: str
    what: str
    seen: str
    wanted: str
    right: bool


def selftest(engine: Engine) -> Iterator[Check]:
    """Yield the checks of an engine; it is started, opened and closed here."""
    engine.start()
    from palletjack_dr.testing import small_scene

    scene = small_scene()
    engine.open(scene, SIZE, "standard")
    try:
        for name, edits in SCENES.items():
            engine.apply(edits)
            yield from _geometry(name, engine, scene.after(edits))
        yield from _colours(engine)
        engine.apply([])
        yield from _geometry("as built, again", engine, scene)
    finally:
        engine.close()


def _geometry(name: str, engine: Engine, scene: Scene) -> Iterator[Check]:
    from palletjack_dr.testing.small_scene import cast_rays

    seen = engine.capture(["instance_id", "depth"])
    assert seen.instance_id is not None
    assert seen.depth is not None
    ids, depth = cast_rays(scene, seen.k, seen.view, (0, 0, *SIZE))
    same = seen.instance_id == ids
    share = float(same.mean())
    yield Check(scene=name, what="ids equal", seen=f"{share:.2%}", wanted=f"at least {EDGES:.1%}", right=share >= EDGES)
    off = _box_error(seen.instance_id, ids)
    yield Check(scene=name, what="boxes off", seen=f"{off} px", wanted=f"at most {BOX} px", right=off <= BOX)
    inside = same & (ids > 0)
    error = float(np.abs(seen.depth[inside] - depth[inside]).max()) if inside.any() else np.inf
    yield Check(
        scene=name, what="depth off", seen=f"{error:.4f} m", wanted=f"at most {METRES} m", right=error <= METRES
    )
    nothing = bool(np.isinf(seen.depth[same & (ids == 0)]).all())
    yield Check(scene=name, what="nothing is inf", seen=str(nothing), wanted="True", right=nothing)
    yield _alone(name, engine, scene, seen)


def _alone(name: str, engine: Engine, scene: Scene, seen: Capture) -> Check:
    """Compare the area of one object alone, with the parts of it that lie outside the picture."""
    from palletjack_dr.testing.small_scene import cast_rays

    thing = scene.thing(A)
    whole = engine.capture(["instance_id"], only={thing.id}, window=BEYOND).instance_id
    window = (BEYOND.x, BEYOND.y, BEYOND.width, BEYOND.height)
    wanted = int((cast_rays(scene, seen.k, seen.view, window, only={thing.id})[0] > 0).sum())
    found = int((whole == thing.id).sum()) if whole is not None else 0
    others = int(((whole != thing.id) & (whole > 0)).sum()) if whole is not None else 0
    right = others == 0 and abs(found - wanted) <= max(SHARE * wanted, 2)
    return Check(scene=name, what="one object alone", seen=f"{found} px", wanted=f"{wanted} px, alone", right=right)


def _colours(engine: Engine) -> Iterator[Check]:
    """See whether light, paint and exposure arrive, by comparing pictures with each other."""
    plain = _rgb(engine, [])
    level = float(plain.mean())
    yield Check(
        scene="light", what="mean of rgb", seen=f"{level:.0f}", wanted="between 5 and 250", right=5 <= level <= 250
    )
    off = [Edit("light", "light.enabled", False), Edit("dome", "light.intensity", 0.0)]
    dark, most = float(_rgb(engine, off).mean()), level / 4
    yield Check(scene="light", what="all lights off", seen=f"{dark:.0f}", wanted=f"below {most:.0f}", right=dark < most)
    low = float(_rgb(engine, [Edit("world", "environment.exposure", 10.0)]).mean())
    yield Check(scene="light", what="two stops less", seen=f"{low:.0f}", wanted=f"below {level:.0f}", right=low < level)
    shown = engine.capture(["instance_id"]).instance_id
    red = _rgb(engine, [Edit(A, "material.base_color", (0.8, 0.02, 0.02)), Edit(A, "material.roughness", 0.9)])
    r, g, b = (float(v) for v in red[shown == _instance_of(A)].mean(axis=0))
    color, is_red = f"{r:.0f} {g:.0f} {b:.0f}", r > 1.5 * max(g, b)
    yield Check(scene="paint", what="a red box", seen=color, wanted="red above all", right=is_red)


def _rgb(engine: Engine, edits: Sequence[Edit]) -> Any:
    engine.apply(edits)
    seen = engine.capture(["rgb"]).rgb
    assert seen is not None
    return seen.astype(float)


def _instance_of(path: str) -> int:
    from palletjack_dr.testing import small_scene

    return small_scene().thing(path).id


def _box_error(seen: Any, wanted: Any) -> int:
    """Return the largest difference between tight boxes [px]; a missing object counts as the whole width."""
    ours, theirs = extents(seen), extents(wanted)
    worst = 0
    for key, (pixels, box) in theirs.items():
        if key == 0 or pixels < 50:
            continue
        other = ours[key][1] if key in ours else None
        worst = max(worst, SIZE[0] if other is None else max(abs(a - b) for a, b in zip(box, other, strict=True)))
    return worst
