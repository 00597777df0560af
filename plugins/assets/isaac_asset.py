"""Objects from Isaac Sim's own content, by their path below its assets root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from palletjack_dr import Asset, Registry, hookimpl, setting
from palletjack_dr.assets_root import EngineAsset
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.errors import ConfigError, SceneError


@dataclass(frozen=True, kw_only=True)
class IsaacAsset(Asset):
    """``copies`` of each of ``files`` in ``folder`` below the assets root; only engine=replicator has one.

    ``label`` is their class, '' = each is of its own, named after its file. ``otherwise`` is a URL of a folder to look
    in for what the assets root lacks. Units come from the files; the longest side must lie within ``size`` [m].
    """

    folder: str
    files: list[str]
    label: str = ""
    role: str = "target"
    copies: int = setting(1, low=1)
    otherwise: str = ""
    size: list[float] = field(default_factory=lambda: [0.02, 20.0])

    def __post_init__(self) -> None:
        """Refuse a folder that is not below the root."""
        super().__post_init__()
        if not self.folder.startswith("/"):
            raise ConfigError(f"folder: got {self.folder!r}, wanted a path below the assets root, e.g. '/Isaac/Props'")

    def engine_assets(self) -> Sequence[EngineAsset]:
        """Return the files."""
        other = self.otherwise.rstrip("/")
        return [
            EngineAsset(path=f"{self.folder.rstrip('/')}/{file}", otherwise=f"{other}/{file}" if other else "")
            for file in self.files
        ]

    def populate(self, builder: SceneBuilder) -> None:
        """Add the objects."""
        for wanted in self.engine_assets():
            name = PurePosixPath(wanted.path).stem
            usd = builder.locate(wanted)
            made = builder.add(usd, name=name, role=self.role, label=self.label or name, copies=self.copies)
            builder.licences[name] = "NVIDIA Omniverse content"
            longest = float(np.max(builder.size(made[0])))
            if not self.size[0] <= longest <= self.size[1]:
                raise SceneError(
                    f"{wanted.path}: its longest side is {longest:.3g} m, wanted {self.size[0]:g} to {self.size[1]:g}; "
                    f"the file's metersPerUnit may be wrong; set size if it is right"
                )


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``asset=isaac_asset``."""
    registry.asset(IsaacAsset)
