"""The commands of the page, in miniature: tiny frames, and a stand-in for LOCO that is made here in its layout."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from palletjack_dr.cli import main
from palletjack_dr.tao.labelled_set import LabelledSet

HERE = Path(__file__).parent
SITES = {1: "val", 2: "train", 3: "train", 4: "val", 5: "train"}
BLOCKS = re.findall(r"```bash\n(.*?)```", (HERE / "README.md").read_text(), re.DOTALL)
SMALL = {
    "generate": ["frames.count=6", "resolution=[160,96]", "quality=draft", "check_share=0"],
    "import-loco": [],
    "train": [
        "runner.device=cpu",
        "runner.workers=1",
        "tao.spec.model_config.num_layers=10",
        "tao.spec.training_config.num_epochs=2",
        "tao.spec.training_config.batch_size_per_gpu=2",
    ],
    "evaluate": ["device=cpu", "resamples=2", "threshold=1"],
}


def commands(block: str) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in block.replace("\\\n", " ").splitlines()]


def make_miniature_of_loco(root: Path) -> None:
    """Write LOCO's folders and files for five sites of three photos, lying and standing, each with a "pallet truck"."""
    (root / "rgb").mkdir(parents=True)
    for site, part in SITES.items():
        table: dict[str, list[dict[str, object]]] = {"images": [], "annotations": []}
        table["categories"] = [{"id": 11, "name": "pallet_truck"}, {"id": 5, "name": "forklift"}]
        for number, (width, height) in enumerate([(320, 180), (180, 320), (322, 180)]):
            pixels = np.random.default_rng([site, number]).integers(0, 90, (height, width, 3), np.uint8)
            pixels[60:150, 40:140] = (30, 120, 240)
            path = root / "dataset" / f"subset-{site}" / f"{number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), pixels)
            row = {"id": number, "file_name": path.name, "path": f"/dataset/subset-{site}/{path.name}"}
            table["images"].append({**row, "width": width, "height": height})
            label = {"id": number, "image_id": number, "category_id": 11, "bbox": [40, 60, 100, 90]}
            table["annotations"].append(label)
        (root / "rgb" / f"loco-sub{site}-v1-{part}.json").write_text(json.dumps(table))


@pytest.fixture(autouse=True)
def in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HERE, tmp_path / "example")
    monkeypatch.chdir(tmp_path / "example")


@pytest.mark.renders
def test_the_commands_of_the_page_go_from_nothing_to_figures_on_sites_that_were_not_seen() -> None:
    make_miniature_of_loco(Path("loco"))
    whole, comparison = map(commands, BLOCKS)
    for command in whole:
        main([*command, *SMALL[command[0]]])
    for source in ("site2", "site3", "validation"):
        fitted = LabelledSet.open(Path("results/data") / source).pictures
        assert {(p.size, p.path.suffix, len(p.labels)) for p in fitted} == {((160, 96), ".png", 1)}
    spec = Path("results/specs/train.txt").read_text()
    assert re.findall(r"source_weight: (\S+)", spec) == ["1.0", "1.0", "3.0", "3.0"]
    for site in ("site1", "site4"):
        measured = json.loads(Path(f"results/{site}/evaluation.json").read_text())
        assert (measured["figures"]["pictures"], measured["figures"]["classes"][0]["labels"]) == (3, 3)
    for command in comparison:
        main([*(w.replace("960,544", "160,96") for w in command), *SMALL["train"], "dry_run=true"])
    for results, sources in (("frames_only", ["dock", "synthetic"]), ("photos_only", ["site2", "site3"])):
        assert sorted(p.stem for p in Path(results, "data").glob("*.json")) == [*sources, "validation"]
