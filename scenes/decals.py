"""Decals: what is painted, stuck or left on floors and walls, as flat pictures with an alpha channel.

Every function returns an image (h, w, 4) of sRGB and coverage in [0, 1]; the table gives real sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from palletjack_dr.scenes.textures.marks import scratches
from palletjack_dr.scenes.textures.noise import Image, clouds, smoothstep, softened

if TYPE_CHECKING:
    from pxr import Usd

Rng = np.random.Generator
PIXELS: Final = 512
"""Pixels along the longer side."""
CELL: Final = 8
"""Pixels along the pieces that a sheet is cut from."""
FAINTEST: Final = 0.01
YELLOW, BLACK, WHITE = (0.82, 0.64, 0.12), (0.1, 0.1, 0.1), (0.86, 0.86, 0.84)
BLUE, RED = (0.07, 0.25, 0.55), (0.68, 0.1, 0.1)


@dataclass(frozen=True, kw_only=True)
class Decal:
    """``size`` is width and height [m], ``on`` the surface that it is made for ("floor" or "wall").

    A renderer's highlights do not fade with coverage. A ``soft`` mark, which fades out, is therefore written as a
    metal: its highlights have its colour, and go where that goes.
    """

    size: tuple[float, float]
    on: str
    paint: Callable[[Rng, int, int], Image]
    roughness: float = 0.75
    soft: bool = False


def oil(rng: Rng, h: int, w: int) -> Image:
    """A dark, uneven stain with drops about it."""
    blot = _blot(rng, h, w, ragged=0.35)
    return _flat((0.13, 0.12, 0.11), blot * (0.55 + 0.2 * _noise(rng, h, w, coarsest=3)), h, w)


def damp(rng: Rng, h: int, w: int) -> Image:
    """A drying puddle: faint within, darker at its rim."""
    blot = _blot(rng, h, w, ragged=0.6)
    rim = np.exp(-(((blot - 0.5) / 0.3) ** 2))
    return _flat((0.22, 0.2, 0.17), 0.28 * blot + 0.22 * rim, h, w)


def dust(rng: Rng, h: int, w: int) -> Image:
    """Pale dust or powder that was spilt and swept."""
    blot = _blot(rng, h, w, ragged=0.9)
    return _flat((0.74, 0.72, 0.68), 0.5 * blot * smoothstep(-1.2, 1.4, _noise(rng, h, w, falloff=1.0)), h, w)


def turning_tyre(rng: Rng, h: int, w: int) -> Image:
    """Rubber that a turning wheel left: an arc that fades at both ends."""
    y, x = _grid(h, w)
    radius = np.hypot(x - 0.5, y * h / w - 1.1 * h / w)
    across = np.abs(radius - 0.85 * h / w) / (0.07 * h / w)
    return _rubber(rng, across, x, h, w)


def braking_tyre(rng: Rng, h: int, w: int) -> Image:
    """Rubber of a braking truck: two stripes side by side."""
    y, x = _grid(h, w)
    bend = 0.12 * np.sin(2.2 * x)
    across = np.minimum(np.abs(y - 0.25 - bend), np.abs(y - 0.7 - bend)) / 0.11
    return _rubber(rng, across, x, h, w)


def scuffs(rng: Rng, h: int, w: int) -> Image:
    """Black scuffs and scratches, all about one direction."""
    lines = scratches(rng, PIXELS, count=40, length=0.5, heading=0.0, spread=0.25)[:h, :w]
    broad = smoothstep(1.1, 2.4, _noise(rng, h, w, falloff=1.0, stretch=(1.0, 7.0), coarsest=3))
    return _flat((0.12, 0.12, 0.12), _faded(h, w) * np.clip(0.75 * softened(lines, 0.8) + 0.45 * broad, 0, 0.75), h, w)


def tape(color: Sequence[float], *, stripes: bool = False) -> Callable[[Rng, int, int], Image]:
    """Return a painter of floor tape, worn through in places; with ``stripes`` it is black across."""

    def paint(rng: Rng, h: int, w: int) -> Image:
        y, x = _grid(h, w)
        there = smoothstep(-2.2, -1.5, _noise(rng, h, w, falloff=0.9, coarsest=6))
        image = _flat(color, there * (0.92 + 0.05 * _noise(rng, h, w)), h, w)
        if stripes:
            image[..., :3][((x * w + y * h) // (1.1 * h)) % 2 < 1] = BLACK
        return _dirtied(rng, image)

    return paint


def bay_corner(rng: Rng, h: int, w: int) -> Image:
    """The painted corner of a pallet bay, chipped."""
    y, x = _grid(h, w)
    there = np.minimum(x, 1 - y) < 0.16
    return _dirtied(rng, _flat(WHITE, there * _worn(rng, h, w), h, w))


def floor_arrow(rng: Rng, h: int, w: int) -> Image:
    """An arrow painted on the floor, worn by traffic."""
    corners = [(0.02, 0.36), (0.6, 0.36), (0.6, 0.08), (0.98, 0.5), (0.6, 0.92), (0.6, 0.64), (0.02, 0.64)]
    return _dirtied(rng, _flat(WHITE, _polygon(corners, h, w) * _worn(rng, h, w), h, w))


def warning_sign(rng: Rng, h: int, w: int) -> Image:
    """A yellow triangle with a black rim and an exclamation mark."""
    image = _flat(BLACK, _polygon([(0.5, 0.04), (0.97, 0.93), (0.03, 0.93)], h, w), h, w)
    _lay(image, YELLOW, _polygon([(0.5, 0.16), (0.87, 0.87), (0.13, 0.87)], h, w))
    _lay(image, BLACK, _polygon([(0.455, 0.36), (0.545, 0.36), (0.52, 0.66), (0.48, 0.66)], h, w))
    _lay(image, BLACK, _disk(0.5, 0.755, 0.045, h, w))
    return _dirtied(rng, image)


def instruction_sign(rng: Rng, h: int, w: int) -> Image:
    """A blue disk with a white figure."""
    image = _flat(WHITE, _disk(0.5, 0.5, 0.49, h, w), h, w)
    _lay(image, BLUE, _disk(0.5, 0.5, 0.46, h, w))
    _lay(image, WHITE, _disk(0.5, 0.27, 0.085, h, w))
    _lay(image, WHITE, _polygon([(0.36, 0.4), (0.64, 0.4), (0.58, 0.82), (0.42, 0.82)], h, w))
    return _dirtied(rng, image)


def fire_sign(rng: Rng, h: int, w: int) -> Image:
    """A red square with a white flame."""
    image = _flat(WHITE, np.ones((h, w)), h, w)
    _lay(image, RED, _polygon([(0.03, 0.03), (0.97, 0.03), (0.97, 0.97), (0.03, 0.97)], h, w))
    flame = [(0.5, 0.1), (0.68, 0.4), (0.74, 0.66), (0.62, 0.86), (0.38, 0.86), (0.26, 0.66), (0.36, 0.42)]
    _lay(image, WHITE, _polygon(flame, h, w))
    _lay(image, RED, _polygon([(0.51, 0.5), (0.6, 0.7), (0.5, 0.82), (0.41, 0.7)], h, w))
    return _dirtied(rng, image)


def notice(rng: Rng, h: int, w: int) -> Image:
    """A sheet of paper with a heading and lines of print."""
    image = _flat(WHITE, np.ones((h, w)), h, w)
    _lay(image, BLUE, _polygon([(0.08, 0.06), (0.8, 0.06), (0.8, 0.12), (0.08, 0.12)], h, w))
    for top in np.arange(0.2, 0.9, 0.045):
        end = rng.uniform(0.5, 0.92)
        _lay(
            image,
            (0.35, 0.35, 0.36),
            _polygon([(0.08, top), (end, top), (end, top + 0.018), (0.08, top + 0.018)], h, w),
        )
    return image


def runs(rng: Rng, h: int, w: int) -> Image:
    """Dirty water that ran down a wall."""
    streaks = smoothstep(0.3, 2.2, _noise(rng, h, w, falloff=1.0, stretch=(9.0, 1.0), coarsest=4))
    y, _ = _grid(h, w)
    return _flat((0.3, 0.23, 0.16), _faded(h, w) * (1 - 0.6 * y) * 0.7 * streaks, h, w)


DECALS: Final[dict[str, Decal]] = {
    "oil": Decal(size=(0.9, 0.8), on="floor", paint=oil, roughness=0.9, soft=True),
    "damp": Decal(size=(1.6, 1.3), on="floor", paint=damp, roughness=0.9, soft=True),
    "dust": Decal(size=(1.3, 1.0), on="floor", paint=dust, roughness=0.9, soft=True),
    "turning_tyre": Decal(size=(2.6, 1.3), on="floor", paint=turning_tyre, roughness=0.9, soft=True),
    "braking_tyre": Decal(size=(3.0, 0.8), on="floor", paint=braking_tyre, roughness=0.9, soft=True),
    "floor_scuffs": Decal(size=(1.4, 0.9), on="floor", paint=scuffs, roughness=0.9, soft=True),
    "tape_yellow": Decal(size=(2.4, 0.075), on="floor", paint=tape(YELLOW), roughness=0.5),
    "tape_hazard": Decal(size=(1.8, 0.1), on="floor", paint=tape(YELLOW, stripes=True), roughness=0.5),
    "bay_corner": Decal(size=(0.5, 0.5), on="floor", paint=bay_corner),
    "floor_arrow": Decal(size=(1.3, 0.6), on="floor", paint=floor_arrow),
    "floor_warning": Decal(size=(0.8, 0.7), on="floor", paint=warning_sign),
    "wall_warning": Decal(size=(0.4, 0.35), on="wall", paint=warning_sign, roughness=0.45),
    "instruction": Decal(size=(0.3, 0.3), on="wall", paint=instruction_sign, roughness=0.45),
    "fire": Decal(size=(0.25, 0.25), on="wall", paint=fire_sign, roughness=0.45),
    "notice": Decal(size=(0.21, 0.297), on="wall", paint=notice),
    "wall_scuffs": Decal(size=(1.2, 0.4), on="wall", paint=scuffs, roughness=0.9, soft=True),
    "runs": Decal(size=(0.7, 1.2), on="wall", paint=runs, roughness=0.9, soft=True),
}


def write_decal(stage: Usd.Stage, name: str, folder: Path) -> None:
    """Write a decal below /Asset: a sheet in the XY plane that faces +Z, and its picture beside the stage."""
    import cv2
    from pxr import Sdf, UsdGeom, UsdShade, Vt

    decal = DECALS[name]
    wide, high = decal.size
    w, h = (max(32, round(PIXELS * side / max(decal.size))) for side in decal.size)
    image = np.clip(decal.paint(np.random.default_rng(crc32(name.encode())), h, w), 0, 1)
    cv2.imwrite(str(folder / f"{name}.png"), np.round(255 * image[..., [2, 1, 0, 3]]).astype(np.uint8))
    points, uvs = _cells(image[..., 3], wide, high)
    mesh = UsdGeom.Mesh.Define(stage, "/Asset/Decal")
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points.astype(np.float32)))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(points) // 4, 4, np.int32)))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(np.arange(len(points), dtype=np.int32)))
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateExtentAttr([tuple(map(float, points.min(axis=0))), tuple(map(float, points.max(axis=0)))])
    st = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.faceVarying)
    st.Set(Vt.Vec2fArray.FromNumpy(uvs.astype(np.float32)))
    material = UsdShade.Material.Define(stage, "/Asset/Looks/Decal")
    shader = UsdShade.Shader.Define(stage, "/Asset/Looks/Decal/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(decal.roughness)
    shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(float(decal.soft))
    coordinates = UsdShade.Shader.Define(stage, "/Asset/Looks/Decal/st")
    coordinates.CreateIdAttr("UsdPrimvarReader_float2")
    coordinates.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
    reader = UsdShade.Shader.Define(stage, "/Asset/Looks/Decal/picture")
    reader.CreateIdAttr("UsdUVTexture")
    reader.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(f"./{name}.png")
    reader.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set("sRGB")
    at = coordinates.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    reader.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(at)
    color, cover = shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f), Sdf.ValueTypeNames.Float
    color.ConnectToSource(reader.CreateOutput("rgb", Sdf.ValueTypeNames.Float3))
    shader.CreateInput("opacity", cover).ConnectToSource(reader.CreateOutput("a", cover))
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)


def _cells(cover: Image, wide: float, high: float) -> tuple[Image, Image]:
    """Return corners (4 n, 3) [m] and UVs (4 n, 2) of the square pieces of a picture in which anything is."""
    h, w = cover.shape
    corners, uvs = [], []
    for top in range(0, h, CELL):
        for left in range(0, w, CELL):
            if cover[top : top + CELL, left : left + CELL].max() > FAINTEST:
                bottom, right = min(top + CELL, h), min(left + CELL, w)
                ring = np.array([(left, bottom), (right, bottom), (right, top), (left, top)]) / [w, h]
                uvs.append(ring * [1, -1] + [0, 1])
                corners.append(np.column_stack([(uvs[-1] - 0.5) * [wide, high], np.zeros(4)]))
    return np.concatenate(corners), np.concatenate(uvs)


def _grid(h: int, w: int) -> tuple[Image, Image]:
    """Return y (down) and x of the pixels' middles, in [0, 1]."""
    y, x = np.meshgrid((np.arange(h) + 0.5) / h, (np.arange(w) + 0.5) / w, indexing="ij")
    return y, x


