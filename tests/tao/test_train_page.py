"""Every training command of the newcomer's page makes a spec that the local trainer takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from training_sets import make_set

from palletjack_dr.cli import main
from palletjack_dr.tao.detectnet_v2.experiment import Experiment
from palletjack_dr.tao.detr.spec import read_spec
from palletjack_dr.tao.specs.check import check_spec

PAGE = Path(__file__).parents[2] / "docs" / "train.md"
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines()]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda line: " ".join(line.split()))
def test_a_command_of_the_page_makes_a_spec_that_is_trained_here(command: str) -> None:
    make_set("dataset", count=60)
    make_set("photos", count=12, size=(320, 200), suffix=".jpg")
    name, verb, *overrides = shlex.split(command, comments=True)
    assert (name, verb) == ("palletjack-dr", "train")
    main([verb, *overrides, "dry_run=true"])
    (spec,) = Path().glob("*/specs/train.*")
    text = spec.read_text()
    assert [f for f in check_spec(text, spec.name)[1] if f.level == "error"] == []
    assert Experiment.read(text).sources() if spec.suffix == ".txt" else read_spec(text, spec.name)
