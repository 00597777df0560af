"""A command line is one config or, where Hydra is asked for a multirun in any of its ways, one per job."""

from __future__ import annotations

from pathlib import Path

import pytest

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.discovery import load_plugins

SWEEP = "# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params: {seed: '3,4'}\n"
PLUGIN = (
    "from palletjack_dr import hookimpl\n@hookimpl\ndef dr_register(registry):\n    registry.configs('own_configs')\n"
)


@pytest.mark.parametrize("asked", ["-m", "--multirun", "hydra.mode=MULTIRUN", "++hydra.mode=MULTIRUN"])
def test_a_multirun_gives_a_config_per_job(asked: str) -> None:
    configs = compose("generate", [asked, "seed=1,2"], load_plugins())
    assert [config.seed for config in configs] == [1, 2]


def test_a_plugin_s_config_may_ask_for_a_multirun_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("own_configs/experiment").mkdir(parents=True)
    Path("own_configs/__init__.py").touch()
    Path("own_configs/experiment/twice.yaml").write_text(SWEEP)
    Path("own.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(".")
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", "./own.py")
    configs = compose("generate", ["experiment=twice"], load_plugins())
    assert [config.seed for config in configs] == [3, 4]


def test_one_config_holds_nothing_of_hydra() -> None:
    (config,) = compose("generate", ["seed=5"], load_plugins())
    assert config.seed == 5
    assert "hydra" not in config