def _noise(
    rng: Rng, h: int, w: int, *, falloff: float = 1.4, stretch: tuple[float, float] = (1.0, 1.0), coarsest: float = 0.0
) -> Image:
    return clouds(rng, PIXELS, falloff=falloff, stretch=stretch, coarsest=coarsest)[:h, :w]


def _flat(color: Sequence[float], cover: Image, h: int, w: int) -> Image:
    return np.concatenate([np.broadcast_to(color, (h, w, 3)), np.clip(cover, 0, 1)[..., None]], axis=2)


def _lay(image: Image, color: Sequence[float], cover: Image) -> None:
    """Paint over what is there."""
    image[..., :3] += cover[..., None] * (np.asarray(color) - image[..., :3])


def _faded(h: int, w: int) -> Image:
    """Return 1 in the middle and 0 along the border, so that nothing is cut off."""
    y, x = _grid(h, w)
    edge = np.minimum(np.minimum(x, 1 - x) * w, np.minimum(y, 1 - y) * h) / min(h, w)
    return smoothstep(0.0, 0.3, edge)


def _blot(rng: Rng, h: int, w: int, *, ragged: float) -> Image:
    y, x = _grid(h, w)
    reach = np.hypot((x - 0.5) / 0.42, (y - 0.5) / 0.42) + 0.3 * ragged * _noise(rng, h, w, falloff=1.7, coarsest=2)
    return smoothstep(0.95, 0.6, reach) * _faded(h, w)


