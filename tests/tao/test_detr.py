"""RT-DETR by TAO's spec: what it reads, how it augments, that it learns, comes back and exports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from palletjack_dr.tao.detector import TrainingError, load_detector
from palletjack_dr.tao.detr.augmentation import OVERLAPS, clip_boxes, distort, draw_windows, move_boxes, see
from palletjack_dr.tao.detr.detector import RtDetrDetector
from palletjack_dr.tao.detr.export import export
from palletjack_dr.tao.detr.recipe import RtDetrRecipe
from palletjack_dr.tao.detr.spec import read_spec
from palletjack_dr.tao.recipe import Batch

WIDTH, HEIGHT = 160, 96
SPEC = """
dataset:
  train_data_sources: [{image_dir: data/images, json_file: data/train.json}]
  val_data_sources: {image_dir: data/images, json_file: data/train.json}
  num_classes: 3
  batch_size: 8
  augmentation:
    {train_spatial_size: [96, 160], multi_scales: [], distortion_prob: 0.0, iou_crop_prob: 0.0}
model:
  {backbone: resnet_18, num_queries: 30, num_select: 30, hidden_dim: 64, nheads: 4, dim_feedforward: 128,
   dec_layers: 1, dn_number: 20}
train:
  {num_epochs: 60, seed: 3, optim: {lr: 1e-3, lr_backbone: 1e-3, lr_steps: [45]}, clip_grad_norm: 1.0}
"""
COLOURS = {"palletjack": (230, 60, 30), "ladder": (40, 90, 230)}

Pictures = list[npt.NDArray[np.uint8]]


def toy_pictures(count: int, seed: int) -> tuple[Pictures, list[list[tuple[str, list[int]]]]]:
    """Return pictures of coloured rectangles among grey and green clutter, and the (class, x1 y1 x2 y2) of each."""
    rng = np.random.default_rng(seed)
    pictures, labels = [], []
    for _ in range(count):
        picture = rng.integers(90, 130, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        for _ in range(6):
            x, y, w, h = rng.integers([0, 0, 5, 5], [150, 86, 40, 40]).tolist()
            grey = int(rng.integers(60, 200))
            cv2.rectangle(picture, (x, y), (x + w, y + h), (grey, int(min(grey + 40, 255)), grey), -1)
        found: list[tuple[str, list[int]]] = []
        for half, name in enumerate(COLOURS):
            w, h = rng.integers([24, 24], [60, 60]).tolist()
            x, y = int(rng.integers(0, 80 - w)) + 80 * half, int(rng.integers(0, HEIGHT - h))
            picture[y : y + h, x : x + w] = COLOURS[name]
            found.append((name, [x, y, x + w, y + h]))
        pictures.append(picture)
        labels.append(found)
    return pictures, labels


@pytest.fixture
def toys(own_folder: None) -> tuple[Pictures, list[list[tuple[str, list[int]]]]]:
    """Write eight toy pictures as a COCO set into ``data`` and return them."""
    pictures, labels = toy_pictures(8, seed=1)
    Path("data/images").mkdir(parents=True)
    numbers = {"palletjack": 1, "ladder": 2}
    for n, picture in enumerate(pictures):
        cv2.imwrite(f"data/images/{n}.png", picture[:, :, ::-1])
    boxes = [(n, name, box) for n, found in enumerate(labels) for name, box in found]
    table = {
        "images": [{"id": n, "file_name": f"{n}.png", "width": WIDTH, "height": HEIGHT} for n in range(8)],
        "categories": [{"id": i, "name": name} for name, i in numbers.items()],
        "annotations": [
            {"id": k, "image_id": n, "category_id": numbers[name], "bbox": [x, y, X - x, Y - y], "area": 1}
            for k, (n, name, (x, y, X, Y)) in enumerate(boxes)
        ],
    }
    Path("data/train.json").write_text(json.dumps(table))
    return pictures, labels


def as_batch(recipe: RtDetrRecipe, pictures: Pictures, labels: Sequence[Sequence[tuple[str, list[int]]]]) -> Batch:
    return Batch(
        pictures=torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous(),
        boxes=[torch.tensor([b for _, b in found], dtype=torch.float32).reshape(-1, 4) for found in labels],
        classes=[torch.tensor([recipe.classes.index(n) for n, _ in found], dtype=torch.int64) for found in labels],
        weights=torch.ones(len(pictures)),
    )


def train_briefly(recipe: RtDetrRecipe, batch: Batch, steps: int) -> list[float]:
    """Train on one batch again and again; return the sums of the losses."""
    optimizer, generator, sums = recipe.optimizer(), torch.Generator().manual_seed(0), []
    recipe.model.train()
    for step in range(steps):
        for group, rate in zip(optimizer.param_groups, recipe.rates(step / steps), strict=True):
            group["lr"] = rate
        inputs, targets = recipe.prepare(batch, generator)
        loss = torch.stack(list(recipe.losses(recipe.model(inputs), targets).values())).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(recipe.model.parameters(), recipe.clip_norm)
        optimizer.step()
        sums.append(float(loss.detach()))
    return sums


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    w = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def save(recipe: RtDetrRecipe, path: Path) -> Path:
    content = {"network": recipe.network, "spec": recipe.spec, "classes": list(recipe.classes)}
    torch.save(content | {"model": recipe.model.state_dict()}, path)
    return path
