"""Make single frames of a plan: draw, apply, capture, judge, label. Nothing is kept from frame to frame."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from palletjack_dr.camera import Camera
from palletjack_dr.config import Plan
from palletjack_dr.coverage.contract import MEASURES, Goal, measured, misses
from palletjack_dr.coverage.light import UNKNOWN_EXPOSURE, Try, exposure, steady
from palletjack_dr.coverage.planner import Planner
from palletjack_dr.draws import draw_edits
from palletjack_dr.edits import Edit
from palletjack_dr.engine import Capture, Window
from palletjack_dr.errors import ConfigError
from palletjack_dr.frame import Frame
from palletjack_dr.free_memory import FRAMES_BETWEEN, give_back
from palletjack_dr.hooks import Hooks
from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.labels.light import light_level
from palletjack_dr.labels.truth import object_truths
from palletjack_dr.randomness import stream
from palletjack_dr.scene import Scene

LABELLED_ROLES = ("target", "distractor")
RETAKES = 8
"""How often a frame that misses nothing but its light is taken again at another exposure before it is redrawn."""
_CHEAP_MEASURES = tuple(name for name in MEASURES if name != "light")
_NO_CAPTURE = Capture(k=np.eye(3), view=np.eye(4))


class Studio:
    """A scene, an open engine and a plan; ``spent`` sums the seconds of each stage."""

    def __init__(self, plan: Plan, hooks: Hooks, scene: Scene, camera: Camera) -> None:
        self.plan, self.hooks, self.scene, self.camera = plan, hooks, scene, camera
        self._others = _other_splits(plan, scene)
        self._planner = Planner(plan.coverage, scene, plan.resolution) if plan.coverage else None
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._begun = 0
        asked = {output for annotator in plan.annotators.values() for output in annotator.needs}
        asked -= {"instance_id", "rgb"}
        early = {output for c in plan.constraints.values() for output in c.needs} - {"instance_id", "rgb"}
        early |= asked & set(plan.engine.together)
        self._early, self._late = ["instance_id", *sorted(early)], sorted(asked - early)

    def make(self, index: int) -> tuple[Frame, list[tuple[int, str]]]:
        """Return frame ``index``, and (attempt, reason) for every attempt before it that was refused."""
        self._begun += 1
        if self._begun % FRAMES_BETWEEN == 0:
            give_back()
        refused: list[tuple[int, str]] = []
        near: Frame | None = None
        tries: list[Try] = []  # exposures of one staged frame, and the light levels that they gave
        frame: Frame | None = None
        for attempt in range(self.plan.max_attempts):
            frame = self._exposed(frame, attempt, tries) if frame and tries else self._staged(index, attempt)
            reasons = self._reasons(frame) if not tries else []
            missed = self._missed(frame, _CHEAP_MEASURES)
            if not reasons and not missed:
                self._finish(frame)
                reasons, missed = self._late_reasons(frame), self._missed(frame, ("light",))
                if not reasons and not missed:
                    return frame, refused
            refused += [(attempt, reason) for reason in [*reasons, *(f"coverage: {measure}" for measure in missed)]]
            near = near or (frame if not reasons else None)
            if missed == ["light"] and not reasons and frame.light is not None and len(tries) < RETAKES:
                tries.append((self._exposure(frame), steady(frame.light)))
            else:
                tries = []
        if near is not None:  # a goal that cannot be reached costs its attempts, not the run
            frame = self._posed(replace(near, annotations={}))
            self._finish(frame)
            return frame, refused
        most = Counter(reason for _, reason in refused).most_common(3)
        raise ConfigError(
            f"frame {index}: all {self.plan.max_attempts} attempts were refused "
            f"({'; '.join(f'{n} x {reason}' for reason, n in most)}); "
            f"loosen constraints or randomizers, or raise max_attempts"
        )

    def propose(self, index: int) -> Frame:
        """Return the first attempt at a frame, with all but rgb and labels, whatever constraints would say of it."""
        frame = self._staged(index, 0)
        self._see(frame, self._late)
        return frame

    def replay(self, index: int, attempt: int, edits: list[Edit]) -> Frame:
        """Return the frame that these edits give, whatever became of the randomizers that drew them."""
        frame = self._posed(self._blank(index, attempt, edits))
        self._finish(frame)
        return frame

    def _staged(self, index: int, attempt: int) -> Frame:
        frame = self._blank(index, attempt, [])
        hidden = self._others.get(frame.split, ())
        scene = self.scene.without(hidden) if hidden else self.scene
        with self._timed("draw"):
            frame.edits = draw_edits(
                self.plan.randomizers,
                scene,
                seed=self.plan.seed,
                frame=index,
                attempt=attempt,
                joint=self.plan.sampler,
            )
            self._steer(frame, scene)
            self.hooks.edits(frame, frame.edits)
            frame.edits += [Edit(path, "visible", False, source="split") for path in hidden]
        return self._posed(frame)

    def _steer(self, frame: Frame, scene: Scene) -> None:
        """Add the edits that bring the frame to its goal, if the run has a coverage contract."""
        goal = self.plan.goals.get(frame.index)
        if self._planner is None or goal is None:
            return
        rng = stream(self.plan.seed, frame.index, frame.attempt, "coverage")
        steered = self._planner.steer(scene.after(frame.edits), goal, rng)
        if steered is not None:
            frame.subject = steered[0].id
            frame.edits += steered[1]
            if "light" in goal:
                drawn = scene.after(frame.edits).edited("/World", "environment.exposure")
                frame.edits.append(exposure(goal["light"], drawn if isinstance(drawn, float) else None, (), rng))

    def _missed(self, frame: Frame, measures: Collection[str]) -> list[str]:
        """Return those of some measures of the frame's goal that its subject does not have."""
        goal = self.plan.goals.get(frame.index, {})
        rows = [row for row in frame.objects if row.id == frame.subject]
        asked = {name: interval for name, interval in goal.items() if name in measures}
        return misses(asked, measured(rows[0], frame.light) if rows else {})

    def _exposed(self, former: Frame, attempt: int, tries: Sequence[Try]) -> Frame:
        """Return the same frame at another exposure: what was rendered of its ids stays true."""
        rng = stream(self.plan.seed, former.index, attempt, "coverage light")
        edit = exposure(self.plan.goals[former.index]["light"], None, tries, rng)
        others = [e for e in former.edits if (e.source, e.attribute) != (edit.source, edit.attribute)]
        frame = replace(former, attempt=attempt, edits=[*others, edit], annotations={}, light=None)
        with self._timed("apply"):
            frame.scene = self.scene.after(frame.edits)
            self.camera.apply(frame.edits)
        return frame

    def _exposure(self, frame: Frame) -> float:
        """Return the EV100 that a frame is taken at."""
        value = frame.scene.edited("/World", "environment.exposure")
        return value if isinstance(value, float) else UNKNOWN_EXPOSURE

    def _blank(self, index: int, attempt: int, edits: list[Edit]) -> Frame:
        split = self.plan.split.of(index)
        return Frame(index=index, attempt=attempt, split=split, scene=self.scene, edits=edits, capture=_NO_CAPTURE)

    def _posed(self, frame: Frame) -> Frame:
        with self._timed("apply"):
            frame.scene = self.scene.after(frame.edits)
            self.camera.apply(frame.edits)
        with self._timed("ids"):
            frame.capture = self.hooks.render(frame, self._early)
        with self._timed("object table"):
            frame.objects, frame.amodal = object_truths(frame.scene, frame.capture, self._alone, LABELLED_ROLES)
        return frame

    def _reasons(self, frame: Frame) -> list[str]:
        own = [c.reject(frame) for c in self.plan.constraints.values() if not c.after_rgb]
        return [reason for reason in own if reason] + self.hooks.rejected(frame)

    def _late_reasons(self, frame: Frame) -> list[str]:
        own = [c.reject(frame) for c in self.plan.constraints.values() if c.after_rgb]
        return [reason for reason in own if reason]

    def _finish(self, frame: Frame) -> None:
        self._see(frame, [output for output in self._late if getattr(frame.capture, output) is None])
        self._see(frame, ["rgb"])
        if frame.subject is not None and "light" in self.plan.goals.get(frame.index, {}):
            frame.light = light_level(frame.capture, frame.subject)
        with self._timed("annotate"):
            for key, annotator in self.plan.annotators.items():
                frame.annotations[key] = annotator.annotate(frame)
            frame.annotations.update(self.hooks.labels(frame))

    def _see(self, frame: Frame, outputs: Sequence[str]) -> None:
        """Add outputs to what has been rendered of a frame."""
        if outputs:
            with self._timed(" and ".join(outputs)):
                seen = self.hooks.render(frame, outputs)
                frame.capture = replace(frame.capture, **{output: getattr(seen, output) for output in outputs})

    def _alone(self, instances: Collection[int], window: Window) -> Capture:
        return self.camera.capture(["instance_id"], only=set(instances), window=window)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent[stage] += time.perf_counter() - start


