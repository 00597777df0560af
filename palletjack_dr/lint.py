"""Look at a config before a long run: fifty small frames tell most of what would go wrong in fifty thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from palletjack_dr.config import Plan
from palletjack_dr.discovery import Plugins
from palletjack_dr.frame import Frame
from palletjack_dr.geometry import inverse, transform
from palletjack_dr.run import open_studio
from palletjack_dr.scene import Scene
from palletjack_dr.validate.findings import Finding

NEAR, SHARE = 0.12, 0.25
"""A camera is in a mesh if this share of its picture is nearer than so many metres, or if it is in a 3D box."""
SOLID = ("distractor", "rack", "column", "obstacle", "wall")


def lint(plan: Plan, plugins: Plugins, frames: Sequence[int]) -> list[Finding]:
    """Return what is wrong with a plan, from its scene and from ``frames`` made small, without colours.

    What a config check refuses (distributions that can leave their range, selectors that match nothing) raises
    before this is reached.
    """
    with open_studio(plan, plugins) as studio:
        scene = studio.scene
        made = [studio.propose(index) for index in frames]
    findings = [*_check_lights(scene), *_check_cameras(made), *_check_targets(scene, made)]
    findings += _check_overrides(made)
    return findings


def _check_lights(scene: Scene) -> Iterator[Finding]:
    """Two lights in one place count twice and cannot be told apart."""
    if "light" not in scene.roles():
        yield Finding(check="light", where="scene", what="there is no light; the pictures will be as dark as the dome")
        return
    lamps = scene.select("light")
    places = [np.asarray(scene.pose(lamp)[:3]) for lamp in lamps]
    kinds = [scene.stage.GetPrimAtPath(lamp).GetTypeName() for lamp in lamps]
    for i in range(len(lamps)):
        for j in range(i):
            if kinds[i] == kinds[j] and np.linalg.norm(places[i] - places[j]) < 0.01:
                yield Finding(check="light", where=lamps[i], what=f"stands where {lamps[j]} stands: a duplicate")


def _check_cameras(made: Sequence[Frame]) -> Iterator[Finding]:
    inside = [frame.index for frame in made if _in_a_mesh(frame)]
    if inside:
        frames = ", ".join(map(str, inside[:8]))
        what = f"is inside a mesh in {len(inside)} of {len(made)} frames ({frames}); give it more clearance"
        yield Finding(check="camera", where="camera", what=what)


def _in_a_mesh(frame: Frame) -> bool:
    depth = frame.capture.depth
    if depth is not None and (depth < NEAR).mean() > SHARE:
        return True
    eye = inverse(frame.capture.view)[:3, 3]
    for thing in frame.scene.objects:
        if thing.role in SOLID and frame.scene.visible(thing):
            local = transform(inverse(frame.scene.world_from(thing)), eye[None])[0]
            if (local > thing.bounds[0]).all() and (local < thing.bounds[1]).all() and thing.role != "wall":
                return True
    return False


def _check_targets(scene: Scene, made: Sequence[Frame]) -> Iterator[Finding]:
    seen = Counter(row.asset or row.path for frame in made for row in frame.objects if row.visible_px)
    if "target" not in scene.roles():
        yield Finding(check="target", where="scene", what="there is no target; add an asset with that role")
        return
    for asset in sorted({t.asset or t.path for t in scene.having("target")}):
        if not seen[asset]:
            what = f"is not visible in any of {len(made)} frames; look at placement, camera and scale"
            yield Finding(check="target", where=asset, what=what)


def _check_overrides(made: Sequence[Frame]) -> Iterator[Finding]:
    """A randomizer all of whose edits a later one replaces draws for nothing."""
    effective: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for frame in made:
        last = {}
        for edit in frame.edits:
            drawn[edit.source] += 1
            for path in frame.scene.select(edit.target):
                last[path, edit.attribute] = edit.source
        effective.update(last.values())
    for source in drawn:
        if not effective[source]:
            what = "has no effect: later randomizers replace all that it draws; remove it or move it behind them"
            yield Finding(check="override", where=f"randomizers.{source}", what=what)
