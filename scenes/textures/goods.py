"""What goods come in: cardboard, moulded plastic, stretch film."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from palletjack_dr.scenes.textures.marks import scratches
from palletjack_dr.scenes.textures.noise import Image, clouds, facets, plane, smoothstep, speckle, warped
from palletjack_dr.scenes.textures.painting import Painted, mixed, tinted

KRAFT = (1.03, 0.88, 0.71)


def cardboard(rng: np.random.Generator, size: int) -> Painted:
    """Kraft board: brown, fibrous, faint flutes."""
    tone, fibres, flutes = _board(rng, size, flutes=96)
    return tinted(tone, KRAFT), 0.86 + 0.02 * fibres, 0.00008 * flutes


def printed_cardboard(rng: np.random.Generator, size: int) -> Painted:
    """Kraft board with what carriers print and stick on: arrows, glasses, bar codes, labels."""
    tone, fibres, flutes = _board(rng, size, flutes=120)
    ink, label = _prints(rng, size)
    missed = smoothstep(-2.4, -1.2, clouds(rng, size, falloff=0.5)) * 0.82
    color = mixed(tinted(tone, KRAFT), (0.12, 0.12, 0.14), ink * missed * (1 - label))
    color = mixed(color, tinted(1 - ink, (0.86, 0.86, 0.84)) + 0.05, label)
    return color, 0.86 + 0.02 * fibres - 0.35 * label, 0.00006 * flutes * (1 - label) + 0.0001 * label


def taped_cardboard(rng: np.random.Generator, size: int) -> Painted:
    """Pale kraft with runs of glossy brown tape, wrinkled, and scuffed corners of older layers."""
    _, y = plane(size)
    tone, fibres, flutes = _board(rng, size, flutes=110)
    wobble = 0.0012 * clouds(rng, size, falloff=1.8, coarsest=1)
    tape = np.maximum(
        smoothstep(0.034, 0.0325, np.abs(y - 0.27 + wobble)), smoothstep(0.034, 0.0325, np.abs(y - 0.79 + 0.6 * wobble))
    )
    seam = smoothstep(0.0022, 0.0008, np.abs(y - 0.27)) + smoothstep(0.0022, 0.0008, np.abs(y - 0.79))
    wrinkles = clouds(rng, size, falloff=0.9, stretch=(0.5, 3.0), coarsest=5)
    scuffs = scratches(rng, size, count=180, length=0.12)
    board = tinted(tone + 0.04 + 0.05 * scuffs, (1.03, 0.9, 0.75))
    covered = mixed(board, tinted(1 + 0.05 * wrinkles, (0.6, 0.42, 0.22)), 0.78 * tape)
    color = covered * (1 - 0.35 * seam)[..., None]
    rough = (0.86 + 0.02 * fibres) * (1 - tape) + (0.22 + 0.03 * wrinkles) * tape
    return color, rough, 0.00006 * flutes * (1 - tape) + tape * (0.0002 + 0.00015 * wrinkles) - 0.0006 * seam


def grained_plastic(rng: np.random.Generator, size: int) -> Painted:
    """Moulded plastic with a leather grain, neutral, so that a colour can multiply it; dust in the grain."""
    _, border = facets(rng, size, 150)
    grain = smoothstep(0.0, 0.45, border)
    dust = smoothstep(-0.2, 2.2, clouds(rng, size, falloff=1.4, coarsest=3))
    tone = 0.86 + 0.05 * grain + 0.08 * dust * (1 - grain) - 0.05 * dust + 0.008 * speckle(rng, size)
    return tinted(tone, (1.0, 1.0, 1.0)), 0.5 + 0.12 * dust - 0.06 * grain, 0.0003 * grain


def scratched_plastic(rng: np.random.Generator, size: int) -> Painted:
    """The side of a crate that has been slid about for years: pale scratches, scuffs gone white, neutral."""
    fine = scratches(rng, size, count=1100, length=0.22, heading=0.1, spread=0.5)
    deep = scratches(rng, size, count=60, length=0.4, heading=0.0, spread=0.3)
    scuffed = smoothstep(-0.5, 2.8, clouds(rng, size, falloff=0.9, stretch=(0.7, 2.2), coarsest=4))
    dirt = smoothstep(-1.0, 3.0, clouds(rng, size, falloff=1.2, coarsest=4))
    tone = 0.76 + 0.13 * fine + 0.16 * deep + 0.07 * scuffed - 0.08 * dirt + 0.01 * speckle(rng, size)
    rough = 0.38 + 0.2 * fine + 0.22 * scuffed + 0.1 * dirt
    return tinted(tone, (1.0, 1.0, 1.0)), rough, -0.0001 * fine - 0.0003 * deep


def crumpled_film(rng: np.random.Generator, size: int) -> Painted:
    """Stretch film round a load: layers at a slant, wrinkles pulled taut between corners, milky where it doubles."""
    x, y = plane(size)
    bend = [0.04 * size * clouds(rng, size, falloff=2.4, coarsest=1) for _ in range(2)]
    wrinkles = np.zeros((size, size))
    for strength, coarsest in ((1.0, 2), (0.7, 3)):
        pulled = warped(clouds(rng, size, falloff=1.9, stretch=(0.4, 2.0), coarsest=coarsest), bend[0], bend[1])
        taut = smoothstep(-0.9, 1.4, clouds(rng, size, falloff=1.8, coarsest=2))
        wrinkles += strength * taut * np.exp(-np.abs(pulled) / 0.15)
        bend.reverse()
    slack = 0.02 * clouds(rng, size, falloff=1.8, coarsest=1)
    ups, downs = (3 * y + x + slack) % 1, (2 * y - x + slack) % 1
    doubled = smoothstep(0.0, 0.02, ups) * smoothstep(0.4, 0.3, ups) + smoothstep(0.0, 0.02, downs) * (1 - downs)
    swell = clouds(rng, size, falloff=2.3, stretch=(0.7, 1.4), coarsest=2)
    tone = 0.66 + 0.03 * doubled + 0.075 * wrinkles + 0.012 * clouds(rng, size, falloff=1.5, coarsest=3)
    return tinted(tone, (0.96, 0.99, 1.02)), 0.14 + 0.04 * doubled, 0.0016 * wrinkles + 0.0022 * swell


def _board(rng: np.random.Generator, size: int, *, flutes: int) -> tuple[Image, Image, Image]:
    """Return tone, fibres and flutes of plain board."""
    x, _ = plane(size)
    wave = np.sin(2 * np.pi * flutes * x)
    fibres = clouds(rng, size, falloff=0.6, stretch=(1.5, 0.5))
    flecks = smoothstep(2.2, 3.2, speckle(rng, size, grain=1.2))
    tone = 0.71 + 0.01 * clouds(rng, size, falloff=1.3, coarsest=3) + 0.018 * fibres + 0.006 * wave - 0.1 * flecks
    return tone, fibres, wave


def _prints(rng: np.random.Generator, size: int) -> tuple[Image, Image]:
    """Return where ink is and where labels are, 0 to 1, on a grid of places of which some stay empty."""
    import cv2

    ink, label = np.zeros((size, size), np.uint8), np.zeros((size, size), np.uint8)
    places = 4
    step = size // places
    for row in range(places):
        for column in range(places):
            kind = rng.choice(["arrows", "code", "glass", "text", "none"], p=[0.2, 0.25, 0.15, 0.2, 0.2])
            left, top = (int((i + rng.uniform(0.06, 0.2)) * step) for i in (column, row))
            _print(rng, str(kind), ink[top:, left:], label[top:, left:], round(0.62 * step))
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.6), float) / 255.0, label / 255.0


def _print(
    rng: np.random.Generator, kind: str, ink: npt.NDArray[np.uint8], label: npt.NDArray[np.uint8], edge: int
) -> None:
    """Print one mark of about ``edge`` pixels into the upper left corner."""
    import cv2

    def area(canvas: npt.NDArray[np.uint8], *corners: tuple[float, float]) -> None:
        cv2.fillPoly(canvas, [np.round(np.array(corners) * edge * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)

    def bar(canvas: npt.NDArray[np.uint8], x: float, y: float, wide: float, high: float) -> None:
        area(canvas, (x, y), (x + wide, y), (x + wide, y + high), (x, y + high))

    def line_of_text(x: float, y: float, high: float) -> None:
        text = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUX0123456789 "), rng.integers(7, 12)))
        scale = high * edge / 22
        cv2.putText(ink, text, (round(x * edge), round(y * edge)), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 2, cv2.LINE_AA)

    if kind == "arrows":
        for x in (0.05, 0.5):
            area(ink, (x, 0.4), (x + 0.17, 0.12), (x + 0.34, 0.4))
            bar(ink, x + 0.11, 0.38, 0.12, 0.4)
        bar(ink, 0.0, 0.86, 0.9, 0.06)
    elif kind == "glass":
        area(ink, (0.2, 0.05), (0.7, 0.05), (0.62, 0.4), (0.48, 0.5), (0.42, 0.5), (0.28, 0.4))
        bar(ink, 0.42, 0.48, 0.06, 0.34)
        bar(ink, 0.26, 0.8, 0.38, 0.05)
    elif kind == "code":
        wide = rng.uniform(0.9, 1.15)
        bar(label, 0.0, 0.0, wide, 0.72)
        x = 0.08
        while x < wide - 0.12:
            stripe = rng.choice([0.012, 0.02, 0.035])
            bar(ink, x, 0.3, stripe, 0.32)
            x += stripe + rng.choice([0.014, 0.022, 0.03])
        line_of_text(0.08, 0.2, 0.09)
    elif kind == "text":
        for row in range(rng.integers(2, 5)):
            line_of_text(0.0, 0.16 + 0.19 * row, 0.11)
