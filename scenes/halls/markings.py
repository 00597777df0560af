"""Paint on the floor: lanes, arrows, walkways, pallet bays, numbers. Two millimetres thick, white above yellow."""

from __future__ import annotations

from palletjack_dr.scenes.mesh import Mesh, box, extrude, join, turned
from palletjack_dr.scenes.stage import Material, Part

LANES = Material("Lanes", (0.68, 0.43, 0.035), roughness=0.55)
WHITE = Material("WhitePaint", (0.62, 0.62, 0.6), roughness=0.55)
YELLOW_TOP, WHITE_TOP = 0.002, 0.0035

Point = tuple[float, float]


def line(a: Point, b: Point, *, width: float = 0.1) -> Mesh:
    """Return a stripe along X or Y between two points, both ends squared off past them."""
    size = (abs(b[0] - a[0]) + width, abs(b[1] - a[1]) + width, YELLOW_TOP)
    return box(size, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, YELLOW_TOP / 2))


def frame(low: Point, high: Point, *, width: float = 0.1) -> list[Mesh]:
    """Return the outline of a rectangle."""
    a, b, c, d = low, (high[0], low[1]), high, (low[0], high[1])
    return [line(*edge, width=width) for edge in ((a, b), (b, c), (c, d), (d, a))]


def bays(start: Point, count: int, size: Point, *, along: str = "x") -> list[Mesh]:
    """Return a row of pallet bays that share their dividing lines."""
    lines: list[Mesh] = []
    for k in range(count):
        low = (start[0] + k * size[0], start[1]) if along == "x" else (start[0], start[1] + k * size[1])
        lines += frame(low, (low[0] + size[0], low[1] + size[1]), width=0.08)
    return lines


def arrow(at: Point, yaw: float, *, length: float = 1.4) -> Mesh:
    """Return an arrow that points along ``yaw`` [deg]."""
    head = extrude([(0, -0.3), (0.5, 0), (0, 0.3)], WHITE_TOP, at=WHITE_TOP / 2).moved((length / 2 - 0.5, 0, 0))
    shaft = box((length - 0.5, 0.16, WHITE_TOP), (-0.25, 0, WHITE_TOP / 2))
    return join([head, shaft]).moved((*at, 0), turn=turned("z", yaw))


def walkway(low: Point, high: Point, *, pitch: float = 0.9) -> list[Mesh]:
    """Return zebra stripes across a strip for people on foot that runs along its longer side."""
    x, y = high[0] - low[0], high[1] - low[1]
    middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    count = int(max(x, y) / pitch)
    steps = [(k - (count - 1) / 2) * pitch for k in range(count)]
    if x > y:
        return [box((pitch / 2, y, WHITE_TOP), (middle[0] + s, middle[1], WHITE_TOP / 2)) for s in steps]
    return [box((x, pitch / 2, WHITE_TOP), (middle[0], middle[1] + s, WHITE_TOP / 2)) for s in steps]


def painted(yellow: list[Mesh], white: list[Mesh]) -> list[Part]:
    """Return the paint as parts of the floor."""
    return [(LANES, join(yellow)), (WHITE, join(white))]
