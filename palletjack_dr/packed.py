"""Which of a frame's files are in shards, by its record: ``shards`` names those that are nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def packed_files(record: Mapping[str, Any]) -> set[str]:
    """Return which of a frame's files are nowhere but in a shard."""
    return {name for members in record.get("shards", {}).values() for name in members.values()}


def parts(record: Mapping[str, Any]) -> list[str]:
    """Return what must be there for a frame to be whole: its single files, and the shards that hold the others."""
    packed = packed_files(record)
    single = [name for name in record["files"] if name not in packed]
    return [*single, *(shard for shard, members in record.get("shards", {}).items() if members)]


def unpacked(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a frame all of whose files are single."""
    return {key: value for key, value in record.items() if key != "shards"}
