"""Textures from Isaac Sim's own content, for the surfaces of a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.assets_root import EngineAsset


@dataclass(frozen=True, kw_only=True)
class IsaacTextures(Randomizer):
    """Draws one of ``files`` in ``folder`` below the assets root for all that ``role`` is made of.

    Only engine=replicator has an assets root. ``brightness`` is a linear grey factor, ``tile`` the edge of one tile
    [m], ``roughness`` as in UsdPreviewSurface.
    """

    folder: str
    files: list[str]
    role: str = "floor"
    material: str = "*"
    brightness: Distribution = drawn([0.7, 1.0], low=0.0, high=1.0)
    roughness: Distribution = drawn([0.3, 1.0], low=0.0, high=1.0)
    tile: Distribution = drawn([0.8, 3.0], low=0.05, high=20.0)

    def engine_assets(self) -> Sequence[EngineAsset]:
        """Return the pictures."""
        return [EngineAsset(path=f"{self.folder.rstrip('/')}/{file}") for file in self.files]

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one picture, brightness, roughness and tile size for the frame."""
        picture = self.engine_assets()[int(rng.integers(len(self.files)))].path
        grey, rough, tile = self.brightness.draw(rng), self.roughness.draw(rng), self.tile.draw(rng)
        for thing in scene.having(self.role):
            for surface in scene.surfaces(thing.path, self.material):
                yield Edit(surface, "material.texture", picture)
                yield Edit(surface, "material.base_color", (grey, grey, grey))
                yield Edit(surface, "material.roughness", rough)
                yield Edit(surface, "material.uv_scale", tile)


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=isaac_textures``."""
    registry.randomizer(IsaacTextures)
