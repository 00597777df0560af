"""Any USD stage as surroundings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from palletjack_dr import Environment, Registry, hookimpl
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.errors import SceneError
from palletjack_dr.scene import set_label


@dataclass(frozen=True, kw_only=True)
class UsdEnvironment(Environment):
    """A USD file; ``roles`` maps a role to the prim below the file's default prim that plays it, e.g. floor: Floor."""

    path: str
    roles: dict[str, str] = field(default_factory=dict)

    def build(self, builder: SceneBuilder) -> None:
        """Reference the file and write the roles on its prims."""
        root = builder.surroundings(Path(self.path))
        for role, below in self.roles.items():
            prim = builder.stage.GetPrimAtPath(f"{root}/{below}")
            if not prim:
                raise SceneError(f"roles.{role}: {self.path} has no prim {below!r} below its default prim")
            set_label(prim, "role", role)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``environment=usd_environment``."""
    registry.environment(UsdEnvironment)
