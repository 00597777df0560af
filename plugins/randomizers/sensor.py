"""What a real camera does to a picture, one randomizer an effect, so that each draws from its own stream."""

from __future__ import annotations

import math
from dataclasses import dataclass

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Registry, Rng, Scene, drawn, hookimpl


@dataclass(frozen=True, kw_only=True)
class ExposureError(Randomizer):
    """The camera's exposure is off by ``stops``."""

    stops: Distribution = drawn({"normal": [0.0, 0.4], "clip": [-1.5, 1.5]}, low=-8.0, high=8.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the stops."""
        yield Edit("camera", "sensor.exposure", self.stops.draw(rng))


@dataclass(frozen=True, kw_only=True)
class WhiteBalance(Randomizer):
    """The camera misjudges the light: ``warmth`` shifts blue to red, ``tint`` green to magenta (in stops)."""

    warmth: Distribution = drawn({"normal": [0.0, 0.12], "clip": [-0.4, 0.4]}, low=-2.0, high=2.0)
    tint: Distribution = drawn({"normal": [0.0, 0.04], "clip": [-0.15, 0.15]}, low=-2.0, high=2.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the factors on red, green and blue."""
        warmth, tint = self.warmth.draw(rng), self.tint.draw(rng)
        yield Edit("camera", "sensor.white_balance", (2.0**warmth, 2.0**-tint, 2.0**-warmth))


@dataclass(frozen=True, kw_only=True)
class SensorNoise(Randomizer):
    """Photon and read noise. ``gain`` is that of the ISO dial: each doubling halves the light that is white."""

    gain: Distribution = drawn({"log_uniform": [1.0, 16.0]}, low=1.0, high=512.0)
    full_well: Distribution = drawn([8000.0, 20000.0], low=10.0)
    read_noise: Distribution = drawn([1.5, 5.0], low=0.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the numbers, and the seed that the noise of this frame grows from."""
        yield Edit("camera", "sensor.gain", self.gain.draw(rng))
        yield Edit("camera", "sensor.full_well", self.full_well.draw(rng))
        yield Edit("camera", "sensor.read_noise", self.read_noise.draw(rng))
        yield Edit("camera", "sensor.noise_seed", float(rng.integers(2**53)))


@dataclass(frozen=True, kw_only=True)
class MotionBlur(Randomizer):
    """A straight smear of ``length`` [px] in any direction, or in ``direction`` [deg] (0 right, 90 down)."""

    length: Distribution = drawn([0.0, 8.0], low=0.0, high=200.0)
    direction: Distribution = drawn([0.0, 180.0], low=-360.0, high=360.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the smear."""
        length, angle = self.length.draw(rng), math.radians(self.direction.draw(rng))
        yield Edit("camera", "sensor.motion_blur", (length * math.cos(angle), length * math.sin(angle)))


@dataclass(frozen=True, kw_only=True)
class Defocus(Randomizer):
    """The whole picture out of focus, by a circle of confusion of ``radius`` [px]."""

    radius: Distribution = drawn([0.0, 1.8], low=0.0, high=100.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the radius."""
        yield Edit("camera", "sensor.defocus", self.radius.draw(rng))


@dataclass(frozen=True, kw_only=True)
class Vignetting(Randomizer):
    """The corners lose a share ``strength`` of the light."""

    strength: Distribution = drawn([0.0, 0.35], low=0.0, high=1.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the share."""
        yield Edit("camera", "sensor.vignetting", self.strength.draw(rng))


@dataclass(frozen=True, kw_only=True)
class ChromaticAberration(Randomizer):
    """Red and blue part by ``shift`` [px] each at the corners."""

    shift: Distribution = drawn([-0.6, 1.0], low=-50.0, high=50.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the shift."""
        yield Edit("camera", "sensor.chromatic_aberration", self.shift.draw(rng))


@dataclass(frozen=True, kw_only=True)
class JpegArtifacts(Randomizer):
    """The camera stores a JPEG of ``quality``; the dataset's own picture format is ``pictures.format``."""

    quality: Distribution = drawn([55.0, 95.0], low=1.0, high=100.0)

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Return the quality."""
        yield Edit("camera", "sensor.jpeg_quality", self.quality.draw(rng))


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer the effects, each under its own name."""
    for effect in (
        ExposureError,
        WhiteBalance,
        SensorNoise,
        MotionBlur,
        Defocus,
        Vignetting,
        ChromaticAberration,
        JpegArtifacts,
    ):
        registry.randomizer(effect)
