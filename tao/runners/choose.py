"""From the config's ``runner`` to a runner; an option that it does not have is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.runners.docker import DockerRunner
from palletjack_dr.tao.runners.launcher import LauncherRunner
from palletjack_dr.tao.runners.local import LocalRunner
from palletjack_dr.tao.runners.runner import Runner

RUNNERS: dict[str, type[Runner]] = {"docker": DockerRunner, "launcher": LauncherRunner, "local": LocalRunner}


def runner_of(config: Mapping[str, Any]) -> Runner:
    """Return the runner that ``config`` names ("name") with its options. Raises ``ConfigError`` for unknown ones."""
    options = {str(key): value for key, value in config.items() if key != "name"}
    name = str(config.get("name"))
    if name not in RUNNERS:
        raise ConfigError(f"runner: no runner {name!r}{did_you_mean(name, RUNNERS)}")
    known = [field.name for field in dataclasses.fields(RUNNERS[name])]  # type: ignore[arg-type]
    for key in options.keys() - set(known):
        raise ConfigError(f"runner.{key}: runner={name} has no such option{did_you_mean(key, known)}")
    gpus = options.get("gpus")
    if gpus is not None and (not isinstance(gpus, int) or gpus < 1):
        raise ConfigError(f"runner.gpus: got {gpus!r}, wanted how many GPUs to train on, 1 or more")
    if options.get("version") is not None:
        options["version"] = str(options["version"])
    return RUNNERS[name](**options)
