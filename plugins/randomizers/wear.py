"""How worn objects are: from new to scratched, chipped, faded and dirty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl, setting
from palletjack_dr.errors import SelectorError

LEVELS: Final = ("paint_new", "paint_used", "paint_worn", "paint_battered")
"""Texture sets of paint on metal, each more worn than the one before."""
DUST: Final = (0.3, 0.27, 0.22)
"""Linear RGB that surfaces turn to."""
FADED: Final = 0.35
"""Share of its saturation that the most worn paint has lost."""

Color = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Wear(Randomizer):
    """Draws an ``amount`` of wear for every object of ``role``: 0 is new, 1 badly worn.

    Paint (``material``, a name or pattern) takes the texture set of its level and fades; all surfaces of the object
    grow rougher, and take on up to a share ``dirt`` of the colour of dust. It works on the colours that randomizers
    before it chose, so name it after them.
    """

    role: str = "target"
    material: str = "Paint*"
    amount: Distribution = drawn([0.0, 1.0], low=0.0, high=1.0)
    dirt: float = setting(0.12, low=0.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw one amount for each visible object."""
        for thing in (thing for thing in scene.having(self.role) if scene.visible(thing)):
            amount = self.amount.draw(rng)
            painted = self._painted(scene, thing.path)
            for surface in scene.surfaces(thing.path):
                color, roughness = self._now(scene, surface)
                if surface in painted:
                    yield Edit(surface, "material.texture", LEVELS[min(int(amount * len(LEVELS)), len(LEVELS) - 1)])
                    grey = sum(color) / 3
                    color = _mixed(color, (grey, grey, grey), FADED * amount)
                yield Edit(surface, "material.base_color", _mixed(color, DUST, self.dirt * amount**1.5))
                yield Edit(surface, "material.roughness", roughness + 0.5 * amount * (1 - roughness))

    def _painted(self, scene: Scene, path: str) -> tuple[str, ...]:
        try:
            return scene.surfaces(path, self.material)
        except SelectorError:  # an object without paint is dusty only
            return ()

    def _now(self, scene: Scene, surface: str) -> tuple[Color, float]:
        """Return colour and roughness of a surface, edits included."""
        authored = scene.authored(surface)
        color, roughness = scene.edited(surface, "material.base_color"), scene.edited(surface, "material.roughness")
        return (
            cast(Color, authored.color if color is None else color),
            cast(float, authored.roughness if roughness is None else roughness),
        )


def _mixed(a: Color, b: Color, share: float) -> Color:
    red, green, blue = (min((1 - share) * x + share * y, 1.0) for x, y in zip(a, b, strict=True))
    return red, green, blue


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=wear``."""
    registry.randomizer(Wear)
