"""``palletjack-dr train``: from a composed config to specs, and from those to a trained detector."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.jobs import training_jobs
from palletjack_dr.tao.runners.choose import runner_of
from palletjack_dr.tao.runners.local import LocalRunner
from palletjack_dr.tao.runners.runner import Runner
from palletjack_dr.tao.specs.prepare import prepare


def run(arguments: list[str]) -> None:
    """Train by the composed config, or once for each job of a multirun (``-m``), and print where the results are."""
    configs = compose("train", arguments, load_plugins(), config="train")
    runners = [runner_of(cast("dict[str, Any]", OmegaConf.to_container(config.runner))) for config in configs]
    for config, runner in zip(configs, runners, strict=True):
        if missing := sorted(OmegaConf.missing_keys(config)):
            raise ConfigError(f"{missing[0]}: a value is wanted and none is given; set it on the command line")
        _train(config, runner)


def _check_versions(config: DictConfig, runner: Runner) -> None:
    """Refuse a spec in the words of one TAO for the image of another: they differ in fields and suffixes."""
    wanted = config.tao.get("version")
    if wanted is None or isinstance(runner, LocalRunner):
        return
    version = runner.tao_version(config.tao.network)
    if version.split(".")[0] != str(wanted):
        raise ConfigError(
            f"tao.version={wanted} writes specs of TAO {wanted}, and runner.version is {version}; set both alike"
        )


def _train(config: DictConfig, runner: Runner) -> None:
    _check_versions(config, runner)
    prepared = prepare(config)
    jobs = training_jobs(
        prepared.network,
        prepared.specs,
        Path(prepared.results_dir),
        records=prepared.records,
        version=runner.tao_version(prepared.network),
        gpus=runner.gpus,
        key=runner.key or "",
    )
    runner.run(jobs, dry_run=bool(config.dry_run))
    if not config.dry_run:
        print(jobs[-1].results)
