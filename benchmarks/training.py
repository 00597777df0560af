"""How fast DetectNet_v2 trains, and how much of it the data loading takes: frames a second, in one run.

Usage: ``python benchmarks/training.py SPEC``, an experiment spec as "palletjack-dr train" writes it
(results/specs/train.txt). Prints the rate of the loader alone, of training steps on a batch that already is on the
device, and of an epoch as trained (the first, in which pictures are decoded, and the second, in which they are kept).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from itertools import repeat
from pathlib import Path

import torch

from palletjack_dr.tao.detectnet_v2.recipe import DetectNetRecipe
from palletjack_dr.tao.loading import Loader, read_sources
from palletjack_dr.tao.options import Options
from palletjack_dr.tao.recipe import Batch

STEPS = 30


def main() -> None:
    """Measure and print."""
    device, precision = Options().resolved(0)
    torch.backends.cudnn.benchmark = True
    recipe = DetectNetRecipe(Path(sys.argv[1]).read_text())
    samples = read_sources(recipe.sources, recipe.classes, recipe.size, stretch=recipe.stretch)
    model = recipe.model.to(device).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    optimizer = recipe.optimizer()
    generator = torch.Generator().manual_seed(0)

    def step(batch: Batch) -> None:
        inputs, targets = recipe.prepare(batch, generator)
        with torch.autocast(device.partition(":")[0], precision, enabled=precision != torch.float32):
            outputs = model(inputs)
        loss = torch.stack(list(recipe.losses(outputs, targets).values())).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    def loader(keep: int) -> Loader:
        return Loader(samples, recipe.size, recipe.batch_size, seed=1, device=device, keep=keep)

    alone, kept = loader(0), loader(2**36)
    first = next(iter(alone.epoch(0)))
    for _ in range(5):
        step(first)
    pictures = alone.steps * recipe.batch_size
    resident = _rate(device, STEPS * recipe.batch_size, step, repeat(first, STEPS))
    decoding = _rate(device, pictures, lambda batch: None, alone.epoch(1))
    epochs = [_rate(device, pictures, step, kept.epoch(number)) for number in (0, 1)]
    where = torch.cuda.get_device_name() if device.startswith("cuda") else "CPU"
    print(f"{where}, {recipe.size[0]}x{recipe.size[1]}, batch {recipe.batch_size}, {pictures} pictures, {precision}")
    print(f"loader alone, decoding         {decoding:8.1f} frames/s")
    print(f"steps, batch on the device     {resident:8.1f} frames/s")
    for name, rate in zip(("first epoch, decoding", "second epoch, kept"), epochs, strict=True):
        print(f"{name:30} {rate:8.1f} frames/s, {rate / resident:.2f} of the steps alone")


def _rate(device: str, frames: int, work: Callable[[Batch], None], batches: Iterable[Batch]) -> float:
    begun = time.perf_counter()
    for batch in batches:
        work(batch)
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return frames / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
