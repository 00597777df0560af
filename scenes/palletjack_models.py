"""The models of pallet trucks, each a set of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from palletjack_dr.scenes.stage import Color

RED: Final = (0.5, 0.025, 0.018)
ORANGE: Final = (0.68, 0.09, 0.015)
YELLOW: Final = (0.72, 0.4, 0.02)
BLUE: Final = (0.015, 0.12, 0.42)
LIME: Final = (0.5, 0.56, 0.1)
IVORY: Final = (0.58, 0.56, 0.48)


@dataclass(frozen=True, kw_only=True)
class Truck:
    """One model. Lengths in metres; ``fork_height`` is that of the lowered forks' top.

    ``lean`` [deg] is the tiller's angle from upright, ``lift`` how far the forks are raised, ``wear`` is 0
    for new paint and 1 for old.
    """

    color: Color
    kind: Literal["hand", "scale", "scissor", "electric"] = "hand"
    finish: Literal["painted", "galvanized", "stainless"] = "painted"
    load: Literal["", "pallet", "cartons", "wrapped"] = ""
    fork_length: float = 1.15
    fork_width: float = 0.16
    span: float = 0.54
    fork_height: float = 0.085
    fork_depth: float = 0.055
    lift: float = 0.0
    body_height: float = 0.46
    body_width: float = 0.19
    wheel_radius: float = 0.1
    tiller_length: float = 0.92
    tiller_color: Color | None = None
    lean: float = 4.0
    wear: float = 0.5
    pale_wheels: bool = False


TRUCKS: Final = {
    "standard": Truck(color=RED, lean=12.0),
    "heavy": Truck(
        color=YELLOW,
        fork_length=1.22,
        fork_width=0.18,
        span=0.68,
        body_height=0.52,
        body_width=0.25,
        tiller_color=YELLOW,
        lean=4.0,
        wear=0.7,
    ),
    "low_profile": Truck(
        color=BLUE,
        fork_height=0.055,
        fork_depth=0.035,
        body_height=0.4,
        wheel_radius=0.085,
        tiller_length=0.96,
        lean=32.0,
    ),
    "quick_lift": Truck(color=ORANGE, lean=2.5, body_height=0.44, tiller_length=0.94, pale_wheels=True),
    "short": Truck(color=LIME, fork_length=0.8, lean=3.0, wear=0.8),
    "long": Truck(color=YELLOW, fork_length=1.8, span=0.56, lean=4.0, wear=0.6),
    "wide": Truck(color=BLUE, span=0.685, lean=5.0, wear=0.3),
    "narrow": Truck(color=RED, fork_length=0.95, fork_width=0.15, span=0.45, lean=3.5, tiller_color=RED),
    "worn": Truck(color=IVORY, lean=2.0, wear=1.0, body_height=0.47),
    "raised": Truck(color=LIME, lift=0.12, lean=4.0, wear=0.6),
    "scale": Truck(color=BLUE, kind="scale", span=0.56, fork_width=0.18, lean=3.0, wear=0.4),
    "scissor": Truck(color=ORANGE, kind="scissor", lift=0.48, lean=8.0, body_height=0.5, wear=0.3),
    "galvanized": Truck(color=(0.46, 0.48, 0.49), finish="galvanized", lean=5.0, wear=0.0, pale_wheels=True),
    "stainless": Truck(
        color=(0.58, 0.58, 0.57),
        finish="stainless",
        tiller_color=(0.58, 0.58, 0.57),
        lean=10.0,
        wear=0.0,
        pale_wheels=True,
    ),
    "electric": Truck(color=RED, kind="electric", body_height=0.72, body_width=0.62, lean=6.0, tiller_length=0.98),
    "electric_compact": Truck(
        color=YELLOW, kind="electric", body_height=0.6, body_width=0.5, lean=24.0, tiller_length=0.98, wear=0.3
    ),
    "loaded_pallet": Truck(color=ORANGE, load="pallet", lift=0.06, lean=3.0),
    "loaded_cartons": Truck(color=RED, load="cartons", lift=0.06, lean=3.0, wear=0.7),
    "loaded_wrapped": Truck(color=BLUE, load="wrapped", lift=0.07, lean=5.0, tiller_color=BLUE),
}

STEER_X: Final = -0.19
"""Where the steer axle is, behind the heel of the forks (x = 0)."""
