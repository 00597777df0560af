"""The end-to-end example in miniature, on a CPU: a few hundred small frames, a small backbone, a real detector."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from palletjack_dr.cli import main

SCHEDULE = "tao.spec.training_config.learning_rate.soft_start_annealing_schedule"
AUGMENTATION = "tao.spec.augmentation_config"
CLASSES = "tao.per_class.default"


@pytest.mark.renders
def test_a_detector_trained_on_small_frames_finds_trucks_in_frames_it_has_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    main(
        [
            "generate",
            "experiment=seed_none",
            "frames.count=400",
            "resolution=[160,96]",
            "quality=draft",
            "seed=5",
            "split={train: 0.8, val: 0.2}",
            "check_share=0",
            "annotator=[boxes_2d]",
            "writer=[kitti]",
            "randomizers.robot_camera.distance=[1.7,3.0]",
            "randomizers.target_placement.count=1",
            "output_dir=frames",
        ]
    )
    main(
        [
            "train",
            "data.train.synthetic.folder=frames",
            "data.validate.folder=frames",
            "tao.spec.model_config.num_layers=10",
            "tao.spec.training_config.num_epochs=11",
            "tao.spec.training_config.batch_size_per_gpu=4",
            f"{SCHEDULE}.max_learning_rate=3e-3",
            f"{SCHEDULE}.min_learning_rate=5e-5",
            f"{SCHEDULE}.soft_start=0.05",
            f"{SCHEDULE}.annealing=0.7",
            "tao.spec.evaluation_config.validation_period_during_training=11",
            f"{AUGMENTATION}.spatial_augmentation.translate_max_x=4",
            f"{AUGMENTATION}.spatial_augmentation.translate_max_y=4",
            f"{AUGMENTATION}.color_augmentation.hue_rotation_max=0",
            f"{CLASSES}.cost_function_config.target_classes.coverage_foreground_weight=0.3",
            "results_dir=results",
        ]
    )
    main(["evaluate", "model=results/model.pt", "data.folder=frames", "data.split=val", "results_dir=evaluation"])
    figures = json.loads((tmp_path / "evaluation" / "evaluation.json").read_text())["figures"]
    assert figures["mean_ap50"]["value"] >= 0.8, figures