def _rubber(rng: Rng, across: Image, along: Image, h: int, w: int) -> Image:
    fade = smoothstep(0.02, 0.3, along) * smoothstep(0.98, 0.6, along)
    grain = 0.75 + 0.25 * _noise(rng, h, w, falloff=0.7, stretch=(1.0, 3.0), coarsest=4)
    return _flat((0.09, 0.09, 0.09), 0.6 * smoothstep(1.0, 0.6, across) * fade * grain * _faded(h, w) ** 0.3, h, w)


def _worn(rng: Rng, h: int, w: int) -> Image:
    return 0.9 * smoothstep(-1.7, -0.4, _noise(rng, h, w, falloff=1.0, coarsest=3))


def _dirtied(rng: Rng, image: Image) -> Image:
    h, w = image.shape[:2]
    image[..., :3] *= (1 - 0.3 * smoothstep(-0.2, 2.4, _noise(rng, h, w, coarsest=3)))[..., None]
    return image


def _polygon(corners: Sequence[tuple[float, float]], h: int, w: int) -> Image:
    import cv2

    canvas = np.zeros((h, w), np.uint8)
    points = np.round(np.array(corners) * [w, h] * 16 - 8).astype(np.int32)
    cv2.fillPoly(canvas, [points], 255, cv2.LINE_AA, 4)
    return canvas / 255.0


def _disk(x: float, y: float, radius: float, h: int, w: int) -> Image:
    down, right = _grid(h, w)
    return smoothstep(1.0, 0.97, np.hypot((right - x) * w, (down - y) * h) / (radius * min(h, w)))
