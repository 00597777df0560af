"""What is packaged is what is in the tree, under one name, and the core stands alone."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINKED = ("conf", "plugins", "scenes", "tao")


def options() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def folders_with_code() -> set[str]:
    found = set()
    for top, name in ((ROOT / "palletjack_dr", "palletjack_dr"), *((ROOT / n, f"palletjack_dr.{n}") for n in LINKED)):
        for init in top.rglob("__init__.py"):
            below = init.parent.relative_to(top)
            if not (name == "palletjack_dr" and below.parts[:1] and below.parts[0] in LINKED):
                found.add(".".join((name, *below.parts)))
    return found


def test_every_package_of_the_tree_is_packaged_and_no_other() -> None:
    assert set(options()["options"]["packages"].split()) == folders_with_code()


@pytest.mark.parametrize("name", LINKED)
def test_the_links_lead_to_the_folders_they_are_named_after(name: str) -> None:
    link = ROOT / "palletjack_dr" / name
    assert link.is_symlink()
    assert link.readlink() == Path("..") / name
    assert (ROOT / name / "__init__.py").is_file()


def test_a_wheel_holds_every_module_config_and_page(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
    )
    from zipfile import ZipFile

    held = set(ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {"palletjack_dr/report/page.html", "palletjack_dr/py.typed"}
    for top in ("palletjack_dr", *LINKED):
        prefix = Path("palletjack_dr") if top == "palletjack_dr" else Path("palletjack_dr") / top
        for path in (ROOT / top).rglob("*"):
            inside = path.relative_to(ROOT / top)
            if path.suffix in (".py", ".yaml") and not (top == "palletjack_dr" and inside.parts[0] in LINKED):
                wanted.add((prefix / inside).as_posix())
    assert wanted - held == set()
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == {"palletjack_dr"}


def test_the_core_and_its_command_line_need_no_engine_s_library() -> None:
    script = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('mujoco', 'pxr', 'torch', 'cv2', 'omni', 'isaacsim', 'ray'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "import palletjack_dr\n"
        "from palletjack_dr.cli import main\n"
        "main(['plugins', 'lighting'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "intensity" in done.stdout


def test_only_one_module_touches_the_renderer() -> None:
    users = [
        p for p in (ROOT / "palletjack_dr").rglob("*.py") if "mjrf" in p.read_text() and "import mjrf" in p.read_text()
    ]
    assert [p.name for p in users] == ["filament.py"]


def test_the_core_imports_neither_plugins_nor_the_training_module() -> None:
    for path in (ROOT / "palletjack_dr").rglob("*.py"):
        if not any(part in LINKED for part in path.relative_to(ROOT / "palletjack_dr").parts):
            text = path.read_text()
            assert "from palletjack_dr.plugins" not in text, path
            assert "from palletjack_dr.tao" not in text, path
