"""RT-DETR and DINO: one YAML spec for training, evaluation, inference and export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from palletjack_dr.errors import ConfigError
from palletjack_dr.tao.findings import Finding, error
from palletjack_dr.tao.layout import View
from palletjack_dr.tao.specs.detr_schema import COMMON, DINO, RTDETR
from palletjack_dr.tao.specs.inputs import Inputs, merged
from palletjack_dr.tao.specs.yaml_schema import check_tree, schema

NETWORKS = {"rtdetr": schema(COMMON, RTDETR), "dino": schema(COMMON, DINO)}
"""The fields that each network's spec knows."""


def write(tao: Mapping[str, Any], inputs: Inputs) -> tuple[dict[str, str], list[Finding]]:
    """Return the spec and the class map for inference, and what there is to say about the spec."""
    network = tao["network"]
    size = tao.get("size")
    if network == "rtdetr" and (not size or size[0] != size[1]):
        raise ConfigError(f"tao.size: got {size!r}, wanted equal sides for rtdetr, e.g. [640,640]")
    tree = merged(_filled(network, inputs), tao["spec"])
    background = ["background"] if network == "rtdetr" else []  # its class map counts from id 0, dino's from 1
    classmap = "".join(f"{name}\n" for name in (*background, *inputs.classes))
    texts = {"train.yaml": OmegaConf.to_yaml(OmegaConf.create(tree)), "classmap.txt": classmap}
    return texts, list(check(tree, network, read_tables=False))


def _filled(network: str, inputs: Inputs) -> dict[str, Any]:
    assert inputs.validation is not None
    validation = _source(inputs.validation)
    classmap = str(inputs.results_dir / "specs" / "classmap.txt")
    width, height = inputs.size
    tree: dict[str, Any] = {
        "results_dir": str(inputs.results_dir),
        "dataset": {
            "train_data_sources": [_source(view) for view in inputs.train],
            "val_data_sources": validation if network == "rtdetr" else [validation],
            "test_data_sources": validation,
            "infer_data_sources": {"image_dir": [str(inputs.validation.images)], "classmap": classmap},
            "num_classes": len(inputs.classes) + 1,
        },
        "export": {"input_width": width, "input_height": height},
    }
    if network == "rtdetr":
        sizes = {"train_spatial_size": [height, width], "eval_spatial_size": [height, width]}
        tree["dataset"] |= {"remap_mscoco_category": False, "augmentation": sizes}
    return tree


def _source(view: View) -> dict[str, str]:
    return {"image_dir": str(view.images), "json_file": str(view.table)}


def check(tree: Mapping[str, Any], network: str, read_tables: bool = True) -> Iterator[Finding]:
    """Say what is wrong with a spec; with ``read_tables``, also with the COCO files that it names and that are here."""
    yield from check_tree(tree, NETWORKS[network])
    dataset = _section(tree, "dataset")
    if dataset.get("remap_mscoco_category") is True:
        yield error("dataset.remap_mscoco_category", "true", "false: the ids of these classes are not COCO's")
    if not dataset.get("train_data_sources"):
        yield error("dataset.train_data_sources", "nothing", "a list of {image_dir, json_file}")
    validation = dataset.get("val_data_sources")
    if not validation:
        form = "{image_dir, json_file}" if network == "rtdetr" else "a list of {image_dir, json_file}"
        yield error("dataset.val_data_sources", "nothing", form)
    sources = [*_rows(dataset.get("train_data_sources")), *_rows(validation)]
    for name in ("image_dir", "json_file"):
        if any(name not in row for row in sources):
            yield error("dataset.train_data_sources", f"a source without {name}", "image_dir and json_file in each")
    sizes = _section(dataset, "augmentation").get("eval_spatial_size", [640, 640])
    export = _section(tree, "export")
    if network == "rtdetr" and export:
        shape = [export.get("input_height", 544), export.get("input_width", 960)]
        if shape != sizes:
            yield error("export", f"input_height, input_width {shape}", f"{sizes}, as eval_spatial_size")
    classes = dataset.get("num_classes", 80 if network == "rtdetr" else 91)
    for row in sources if read_tables else ():
        path = Path(str(row.get("json_file", "")))
        if path.is_file() and isinstance(classes, int):
            yield from check_table(path, classes)


def check_table(path: Path, classes: int) -> Iterator[Finding]:
    """Say what is wrong with a COCO file for a network of ``classes`` classes, background included."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        ids = [row["id"] for row in content["categories"]]
        areas = [row.get("area") for row in content["annotations"]]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        yield error(str(path), f"what cannot be read ({problem})", "COCO's images, annotations and categories")
        return
    if ids and (min(ids) < 1 or max(ids) >= classes):
        wanted = f"1 to {classes - 1}, as num_classes is {classes} with background"
        yield error("dataset.num_classes", f"category ids {min(ids)} to {max(ids)} in {path}", wanted)
    if missing := sum(area is None for area in areas):
        yield error(str(path), f"{missing} annotations without area", "an area in each")


def _section(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    held = tree.get(name)
    return held if isinstance(held, Mapping) else {}


def _rows(sources: Any) -> list[Mapping[str, Any]]:
    rows = [sources] if isinstance(sources, Mapping) else sources if isinstance(sources, list) else []
    return [row for row in rows if isinstance(row, Mapping)]
