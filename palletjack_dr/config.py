"""From a Hydra config to components. The only place where objects are built from configs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins as HydraPlugins
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf

from palletjack_dr.component import Annotator, Asset, Constraint, Environment, Randomizer, ShardWriter, Writer
from palletjack_dr.coverage.contract import Contract, Goal
from palletjack_dr.engine import Engine
from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.registry import Registry, schema
from palletjack_dr.runtime import Runtime
from palletjack_dr.sampling import Sobol, sampler
from palletjack_dr.split import Split
from palletjack_dr.url import Place, place

PLURAL = {
    "asset": "assets",
    "randomizer": "randomizers",
    "constraint": "constraints",
    "annotator": "annotators",
    "writer": "writers",
}
"""Groups of which a run has several, and the key under which the config names them one by one."""


@dataclass
class FramesConfig:
    """Which frames this run makes: ``count`` of them from ``start`` on, or one shard ("3/16": the third of 16)."""

    count: int = 24
    start: int = 0
    shard: str = "1/1"


@dataclass
class PicturesConfig:
    """Where pictures go and in which form: "png", or "jpeg" of a ``quality`` (1 to 100)."""

    folder: str = "Camera/rgb"
    format: str = "png"
    quality: int = 95


@dataclass
class RunConfig:
    """The top level of every config; the type that Hydra checks overrides against."""

    seed: int = 0
    frames: FramesConfig = field(default_factory=FramesConfig)
    frames_per_process: int = 0
    resolution: list[int] = field(default_factory=lambda: [960, 544])
    quality: str = "standard"
    sampler: str = "philox"
    output_dir: str = "dataset"
    pictures: PicturesConfig = field(default_factory=PicturesConfig)
    split: Any = None
    split_by: str = "frame"
    check_share: float = 0.05
    coverage: Any = None
    max_attempts: int = 50
    strict_plugins: bool = False
    environment: Any = None
    engine: Any = None
    runtime: Any = None
    assets: dict[str, Any] = field(default_factory=dict)
    randomizers: dict[str, Any] = field(default_factory=dict)
    constraints: dict[str, Any] = field(default_factory=dict)
    annotators: dict[str, Any] = field(default_factory=dict)
    writers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A config turned into components, checked: what ``Run`` executes. ``config`` is the same as plain data."""

    config: dict[str, Any]
    seed: int
    frames: tuple[int, ...]
    frames_per_process: int
    resolution: tuple[int, int]
    quality: str
    output_dir: Place
    pictures: PicturesConfig
    split: Split
    sampler: Sobol | None
    check_share: float
    coverage: Contract | None
    goals: Mapping[int, Goal]
    max_attempts: int
    environment: Environment
    engine: Engine
    runtime: Runtime
    assets: dict[str, Asset]
    randomizers: dict[str, Randomizer]
    constraints: dict[str, Constraint]
    annotators: dict[str, Annotator]
    writers: dict[str, Writer]


def offer_to_hydra(registry: Registry) -> None:
    """Make every registered component a choice of its config group, and add the plugins' own config folders."""
    store = ConfigStore.instance()
    store.store(name="run_schema", node=RunConfig, provider="palletjack_dr")
    for offer in registry.offers.values():
        package = f"{PLURAL[offer.group]}.{offer.name}" if offer.group in PLURAL else offer.group
        store.store(group=offer.group, name=offer.name, node=schema(offer), package=package, provider=offer.plugin)

    class _Folders(SearchPathPlugin):
        def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
            for package, owner in registry.config_packages.items():
                search_path.append(provider=owner, path=f"pkg://{package}")

    HydraPlugins.instance().register(_Folders)


def build(config: DictConfig, registry: Registry) -> Plan:
    """Return the components of a composed config. Raises ``ConfigError`` for whatever could fail later."""
    plain = cast("dict[str, Any]", OmegaConf.to_container(config, resolve=True))
    missing = sorted(OmegaConf.missing_keys(config))
    if missing:
        raise ConfigError(
            f"{missing[0]}: a value is wanted and none is given; set it in the config or on the command line"
        )
    width, height = _resolution(plain["resolution"])
    groups = {g: {n: _component(registry, g, f"{k}.{n}", c) for n, c in plain[k].items()} for g, k in PLURAL.items()}
    contract = _contract(plain["coverage"])
    plan = Plan(
        config=plain,
        seed=plain["seed"],
        frames=frame_indices(**plain["frames"]),
        frames_per_process=_per_process(plain["frames_per_process"]),
        resolution=(width, height),
        quality=plain["quality"],
        output_dir=place(plain["output_dir"]),
        pictures=_pictures(PicturesConfig(**plain["pictures"])),
        split=_split(plain),
        sampler=sampler(plain["sampler"], groups["randomizer"], plain["seed"]),
        check_share=_share(plain["check_share"]),
        coverage=contract,
        goals=_goals(contract, plain),
        max_attempts=plain["max_attempts"],
        environment=_component(registry, "environment", "environment", plain["environment"]),
        engine=_component(registry, "engine", "engine", plain["engine"]),
        runtime=_component(registry, "runtime", "runtime", plain.get("runtime") or _here(registry)),
        assets=groups["asset"],
        randomizers=groups["randomizer"],
        constraints=groups["constraint"],
        annotators=groups["annotator"],
        writers=groups["writer"],
    )
    _check_reads(plan)
    _check_shards(plan)
    return plan


