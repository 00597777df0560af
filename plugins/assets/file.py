"""Objects from the user's own files: USD, glTF, OBJ, STL, PLY, one or a folder of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from palletjack_dr import Asset, Registry, hookimpl, setting
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.errors import SceneError
from palletjack_dr.mesh_import import MESHES, USD, imported

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class File(Asset):
    """``copies`` of each file at ``path``, a file or a folder, as objects of class ``label``.

    Units and up axis come from USD and glTF files themselves; for others ``unit`` ("m", "cm", "mm", "in", "ft") and
    ``up`` ("auto", "y", "z") tell. The longest side must lie within ``size`` [m]: a truck of 1.2 mm has the wrong
    unit. ``licence`` is noted in the manifest.
    """

    path: str
    label: str
    role: str = "target"
    copies: int = setting(1, low=1)
    unit: str = "m"
    up: str = "auto"
    size: list[float] = field(default_factory=lambda: [0.02, 20.0])
    licence: str = "not stated"

    def populate(self, builder: SceneBuilder) -> None:
        """Add the objects."""
        for path in self._files():
            usd = path if path.suffix.lower() in USD else imported(path, unit=self.unit, up=self.up)
            own = {"name": path.stem, "role": self.role, "label": self.label}
            made = builder.add(usd, **own, copies=self.copies, source=path)
            builder.licences[path.name] = self.licence
            longest = float(np.max(builder.size(made[0])))
            if not self.size[0] <= longest <= self.size[1]:
                raise SceneError(
                    f"{path}: its longest side is {longest:.3g} m, wanted {self.size[0]:g} to {self.size[1]:g}; "
                    f"set unit (now {self.unit!r}), or size if it is right"
                )
            log.info("%s: %s, %.2f x %.2f x %.2f m", path, self.label, *builder.size(made[0]))

    def _files(self) -> Iterator[Path]:
        path = Path(self.path).expanduser()
        if not path.is_dir():
            if path.suffix.lower() not in (*USD, *MESHES):
                raise SceneError(f"{str(path)!r} is no USD or mesh file; wanted one of {', '.join((*USD, *MESHES))}")
            if not path.is_file():
                raise SceneError(f"asset {str(path)!r} cannot be opened: there is no such file; check the path")
            yield path
            return
        found = sorted(p for p in path.iterdir() if p.suffix.lower() in (*USD, *MESHES))
        if not found:
            raise SceneError(f"{str(path)!r} holds no USD or mesh file ({', '.join((*USD, *MESHES))})")
        yield from found


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``asset=file``."""
    registry.asset(File)
