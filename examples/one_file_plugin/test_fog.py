"""The plugin's own test, and the run that its page shows."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from palletjack_dr.cli import main
from palletjack_dr.testing import RandomizerContract

HERE = Path(__file__).parent


def _fog() -> type:
    spec = importlib.util.spec_from_file_location("fog_example", HERE / "fog.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Fog  # type: ignore[no-any-return]  # loaded from a file


class TestFog(RandomizerContract):
    randomizer = _fog()()


@pytest.mark.renders
def test_the_page_s_command_makes_foggy_frames(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PALLETJACK_DR_PLUGINS", str(HERE / "fog.py"))
    monkeypatch.chdir(tmp_path)
    small = ["resolution=[160,96]", "quality=draft", "frames.count=2", "output_dir=foggy"]
    main(["generate", "+randomizer=fog", "randomizers.fog.density=[0.1,0.2]", *small])
    records = [json.loads(line) for line in Path("foggy/frames.jsonl").read_text().splitlines()]
    densities = [e[3] for r in records for e in r["edits"] if e[0] == "fog"]
    assert len(densities) == 2
    assert all(0.1 <= d <= 0.2 for d in densities)
