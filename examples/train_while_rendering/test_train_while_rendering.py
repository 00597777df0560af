"""The commands of the page, in miniature: a few tiny frames, a small backbone, on a CPU."""

from __future__ import annotations

import json
import re
import runpy
import shlex
from pathlib import Path

import pytest

from palletjack_dr.cli import main

HERE = Path(__file__).parent
BLOCKS = re.findall(r"```bash\n(.*?)```", (HERE / "README.md").read_text(), re.DOTALL)
SCHEDULE = "tao.spec.training_config.learning_rate.soft_start_annealing_schedule"
TINY = ["asset=[palletjack]", "randomizer=[exposure,target_placement,robot_camera]"]
SMALL = {
    "generate": ["frames.count=6", "resolution=[160,96]", "quality=draft", *TINY],
    "train": [
        "tao.spec.model_config.num_layers=10",
        "tao.spec.training_config.batch_size_per_gpu=2",
        f"{SCHEDULE}.max_learning_rate=2e-3",
        f"{SCHEDULE}.min_learning_rate=5e-4",
    ],
    "evaluate": ["device=cpu", "resamples=2"],
}


@pytest.mark.renders
def test_the_commands_of_the_page_train_on_frames_that_are_nowhere_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare, train, measure = ([shlex.split(line) for line in b.replace("\\\n", " ").splitlines()] for b in BLOCKS)
    for _, verb, *words in prepare:
        main([verb, *words, *SMALL[verb]])
    ((python, script, *words),) = train
    assert python == "python"
    train_while_rendering = runpy.run_path(str(HERE / script))["main"]
    losses = train_while_rendering([*words, "--workers=0", "--steps=16", "quality=draft", *TINY])
    assert sum(losses[-4:]) < 0.7 * sum(losses[:4])
    ((_, verb, *words),) = measure
    main([verb, *words, *SMALL[verb]])
    assert json.loads(Path("results/evaluation/evaluation.json").read_text())["figures"]["pictures"] == 6
    made = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.png")}
    assert made == {"held_out", "streamed"}, "views of the held-out frames, and no others"
    assert len(list(Path("streamed").rglob("*.png"))) == 12
