"""The sun and the sky outside, by the hour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl
from palletjack_dr.errors import SelectorError
from palletjack_dr.geometry import look_at


@dataclass(frozen=True, kw_only=True)
class TimeOfDay(Randomizer):
    """Moves and colours distant lights of ``role``, if any, as the sun at ``hour`` (0 to 24), and dims the dome too.

    ``latitude`` [deg] and ``declination`` [deg] (23.4 in June, -23.4 in December) give its path, ``south`` [deg] where
    south is, from +X. ``clear`` is the share of sunlight that clouds let through.
    """

    role: str = "light"
    hour: Distribution = drawn([6.0, 20.0], low=0.0, high=24.0)
    latitude: float = 48.0
    declination: Distribution = drawn([-23.4, 23.4], low=-23.5, high=23.5)
    south: Distribution = drawn([0.0, 360.0])
    clear: Distribution = drawn([0.1, 1.0], low=0.0, high=1.0)
    brightest: Distribution = drawn(30_000.0, low=0.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw the hour, then set sun and sky."""
        from pxr import UsdLux

        paths = scene.select(self.role)
        suns = [p for p in paths if scene.stage.GetPrimAtPath(p).IsA(UsdLux.DistantLight)]
        if not suns and "dome" not in scene.roles():
            raise SelectorError(f"no distant light with the role {self.role!r}, and no dome; take another environment")
        turn, tilt = math.radians(15 * (self.hour.draw(rng) - 12)), math.radians(self.declination.draw(rng))
        place = math.radians(self.latitude)
        height = math.asin(math.sin(place) * math.sin(tilt) + math.cos(place) * math.cos(tilt) * math.cos(turn))
        west = math.atan2(math.sin(turn), math.cos(turn) * math.sin(place) - math.tan(tilt) * math.cos(place))
        heading = math.radians(self.south.draw(rng)) - west
        day = max(math.sin(height), 0.0)
        clear, brightest = self.clear.draw(rng), self.brightest.draw(rng)
        high = max(height, math.radians(3.0))
        toward = np.array([math.cos(heading) * math.cos(high), math.sin(heading) * math.cos(high), math.sin(high)])
        for sun in suns:
            yield Edit(sun, "pose", look_at(toward * 50.0, (0.0, 0.0, 0.0)))
            yield Edit(sun, "light.intensity", brightest * clear * day)
            yield Edit(sun, "light.temperature", 2200.0 + 3600.0 * day**0.4)
            yield Edit(sun, "light.enabled", day > 0)
        if "dome" in scene.roles():
            now = scene.edited(scene.select("dome")[0], "light.intensity")
            level = now if isinstance(now, float) else 40.0
            yield Edit("dome", "light.intensity", level * (0.15 + 0.85 * day**0.5))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``randomizer=time_of_day``."""
    registry.randomizer(TimeOfDay)
