"""``palletjack-dr prune``: a trained DetectNet_v2 without its weakest channels."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.detector import TrainingError, read_checkpoint


def run(arguments: list[str]) -> None:
    """Write the smaller checkpoint, and say how to train it."""
    for config in compose("prune", arguments, load_plugins(), config="prune"):
        if not 0 < config.ratio < 1 or config.granularity < 1:
            raise ConfigError(
                f"ratio={config.ratio}, granularity={config.granularity}: wanted 0 < ratio < 1 and 1 or more"
            )
        checkpoint = Path(config.model)
        target = Path(config.output) if config.output else checkpoint.with_name(f"{checkpoint.stem}_pruned.pt")
        before, after = _prune(checkpoint, target, config.ratio, config.granularity)
        Console(stderr=True).print(
            f"{after:,} of {before:,} weights are left; train them with "
            f"'palletjack-dr train tao.spec.model_config.pretrained_model_file={target} "
            "+tao.spec.model_config.load_graph=true results_dir=retrained'",
            soft_wrap=True,
        )
        print(target)


def _prune(checkpoint: Path, target: Path, ratio: float, granularity: int) -> tuple[int, int]:
    from palletjack_dr.tao.checkpoints import save
    from palletjack_dr.tao.detectnet_v2.detector import network_of
    from palletjack_dr.tao.detectnet_v2.experiment import Experiment
    from palletjack_dr.tao.detectnet_v2.pruning import prune

    content = read_checkpoint(checkpoint)
    if content["network"] != "detectnet_v2":
        raise TrainingError(f"{checkpoint}: a {content['network']}; only detectnet_v2 is pruned here")
    model = network_of(Experiment.read(content["spec"]), content["model"])
    counts = prune(model, ratio, granularity, (content["size"][0], content["size"][1]))
    save({**content, "model": model.state_dict()}, target)
    return counts
