"""One of Isaac Sim's own environments as surroundings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from palletjack_dr import Environment, Registry, hookimpl, setting
from palletjack_dr.assets_root import EngineAsset
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.errors import SceneError
from palletjack_dr.scene import set_label

if TYPE_CHECKING:
    from pxr import Usd

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IsaacEnvironment(Environment):
    """A USD file at ``path`` below the assets root; only engine=replicator has one.

    ``roles`` maps a role to a pattern for the names of the prims that play it, at any depth, upper and lower case
    alike: ``floor: SM_floor*``. There must be a floor. ``dome`` [nit] is ambient light where the file has no dome.
    """

    path: str
    roles: dict[str, str] = field(default_factory=lambda: {"floor": "*floor*"})
    dome: float = setting(60.0, low=0.0)

    def engine_assets(self) -> Sequence[EngineAsset]:
        """Return the file."""
        return [EngineAsset(path=self.path)]

    def build(self, builder: SceneBuilder) -> None:
        """Reference the file, write the roles on its prims and see to ambient light."""
        from pxr import Usd, UsdLux

        root = builder.stage.GetPrimAtPath(builder.surroundings(builder.locate(EngineAsset(path=self.path))))
        for role, pattern in self.roles.items():
            found = _named(root, pattern.lower())
            for prim in found:
                set_label(prim, "role", role)
            if not found and role == "floor":
                names = ", ".join(sorted(prim.GetName() for prim in root.GetChildren())[:20])
                raise SceneError(f"roles.floor: {self.path} has no prim named {pattern!r}; its parts are {names}")
            log.info("%s: %d prims named %s play the %s", self.path, len(found), pattern, role)
        if not any(prim.IsA(UsdLux.DomeLight) for prim in Usd.PrimRange(root)) and self.dome > 0:
            UsdLux.DomeLight.Define(builder.stage, "/World/Dome").CreateIntensityAttr(self.dome)


def _named(root: Usd.Prim, pattern: str) -> list[Usd.Prim]:
    """Return the highest prims below ``root`` whose name matches; instances count, what is inside them does not."""
    from pxr import Usd

    found = []
    walk = iter(Usd.PrimRange(root))
    for prim in walk:
        if prim != root and fnmatch(prim.GetName().lower(), pattern):
            found.append(prim)
            walk.PruneChildren()
    return found


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``environment=isaac_environment``."""
    registry.environment(IsaacEnvironment)
