"""Small labelled sets and the configs of trainings on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from omegaconf import OmegaConf

CONF = Path(__file__).parents[1] / "conf" / "tao"
Boxes = Sequence[tuple[str, float, float, float, float]]

BOXES: tuple[Boxes, ...] = (
    (("palletjack", 10, 12, 60, 50), ("forklift", 70.5, 8, 120, 60)),
    (),
    (("Palletjack", -4, 20, 40, 70), ("palletjack", 30, 30, 30.4, 50)),
)
"""Labels of three pictures; one is background, one has a box over the border and one that TAO calls degenerate."""


def make_set(
    folder: str, count: int = 6, size: tuple[int, int] = (128, 80), suffix: str = ".png", boxes: Any = BOXES
) -> Path:
    root = Path(folder)
    for made in ("images", "labels"):
        (root / made).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        pixels = np.random.default_rng(number).integers(0, 255, (size[1], size[0], 3), np.uint8)
        cv2.imwrite(str(root / "images" / f"{number:06d}{suffix}"), pixels)
        lines = [
            f"{name} 0.00 0 -10 {x1:.2f} {y1:.2f} {x2:.2f} {y2:.2f} -1 -1 -1 -1000 -1000 -1000 -10\n"
            for name, x1, y1, x2, y2 in boxes[number % len(boxes)]
        ]
        (root / "labels" / f"{number:06d}.txt").write_text("".join(lines))
    return root


def make_config(network: str = "detectnet_v2", **changes: Any) -> dict[str, Any]:
    config = OmegaConf.create(
        {
            "data": {"train": {"synthetic": {"folder": "train"}}, "validate": {"folder": "val"}},
            "classes": None,
            "results_dir": "results",
            "tao": OmegaConf.load(CONF / f"{network}.yaml"),
        }
    )
    if network == "detectnet_v2":
        OmegaConf.update(config, "tao.spec.training_config.batch_size_per_gpu", 2)
    for key, value in changes.items():
        OmegaConf.update(config, key.replace("__", "."), value)
    plain: Any = OmegaConf.to_container(config)
    return plain  # type: ignore[no-any-return]
