"""The contracts: what every randomizer, annotator and writer must hold to."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any, ClassVar

import numpy as np
from omegaconf import OmegaConf

from palletjack_dr.component import Annotator, Randomizer, ShardWriter, Writer
from palletjack_dr.distributions import Distribution
from palletjack_dr.edits import Edit
from palletjack_dr.frame import Frame
from palletjack_dr.randomness import stream
from palletjack_dr.registry import Offer, schema
from palletjack_dr.scene import Scene
from palletjack_dr.testing.small_scene import small_frame, small_scene


class RandomizerContract:
    """Set ``randomizer``; override ``scene`` when yours needs roles that the small scene lacks."""

    randomizer: ClassVar[Randomizer]

    def scene(self) -> Scene:
        """Return the scene to draw for."""
        return small_scene()

    def draw(self, seed: int = 0) -> list[Edit]:
        """Return the edits drawn from one stream."""
        return list(self.randomizer.sample(stream(seed, 0, 0, "it"), self.scene()))

    def test_the_same_stream_gives_the_same_edits(self) -> None:
        """Draw twice."""
        assert self.draw() == self.draw()

    def test_different_seeds_give_different_edits_unless_nothing_is_drawn(self) -> None:
        """Draw from ten streams."""
        constant = not any(f.metadata.get("drawn") for f in dataclasses.fields(self.randomizer))
        assert constant or len({json.dumps([e.to_json() for e in self.draw(seed)]) for seed in range(10)}) > 1

    def test_global_generators_are_left_alone(self) -> None:
        """Compare their state before and after."""
        before = str(np.random.get_state(legacy=True)), random.getstate()  # noqa: NPY002  # the global one is the point
        self.draw()
        assert before == (str(np.random.get_state(legacy=True)), random.getstate())  # noqa: NPY002

    def test_every_edit_names_something_in_the_scene(self) -> None:
        """Select every target."""
        scene = self.scene()
        assert all(scene.select(edit.target) for edit in self.draw())

    def test_edits_survive_json(self) -> None:
        """Go there and back."""
        edits = self.draw()
        assert [Edit.from_json(json.loads(json.dumps(e.to_json()))) for e in edits] == edits

    def test_the_config_survives_yaml(self) -> None:
        """Build the schema's default again from its YAML."""
        offer = Offer(group="randomizer", name="it", cls=type(self.randomizer), plugin="test")
        node = OmegaConf.structured(schema(offer))
        again = OmegaConf.to_container(OmegaConf.create(OmegaConf.to_yaml(node)))
        assert isinstance(again, dict)
        values = {str(k): v for k, v in again.items() if k != "_target_" and v != "???"}
        made = type(self.randomizer)(**{**_mandatory(self.randomizer), **values})
        assert all(
            isinstance(getattr(made, f.name), Distribution) for f in dataclasses.fields(made) if f.metadata.get("drawn")
        )


class AnnotatorContract:
    """Set ``annotator``."""

    annotator: ClassVar[Annotator]

    def frame(self) -> Frame:
        """Return the frame to annotate."""
        return small_frame()

    def test_an_array_covers_the_picture_and_a_table_has_rows(self) -> None:
        """Look at what comes back."""
        frame = self.frame()
        made = self.annotator.annotate(frame)
        assert frame.capture.instance_id is not None
        if isinstance(made, np.ndarray):
            assert made.shape[:2] == frame.capture.instance_id.shape
        else:
            assert all(isinstance(row, dict) for row in made)
            json.dumps(made)

    def test_the_frame_is_only_read(self) -> None:
        """Compare the id image before and after, and annotate twice."""
        frame = self.frame()
        assert frame.capture.instance_id is not None
        before = frame.capture.instance_id.copy()
        first, second = self.annotator.annotate(frame), self.annotator.annotate(frame)
        assert np.array_equal(before, frame.capture.instance_id)
        np.testing.assert_equal(first, second)  # where NaN equals NaN


class WriterContract:
    """Set ``writer`` and the ``annotators`` whose results it reads."""

    writer: ClassVar[Writer]
    annotators: ClassVar[dict[str, Annotator]] = {}

    def frame(self) -> Frame:
        """Return an annotated frame."""
        frame = small_frame()
        frame.annotations = {key: annotator.annotate(frame) for key, annotator in self.annotators.items()}
        return frame

    def test_the_same_frame_gives_the_same_bytes(self) -> None:
        """Write twice."""
        frame = self.frame()
        assert list(self.writer.files(frame)) == list(self.writer.files(frame))

    def test_file_names_are_relative_and_name_the_frame(self) -> None:
        """Look at every name."""
        names = [name for name, _ in self.writer.files(self.frame())]
        assert names or type(self.writer).summary is not Writer.summary or isinstance(self.writer, ShardWriter)
        assert len(set(names)) == len(names)
        assert all("000007" in name and not name.startswith("/") and ".." not in name for name in names)


def _mandatory(component: Any) -> dict[str, Any]:
    return {
        f.name: getattr(component, f.name)
        for f in dataclasses.fields(component)
        if f.init and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }
