"""``palletjack-dr generate``: compose a config with Hydra and make its dataset."""

from __future__ import annotations

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.errors import PluginError
from palletjack_dr.run import execute


def run(arguments: list[str]) -> None:
    """Make the dataset of the composed config, or one per job of a multirun (``-m``)."""
    plugins = load_plugins()
    plans = [build(config, plugins.registry) for config in compose("generate", arguments, plugins)]
    for plan in plans:
        if plan.config["strict_plugins"] and plugins.failures:
            raise PluginError(plugins.failures[0].failure)
        execute(plan, plugins)
        print(plan.output_dir)
