"""Signs of simple shapes: numbers of seven bars, arrows, notice boards, fire extinguishers with their plates.

Made in a wall's frame: the face looks towards -Y, X runs to the right as seen from the front.
"""

from __future__ import annotations

import numpy as np

from palletjack_dr.scenes.materials import DARK_STEEL, LABEL, PLASTIC
from palletjack_dr.scenes.mesh import Mesh, box, cylinder, extrude, join, lathe, tube
from palletjack_dr.scenes.stage import Material, Part

BOARD = Material("Board", (0.3, 0.2, 0.11), roughness=0.8)
FRAME = Material("BoardFrame", (0.5, 0.51, 0.52), roughness=0.35, metallic=0.9)
SIGN_YELLOW = Material("SignYellow", (0.75, 0.5, 0.02), roughness=0.4)
SIGN_BLUE = Material("SignBlue", (0.01, 0.08, 0.32), roughness=0.4)
SIGN_RED = Material("SignRed", (0.5, 0.012, 0.012), roughness=0.35)
PRINT_BLACK = Material("PrintBlack", (0.015, 0.015, 0.015), roughness=0.6)
PRINT_WHITE = Material("PrintWhite", (0.75, 0.75, 0.74), roughness=0.5)
NOTES = (
    LABEL,
    Material("NoteYellow", (0.7, 0.6, 0.2), roughness=0.7),
    Material("NoteBlue", (0.3, 0.42, 0.6), roughness=0.7),
)
SEGMENTS = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")


def number(value: int, height: float) -> list[Mesh]:
    """Return the bars of a number's digits, 2 mm thick, centred on the origin in the XZ plane."""
    w, t = height * 0.5, height * 0.14
    bars = {
        "a": ((w, t), (0, height / 2)),
        "d": ((w, t), (0, -height / 2)),
        "g": ((w, t), (0, 0)),
        "b": ((t, height / 2), (w / 2, height / 4)),
        "c": ((t, height / 2), (w / 2, -height / 4)),
        "f": ((t, height / 2), (-w / 2, height / 4)),
        "e": ((t, height / 2), (-w / 2, -height / 4)),
    }
    digits = [int(c) for c in f"{value:02d}"]
    meshes = []
    for k, digit in enumerate(digits):
        shift = (k - (len(digits) - 1) / 2) * height * 0.85
        for name in SEGMENTS[digit]:
            (x, z), (cx, cz) = bars[name]
            meshes.append(box((x, 0.002, z), (cx + shift, 0, cz)))
    return meshes


def number_plate(value: int, *, size: float = 0.6) -> list[Part]:
    """Return a yellow plate with a black number, its back at y = 0."""
    return [
        (SIGN_YELLOW, box((size * 1.3, 0.012, size), (0, -0.006, 0))),
        (PRINT_BLACK, join([m.moved((0, -0.0125, 0)) for m in number(value, size * 0.6)])),
    ]


def direction_plate(*, left: bool = False) -> list[Part]:
    """Return a blue plate with a white arrow."""
    s = -1 if left else 1
    head = extrude([(s * 0.05, 0.14), (s * 0.24, 0), (s * 0.05, -0.14)], 0.003, plane="xz", at=-0.0125)
    shaft = box((0.3, 0.003, 0.09), (-s * 0.1, -0.0125, 0))
    return [(SIGN_BLUE, box((0.7, 0.012, 0.4), (0, -0.006, 0))), (PRINT_WHITE, join([head, shaft]))]


def warning_plate() -> list[Part]:
    """Return a yellow triangle with a black rim and mark."""
    return [
        (PRINT_BLACK, extrude([(-0.2, -0.15), (0.2, -0.15), (0, 0.2)], 0.008, plane="xz", at=-0.004)),
        (SIGN_YELLOW, extrude([(-0.155, -0.125), (0.155, -0.125), (0, 0.145)], 0.004, plane="xz", at=-0.0085)),
    ]


def notice_board(rng: np.random.Generator, *, width: float = 2.4, height: float = 1.1) -> list[Part]:
    """Return a framed board with sheets of paper, a few of them askew."""
    notes: dict[int, list[Mesh]] = {}
    for x in np.arange(-width / 2 + 0.2, width / 2 - 0.1, 0.27):
        for z in (-0.3, 0.05, 0.38):
            if rng.random() < 0.72 and abs(z) < height / 2 - 0.15:
                kind = int(rng.choice(3, p=(0.75, 0.15, 0.1)))
                size = (0.297, 0.21) if rng.random() < 0.15 else (0.21, 0.297)
                sheet = box((size[0], 0.002, size[1]), (x, -0.0215, z + float(rng.normal(0, 0.012))))
                if kind not in notes:
                    notes[kind] = []
                notes[kind].append(sheet.moved((0, -0.0022 * kind - 0.0001 * len(notes[kind]), 0)))
    rim = [box((width + 0.05, 0.035, 0.04), (0, -0.0185, s * (height / 2 - 0.003))) for s in (-1, 1)]
    rim += [box((0.04, 0.035, height - 0.02), (s * width / 2, -0.0185, 0)) for s in (-1, 1)]
    parts: list[Part] = [(BOARD, box((width, 0.02, height), (0, -0.01, 0))), (FRAME, join(rim))]
    return parts + [(NOTES[kind], join(sheets)) for kind, sheets in sorted(notes.items())]


def extinguisher() -> list[Part]:
    """Return an extinguisher on its hook with the red plate above; the floor is 1.2 m below its middle."""
    shell = lathe([(0, -0.26), (0.075, -0.26), (0.08, -0.24), (0.08, 0.15), (0.05, 0.22), (0.02, 0.25), (0, 0.25)], 16)
    hose = tube([(0.02, -0.1, 0.28), (0.1, -0.1, 0.24), (0.1, -0.1, -0.05)], 0.01, segments=6)
    flame = extrude(
        [(-0.03, 0.66), (0.045, 0.66), (0.06, 0.72), (0.02, 0.83), (-0.05, 0.73)], 0.003, plane="xz", at=-0.012
    )
    return [
        (SIGN_RED, join([shell.moved((0, -0.1, 0)), box((0.25, 0.01, 0.25), (0, -0.006, 0.75))])),
        (PRINT_WHITE, flame.moved((-0.02, 0, 0))),
        (
            PLASTIC,
            join(
                [hose, cylinder(0.02, 0.06, (0, -0.1, 0.28), segments=8), box((0.12, 0.02, 0.015), (0.03, -0.1, 0.31))]
            ),
        ),
        (DARK_STEEL, box((0.05, 0.1, 0.03), (0, -0.05, 0.2))),
    ]
