"""Both notebooks, run in order in one folder, in miniature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))
SMALL = {"FRAMES": "24", "SIZE": "160,96", "EPOCHS": "2", "LAYERS": "10", "BATCH": "4"}


@pytest.fixture
def own_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let "python3" be the Python that runs the tests, whatever kernels the machine has."""
    from ipykernel.kernelspec import write_kernel_spec

    write_kernel_spec(str(tmp_path / "jupyter" / "kernels" / "python3"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")


def execute(path: Path, folder: Path) -> list[dict[str, Any]]:
    """Run a notebook with ``folder`` as its own, and return all outputs."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def kinds(outputs: list[dict[str, Any]]) -> set[str]:
    return {kind for output in outputs for kind in output.get("data", {})}


@pytest.mark.renders
@pytest.mark.usefixtures("own_kernel")
def test_the_notebooks_go_from_nothing_to_detections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setenv(name, value)
    first, second = (execute(path, tmp_path) for path in NOTEBOOKS)
    assert {"image/jpeg", "text/markdown"} <= kinds(first)
    assert {"image/jpeg", "text/markdown"} <= kinds(second)
    assert len((tmp_path / "dataset/frames.jsonl").read_text().splitlines()) == 24
    assert (tmp_path / "dataset/report.html").is_file()
    measured = json.loads((tmp_path / "results/evaluation/evaluation.json").read_text())
    assert 0 < measured["figures"]["pictures"] < 24


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
