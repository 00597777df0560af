"""Take the weakest channels out of a trained DetectNet_v2; a training that starts from the result brings it back."""

from __future__ import annotations

import torch

from palletjack_dr.tao.detectnet_v2.network import DetectNet


def prune(model: DetectNet, ratio: float, granularity: int, size: tuple[int, int]) -> tuple[int, int]:
    """Remove a share of the channels, in place; return the numbers of weights before and after.

    Channels that residual connections couple go together. Those with the smallest norms in the whole network go
    first, in groups of ``granularity``, by the torch-pruning library. ``size`` is the input (width, height) [px].
    """
    import torch_pruning

    before = sum(p.numel() for p in model.parameters())
    pruner = torch_pruning.pruner.BasePruner(
        model.eval(),
        torch.zeros(1, 3, size[1], size[0]),
        importance=torch_pruning.importance.GroupMagnitudeImportance(p=2),
        pruning_ratio=ratio,
        max_pruning_ratio=0.9,
        global_pruning=True,
        round_to=granularity,
        ignored_layers=[model.cov, model.bbox],
    )
    pruner.step()
    return before, sum(p.numel() for p in model.parameters())
