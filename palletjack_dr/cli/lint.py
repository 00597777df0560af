"""``palletjack-dr lint``: try a config on fifty small frames and say what is wrong with it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import load_plugins
from palletjack_dr.lint import lint

FRAMES, WIDTH = 50, 240


def run(arguments: list[str]) -> None:
    """Print findings; exit with 1 if there are any."""
    plugins = load_plugins()
    found = 0
    for config in compose("lint", arguments, plugins):
        width, height = config.resolution
        config.resolution, config.quality = [WIDTH, max(round(WIDTH * height / width), 16)], "draft"
        config.frames.count = FRAMES
        plan = build(config, plugins.registry)
        findings = lint(plan, plugins, plan.frames)
        found += len(findings)
        if not findings:
            Console().print(f"nothing wrong found in {len(plan.frames)} frames")
            continue
        table = Table("check", "where", "what")
        for finding in findings:
            table.add_row(finding.check, finding.where, finding.what)
        Console().print(table)
    if found:
        raise SystemExit(1)
