"""How bright every object appears, to find the corner cases of light."""

from __future__ import annotations

from dataclasses import dataclass, field

from palletjack_dr import Annotation, Annotator, Registry, hookimpl
from palletjack_dr.frame import Frame
from palletjack_dr.labels.light import luma


@dataclass(frozen=True, kw_only=True)
class LightLevel(Annotator):
    """One row per visible object of ``roles``, from its visible pixels.

    ``mean`` is their mean luma, ``contrast`` its standard deviation, ``dark`` and ``burnt`` the shares of pixels
    below 10 and above 245 of 255; mean and contrast are in [0, 1]. ``distance`` is in metres.
    """

    roles: list[str] = field(default_factory=lambda: ["target"])

    def annotate(self, frame: Frame) -> Annotation:
        """Return the rows in instance order."""
        ids, rgb = frame.capture.instance_id, frame.capture.rgb
        assert ids is not None
        assert rgb is not None
        rows = []
        for seen in frame.objects:
            if seen.role in self.roles and seen.box is not None:
                x1, y1, x2, y2 = seen.box
                light = luma(rgb[y1:y2, x1:x2][ids[y1:y2, x1:x2] == seen.id])
                rows.append(
                    {
                        "id": seen.id,
                        "label": seen.label,
                        "distance": seen.distance,
                        "mean": round(float(light.mean()), 4),
                        "contrast": round(float(light.std()), 4),
                        "dark": round(float((light < 10 / 255).mean()), 4),
                        "burnt": round(float((light > 245 / 255).mean()), 4),
                    }
                )
        return rows


@hookimpl
def dr_register(registry: Registry) -> None:
    """Offer ``annotator=light_level``."""
    registry.annotator(LightLevel)
