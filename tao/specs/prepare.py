"""From a training's config to what TAO reads: views of the sets, and specs that are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.findings import Finding, refuse
from palletjack_dr.tao.fitted_pictures import Fit
from palletjack_dr.tao.fitting import FITS
from palletjack_dr.tao.labelled_set import LabelledSet
from palletjack_dr.tao.layout import (
    VALIDATION,
    View,
    check_pictures,
    check_validation,
    choose_classes,
    lowered,
    make_view,
    plan_view,
)
from palletjack_dr.tao.specs.inputs import Inputs
from palletjack_dr.url import local

SOURCE_KEYS = ("folder", "split", "weight", "rename", "fit")


@dataclass(frozen=True, kw_only=True)
class Network:
    """What a network asks of its sets, and the module that writes its specs.

    ``multiple``: sides of pictures are multiples of it [px], unless the network resizes, which ``resizes`` of its
    module tells of its config. ``weighted``: sources may have different weights. ``folds``: a part of the sources
    can validate.
    """

    module: str
    multiple: int | None = None
    weighted: bool = False
    folds: bool = False


NETWORKS = {
    "detectnet_v2": Network(module="detectnet_v2", multiple=16, weighted=True, folds=True),
    "rtdetr": Network(module="detr"),
    "dino": Network(module="detr"),
    "yolo_v4": Network(module="kitti_detectors", weighted=True),
    "ssd": Network(module="kitti_detectors"),
    "efficientdet": Network(module="efficientdet"),
}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A training that can start: ``spec`` is its main spec, ``specs`` are all of them by the stem of their name.

    ``records`` tells for each convert spec, by that stem, what the names of its records begin with (the -o of
    dataset_convert). ``views`` are the sources to train on by name, ``weights`` theirs; ``validation`` is None where
    a fold of them validates. ``size`` is the network's (width, height) [px]. All paths are absolute and the same
    inside a container that has ``results_dir`` mounted at its own path. ``findings`` are warnings.
    """

    network: str
    version: int
    spec: Path
    specs: Mapping[str, Path]
    records: Mapping[str, str]
    classes: tuple[str, ...]
    size: tuple[int, int]
    extension: str
    results_dir: Path
    views: Mapping[str, View]
    weights: Mapping[str, float]
    validation: View | None
    findings: tuple[Finding, ...]

    @property
    def frames(self) -> int:
        """How many pictures there are to train on."""
        return sum(view.frames for view in self.views.values())


def prepare(config: DictConfig | Mapping[str, Any]) -> Prepared:
    """Make views of the sets and write the specs of a config (``conf/train.yaml``) below its results_dir.

    Everything that can be told from the config and the labels is checked before the first file is made. Raises
    ``ConfigError``, ``DatasetError`` or ``SpecError``.
    """
    plain = _plain(config)
    tao = plain["tao"]
    if tao["network"] not in NETWORKS:
        raise ConfigError(f"tao.network: no network {tao['network']!r}{did_you_mean(tao['network'], NETWORKS)}")
    network = NETWORKS[tao["network"]]
    module: Any = import_module(f"palletjack_dr.tao.specs.{network.module}")
    train, weights, validate = _sources(plain["data"], network)
    classes = choose_classes(plain.get("classes"), train)
    sets = {**train, **({VALIDATION: validate} if validate else {})}
    if validate is not None:
        check_validation(validate, classes)
    resizes = network.multiple is None or module.resizes(tao)
    how = _fits(plain["data"])
    free = {name: found for name, found in sets.items() if name not in how}
    shown = next(iter((free or sets).values())).pictures[0]
    extension = shown.path.suffix.removeprefix(".")
    if free:
        extension = check_pictures(free, None if resizes else network.multiple, one_size=not resizes)
    size = _size(tao, shown.size if free else None, resizes)
    results_dir = Path(plain["results_dir"]).expanduser().absolute()
    fits = {name: Fit(how=kind, size=size, suffix=f".{extension}") for name, kind in how.items()}
    views = {name: plan_view(name, found, classes, results_dir, fits.get(name)) for name, found in sets.items()}
    validation = views.pop(VALIDATION, None)
    inputs = Inputs(
        train=list(views.values()),
        weights=[weights[name] for name in views],
        validation=validation,
        classes=classes,
        size=size,
        extension=extension,
        results_dir=results_dir,
    )
    write = cast("Callable[[Mapping[str, Any], Inputs], tuple[dict[str, str], list[Finding]]]", module.write)
    texts, findings = write(tao, inputs)
    refuse(findings, "tao.spec")
    for view in inputs.views:
        make_view(view)
    specs = _write(texts, results_dir / "specs")
    held = {f"convert_{view.name}": view for view in inputs.views}
    records = {stem: inputs.records(view) for stem, view in held.items() if stem in specs}
    for prefix in records.values():
        Path(prefix).parent.mkdir(parents=True, exist_ok=True)
    return Prepared(
        network=tao["network"],
        version=int(tao.get("version") or 0),
        spec=next(iter(specs.values())),
        specs=specs,
        records=records,
        classes=classes,
        size=size,
        extension=extension,
        results_dir=results_dir,
        views=views,
        weights=weights,
        validation=inputs.validation,
        findings=tuple(findings),
    )


