"""The virtual environment in which BlenderProc runs, with Blender as a module from PyPI, apart from everything else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "blenderproc/requirements.txt"
DEFAULT = Path.home() / ".cache/palletjack_dr/blenderproc"
PYTHON = "python3.11"
"""The one that bpy 4.2 is built for."""


def blender_python(folder: Path) -> Path:
    """Return the interpreter of the environment in ``folder``; the first call installs it (1.6 GB).

    BlenderProc looks for its Python where Blender has it, in a folder named by Blender's version.
    """
    home = folder / "4.2/python"
    python = home / "bin" / PYTHON
    stamp = home / "requirements.txt"
    if not stamp.is_file() or stamp.read_bytes() != REQUIREMENTS.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"installing BlenderProc and bpy into {home}", flush=True)
        subprocess.run([_base(), "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)], check=True)
        shutil.copy(REQUIREMENTS, stamp)
    return python


def _base() -> str:
    found = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which(PYTHON)
    if found is None:
        raise SystemExit(f"bpy 4.2 wants {PYTHON}, and there is none on the path")
    return found
