"""A trained detector pruned, retrained, exported and quantized: smaller at each step, and still one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from toy_sets import CLASSES, SIZE, spec_text, write_set

from palletjack_dr.cli import main
from palletjack_dr.tao.detectnet_v2.detector import untrained
from palletjack_dr.tao.detectnet_v2.experiment import Experiment
from palletjack_dr.tao.detectnet_v2.training import train
from palletjack_dr.tao.detectnet_v2.weights import load_pretrained
from palletjack_dr.tao.detector import TrainingError, load_detector, read_checkpoint
from palletjack_dr.tao.loading import read_file
from palletjack_dr.tao.onnx_files import OnnxModel
from palletjack_dr.tao.options import Options

CPU = Options(device="cpu", workers=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with toy sets a and b and a checkpoint of one epoch."""
    folder = tmp_path_factory.mktemp("made")
    a, b = write_set(folder / "a", 12, seed=1), write_set(folder / "b", 4, seed=2)
    (folder / "spec.txt").write_text(spec_text(a, b, epochs=1))
    train(folder / "spec.txt", folder / "results", CPU)
    main(["export", f"model={folder}/results/model.pt", f"output={folder}/model.onnx"])
    return folder


def some_pictures(made: Path) -> list[np.typing.NDArray[np.uint8]]:
    return [read_file(path) for path in sorted((made / "a" / "images").iterdir())[:4]]


