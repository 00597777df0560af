"""What Ray's dashboard and Prometheus are told of a run. Ray puts ``ray_`` before the names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray.util.metrics import Counter


class Meters:
    """Counters, each told apart by the name of the dataset folder; rates and ratios are for whoever draws them."""

    def __init__(self, dataset: str) -> None:
        self._dataset = {"dataset": dataset}
        self._frames = _counter("frames_made", "Frames that are in the journal")
        self._seconds = _counter("stage_seconds", "Seconds that workers spent on frames, by stage", "stage")
        self._refused = _counter("refused_attempts", "Attempts at frames that were refused, by reason", "reason")
        self._aside = _counter("frames_set_aside", "Frames that ended their workers and were set aside")

    def made(self, record: Mapping[str, Any]) -> None:
        """Count a frame by its journal line."""
        self._frames.inc(1, self._dataset)
        for stage, seconds in record["seconds"].items():
            if seconds > 0:
                self._seconds.inc(seconds, {**self._dataset, "stage": stage})
        for _, reason in record["refused"]:
            self._refused.inc(1, {**self._dataset, "reason": reason})

    def set_aside(self) -> None:
        """Count a frame that was set aside."""
        self._aside.inc(1, self._dataset)


def _counter(name: str, description: str, *tags: str) -> Counter:
    return Counter(f"palletjack_dr_{name}", description=description, tag_keys=("dataset", *tags))
