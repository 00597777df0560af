"""Train DetectNet_v2 on frames that are rendered meanwhile, none of which is ever on disk.

python train_while_rendering.py --spec results/specs/train.txt [--steps N] [--workers N] [overrides of generate]
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import torch

import palletjack_dr
from palletjack_dr.streaming.streamed import FrameBatch
from palletjack_dr.tao.checkpoints import save, trained
from palletjack_dr.tao.detectnet_v2.recipe import DetectNetRecipe
from palletjack_dr.tao.recipe import Batch

REPORT = 50
"""Steps between two lines, after which the objectives are weighed anew."""


def main(argv: list[str] | None = None) -> list[float]:
    """Train, write the detector, and return the loss of every step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", type=Path, required=True, help="of palletjack-dr train dry_run=true")
    parser.add_argument("--out", type=Path, default=Path("streamed/model.pt"), help="the detector")
    parser.add_argument("--steps", type=int, default=2000, help="batches of the spec's size")
    parser.add_argument("--workers", type=int, default=1, help="processes that render, each with an engine of its own")
    parser.add_argument("overrides", nargs="*", help="as for palletjack-dr generate")
    wanted = parser.parse_intermixed_args(argv)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    recipe = DetectNetRecipe(wanted.spec.read_text(encoding="utf-8"))
    overrides = [f"resolution=[{recipe.size[0]},{recipe.size[1]}]", "annotator=[]", "writer=[]", *wanted.overrides]
    frames = palletjack_dr.stream(overrides, classes=recipe.classes, endless=True)
    batches = iter(frames.loader(recipe.batch_size, wanted.workers, pin_memory=device == "cuda"))
    model = recipe.model.to(device).train()
    optimizer = recipe.optimizer()
    losses: list[float] = []
    sums: dict[str, float] = {}
    for step, batch in enumerate(islice(batches, wanted.steps)):
        optimizer.param_groups[0]["lr"] = recipe.rates(step / wanted.steps)[0]
        inputs, targets = recipe.prepare(as_recipes_take_it(batch, device), torch.Generator().manual_seed(step))
        parts = recipe.losses(model(inputs), targets)
        loss = torch.stack(list(parts.values())).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
        sums = {name: sums.get(name, 0.0) + part.item() for name, part in parts.items()}
        if (step + 1) % REPORT == 0:
            print(f"step {step + 1}, frame {batch.frame_indices[-1]}, loss {sum(losses[-REPORT:]) / REPORT:.4g}")
            recipe.end_epoch(sums)
            sums = {}
    save(trained(recipe, model), wanted.out)
    print(wanted.out)
    return losses


def as_recipes_take_it(batch: FrameBatch, device: str) -> Batch:
    """Return streamed frames as a batch of the training module."""
    return Batch(
        pictures=batch.pictures.to(device, non_blocking=True),
        boxes=[objects.boxes for objects in batch.objects],
        classes=[objects.classes for objects in batch.objects],
        weights=torch.ones(len(batch.pictures)),
    )


if __name__ == "__main__":
    main()
