"""Frames that are rendered while a model trains, for PyTorch; ``docs/streaming.md`` shows how.

Nothing here imports torch before ``stream`` is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from palletjack_dr.cli.hydra_app import compose, explain
from palletjack_dr.config import RunConfig, build
from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.errors import ConfigError, PluginError
from palletjack_dr.streaming.wanted import Wanted, check

if TYPE_CHECKING:
    from palletjack_dr.streaming.dataset import FrameStream


def stream(
    config: Iterable[str] | Mapping[str, Any] = (),
    *,
    annotations: Sequence[str] = (),
    classes: Sequence[str] = (),
    endless: bool = False,
    keep: str | Path | None = None,
    rank: int | None = None,
    world_size: int | None = None,
) -> FrameStream:
    """Return a dataset of PyTorch whose frames are rendered as they are asked for: frame 7 is that of ``generate``.

    ``config`` holds the overrides that ``palletjack-dr generate`` takes, or is a resolved config, as run.yaml of a
    dataset. ``annotations`` names annotators whose output each frame shall bring; ``classes`` gives the numbers of
    the classes and leaves others out (all targets' in alphabetical order, unless given). ``endless`` counts on
    beyond frames.count. ``keep`` is a folder that gets every frame as ``generate`` would write it, and from which
    frames are read that are there. ``rank`` of ``world_size`` processes makes its share; torch.distributed tells
    both where it is initialised.

    Everything that a config can be wrong in is refused here, with the scene built once, by ``ConfigError`` and its
    like; the engine opens with the first frame.
    """
    try:
        from palletjack_dr.streaming.dataset import FrameStream
    except ImportError as error:
        raise ConfigError(
            f"palletjack_dr.stream needs torch ({error}); install it with: pip install 'palletjack-dr[train]'"
        ) from error
    plugins = load_plugins()
    plan = build(_composed(config, plugins), plugins.registry)
    if plan.config["strict_plugins"] and plugins.failures:
        raise PluginError(plugins.failures[0].failure)
    if (rank is None) != (world_size is None) or (rank is not None and not 0 <= rank < (world_size or 0)):
        raise ConfigError(f"stream: got rank={rank}, world_size={world_size}, wanted both, with 0 <= rank < world_size")
    wanted = Wanted(
        config=plan.config,
        annotations=tuple(annotations),
        classes=tuple(classes),
        endless=endless,
        keep=None if keep is None else Path(keep).expanduser(),
        ranks=None if rank is None or world_size is None else (rank, world_size),
    )
    return FrameStream(check(wanted, plan, plugins))


def _composed(config: Iterable[str] | Mapping[str, Any], plugins: Plugins) -> DictConfig:
    """Return the one config that overrides give, or a resolved one checked for its keys and types."""
    if isinstance(config, Mapping):
        try:
            merged = OmegaConf.merge(OmegaConf.structured(RunConfig), config)
        except OmegaConfBaseException as error:
            raise ConfigError(explain(error, plugins)) from error
        assert isinstance(merged, DictConfig)
        return merged
    if isinstance(config, str):
        raise ConfigError(f"stream: got the text {config!r}, wanted a list of overrides, as [{config!r}]")
    words = [str(word) for word in config]
    try:
        configs = compose("stream", words, plugins)
    except SystemExit:
        raise ConfigError(f"stream: got {words}, wanted overrides alone, without options of the command line") from None
    except ConfigError as error:
        raise ConfigError(str(error)) from None  # what Hydra was doing is a page that says less
    if len(configs) != 1:
        raise ConfigError(f"stream: the overrides give {len(configs)} configs, wanted one")
    return configs[0]
