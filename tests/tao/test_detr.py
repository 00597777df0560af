"""RT-DETR by TAO's spec: what it reads, how it augments, that it learns, comes back and exports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import torch
from toy_sets import write_set

from palletjack_dr.cli import main
from palletjack_dr.tao.checkpoints import trained
from palletjack_dr.tao.detector import TrainingError, load_detector
from palletjack_dr.tao.detr.augmentation import clip_boxes, distort, draw_windows, move_boxes, see
from palletjack_dr.tao.detr.detector import RtDetrDetector
from palletjack_dr.tao.detr.export import export
from palletjack_dr.tao.detr.recipe import RtDetrRecipe
from palletjack_dr.tao.detr.spec import read_spec
from palletjack_dr.tao.loading import read_picture, read_sources
from palletjack_dr.tao.recipe import Batch

WIDTH, HEIGHT = 160, 96
STEPS = 110
SPEC = """
dataset:
  train_data_sources: [{image_dir: data/images, json_file: data/train.json}]
  val_data_sources: {image_dir: data/images, json_file: data/train.json}
  num_classes: 3
  batch_size: 8
  augmentation:
    {train_spatial_size: [96, 160], multi_scales: [], distortion_prob: 0.0, iou_crop_prob: 0.0}
model:
  {backbone: resnet_18, num_queries: 30, num_select: 30, hidden_dim: 64, nheads: 4, dim_feedforward: 128,
   dec_layers: 1, dn_number: 20}
train:
  {num_epochs: 60, seed: 3, optim: {lr: 1e-3, lr_backbone: 1e-3, lr_steps: [45]}, clip_grad_norm: 1.0}