def test_an_exported_detector_answers_as_the_checkpoint_does(made: Path) -> None:
    model = OnnxModel(made / "model.onnx")
    assert [o.name for o in model.session.get_outputs()] == ["output_cov/Sigmoid:0", "output_bbox/BiasAdd:0"]
    assert model.input == "input_1:0"
    assert (model.metadata["classes"], model.metadata["width"], model.metadata["height"]) == (list(CLASSES), *SIZE)
    batch = np.stack(some_pictures(made)).transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
    coverage, distances = model(batch)
    assert coverage.shape == (4, 2, SIZE[1] // 16, SIZE[0] // 16)
    assert distances.shape == (4, 8, SIZE[1] // 16, SIZE[0] // 16)
    detector = load_detector(made / "results" / "model.pt", device="cpu")
    wanted, _ = detector.answer(torch.from_numpy(batch))  # type: ignore[attr-defined]
    assert np.allclose(coverage, wanted.detach().numpy(), atol=1e-3)
    both = [d.detect(some_pictures(made)) for d in (detector, load_detector(made / "model.onnx"))]
    for ours, exported in zip(*both, strict=True):
        assert len(ours.boxes) == len(exported.boxes)
        assert np.allclose(ours.boxes, exported.boxes, atol=0.1)


def test_a_pruned_detector_is_smaller_and_trains_on(made: Path, tmp_path: Path) -> None:
    pruned = tmp_path / "pruned.pt"
    main(["prune", f"model={made}/results/model.pt", f"output={pruned}", "ratio=0.5", "granularity=8"])
    sizes = [
        sum(v.numel() for v in read_checkpoint(path)["model"].values()) for path in (made / "results/model.pt", pruned)
    ]
    assert sizes[1] < 0.6 * sizes[0]
    found = load_detector(pruned, device="cpu").detect(some_pictures(made))
    assert len(found) == 4
    text = (made / "spec.txt").read_text()
    start = f'arch: "resnet" pretrained_model_file: "{pruned}" load_graph: true'
    (tmp_path / "spec.txt").write_text(text.replace('arch: "resnet"', start))
    again = train(tmp_path / "spec.txt", tmp_path / "results", CPU)
    for name, value in read_checkpoint(again)["model"].items():
        assert value.shape == read_checkpoint(pruned)["model"][name].shape, name
    main(["export", f"model={again}", f"output={tmp_path}/small.onnx"])
    assert (tmp_path / "small.onnx").stat().st_size < (made / "model.onnx").stat().st_size


def test_an_int8_detector_answers_about_the_same_from_a_quarter_of_the_bytes(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "int8.onnx"
    main(["quantize", f"model={made}/model.onnx", f"output={target}", f"pictures={made}/a/images", "count=8"])
    assert target.stat().st_size < 0.35 * (made / "model.onnx").stat().st_size
    batch = np.stack(some_pictures(made)).transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
    full, small = OnnxModel(made / "model.onnx"), OnnxModel(target)
    assert small.metadata["precision"] == "int8"
    for wanted, got in zip(full(batch), small(batch), strict=True):
        assert np.abs(wanted - got).mean() < 0.2 * np.abs(wanted).mean()  # with ranges of darker pictures: 0.36
        assert np.abs(wanted - got).max() > 0
    assert load_detector(target).classes == CLASSES
    assert not list(tmp_path.glob("*prepared*"))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["prune", "ratio=1.5"], "0 < ratio < 1"),
        (["prune", "model=none.pt"], "there is no such checkpoint"),
        (["quantize", "model=results/model.pt"], "wanted an ONNX file"),
        (["quantize", "model=none.onnx", "pictures=."], "there is no such file"),
        (["export", "model=none.pt"], "there is no such checkpoint"),
    ],
)
def test_mistakes_are_one_message(
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.png").write_bytes((made / "a" / "images" / "0000.png").read_bytes())
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def network(made: Path) -> torch.nn.Module:
    return untrained(Experiment.read((made / "spec.txt").read_text()))


def test_torchvision_s_names_and_shapes_are_understood(made: Path, tmp_path: Path) -> None:
    ours = network(made).state_dict()
    theirs = {}
    for name, value in ours.items():
        if name.endswith("0.bias") or name.startswith(("cov", "bbox")):
            continue  # torchvision's convolutions have no biases
        block = name.split(".")
        layer = f"layer{int(block[1]) + 1}.{block[2]}." if block[0] == "blocks" else ""
        part, index, what = block[-3:]
        number = part[-1] if part != "shortcut" else ""
        kind = "downsample" if part == "shortcut" else ("conv" if index == "0" else "bn")
        theirs[f"{layer}{kind}.{index}.{what}" if part == "shortcut" else f"{layer}{kind}{number}.{what}"] = value + 1
    torch.save(theirs, tmp_path / "resnet10.pth")
    model = network(made)
    load_pretrained(model, str(tmp_path / "resnet10.pth"), 10)
    for name, value in model.state_dict().items():
        if not name.startswith(("cov", "bbox")) and "num_batches" not in name:
            wanted = torch.zeros_like(value) if name.endswith(".0.bias") else ours[name] + 1
            if wanted.is_floating_point() and not name.endswith(".0.bias"):
                assert value.shape == wanted.shape
                assert not torch.equal(value, ours[name]), name
            else:
                assert torch.equal(value, wanted), name


def test_keras_names_and_layouts_are_understood(made: Path, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(3, 3, 64, 64)).astype(np.float32)
    gamma = rng.normal(size=64).astype(np.float32)
    with h5py.File(tmp_path / "resnet10.hdf5", "w") as file:
        file["model_weights/block_1a_conv_2/block_1a_conv_2/kernel:0"] = kernel
        file["model_weights/block_1a_bn_2/block_1a_bn_2/gamma:0"] = gamma
        file["model_weights/block_1a_bn_2/block_1a_bn_2/moving_mean:0"] = gamma + 1
    model = network(made)
    load_pretrained(model, str(tmp_path / "resnet10.hdf5"), 10)
    state = model.state_dict()
    assert np.array_equal(state["blocks.0.0.conv_2.0.weight"].numpy(), kernel.transpose(3, 2, 0, 1))
    assert np.array_equal(state["blocks.0.0.conv_2.1.weight"].numpy(), gamma)
    assert np.array_equal(state["blocks.0.0.conv_2.1.running_mean"].numpy(), gamma + 1)


def test_weights_of_another_network_are_refused(made: Path, tmp_path: Path) -> None:
    torch.save({"encoder.weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(TrainingError, match=r"nothing in .* fits"):
        load_pretrained(network(made), str(tmp_path / "other.pth"), 10)
