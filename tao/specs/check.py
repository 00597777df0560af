"""Check a spec of any network: find out what it is, and ask the rules for it."""

from __future__ import annotations

from typing import Any, cast

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from palletjack_dr.tao.detectnet_v2.rules import check_text
from palletjack_dr.tao.detectnet_v2.spec import kind_of
from palletjack_dr.tao.findings import Finding, SpecError
from palletjack_dr.tao.specs import detr, efficientdet, kitti_detectors
from palletjack_dr.tao.specs.yaml_schema import places
from palletjack_dr.tao.text_proto import top_level_names

YAML = (".yaml", ".yml")


def check_spec(text: str, name: str, version: int = 5, frames: int | None = None) -> tuple[str, list[Finding]]:
    """Return what kind of spec a text is, and the findings about it; ``name`` is its file's, told apart by suffix."""
    if name.endswith(YAML):
        return _check_yaml(text, name)
    network = kitti_detectors.network_of(top_level_names(text))
    if network:
        return network, kitti_detectors.check_text(text, network)
    return f"detectnet_v2 {kind_of(text)}", check_text(text, version, frames)


def _check_yaml(text: str, name: str) -> tuple[str, list[Finding]]:
    """Check a YAML spec as the network's whose schema it fits best."""
    try:
        tree = cast("dict[str, Any]", OmegaConf.to_container(OmegaConf.create(text)))
        lines = places(text)
    except (yaml.YAMLError, OmegaConfBaseException) as error:
        raise SpecError(f"{name}: not YAML that can be read: {' '.join(str(error).split())}") from error
    if not isinstance(tree, dict) or not tree:
        raise SpecError(f"{name}: found no mapping, wanted a spec with sections such as dataset, model and train")
    results = {network: list(detr.check(tree, network)) for network in detr.NETWORKS}
    results["efficientdet"] = list(efficientdet.check(tree))
    network = min(results, key=lambda n: sum(f.found == "an unknown field" for f in results[n]))
    findings = [f.at(lines.get(f.path, (0, 0))) for f in results[network]]
    return network, sorted(findings, key=lambda f: (f.line == 0, f.line))
