"""Shared settings of the tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_runs import BARE_FLOOR, HEAD, generate

from palletjack_dr.engines.embedded import filament, meshes
from palletjack_dr.engines.embedded.vulkan import find_device
from palletjack_dr.errors import EngineError
from palletjack_dr.geometry import Array
from palletjack_dr.scenes.library import cache


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


@pytest.fixture(scope="session", autouse=True)
def meshes_and_textures_are_made_once() -> Iterator[None]:
    """Keep the vertex buffers of equal meshes and the pixels of generated textures for all tests of a process.

    They take most of the time to open a scene.
    """
    made: dict[bytes, meshes.VertexBuffer] = {}
    make = meshes.vertex_buffer

    def remembered(shape: meshes.Polygons, placed: Array) -> meshes.VertexBuffer:
        arrays = (shape.points, shape.counts, shape.corners, shape.normals, shape.uvs, placed)
        key = blake2b(b"".join(repr(a.shape).encode() + a.tobytes() for a in arrays)).digest()
        if key not in made:
            made[key] = make(shape, placed)
        return made[key]

    generated, read = str(cache()), filament.read_texture
    read_once = lru_cache(read)

    def read_texture(path: str, *, alpha: bool) -> npt.NDArray[np.uint8]:
        return (read_once if path.startswith(generated) else read)(path, alpha=alpha)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meshes, "vertex_buffer", remembered)
        patch.setattr(filament, "read_texture", read_texture)
        yield


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, without the user's plugins."""
    monkeypatch.chdir(tmp_path)
    for variable in ("PALLETJACK_DR_PLUGINS", "PALLETJACK_DR_DISABLE", "PALLETJACK_DR_TRACE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def bare_floor(own_folder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer the bare floor to all processes of a test."""
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", BARE_FLOOR)


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that one process makes when it is left alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PALLETJACK_DR_PLUGINS", BARE_FLOOR)
        return generate(str(tmp_path_factory.mktemp("made") / "alone"))


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that makes a hook a plugin of all processes of the test."""

    def install(hook: str) -> None:
        Path("rogue.py").write_text(HEAD + hook)
        monkeypatch.setenv("PALLETJACK_DR_PLUGINS", f"{BARE_FLOOR},{Path('rogue.py').resolve()}")

    return install
