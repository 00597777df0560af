"""What TAO asks of a spec of dataset_convert beyond types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from palletjack_dr.tao.findings import Finding, error, warning


def check_export(export: Any, prefix: str = "") -> Iterator[Finding]:
    """Say what is wrong with the message; ``prefix`` stands before its fields in paths."""
    source = export.WhichOneof("source")
    if source is None:
        yield error(f"{prefix}kitti_config", "neither it nor coco_config", "one of them")
    if not export.image_directory_path:
        yield warning(f"{prefix}image_directory_path", "nothing", "the folder of root_directory_path")
    if source == "kitti_config":
        kitti, key = export.kitti_config, f"{prefix}kitti_config"
        for name in ("root_directory_path", "image_dir_name", "label_dir_name"):
            if not getattr(kitti, name):
                yield error(f"{key}.{name}", "nothing", "a folder")
        if kitti.image_extension and not kitti.image_extension.startswith("."):
            yield error(f"{key}.image_extension", repr(kitti.image_extension), f"'.{kitti.image_extension}'")
        if kitti.partition_mode not in ("random", "sequence"):
            yield error(f"{key}.partition_mode", repr(kitti.partition_mode), "'random' or 'sequence'")
        if kitti.partition_mode == "random" and kitti.num_partitions != 2:
            yield error(f"{key}.num_partitions", str(kitti.num_partitions), "2, as partition_mode is random")
        if kitti.partition_mode == "sequence" and not kitti.kitti_sequence_to_frames_file:
            yield error(f"{key}.kitti_sequence_to_frames_file", "nothing", "it, as partition_mode is sequence")
        if not 0 <= kitti.val_split < 100:
            yield error(f"{key}.val_split", f"{kitti.val_split:g}", "percent, 0 or above and below 100")
        elif 0 < kitti.val_split < 1:
            yield warning(f"{key}.val_split", f"{kitti.val_split:g}", "percent: 10 is a tenth")
    elif source == "coco_config":
        coco, key = export.coco_config, f"{prefix}coco_config"
        if len(coco.img_dir_names) != len(coco.annotation_files) or not coco.img_dir_names:
            found = f"{len(coco.img_dir_names)} folders for {len(coco.annotation_files)} files"
            yield error(f"{key}.img_dir_names", found, "as many as annotation_files, at least 1")
        if len(coco.num_shards) not in (0, 1, coco.num_partitions):
            wanted = f"one, or one for each of {coco.num_partitions} partitions"
            yield error(f"{key}.num_shards", f"{len(coco.num_shards)} numbers", wanted)
