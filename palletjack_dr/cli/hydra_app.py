"""Compose configs with Hydra, and tell its mistakes in one message each."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException, MissingConfigException
from hydra.types import RunMode
from omegaconf import DictConfig, open_dict
from omegaconf.errors import OmegaConfBaseException

from palletjack_dr.config import offer_to_hydra
from palletjack_dr.discovery import Plugins
from palletjack_dr.errors import ConfigError, did_you_mean

CONFIGS = "palletjack_dr.conf"
VERSION_BASE = "1.3"


def compose(command: str, arguments: list[str], plugins: Plugins, config: str = "config") -> list[DictConfig]:
    """Return the config of ``arguments``, or one per job of a multirun (``-m``); none where Hydra only prints.

    ``config`` names the file of ``conf/`` that is overridden. All are composed before the first is used, so that a
    mistake in the last job shows at once. Raises ``ConfigError`` for what cannot be composed.
    """
    offer_to_hydra(plugins.registry)
    words = [_replacing(a, plugins) for a in arguments] if config == "config" else arguments
    told = any(word.lstrip("+~").startswith(("-", "hydra")) for word in words)  # by flags or overrides of its own
    try:
        with _hydra_of_our_own([f"palletjack-dr {command}", *words]):
            return (None if told else _at_once(config, words)) or _by_an_app(config, words)
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(explain(error, plugins)) from error


def _at_once(config: str, words: list[str]) -> list[DictConfig]:
    """Compose one config, none where it asks for a multirun; an app composes twice to find that out."""
    with hydra.initialize_config_module(CONFIGS, version_base=VERSION_BASE):
        composed = hydra.compose(config, overrides=words, return_hydra_config=True)
    if composed.hydra.mode == RunMode.MULTIRUN:
        return []
    with open_dict(composed):
        del composed["hydra"]
    return [composed]


def _by_an_app(config: str, words: list[str]) -> list[DictConfig]:
    """Let Hydra do what its flags say: a multirun, or printing."""
    configs: list[DictConfig] = []
    hydra.main(config_path=f"pkg://{CONFIGS}", config_name=config, version_base=VERSION_BASE)(configs.append)()
    return configs


@contextmanager
def _hydra_of_our_own(argv: list[str]) -> Iterator[None]:
    """Give Hydra its arguments, and leave everything as it was for a program that is a Hydra app itself."""
    outer, outer_config = GlobalHydra.instance().hydra, HydraConfig.instance().cfg
    saved, full = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    GlobalHydra.instance().clear()
    sys.argv, os.environ["HYDRA_FULL_ERROR"] = argv, "1"  # Hydra then raises what it would otherwise print and exit on
    try:
        yield
    finally:
        GlobalHydra.instance().hydra, HydraConfig.instance().cfg = outer, outer_config
        sys.argv = saved
        if full is None:
            del os.environ["HYDRA_FULL_ERROR"]
        else:
            os.environ["HYDRA_FULL_ERROR"] = full


def _replacing(argument: str, plugins: Plugins) -> str:
    """Quote the value of a drawn field, so that it replaces what the config holds instead of merging into it."""
    key, equals, value = argument.partition("=")
    drawn = {f.name for o in plugins.registry.offers.values() for f in fields(o.cls) if f.metadata.get("drawn")}
    if not equals or key.rpartition(".")[2] not in drawn or value[:1] not in ("[", "{") or value[-1:] not in ("]", "}"):
        return argument
    quoted = value.replace("'", "\\'")
    return f"{key}='{quoted}'"


def explain(error: Exception, plugins: Plugins) -> str:
    """Return Hydra's message with the nearest right name, which Hydra does not give."""
    cause: BaseException = error
    while cause.__cause__ is not None and not isinstance(cause, OmegaConfBaseException):
        cause = cause.__cause__
    text = " ".join(str(error).split("\n")[0].split())
    if isinstance(error, MissingConfigException):
        return _explain_choice(str(error), plugins)
    if isinstance(cause, OmegaConfBaseException):
        detail = " ".join((cause.msg or str(cause)).split("\n")[0].split())
        siblings = _siblings(cause)
        key = cause.full_key or str(cause.key)
        hint = did_you_mean(str(cause.key), siblings) if siblings and str(cause.key) not in siblings else ""
        if "Cannot merge" in detail:
            hint = "; to replace a list by a map or a map by a list, write the new value in quotes"
        return f"{key}: {detail}{hint}"
    return text


def _explain_choice(text: str, plugins: Plugins) -> str:
    match = re.search(r"'?([\w/]+)/([\w]+)'?", text.split("Could not", 1)[-1])
    if not match:
        return " ".join(text.split("\n")[0].split())
    group, name = match.groups()
    offered = _choices(text) | set(plugins.registry.of(group))
    failed = "".join(f"; not loaded: {p.name}" for p in plugins.failures)
    return f"{group}={name}: there is no such choice{did_you_mean(name, offered)}{failed}"


def _choices(text: str) -> set[str]:
    listed = text.partition("Available options")[2].partition("Config search path")[0]
    return {line.strip() for line in listed.splitlines()[1:] if line.strip()}


def _siblings(cause: OmegaConfBaseException) -> set[str]:
    node = cause.parent_node
    return {str(k) for k in node} if isinstance(node, DictConfig) else set()
