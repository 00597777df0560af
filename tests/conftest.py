"""Shared settings of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from palletjack_dr.engines.embedded.vulkan import find_device
from palletjack_dr.errors import EngineError


def _vulkan_missing() -> str:
    try:
        find_device("auto")
    except EngineError as error:
        return str(error)
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if reason := _vulkan_missing():
        for item in items:
            if item.get_closest_marker("renders"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, without the user's plugins."""
    monkeypatch.chdir(tmp_path)
    for variable in ("PALLETJACK_DR_PLUGINS", "PALLETJACK_DR_DISABLE", "PALLETJACK_DR_TRACE"):
        monkeypatch.delenv(variable, raising=False)