def _plain(config: DictConfig | Mapping[str, Any]) -> dict[str, Any]:
    node = config if isinstance(config, DictConfig) else OmegaConf.create(dict(config))
    plain = cast("dict[str, Any]", OmegaConf.to_container(node, resolve=True))
    for key in ("tao", "data", "results_dir"):
        if not plain.get(key):
            raise ConfigError(f"{key}: a value is wanted and none is given; see conf/train.yaml")
    return plain


def _sources(
    data: Mapping[str, Any], network: Network
) -> tuple[dict[str, LabelledSet], dict[str, float], LabelledSet | None]:
    """Open all sets; return those to train on, their weights, and the one to validate with."""
    if not data.get("train"):
        raise ConfigError("data.train: no source is given, wanted at least one, e.g. data.train.mine.folder=dataset")
    if VALIDATION in data["train"]:
        raise ConfigError(f"data.train.{VALIDATION}: this name is kept for the source that validates; take another")
    train = {str(name): _open(source, f"data.train.{name}") for name, source in data["train"].items()}
    weights = {str(name): source.get("weight") for name, source in data["train"].items()}
    numbers = {name: 1.0 if weight is None else _weight(weight, name) for name, weight in weights.items()}
    if not network.weighted and set(numbers.values()) != {1.0}:
        name = next(n for n, weight in numbers.items() if weight != 1.0)
        raise ConfigError(f"data.train.{name}.weight: got {numbers[name]:g}, wanted 1: this network knows no weights")
    if not data.get("validate"):
        if not network.folds:
            raise ConfigError("data.validate: nothing is given; this network wants a set to validate with")
        return train, numbers, None
    return train, numbers, _open(data["validate"], "data.validate")


def _weight(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise ConfigError(f"data.train.{name}.weight: got {value!r}, wanted a number above 0")
    return float(value)


def _open(source: Any, key: str) -> LabelledSet:
    if not isinstance(source, Mapping) or not source.get("folder"):
        raise ConfigError(f"{key}: got {source!r}, wanted a folder at least, e.g. {key}.folder=dataset")
    for name in source:
        if name not in SOURCE_KEYS:
            raise ConfigError(f"{key}.{name}: no such key{did_you_mean(str(name), SOURCE_KEYS)}")
    folder = local(str(source["folder"]))
    return lowered(LabelledSet.open(folder, source.get("split"), source.get("rename")))


def _fits(data: Mapping[str, Any]) -> dict[str, str]:
    """Return how pictures are brought to the network's size, of those sources where they are."""
    sources = {**data["train"], **({VALIDATION: data["validate"]} if data.get("validate") else {})}
    found = {str(name): source["fit"] for name, source in sources.items() if source.get("fit") is not None}
    for name, how in found.items():
        if how not in FITS:
            key = "data.validate" if name == VALIDATION else f"data.train.{name}"
            raise ConfigError(f"{key}.fit: got {how!r}, wanted {' or '.join(FITS)}{did_you_mean(str(how), FITS)}")
    return found


def _size(tao: Mapping[str, Any], pictures: tuple[int, int] | None, resizes: bool) -> tuple[int, int]:
    """Return the network's size: the config's, or that of the pictures that are not fitted to it."""
    size = tao.get("size")
    if size is None:
        if pictures is None:
            raise ConfigError("tao.size: every source has a fit, so wanted [width, height] to bring their pictures to")
        return pictures
    if not isinstance(size, list) or len(size) != 2 or not all(isinstance(side, int) and side > 0 for side in size):
        raise ConfigError(f"tao.size: got {size!r}, wanted [width, height] in pixels, or null for the pictures' own")
    if not resizes and pictures is not None and tuple(size) != pictures:
        raise ConfigError(
            f"tao.size: got {size} for pictures of {pictures[0]}x{pictures[1]}, which TAO would crop or pad; "
            f"set tao.spec.augmentation_config.preprocessing.enable_auto_resize=true, fit=letterbox for every source, "
            f"or tao.size=null"
        )
    return size[0], size[1]


def _write(texts: Mapping[str, str], folder: Path) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths[path.stem] = path
    return paths