class CameraAnswer:
    """The camera's own answer to ``dr_render``, behind every plugin's."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    @hookimpl(trylast=True)
    def dr_render(self, outputs: Sequence[str]) -> Capture:
        """Render with the engine of the config, through lens and sensor."""
        return self._camera.capture(outputs)


def record(
    frame: Frame, refused: Sequence[tuple[int, str]], seconds: dict[str, float], goal: Goal | None = None
) -> dict[str, Any]:
    """Return the journal line of a frame, but for its files."""
    return {
        "frame": frame.index,
        "attempt": frame.attempt,
        "split": frame.split,
        **({"goal": {name: list(b) for name, b in goal.items()}, "subject": frame.subject} if goal else {}),
        **({"light": frame.light} if frame.light is not None else {}),
        "refused": [list(r) for r in refused],
        "camera": {
            "k": frame.capture.k.tolist(),
            "view": frame.capture.view.tolist(),
            "lens": frame.capture.lens.model,
            "distortion": list(frame.capture.lens.coefficients),
        },
        "edits": [edit.to_json() for edit in frame.edits],
        "objects": [o.to_json() for o in frame.objects],
        "placed": [
            {"id": thing.id, "pose": list(frame.scene.pose(thing.path)), "scale": list(frame.scene.scale(thing))}
            for thing in frame.scene.objects
            if thing.role in LABELLED_ROLES and frame.scene.visible(thing)
        ],
        "tables": {name: value for name, value in frame.annotations.items() if isinstance(value, list)},
        "seconds": {stage: round(s, 4) for stage, s in seconds.items()},
    }


def _other_splits(plan: Plan, scene: Scene) -> dict[str, tuple[str, ...]]:
    """Return, by split, the targets that its frames must not show; none unless models are split."""
    if plan.split.by == "frame":
        return {}
    targets = scene.having("target")
    home = plan.split.of_assets(t.asset for t in targets)
    return {split: tuple(t.path for t in targets if home[t.asset] != split) for split in plan.split.shares}
