"""From labelled sets to batches on the training's device: decoded by threads, kept in memory where it suffices."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from palletjack_dr.errors import DatasetError
from palletjack_dr.tao.labelled_set import Label, LabelledSet
from palletjack_dr.tao.recipe import Batch, Source

AHEAD = 3
"""Batches that are decoded while one is trained on."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One picture's file and its labels at the network's size, named by the network's classes.

    ``boxes`` float32 (n, 4) [px] and ``classes`` int64 (n,) are what is trained on; ``labels`` has ignored ones too.
    """

    path: Path
    labels: tuple[Label, ...]
    boxes: torch.Tensor
    classes: torch.Tensor
    weight: float


def read_sources(
    sources: Sequence[Source], classes: Sequence[str], size: tuple[int, int], *, stretch: bool
) -> list[Sample]:
    """Return all pictures of some sources, labels of other classes left out.

    A picture of another size is stretched to the network's, or cut and filled up at its right and bottom.
    """
    numbers = {name: i for i, name in enumerate(classes)}
    samples = []
    for source in sources:
        labelled = (
            LabelledSet.of_coco(source.table, source.folder)
            if source.table
            else LabelledSet.open(source.folder, source.split)
        )
        names = source.classes if source.classes is not None else {name: name for name in labelled.classes}
        for picture in labelled.pictures:
            scale = (size[0] / picture.size[0], size[1] / picture.size[1]) if stretch else (1.0, 1.0)
            labels = tuple(_placed(x, names[x.name], scale) for x in picture.labels if names.get(x.name) in numbers)
            wanted = [label for label in labels if not label.ignore]
            samples.append(
                Sample(
                    path=picture.path,
                    labels=labels,
                    boxes=torch.tensor([x.box for x in wanted], dtype=torch.float32).view(-1, 4),
                    classes=torch.tensor([numbers[x.name] for x in wanted], dtype=torch.int64),
                    weight=source.weight,
                )
            )
    return samples


def _placed(label: Label, name: str, scale: tuple[float, float]) -> Label:
    x1, y1, x2, y2 = label.box
    return replace(label, name=name, box=(x1 * scale[0], y1 * scale[1], x2 * scale[0], y2 * scale[1]))


class Loader:
    """Deals samples out in batches, in an order that a seed and the epoch's number decide.

    ``keep`` is how many bytes of decoded pictures stay in memory; ``share`` is (rank, world) of this process, of
    which each gets its own part of every epoch. What does not fill a last batch is left out of an epoch.
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        size: tuple[int, int],
        batch_size: int,
        *,
        stretch: bool = False,
        seed: int = 0,
        device: str = "cpu",
        workers: int = 0,
        keep: int = 0,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        self.samples, self.size, self.batch_size, self.stretch = samples, size, batch_size, stretch
        self.seed, self.device, self.share = seed, device, share
        self.steps = len(samples) // (batch_size * share[1])
        self._room = keep // (size[0] * size[1] * 3)
        self._kept: dict[int, npt.NDArray[np.uint8]] = {}
        self._threads = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="decode")
        self._gathering = ThreadPoolExecutor(1, thread_name_prefix="gather")

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of an epoch, each decoded before it is asked for."""
        order = np.random.default_rng([self.seed, number]).permutation(len(self.samples))
        rank, world = self.share
        mine = order[rank::world][: self.steps * self.batch_size].reshape(self.steps, self.batch_size)
        waiting: deque[tuple[npt.NDArray[np.int64], Future[torch.Tensor]]] = deque()
        for rows in mine:
            decoded = [self._threads.submit(self._picture, int(i)) for i in rows]
            waiting.append((rows, self._gathering.submit(self._gather, decoded)))
            if len(waiting) > AHEAD:
                yield self._batch(*waiting.popleft())
        while waiting:
            yield self._batch(*waiting.popleft())

    def in_order(self) -> Iterator[tuple[Sample, npt.NDArray[np.uint8]]]:
        """Yield every sample once with its picture (H, W, 3) at the network's size."""
        waiting: deque[tuple[Sample, Future[npt.NDArray[np.uint8]]]] = deque()
        for i, sample in enumerate(self.samples):
            waiting.append((sample, self._threads.submit(self._picture, i)))
            if len(waiting) > AHEAD * self.batch_size:
                first, future = waiting.popleft()
                yield first, future.result()
        for left, future in waiting:
            yield left, future.result()

    def _gather(self, decoded: Sequence[Future[npt.NDArray[np.uint8]]]) -> torch.Tensor:
        """Return pictures as one tensor (N, H, W, 3), for a GPU in memory that it can read on its own."""
        shape = (len(decoded), self.size[1], self.size[0], 3)
        pictures = torch.empty(shape, dtype=torch.uint8, pin_memory=self.device.startswith("cuda"))
        for place, picture in enumerate(decoded):
            pictures[place] = torch.from_numpy(picture.result())
        return pictures

    def _batch(self, rows: npt.NDArray[np.int64], pictures: Future[torch.Tensor]) -> Batch:
        chosen = [self.samples[int(i)] for i in rows]
        return Batch(
            pictures=pictures.result().to(self.device, non_blocking=True).permute(0, 3, 1, 2),
            boxes=[s.boxes for s in chosen],
            classes=[s.classes for s in chosen],
            weights=torch.tensor([s.weight for s in chosen]),
        )

    def _picture(self, number: int) -> npt.NDArray[np.uint8]:
        kept = self._kept.get(number)
        if kept is None:
            kept = read_picture(self.samples[number].path, self.size, stretch=self.stretch)
            if len(self._kept) < self._room:
                self._kept[number] = kept
        return kept


def read_picture(path: Path, size: tuple[int, int], *, stretch: bool) -> npt.NDArray[np.uint8]:
    """Return a picture file as uint8 (H, W, 3), RGB, at ``size`` (width, height). Raises ``DatasetError``."""
    import cv2

    picture = read_file(path)
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    if stretch:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    part = picture[: size[1], : size[0]]
    canvas[: part.shape[0], : part.shape[1]] = part
    return canvas


def read_file(path: Path) -> npt.NDArray[np.uint8]:
    """Return a picture file as uint8 (H, W, 3), RGB. Raises ``DatasetError``."""
    import cv2

    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DatasetError(
            f"{path}: cannot be read ({error.strerror}); bring it back or prepare the sets anew"
        ) from error
    read = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if read is None:
        raise DatasetError(f"{path}: not a picture; 'palletjack-dr validate --fix' on its dataset makes it again")
    return np.asarray(cv2.cvtColor(read, cv2.COLOR_BGR2RGB), np.uint8)