def frame_indices(count: int, start: int, shard: str) -> tuple[int, ...]:
    """Return the frame indices of one shard: with "3/16", every 16th frame from the third on."""
    match = re.fullmatch(r"(\d+)/(\d+)", str(shard))
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise ConfigError(f"frames.shard: got {shard!r}, wanted 'i/n' with 1 <= i <= n, e.g. '3/16'")
    if count < 1 or start < 0:
        raise ConfigError(f"frames: got count={count}, start={start}, wanted count >= 1 and start >= 0")
    return tuple(range(start, start + count))[int(match[1]) - 1 :: int(match[2])]


def _component(registry: Registry, group: str, key: str, config: Any) -> Any:
    if not isinstance(config, Mapping) or "_target_" not in config:
        names = ", ".join(registry.of(group))
        raise ConfigError(f"{key}: got {config!r}, wanted a component; choose one with {group}=NAME (offered: {names})")
    values = {str(k): v for k, v in config.items() if k != "_target_"}
    offer = registry.by_target(config["_target_"])
    if offer is None or offer.group != group:
        targets = [o.target for o in registry.of(group).values()]
        raise ConfigError(
            f"{key}._target_: {config['_target_']!r} is not a registered {group}, and only those are built"
            f"{did_you_mean(config['_target_'], targets)}"
        )
    known = {f.name for f in dataclasses.fields(offer.cls) if f.init}
    for name in values.keys() - known:
        raise ConfigError(f"{key}.{name}: no such field in {offer.group} {offer.name!r}{did_you_mean(name, known)}")
    try:
        return offer.cls(**values)
    except ConfigError as error:
        raise ConfigError(f"{key}.{error}") from None
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{key}: {error}") from error


def _here(registry: Registry) -> dict[str, str]:
    """Return the runtime of a config that names none, as those of older datasets."""
    return {"_target_": registry.of("runtime")["inline"].target}


def _resolution(value: list[int]) -> tuple[int, int]:
    if len(value) != 2 or min(value) < 16 or max(value) > 8192:
        raise ConfigError(f"resolution: got {value}, wanted [width, height] in pixels, each 16 to 8192")
    return value[0], value[1]


def _pictures(wanted: PicturesConfig) -> PicturesConfig:
    if wanted.format not in ("png", "jpeg") or not 1 <= wanted.quality <= 100:
        raise ConfigError(
            f"pictures: got format={wanted.format!r}, quality={wanted.quality}, wanted png or jpeg and 1 to 100"
        )
    return wanted


def _contract(block: Any) -> Contract | None:
    if block is None:
        return None
    known = {f.name for f in dataclasses.fields(Contract)}
    if not isinstance(block, dict) or not isinstance(block.get("bins"), dict):
        raise ConfigError(
            f"coverage: got {block!r}, wanted bins with their edges, e.g. {{bins: {{distance: [2, 4, 8]}}}}"
        )
    for name in block.keys() - known:
        raise ConfigError(f"coverage.{name}: no such field{did_you_mean(name, known)}")
    return Contract(**block)


def _goals(contract: Contract | None, plain: dict[str, Any]) -> dict[int, Goal]:
    if contract is None:
        return {}
    count, start = plain["frames"]["count"], plain["frames"]["start"]
    return dict(enumerate(contract.goals(count, plain["seed"]), start=start))


def _per_process(value: int) -> int:
    if value < 0:
        raise ConfigError(f"frames_per_process: got {value}, wanted a number of frames, or 0 for all of them")
    return value


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ConfigError(f"check_share: got {value}, wanted a share of the frames, 0 to 1")
    return value


def _split(plain: dict[str, Any]) -> Split:
    shares = plain["split"] = plain["split"] or {"train": 1.0}
    if not isinstance(shares, dict) or not all(type(share) in (int, float) for share in shares.values()):
        raise ConfigError(f"split: got {shares!r}, wanted names with shares, e.g. {{train: 0.8, val: 0.1, test: 0.1}}")
    return Split(
        shares={str(name): float(share) for name, share in shares.items()}, by=plain["split_by"], seed=plain["seed"]
    )


def _check_reads(plan: Plan) -> None:
    for key, writer in plan.writers.items():
        for name in _wanted(writer):
            if name not in plan.annotators:
                raise ConfigError(
                    f"writers.{key} reads the annotation {name!r}, which no annotator of this run makes"
                    f"{did_you_mean(name, plan.annotators)}"
                )


def _check_shards(plan: Plan) -> None:
    packing = {key: writer for key, writer in plan.writers.items() if isinstance(writer, ShardWriter)}
    for key, writer in packing.items():
        if not writer.keep_files and len(packing) > 1:
            other = next(name for name in packing if name != key)
            raise ConfigError(
                f"writers.{key}.keep_files: false takes the files away from writers.{other}; leave one of the two out"
            )


def _wanted(writer: Writer) -> Iterator[str]:
    yield from writer.reads
    yield from getattr(writer, "annotations", ())
