"""Instance, semantic and panoptic segmentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from palletjack_dr import Annotation, Annotator, Registry, Scene, hookimpl
from palletjack_dr.frame import Frame
from palletjack_dr.labels.extents import extents


@dataclass(frozen=True, kw_only=True)
class InstanceSegmentation(Annotator):
    """The instance id of every pixel, uint16 (H, W); 0 = no instance."""

    def annotate(self, frame: Frame) -> Annotation:
        """Return the id image."""
        assert frame.capture.instance_id is not None
        return frame.capture.instance_id.astype(np.uint16)

    def legend(self, scene: Scene) -> Mapping[str, int]:
        """Return the id of every object's prim path."""
        return {thing.path: thing.id for thing in scene.objects}


@dataclass(frozen=True, kw_only=True)
class SemanticSegmentation(Annotator):
    """The class of every pixel, uint16 (H, W); 0 = no class, the others in alphabetical order of their names."""

    def annotate(self, frame: Frame) -> Annotation:
        """Return the class image."""
        assert frame.capture.instance_id is not None
        numbers = self.legend(frame.scene)
        table = np.zeros(len(frame.scene.objects) + 1, dtype=np.uint16)
        for thing in frame.scene.objects:
            table[thing.id] = numbers[thing.label]
        return table[frame.capture.instance_id]

    def legend(self, scene: Scene) -> Mapping[str, int]:
        """Return the number of every class."""
        return {name: n for n, name in enumerate(sorted({thing.label for thing in scene.objects}), start=1)}


@dataclass(frozen=True, kw_only=True)
class PanopticSegmentation(Annotator):
    """Class and instance of every pixel in one number, int32 (H, W): class * 1000 + count; 0 = no class.

    Classes are numbered as in the class image. Things (``roles``) count from 1 in instance order, class by
    class; all else is stuff, with count 0.
    """

    roles: list[str] = field(default_factory=lambda: ["target", "distractor"])

    def annotate(self, frame: Frame) -> Annotation:
        """Return the panoptic image."""
        assert frame.capture.instance_id is not None
        numbers = SemanticSegmentation().legend(frame.scene)
        counted: Counter[str] = Counter()
        table = np.zeros(len(frame.scene.objects) + 1, dtype=np.int32)
        for thing in frame.scene.objects:
            counted[thing.label] += thing.role in self.roles
            count = counted[thing.label] if thing.role in self.roles else 0
            table[thing.id] = numbers[thing.label] * 1000 + count
        return table[frame.capture.instance_id]

    def legend(self, scene: Scene) -> Mapping[str, int]:
        """Return the number of every class."""
        return SemanticSegmentation().legend(scene)


@dataclass(frozen=True, kw_only=True)
class PanopticSegments(Annotator):
    """One row per segment of the panoptic image, as COCO lists them: id, category_id, area, bbox, iscrowd.

    ``category_id`` is the class number, ``area`` counts pixels, ``bbox`` is [x, y, width, height] [px].
    ``roles`` must be those of ``panoptic_segmentation``.
    """

    roles: list[str] = field(default_factory=lambda: ["target", "distractor"])

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in order of their ids."""
        image = PanopticSegmentation(roles=self.roles).annotate(frame)
        return [
            {"id": i, "category_id": i // 1000, "area": count, "bbox": [x1, y1, x2 - x1, y2 - y1], "iscrowd": 0}
            for i, (count, (x1, y1, x2, y2)) in extents(np.asarray(image)).items()
        ]


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=instance_segmentation``, ``semantic_...``, ``panoptic_...`` and ``panoptic_segments``."""
    registry.annotator(PanopticSegments)
    registry.annotator(PanopticSegmentation)
    registry.annotator(InstanceSegmentation)
    registry.annotator(SemanticSegmentation)