"""
COLOURS = {"palletjack": (230, 60, 30), "ladder": (40, 90, 230)}

Pictures = list[npt.NDArray[np.uint8]]


def toy_pictures(count: int, seed: int) -> tuple[Pictures, list[list[tuple[str, list[int]]]]]:
    """Return pictures of coloured rectangles among grey and green clutter, and the (class, x1 y1 x2 y2) of each."""
    rng = np.random.default_rng(seed)
    pictures, labels = [], []
    for _ in range(count):
        picture = rng.integers(90, 130, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        for _ in range(6):
            x, y, w, h = rng.integers([0, 0, 5, 5], [150, 86, 40, 40]).tolist()
            grey = int(rng.integers(60, 200))
            cv2.rectangle(picture, (x, y), (x + w, y + h), (grey, int(min(grey + 40, 255)), grey), -1)
        found: list[tuple[str, list[int]]] = []
        for half, name in enumerate(COLOURS):
            w, h = rng.integers([24, 24], [60, 60]).tolist()
            x, y = int(rng.integers(0, 80 - w)) + 80 * half, int(rng.integers(0, HEIGHT - h))
            picture[y : y + h, x : x + w] = COLOURS[name]
            found.append((name, [x, y, x + w, y + h]))
        pictures.append(picture)
        labels.append(found)
    return pictures, labels


@pytest.fixture
def toys(own_folder: None) -> tuple[Pictures, list[list[tuple[str, list[int]]]]]:
    """Write eight toy pictures as a COCO set into ``data`` and return them."""
    pictures, labels = toy_pictures(8, seed=1)
    Path("data/images").mkdir(parents=True)
    numbers = {"palletjack": 1, "ladder": 2}
    for n, picture in enumerate(pictures):
        cv2.imwrite(f"data/images/{n}.png", picture[:, :, ::-1])
    boxes = [(n, name, box) for n, found in enumerate(labels) for name, box in found]
    table = {
        "images": [{"id": n, "file_name": f"{n}.png", "width": WIDTH, "height": HEIGHT} for n in range(8)],
        "categories": [{"id": i, "name": name} for name, i in numbers.items()],
        "annotations": [
            {"id": k, "image_id": n, "category_id": numbers[name], "bbox": [x, y, X - x, Y - y], "area": 1}
            for k, (n, name, (x, y, X, Y)) in enumerate(boxes)
        ],
    }
    Path("data/train.json").write_text(json.dumps(table))
    return pictures, labels


def as_batch(recipe: RtDetrRecipe, pictures: Pictures, labels: Sequence[Sequence[tuple[str, list[int]]]]) -> Batch:
    return Batch(
        pictures=torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous(),
        boxes=[torch.tensor([b for _, b in found], dtype=torch.float32).reshape(-1, 4) for found in labels],
        classes=[torch.tensor([recipe.classes.index(n) for n, _ in found], dtype=torch.int64) for found in labels],
        weights=torch.ones(len(pictures)),
    )


def train_briefly(recipe: RtDetrRecipe, batches: Sequence[Batch], steps: int) -> list[float]:
    """Train on the batches in turn, again and again; return the sums of the losses."""
    optimizer, generator, sums = recipe.optimizer(), torch.Generator().manual_seed(0), []
    recipe.model.train()
    for step in range(steps):
        for group, rate in zip(optimizer.param_groups, recipe.rates(step / steps), strict=True):
            group["lr"] = rate
        inputs, targets = recipe.prepare(batches[step % len(batches)], generator)
        loss = torch.stack(list(recipe.losses(recipe.model(inputs), targets).values())).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(recipe.model.parameters(), recipe.clip_norm)
        optimizer.step()
        sums.append(float(loss.detach()))
    return sums


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    w = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def save(recipe: RtDetrRecipe, path: Path) -> Path:
    content = {"network": recipe.network, "spec": recipe.spec, "classes": list(recipe.classes)}
    torch.save(content | {"model": recipe.model.state_dict()}, path)
    return path


def test_it_learns_toy_pictures_by_heart_and_comes_back_from_a_checkpoint(
    toys: tuple[Pictures, list[list[tuple[str, list[int]]]]], tmp_path: Path
) -> None:
    pictures, labels = toys
    recipe = RtDetrRecipe(SPEC, "spec.yaml")
    assert recipe.classes == ("palletjack", "ladder")
    sums = train_briefly(
        recipe, [as_batch(recipe, pictures[n : n + 2], labels[n : n + 2]) for n in (0, 2, 4, 6)], STEPS
    )
    assert np.mean(sums[-8:]) < np.mean(sums[:8]) / 2
    found = recipe.detector(recipe.model).detect(pictures)
    best = [
        overlap(next(b for b, c in zip(f.boxes, f.classes, strict=True) if recipe.classes[c] == name), box)
        for f, objects in zip(found, labels, strict=True)
        for name, box in objects
    ]
    assert sum(share > 0.5 for share in best) >= 13, best
    restored = load_detector(save(recipe, tmp_path / "model.pt"), device="cpu")
    for before, after in zip(found, restored.detect(pictures), strict=True):
        np.testing.assert_allclose(after.boxes, before.boxes, atol=1e-4)
        np.testing.assert_array_equal(after.classes, before.classes)


@pytest.fixture
def recipe(toys: object) -> RtDetrRecipe:
    return RtDetrRecipe(SPEC, "spec.yaml")


@pytest.mark.parametrize("labelled", [(), (1,), (0, 1)])
def test_losses_and_gradients_are_finite_whatever_pictures_have_labels(
    recipe: RtDetrRecipe, labelled: tuple[int, ...]
) -> None:
    pictures, labels = toy_pictures(2, seed=2)
    batch = as_batch(recipe, pictures, [found if n in labelled else [] for n, found in enumerate(labels)])
    inputs, targets = recipe.prepare(batch, torch.Generator().manual_seed(0))
    parts = recipe.losses(recipe.model.train()(inputs), targets)
    assert parts.keys() == {"vfl", "l1", "giou", "denoising"}
    torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
    for name, parameter in recipe.model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
    assert bool(parts["denoising"] > 0) == bool(labelled)


def test_the_same_seeds_give_the_same_step(recipe: RtDetrRecipe) -> None:
    batch = as_batch(recipe, *toy_pictures(2, seed=2))
    recipe.model.train()
    sums = []
    for noise in (1, 2):
        torch.manual_seed(noise)
        inputs, targets = recipe.prepare(batch, torch.Generator().manual_seed(5))
        for module in recipe.model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 0.0
        sums.append([float(part.detach()) for part in recipe.losses(recipe.model(inputs), targets).values()])
    assert sums[0] == pytest.approx(sums[1], rel=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_boxes_stay_on_their_rectangles_through_windows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, size = 32, (192, 128)
    canvas = torch.full((count, 3, HEIGHT, WIDTH), 0.5)
    boxes = []
    for n in range(count):
        x, y = rng.integers(0, [100, 50]).tolist()
        w, h = rng.integers(20, [60, 46]).tolist()
        canvas[n, :, y : y + h, x : x + w] = 1.0
        boxes.append(torch.tensor([[x / WIDTH, y / HEIGHT, (x + w) / WIDTH, (y + h) / HEIGHT]]))
    windows = draw_windows(boxes, crop=0.8, mirror=0.5, generator=torch.Generator().manual_seed(seed))
    mirrored = windows[:, 0] > windows[:, 2]
    assert 0 < int(mirrored.sum()) < count
    seen = see(canvas, windows, size)[:, 0] > 0.75
    for n, window in enumerate(windows):
        (box,), (stays,) = clip_boxes(move_boxes(boxes[n], window), size)
        assert stays, "a crop keeps the middle of a box"
        rows, columns = seen[n].any(dim=1).nonzero()[:, 0], seen[n].any(dim=0).nonzero()[:, 0]
        rendered = [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]
        magnified = float(max(abs(1 / (window[2] - window[0])), abs(1 / (window[3] - window[1]))))
        assert (box * torch.tensor([*size, *size])).tolist() == pytest.approx(rendered, abs=1 + 0.25 * magnified)


def test_without_augmentation_pictures_and_boxes_are_as_given(recipe: RtDetrRecipe) -> None:
    pictures, labels = toy_pictures(6, seed=4)
    batch = as_batch(recipe, pictures, labels)
    inputs, targets = recipe.prepare(batch, torch.Generator().manual_seed(0))
    given = batch.pictures.float() / 255
    flipped = [bool((inputs[n] - given[n].flip(2)).abs().max() < 1e-4) for n in range(6)]
    assert 0 < sum(flipped) < 6
    for n, (target, found) in enumerate(zip(targets, labels, strict=True)):
        assert flipped[n] or (inputs[n] - given[n]).abs().max() < 1e-4
        assert target["class_labels"].tolist() == [1, 2]  # the categories' ids
        cx = [(x1 + x2) / 2 / WIDTH for _, (x1, _, x2, _) in found]
        assert target["boxes"][:, 0].tolist() == pytest.approx([1 - c for c in cx] if flipped[n] else cx, abs=1e-5)


def test_pictures_of_another_shape_are_stretched_and_not_cut(toys: object) -> None:
    wide = RtDetrRecipe(SPEC, "spec")
    square = RtDetrRecipe(SPEC.replace("train_spatial_size: [96, 160]", "train_spatial_size: [96, 96]"), "spec")
    as_they_are, stretched = (read_sources(r.sources, r.classes, r.size, stretch=r.stretch) for r in (wide, square))
    for one, other in zip(as_they_are, stretched, strict=True):
        assert torch.allclose(one.boxes * torch.tensor([0.6, 1, 0.6, 1]), other.boxes)
    whole, narrow = (read_picture(stretched[0].path, r.size, stretch=r.stretch) for r in (wide, square))
    assert np.abs(whole.mean(axis=1) - narrow.mean(axis=1)).max() < 12


def test_batches_have_sizes_in_proportion_that_the_network_can_take() -> None:
    spec = read_spec("dataset: {augmentation: {train_spatial_size: [288, 480]}}", "spec")
    assert all(width % 32 == height % 32 == 0 for width, height in spec.scaled_sizes)
    assert (480, 288) in spec.scaled_sizes
    assert read_spec("model: {}", "spec").scaled_sizes == [(s, s) for s in range(480, 801, 32)]


def test_distortion_keeps_grey_grey_and_none_changes_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand((16, 3, 8, 8), generator=generator)
    torch.testing.assert_close(distort(pictures, 0.0, generator), pictures, atol=1e-5, rtol=0)
    grey = distort(pictures[:, :1].expand(-1, 3, -1, -1), 1.0, generator)
    assert (grey - grey.mean(dim=1, keepdim=True)).abs().max() < 1e-4
    changed = distort(pictures, 1.0, generator)
    assert ((changed - pictures).abs().amax(dim=(1, 2, 3)) > 0.01).sum() > 8
    assert 0 <= float(changed.min()) <= float(changed.max()) <= 1


def test_onnx_agrees_with_the_network_for_any_batch(recipe: RtDetrRecipe, tmp_path: Path) -> None:
    import onnxruntime

    pictures, labels = toy_pictures(4, seed=5)
    train_briefly(recipe, [as_batch(recipe, pictures, labels)], 2)
    detector = recipe.detector(recipe.model.eval())
    assert isinstance(detector, RtDetrDetector)
    path = tmp_path / "out/model.onnx"
    assert export(trained(recipe, recipe.model), path, opset=17) < 1e-3
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [i.name for i in session.get_inputs()] == ["inputs"]
    facts = session.get_modelmeta().custom_metadata_map
    assert json.loads(facts["classes"]) == ["background", "palletjack", "ladder"]
    assert (facts["network"], facts["width"], facts["height"]) == ("rtdetr", "160", "96")
    for count in (1, 3):
        inputs = torch.from_numpy(np.stack(pictures[:count])).permute(0, 3, 1, 2).float() / 255
        logits, boxes = session.run(["pred_logits", "pred_boxes"], {"inputs": inputs.numpy()})
        with torch.no_grad():
            wanted = recipe.model(inputs)
        ours = np.concatenate([wanted["logits"][:, -1].numpy(), wanted["boxes"][:, -1].numpy()], axis=2)
        theirs = np.concatenate([logits, boxes], axis=2)
        apart = np.abs(ours[:, :, None] - theirs[:, None]).max(axis=3)  # queries of equal scores may change places
        assert apart.min(axis=1).max() < 1e-3
        assert apart.min(axis=2).max() < 1e-3
    for found, exported in zip(detector.detect(pictures), load_detector(path).detect(pictures), strict=True):
        np.testing.assert_allclose(exported.scores, found.scores, atol=1e-3)


def test_the_commands_train_evaluate_export_and_deploy_it(tmp_path: Path) -> None:
    for name, count in (("a", 4), ("b", 2)):
        write_set(tmp_path / name, count, seed=count)
    small = ["tao.size=[96,96]", "tao.spec.model.backbone=resnet_18", "tao.spec.dataset.augmentation.multi_scales=[96]"]
    small += ["+tao.spec.model.dec_layers=1", "+tao.spec.model.num_queries=20", "tao.spec.dataset.batch_size=2"]
    sets = ["data.train.synthetic={folder: a, split: null}", "data.validate={folder: b, split: null}"]
    main(["train", "tao=rtdetr", *sets, *small, "tao.spec.train.num_epochs=1", "results_dir=results"])
    model = next((tmp_path / "results").rglob("model.pt"))
    main(["export", f"model={model}", "output=model.onnx"])
    main(["deploy", "model=model.onnx", "output_dir=deployed"])
    main(["evaluate", "model=model.onnx", "data.folder=b", "threshold=0.5", "results_dir=measured"])
    assert (tmp_path / "measured" / "evaluation.json").is_file()
    assert "pred_boxes" in "".join(p.read_text() for p in (tmp_path / "deployed").rglob("*.txt"))


def test_pictures_of_any_size_give_boxes_inside_them(recipe: RtDetrRecipe) -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (h, w, 3), dtype=np.uint8) for h, w in ((300, 200), (40, 90), (96, 160))]
    for picture, found in zip(pictures, recipe.detector(recipe.model).detect(pictures), strict=True):
        assert len(found.boxes) == len(found.scores) == len(found.classes) == 30
        assert (np.diff(found.scores) <= 0).all()
        assert set(found.classes.tolist()) <= {0, 1}
        assert (found.boxes >= 0).all()
        assert (found.boxes <= [*picture.shape[1::-1]] * 2).all()


def test_norms_and_biases_are_not_decayed_and_the_backbone_has_its_rate(toys: object) -> None:
    recipe = RtDetrRecipe(SPEC.replace("lr_backbone: 1e-3", "lr_backbone: 1e-4, warmup_steps: 3"), "spec.yaml")
    groups = recipe.optimizer().param_groups
    assert [group["weight_decay"] for group in groups] == [1e-4, 0, 1e-4, 0]
    assert all(p.ndim < 2 for group in groups[1::2] for p in group["params"])
    assert sum(len(group["params"]) for group in groups) == len(list(recipe.model.parameters()))
    assert recipe.rates(0) == pytest.approx([1e-4 / 4, 1e-4 / 4, 1e-3 / 4, 1e-3 / 4])
    recipe.load_state({"steps": 1000})
    assert recipe.rates(44.9 / 60) == pytest.approx([1e-4, 1e-4, 1e-3, 1e-3])
    assert recipe.rates(45 / 60) == pytest.approx([1e-5, 1e-5, 1e-4, 1e-4])


def test_weights_are_taken_from_local_files(recipe: RtDetrRecipe, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    with torch.no_grad():
        for parameter in recipe.model.parameters():
            parameter.add_(0.01)
    path = save(recipe, tmp_path / "model.pt")
    whole = RtDetrRecipe(SPEC.replace("train:\n  {", f"train:\n  {{pretrained_model_path: {path}, "), "spec.yaml")
    for name, tensor in recipe.model.state_dict().items():
        torch.testing.assert_close(whole.model.state_dict()[name], tensor)
    folder = tmp_path / "backbone"
    folder.mkdir()
    save_file(recipe.model.core.backbone.model.state_dict(), folder / "model.safetensors")
    text = SPEC.replace("model:\n  {", f"model:\n  {{pretrained_backbone_path: {folder}, ")
    part = RtDetrRecipe(text, "spec.yaml").model.train()
    ours, theirs = part.core.backbone.state_dict(), recipe.model.core.backbone.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert not any(m.training for m in part.core.backbone.modules() if isinstance(m, torch.nn.BatchNorm2d))
    with pytest.raises(TrainingError, match="names and shapes"):
        RtDetrRecipe(text.replace("resnet_18", "resnet_50"), "spec.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("num_queries", "num_querys", "no field 'model.num_querys'; did you mean 'num_queries'?"),
        ("backbone: resnet_18", "backbone: fan_tiny", "model.backbone: got 'fan_tiny'.*offered: resnet_101"),
        ("num_classes: 3", "num_classes: 2", "num_classes: got 2.*wanted 3"),
        ("num_classes: 3", "num_classes: three", "dataset.num_classes: got 'three', wanted int"),
        ("num_queries: 30", "num_queries: 400", "num_queries: got 400, wanted 1 to 315"),
        ("[96, 160]", "[100, 160]", "multiples of 32"),
        ("data/train.json", "data/none.json", "no COCO file"),
        ("dn_number: 20", "dn_number: 20, eval_idx: 2", "model.eval_idx: got 2"),
        ("seed: 3", "seed: 3, pretrained_model_path: no.pt", "nothing is downloaded"),
    ],
)
def test_specs_that_cannot_run_are_refused_by_name(toys: object, old: str, new: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        RtDetrRecipe(SPEC.replace(old, new), "spec.yaml")


def test_fields_have_tao_s_defaults_and_other_sections_are_let_through() -> None:
    spec = read_spec("results_dir: /r\nexport: {onnx_file: '${results_dir}/m.onnx'}\ntrain: {optim: {lr: 2e-4}}", "s")
    assert (spec.train.optim.lr, spec.train.optim.lr_backbone, spec.model.num_queries) == (2e-4, 1e-5, 300)
    assert spec.export == {"onnx_file": "/r/m.onnx"}
    assert spec.size == spec.detection_size == (640, 640)
