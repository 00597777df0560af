"""A stream gives the frames that ``generate`` writes, in any process and order, and can keep them as it would."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf
from tiny_room import tiny_room
from torch.utils.data import DataLoader

import palletjack_dr
from palletjack_dr.cli import main
from palletjack_dr.dataset import Dataset, Record, read_image
from palletjack_dr.errors import ConfigError, DatasetError, EngineError, PalletjackError
from palletjack_dr.streaming.dataset import FrameStream
from palletjack_dr.streaming.streamed import StreamedFrame, collate
from palletjack_dr.streaming.wanted import Share

pytestmark = pytest.mark.renders
COUNT = 8
ASKED = ["boxes_2d", "instance_segmentation", "depth"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return [*tiny_room(tmp_path_factory.mktemp("room")), "seed=5", f"frames.count={COUNT}"]


@pytest.fixture(scope="module")
def folder(small: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "generated"
    main(["generate", *small, f"output_dir={made}"])
    return made


@pytest.fixture
def frames(small: list[str]) -> Iterator[FrameStream]:
    with palletjack_dr.stream(small, annotations=ASKED) as opened:
        yield opened


def records(folder: Path) -> dict[int, dict[str, Any]]:
    return {r["frame"]: r for r in map(json.loads, (folder / "frames.jsonl").read_text().splitlines())}


def truths(folder: Path) -> list[dict[str, Any]]:
    """Return all records in their order, without seconds and the digests of the pictures, which are dithered."""
    found = []
    for record in records(folder).values():
        files = {name: digest for name, digest in record["files"].items() if name != record["picture"]}
        found.append({**record, "seconds": None, "bytes": None, "files": files})
    return found


def seen_targets(record: Record) -> list[Any]:
    return [row for row in record["objects"] if row["role"] == "target" and row["box"]]


def labels(frame: StreamedFrame) -> tuple[Any, ...]:
    return frame.frame_index, frame.split, *(column.tolist() for column in frame.objects)


def assert_same(first: StreamedFrame, second: StreamedFrame) -> None:
    assert labels(first) == labels(second)
    assert first.annotations["boxes_2d"] == second.annotations["boxes_2d"]
    for name in ASKED[1:]:
        one, other = first.annotations[name], second.annotations[name]
        assert isinstance(one, torch.Tensor)
        assert isinstance(other, torch.Tensor)
        assert torch.equal(one, other)
    assert_same_but_for_dithering(first.picture.numpy(), second.picture.numpy())


def assert_same_but_for_dithering(first: Any, second: Any) -> None:
    difference = np.abs(first.astype(int) - second.astype(int))
    assert difference.mean() < 1.5
    assert (difference > 6).mean() < 0.04


def test_a_stream_gives_the_frames_that_generate_writes(frames: FrameStream, folder: Path) -> None:
    dataset = Dataset.open(folder)
    streamed = list(frames)
    assert len(streamed) == len(frames) == COUNT
    assert sum(len(frame.objects.boxes) for frame in streamed) >= COUNT
    for frame, record in zip(streamed, dataset.records, strict=True):
        seen = seen_targets(record)
        assert frame.frame_index == record["frame"]
        assert [frames.classes[n] for n in frame.objects.classes] == [row["label"] for row in seen]
        assert frame.objects.boxes.tolist() == [row["box"] for row in seen]
        assert frame.objects.amodal_boxes.tolist() == [row["amodal_box"] for row in seen]
        assert frame.objects.ids.tolist() == [row["id"] for row in seen]
        for name in ("occlusion", "truncation", "distance"):
            assert torch.equal(getattr(frame.objects, name), torch.tensor([row[name] for row in seen]))
        assert frame.annotations["boxes_2d"] == record["tables"]["boxes_2d"]
        for name in ASKED[1:]:
            image = dataset.image(record, name)
            assert image is not None
            assert np.array_equal(np.asarray(frame.annotations[name]), image)
        picture = read_image(dataset.picture(record))
        assert picture is not None
        assert_same_but_for_dithering(frame.picture.numpy(), picture.transpose(2, 0, 1))


def test_any_frame_can_be_made_again_alone(frames: FrameStream) -> None:
    third, second = list(frames)[3:1:-1]
    assert_same(frames.frame(3), third)
    assert_same(frames.frame(2), second)


def test_masks_follow_from_ids(frames: FrameStream) -> None:
    frame = next(f for f in frames if len(f.objects.ids))
    masks = torch.as_tensor(frame.annotations["instance_segmentation"]) == frame.objects.ids[:, None, None]
    for mask, box in zip(masks, frame.objects.boxes.tolist(), strict=True):
        y, x = torch.nonzero(mask, as_tuple=True)
        assert [x.min(), y.min(), x.max() + 1, y.max() + 1] == box


def test_an_endless_stream_counts_on_and_its_frames_are_those_of_a_longer_run(small: list[str], folder: Path) -> None:
    config = OmegaConf.load(folder / "run.yaml")
    with palletjack_dr.stream([*small, "frames.count=2"], endless=True) as short:
        first = list(islice(short, 4))
        with pytest.raises(TypeError, match="endless"):
            len(short)
    with palletjack_dr.stream(OmegaConf.to_container(config)) as long:  # type: ignore[arg-type]
        assert [labels(f) for f in first] == [labels(f) for f in islice(long, 4)]


def test_ranks_and_shards_share_the_frames_out(small: list[str]) -> None:
    def seen(*more: str, **ranks: int) -> list[int]:
        with palletjack_dr.stream([*small, *more], **ranks) as share:  # type: ignore[arg-type]
            return [frame.frame_index for frame in share]

    assert seen(rank=1, world_size=4) == [1, 5]
    assert seen("frames.shard=2/2", rank=0, world_size=2) == [1, 5]
    with (
        palletjack_dr.stream(small, rank=0, world_size=3) as uneven,
        pytest.raises(ConfigError, match=r"8 frames cannot be dealt out evenly to 3 .* frames\.count=6"),
    ):
        next(iter(uneven))


def test_the_rank_goes_along_to_workers_that_cannot_ask_for_it(small: list[str]) -> None:
    from torch.testing._internal.distributed.fake_pg import FakeStore

    frames = palletjack_dr.stream(small)
    torch.distributed.init_process_group("fake", rank=1, world_size=2, store=FakeStore())
    try:
        travelling = pickle.dumps(frames)
        assert len(frames) == COUNT // 2
    finally:
        torch.distributed.destroy_process_group()
    with pickle.loads(travelling) as arrived:
        assert len(arrived) == COUNT // 2
        assert next(iter(arrived)).frame_index == 1
    assert len(frames) == COUNT


def test_two_streams_of_one_process_take_turns(
    small: list[str], frames: FrameStream, caplog: pytest.LogCaptureFixture
) -> None:
    alone = list(frames)[:2]
    with palletjack_dr.stream([*small, "seed=6"]) as others:
        for frame, again, other in zip(alone, frames, others, strict=False):
            assert_same(frame, again)
            assert labels(other) != labels(again)
    assert "draws one stream at a time" in caplog.text


def test_generate_is_refused_while_a_stream_has_the_engine(
    small: list[str], frames: FrameStream, capsys: pytest.CaptureFixture[str]
) -> None:
    next(iter(frames))
    with pytest.raises(SystemExit):
        main(["generate", *small, "output_dir=out"])
    assert "is open already in this process" in " ".join(capsys.readouterr().err.split())
    assert not Path("out").exists()


def test_a_batch_keeps_a_table_of_objects_for_every_picture(frames: FrameStream) -> None:
    made = list(frames)[:3]
    batch = collate(made)
    assert batch.frame_indices == [0, 1, 2]
    assert torch.equal(batch.pictures[2], made[2].picture)
    assert [len(o.boxes) for o in batch.objects] == [len(f.objects.boxes) for f in made]
    assert torch.as_tensor(batch.annotations["depth"]).shape == (3, 96, 160)
    assert batch.annotations["boxes_2d"] == [f.annotations["boxes_2d"] for f in made]
    arrived = pickle.loads(pickle.dumps(batch.objects))
    assert [[c.tolist() for c in o] for o in arrived] == [[c.tolist() for c in o] for o in batch.objects]


def test_a_picture_without_objects_has_tables_without_rows(small: list[str]) -> None:
    with palletjack_dr.stream([*small, "constraint=[]", "randomizers.target_placement.count=0"]) as frames:
        (objects,) = collate([frames.frame(0)]).objects
    assert objects.boxes.shape == objects.amodal_boxes.shape == (0, 4)
    assert objects.classes.shape == objects.ids.shape == objects.occlusion.shape == (0,)


def test_what_is_kept_is_what_generate_writes_and_is_read_back(small: list[str], folder: Path) -> None:
    with palletjack_dr.stream(small, annotations=ASKED, keep="kept") as frames:
        made = list(islice(frames, 3))
    assert list(records(Path("kept"))) == [0, 1, 2]
    assert Path("kept/ImageSets/train.txt").read_text().split() == ["000000", "000001", "000002"]
    before = Path("kept/frames.jsonl").read_text()
    with palletjack_dr.stream(small, annotations=ASKED, keep="kept") as frames:
        again = list(frames)
        twice = list(frames)
    assert Path("kept/frames.jsonl").read_text().startswith(before)
    for frame, back in zip([*made, *again], again[:3] + twice, strict=True):
        assert_same(frame, back)
        assert torch.equal(frame.picture, back.picture)
    assert truths(Path("kept")) == truths(folder)
    names = [sorted(str(p.relative_to(d)) for p in d.rglob("*")) for d in (folder, Path("kept"))]
    assert names[0] == names[1]


def test_a_kept_frame_of_which_more_is_asked_than_was_written_is_made_again_and_left_as_it_is(small: list[str]) -> None:
    one = [*small, "frames.count=1"]
    with palletjack_dr.stream(one, keep="kept") as frames:
        (kept,) = frames
    before = Path("kept/frames.jsonl").read_text()
    with palletjack_dr.stream([*one, "+annotator=normals"], annotations=["normals"]) as frames:
        (wanted,) = frames
    with palletjack_dr.stream(one, keep="kept", annotations=["depth"]) as frames:
        depth = Path("kept/ground_truth/depth/000000.tiff")
        depth.write_bytes(bytes(depth.stat().st_size))  # of the same length: one that is shorter is made again
        (again,) = frames
    assert labels(again) == labels(kept) == labels(wanted)
    assert torch.as_tensor(again.annotations["depth"]).shape == (96, 160)
    assert torch.as_tensor(wanted.annotations["normals"]).shape == (96, 160, 3)
    assert Path("kept/frames.jsonl").read_text() == before


def test_generate_goes_on_in_what_a_stream_has_kept(small: list[str], folder: Path) -> None:
    with palletjack_dr.stream(small, keep="kept") as frames:
        next(iter(frames))
    main(["generate", *small, "output_dir=kept"])
    assert truths(Path("kept")) == truths(folder)


def test_workers_deal_the_frames_out_and_what_they_have_kept_survives_their_end(small: list[str], folder: Path) -> None:
    frames = palletjack_dr.stream(small, annotations=ASKED, keep="kept")
    loader = frames.loader(batch_size=2, num_workers=2)
    batches = list(loader)
    assert [batch.frame_indices for batch in batches] == [[0, 2], [1, 3], [4, 6], [5, 7]]
    boxes = {index: objects.boxes.tolist() for b in batches for index, objects in zip(b[0], b.objects, strict=True)}
    assert boxes == {index: [row["box"] for row in seen_targets(record)] for index, record in records(folder).items()}
    again = iter(loader)
    os.kill(again._workers[1].pid, signal.SIGKILL)  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="DataLoader worker"):
        list(again)
    main(["merge", "kept/part-1-of-2", "kept/part-2-of-2", "--out", "whole"])
    assert truths(Path("whole")) == truths(folder)
    for keep, parts in (("kept", 1), ("kept", 3), ("whole", 2)):
        with pytest.raises(DatasetError, match="was kept by another number of processes"):
            Share(part=0, parts=parts).folder(Path(keep))


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["frames.cout=3"], {}, "cout"),
        (["frames.count=many"], {}, "frames.count"),
        (["randomizers.robot_camera.height=[-5,1]"], {}, "height"),
        (["randomizers.target_placement.role=trget"], {}, "did you mean 'target'"),
        (["hydra.mode=MULTIRUN", "seed=1,2"], {}, "2 configs"),
        (["--cfg", "job"], {}, "0 configs"),
        (["--no-such"], {}, "--no-such"),
        (["seed=1"], {"annotations": ["dept"]}, "did you mean 'depth'"),
        (["seed=1"], {"classes": ["crte"]}, "did you mean 'crate'"),
        (["seed=1"], {"rank": 2, "world_size": 2}, "0 <= rank < world_size"),
        (["seed=1"], {"endless": True, "keep": "kept"}, "large frames.count"),
        (["coverage={bins: {distance: [2, 5]}}"], {"endless": True}, "coverage"),
        ("seed=1", {}, "wanted a list of overrides"),
        ({"seed": "five"}, {}, "seed"),
        ({"seed": 5}, {}, "environment: got None"),
        ({"sed": 5}, {}, "sed"),
    ],
)
def test_a_mistake_ends_before_a_stream_is_there(small: list[str], words: Any, options: Any, message: str) -> None:
    config = [*small, *words] if isinstance(words, list) else words
    with pytest.raises(PalletjackError) as refused:
        palletjack_dr.stream(config, **options)
    assert message in str(refused.value)
    assert not Path("kept").exists()


def test_a_folder_of_another_config_is_refused_and_left_alone(small: list[str], folder: Path) -> None:
    before = sorted(p.stat().st_mtime_ns for p in folder.rglob("*"))
    with pytest.raises(DatasetError, match="belongs to another config: seed"):
        palletjack_dr.stream([*small, "seed=6"], keep=folder)
    assert sorted(p.stat().st_mtime_ns for p in folder.rglob("*")) == before


def test_a_frame_whose_attempts_are_all_refused_says_so(small: list[str]) -> None:
    never = ["max_attempts=2", "constraint=[target_visible]", "constraints.target_visible.min_px=100000"]
    with (
        palletjack_dr.stream([*small, *never], keep="kept") as frames,
        pytest.raises(ConfigError, match=r"^frame 0: all 2 attempts were refused \(2 x fewer than 1 visible target\)"),
    ):
        next(iter(frames))


def test_a_fork_of_a_process_with_an_open_engine_is_refused_and_does_not_hang(frames: FrameStream) -> None:
    next(iter(frames))
    loader = DataLoader(frames, batch_size=None, num_workers=1, multiprocessing_context="fork")
    with pytest.raises(EngineError, match=r"is a fork, and a Vulkan driver does not survive that; .*'spawn'"):
        next(iter(loader))
    next(iter(frames))


def test_plugins_hear_of_each_process_that_makes_frames(small: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("rogue.py").write_text(
        "from palletjack_dr import hookimpl\n"
        "@hookimpl\ndef dr_run_start(run):\n    note('start', run.worker)\n"
        "@hookimpl\ndef dr_scene_ready(run, scene):\n    note('scene', run.worker)\n"
        "@hookimpl\ndef dr_written(frame, paths):\n    note('written', frame.index)\n"
        "@hookimpl\ndef dr_run_end(run, error):\n    note('end', run.worker, run.folder.is_dir(), error)\n"
        "def note(*words):\n    with open('notes', 'a') as file:\n        print(*words, file=file)\n"
    )
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", "./rogue.py")
    checked = ["start 0", "scene 0", "end 0 True None"]
    with palletjack_dr.stream(small) as frames:
        next(iter(frames))
    assert Path("notes").read_text().splitlines() == [*checked, "start 1", "scene 1", "end 1 True None"]
    Path("notes").unlink()
    with palletjack_dr.stream(small, keep="kept") as frames:
        next(iter(frames))
    made = ["start None", "scene None", "written 0", "end None True None"]
    assert Path("notes").read_text().splitlines() == [*checked, *made]


def test_a_script_needs_torch_only_to_stream_and_may_be_a_hydra_app_with_workers_by_fork(small: list[str]) -> None:
    Path("app.py").write_text(
        "import sys\n"
        "import hydra, palletjack_dr\n"
        "assert 'torch' not in sys.modules\n"
        "@hydra.main(config_path=None, version_base='1.3')\n"
        "def app(config):\n"
        f"    frames = palletjack_dr.stream({[*small, 'frames.count=2']!r})\n"
        "    from torch.utils.data import DataLoader\n"
        "    from hydra.core.hydra_config import HydraConfig\n"
        "    loader = DataLoader(frames, batch_size=None, num_workers=1, multiprocessing_context='fork')\n"
        "    print(HydraConfig.get().job.name, [frame.frame_index for frame in loader])\n"
        "app()\n"
    )
    done = subprocess.run([sys.executable, "app.py"], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["app [0, 1]"], done.stderr


def test_without_torch_one_line_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'torch':\n"
        "            raise ImportError(f'No module named {name!r}')\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "import palletjack_dr\n"
        "try:\n"
        "    palletjack_dr.stream(['seed=1'])\n"
        "except palletjack_dr.errors.ConfigError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "palletjack_dr.stream needs torch (No module named 'torch'); "
        "install it with: pip install 'palletjack-dr[train]'"
    ], done.stderr
