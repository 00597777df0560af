"""``palletjack-dr selftest``: render scenes whose truth is known, and compare."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.selftest import selftest


def run(arguments: list[str]) -> None:
    """Print a table of what the engine saw and what geometry says; exit with 1 if anything is wrong."""
    plugins = load_plugins()
    wrong = 0
    for config in compose("selftest", arguments, plugins):
        engine = build(config, plugins.registry).engine
        table = Table("scene", "what", "seen", "wanted", "", title=f"engine={engine.name}")
        for check in selftest(engine):
            wrong += not check.right
            table.add_row(check.scene, check.what, check.seen, check.wanted, "right" if check.right else "WRONG")
        Console(width=100).print(table)
        Console().print(f"{wrong} wrong" if wrong else f"engine={engine.name} sees what geometry says", markup=False)
    if wrong:
        raise SystemExit(1)
