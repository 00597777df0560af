"""``palletjack-dr plugins``: what is loaded, and what it offers."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.errors import PluginError, did_you_mean
from palletjack_dr.registry import Offer


def run(arguments: list[str]) -> None:
    """Print all plugins, or one component with its fields."""
    parser = argparse.ArgumentParser(prog="palletjack-dr plugins", description="list plugins and components")
    parser.add_argument("name", nargs="?", help="a component: show its fields, their defaults and ranges")
    wanted = parser.parse_args(arguments).name
    plugins = load_plugins()
    console = Console()
    if wanted is None:
        console.print(_overview(plugins))
        for plugin in plugins.failures:
            console.print(plugin.failure, markup=False, soft_wrap=True)
        return
    offers = [o for o in plugins.registry.offers.values() if o.name == wanted]
    if not offers:
        raise PluginError(
            f"no component {wanted!r}{did_you_mean(wanted, [o.name for o in plugins.registry.offers.values()])}"
        )
    for offer in offers:
        console.print(
            f"{offer.group}={offer.name}, from {offer.plugin}\n\n{inspect.getdoc(offer.cls) or ''}", markup=False
        )
        console.print(_fields(offer))


def _overview(plugins: Plugins) -> Table:
    table = Table(Column("plugin", overflow="fold"), "version", Column("offers", no_wrap=True), "listens to")
    for plugin in plugins.found:
        offers = [f"{o.group}={o.name}" for o in plugins.registry.offers.values() if o.plugin == plugin.name]
        hooks = [h for h in plugin.hooks if h != "dr_register"]
        table.add_row(
            plugin.name,
            plugin.version,
            "left out, see below" if plugin.failure else "\n".join(offers),
            "\n".join(hooks),
        )
    return table


def _fields(offer: Offer) -> Table:
    table = Table("field", "default", "", "within")
    for f in dataclasses.fields(offer.cls):
        if f.init:
            low, high = f.metadata.get("low"), f.metadata.get("high")
            kind = "drawn" if f.metadata.get("drawn") else ""
            table.add_row(f.name, str(_default(f)), kind, "" if low is None else f"[{low:g}, {high:g}]")
    return table


def _default(f: dataclasses.Field[Any]) -> Any:
    if f.default_factory is not dataclasses.MISSING:
        return f.default_factory()
    return "required" if f.default is dataclasses.MISSING else f.default
