"""An undisturbed run to compare with, and plugins that disturb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_runs import BARE_FLOOR, HEAD, generate


@pytest.fixture(autouse=True)
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
