"""Every hook is documented, listed with its exact arguments, and does what its page says."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from palletjack_dr import hookspecs
from palletjack_dr.cli.hydra_app import compose
from palletjack_dr.config import build
from palletjack_dr.discovery import Plugins, load_plugins
from palletjack_dr.engine import Capture
from palletjack_dr.errors import PluginError
from palletjack_dr.hookspecs import hookimpl
from palletjack_dr.run import Run, execute

ROOT = Path(__file__).parent.parent
HOOKS = [name for name in dir(hookspecs) if name.startswith("dr_")]
SMALL = ["resolution=[96,64]", "quality=draft", "frames.count=2", "randomizer=[exposure,robot_camera]", "constraint=[]"]


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_says_when_it_is_called_and_stands_in_the_docs_as_it_is(name: str) -> None:
    spec = getattr(hookspecs, name)
    signature = f"{name}({', '.join(inspect.signature(spec).parameters)})"
    text = inspect.getdoc(spec) or ""
    assert "Called" in text
    assert "wrap" in text
    assert signature in (ROOT / "docs/hooks.md").read_text()


def run_with(listener: object) -> tuple[Run, Plugins]:
    plugins = load_plugins()
    plugins.hooks.manager.register(listener, name="listener")
    plan = build(compose("generate", [*SMALL, "output_dir=out"], plugins)[0], plugins.registry)
    return execute(plan, plugins), plugins


class Listener:
    def __init__(self) -> None:
        self.calls: list[str] = []

    @hookimpl
    def dr_run_start(self, run: Run) -> None:
        assert run.scene is None
        self.calls.append("run_start")

    @hookimpl
    def dr_scene_ready(self, run: Run, scene: Any) -> None:
        assert run.scene is scene
        self.calls.append("scene_ready")

    @hookimpl
    def dr_edits(self, frame: Any, edits: list[Any]) -> None:
        edits[:] = [e for e in edits if e.attribute != "environment.exposure"]
        self.calls.append("edits")

    @hookimpl
    def dr_reject(self, frame: Any) -> str | None:
        assert frame.capture.rgb is None
        self.calls.append("reject")
        return "first try" if frame.attempt == 0 else None

    @hookimpl(wrapper=True)
    def dr_render(self, frame: Any, outputs: Any) -> Any:
        capture: Capture = yield
        self.calls.append("render " + "+".join(outputs))
        return capture

    @hookimpl
    def dr_label(self, frame: Any) -> dict[str, Any]:
        self.calls.append("label")
        return {"mine": [{"frame": frame.index}]}

    @hookimpl
    def dr_written(self, frame: Any, paths: Any) -> None:
        assert all(p.is_file() for p in paths)
        assert frame.annotations["mine"] == [{"frame": frame.index}]
        self.calls.append("written")

    @hookimpl
    def dr_report(self, run: Run) -> dict[str, Any]:
        return {"listener": "1.2"}

    @hookimpl
    def dr_run_end(self, run: Run, error: BaseException | None) -> None:
        self.calls.append(f"run_end {error}")


@pytest.mark.renders
def test_hooks_are_called_in_the_order_of_the_page_and_what_they_return_counts() -> None:
    listener = Listener()
    run, _ = run_with(listener)
    attempt = ["edits", "render instance_id", "reject"]
    frame = [*attempt, *attempt, "render depth", "render rgb", "label"]
    assert listener.calls == ["run_start", "scene_ready", *frame, *frame, "written", "written", "run_end None"]
    assert run.manifest["listener"] == "1.2"
    lines = Path("out/frames.jsonl").read_text()
    assert "environment.exposure" not in lines
    assert lines.count('"refused":[[0,"first try"]]') == 2


@pytest.mark.renders
def test_a_run_that_fails_still_ends_for_its_listeners() -> None:
    class Failing:
        seen: BaseException | None = None

        @hookimpl
        def dr_written(self, frame: Any) -> None:
            raise RuntimeError("disk on fire")

        @hookimpl
        def dr_run_end(self, run: Run, error: BaseException | None) -> None:
            Failing.seen = error

    with pytest.raises(RuntimeError, match="disk on fire"):
        run_with(Failing())
    assert isinstance(Failing.seen, RuntimeError)


@pytest.mark.renders
def test_an_annotation_that_is_given_twice_is_refused() -> None:
    class Twice:
        @hookimpl
        def dr_label(self, frame: Any) -> dict[str, Any]:
            return {"depth": []}

    with pytest.raises(PluginError, match="'depth' is given twice"):
        run_with(Twice())
