"""python docs/gallery/make.py [family ...]: render every asset, texture and randomizer into the sheets of this folder.

The names come from the catalogue and the registry, so a new component appears by itself. Without arguments all
families are made again; with some, the others stay as they are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from asset_pictures import halls, objects
from contact_sheets import QUALITY, Tile, entry, write_sheet
from randomizer_pictures import randomizers

from palletjack_dr import Randomizer, scenes
from palletjack_dr.discovery import load_plugins
from palletjack_dr.images import jpeg
from palletjack_dr.scenes.decals import DECALS
from palletjack_dr.scenes.textures.sheet import LABEL, sheet

HERE = Path(__file__).resolve().parent
INDEX = HERE / "index.json"
LARGEST = 24
"""Tiles on a sheet."""
CONCRETE = 150
"""Grey [8-bit] that decals are shown on."""
EDGE, COLUMNS = 208, 6
"""Edge of a texture's picture [pixels], and pictures side by side."""

Sheets = list[dict[str, Any]]


def main() -> None:
    """Make the families named on the command line, or all, then the index and the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", help=f"{', '.join(FAMILIES)} (default: all)")
    asked = parser.parse_args().families or list(FAMILIES)
    if unknown := set(asked) - FAMILIES.keys():
        parser.error(f"no such family: {', '.join(sorted(unknown))}; there are {', '.join(FAMILIES)}")
    known: Sheets = json.loads(INDEX.read_text())["sheets"] if INDEX.exists() else []
    made: Sheets = []
    for family, make in FAMILIES.items():
        old = [s for s in known if s["family"] == family]
        if family in asked:
            for former in old:
                (HERE / former["file"]).unlink(missing_ok=True)
            old = [{"family": family, **s} for s in make(family)]
        made += old
    INDEX.write_text(_index(made))
    (HERE / "README.md").write_text("\n".join(_page(made)) + "\n")


def _objects(family: str) -> Sheets:
    return [write_sheet(objects(names), path, columns=COLUMNS) for names, path in _parted(family, scenes.names(family))]


def _halls(family: str) -> Sheets:
    return [write_sheet(halls(names), path, columns=2) for names, path in _parted(family, scenes.names(family))]


def _textures(family: str) -> Sheets:
    sheets = []
    for names, path in _parted(family, scenes.texture_names()):
        path.write_bytes(jpeg(sheet(names, edge=EDGE, columns=COLUMNS, tiles=1)[..., ::-1], QUALITY))
        tiles = []
        for place, name in enumerate(names):
            x, y = place % COLUMNS * EDGE, place // COLUMNS * (EDGE + LABEL) + LABEL
            facts = {"family": scenes.texture(name).family, "tile_m": scenes.texture(name).size_m}
            tiles.append(entry(name, (x, y, EDGE, EDGE), facts))
        sheets.append({"file": path.name, "tiles": tiles})
    return sheets


def _decals(family: str) -> Sheets:
    import cv2

    sheets = []
    for names, path in _parted(family, scenes.names(family)):
        tiles = []
        for name in names:
            short = name.partition("/")[2]
            read = cv2.imread(str(scenes.asset(name).with_name(f"{short}.png")), cv2.IMREAD_UNCHANGED)
            assert read is not None
            shrunk = cv2.resize(read, None, fx=EDGE / 512, fy=EDGE / 512, interpolation=cv2.INTER_AREA).astype(float)
            height, width = shrunk.shape[:2]
            picture = np.full((EDGE, EDGE, 3), CONCRETE, np.uint8)
            top, left = (EDGE - height) // 2, (EDGE - width) // 2
            share = shrunk[..., 3:] / 255
            laid = shrunk[..., 2::-1] * share + CONCRETE * (1 - share)
            picture[top : top + height, left : left + width] = laid.round().astype(np.uint8)
            decal = DECALS[short]
            tiles.append(Tile(name=name, picture=picture, facts={"size_m": list(decal.size), "on": decal.on}))
        sheets.append(write_sheet(tiles, path, columns=COLUMNS))
    return sheets


def _randomizers(family: str) -> Sheets:
    plugins = load_plugins()
    offers = plugins.registry.of("randomizer").values()
    names = [o.name for o in offers if o.cls.engine_assets is Randomizer.engine_assets]  # others need Isaac Sim
    tiles: list[Tile] = randomizers(names, plugins)
    return [write_sheet(part, path, columns=2) for part, path in _parted(family, tiles)]


FAMILIES: dict[str, Callable[[str], Sheets]] = {
    "palletjack": _objects,
    "forklift": _objects,
    "ladder": _objects,
    "distractor": _objects,
    "environment": _halls,
    "texture": _textures,
    "decal": _decals,
    "randomizer": _randomizers,
}


def _parted(family: str, things: Sequence[Any]) -> Iterator[tuple[list[Any], Path]]:
    """Yield the things of each sheet, and its file."""
    for number, start in enumerate(range(0, len(things), LARGEST), start=1):
        stem = family if len(things) <= LARGEST else f"{family}_{number}"
        yield list(things[start : start + LARGEST]), HERE / f"{stem}.jpg"


def _index(sheets: Sheets) -> str:
    """Return the index as JSON with a line for each tile."""
    lines = []
    for one in sheets:
        tiles = ",\n    ".join(json.dumps(tile) for tile in one["tiles"])
        lines.append(f'{{"family": "{one["family"]}", "file": "{one["file"]}", "tiles": [\n    {tiles}\n  ]}}')
    return '{"sheets": [\n  ' + ",\n  ".join(lines) + "\n]}\n"


HEADINGS = {
    "palletjack": "Pallet trucks",
    "forklift": "Forklifts",
    "ladder": "Ladders",
    "distractor": "Distractors",
    "environment": "Halls",
    "texture": "Textures",
    "decal": "Decals",
    "randomizer": "Randomizers",
}
ABOUT = {
    "texture": "One tile of each, lit from the upper left; the caption gives its edge.",
    "decal": "What `asset=decals` puts on floors and walls, here on grey and not to one scale.",
    "randomizer": (
        "One frame of the default run with the randomizer's effect switched on: its fields drawn low, in the middle "
        "and high. Where the defaults are too fine to be seen, the settings below exaggerate them."
    ),
}


def _page(sheets: Sheets) -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Gallery"
    yield ""
    yield "All content that the project generates, and all randomizers. This page and its pictures are generated:"
    yield "`python docs/gallery/make.py [family ...]` makes them again. Names run along the rows of a sheet."
    for family, heading in HEADINGS.items():
        own = [s for s in sheets if s["family"] == family]
        names = dict.fromkeys(t["name"] for s in own for t in s["tiles"])
        yield from ("", f"## {heading} ({len(names)})")
        if family in ABOUT:
            yield from ("", ABOUT[family])
        for one in own:
            yield from ("", f"![{heading}]({one['file']})", "", *_table(family, one["tiles"]))


def _table(family: str, tiles: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a row for each name of a sheet, in the order of its tiles."""
    if family == "texture":
        yield from ("| texture | family | tile [m] |", "|---|---|---|")
        yield from (f"| {t['name']} | {t['family']} | {t['tile_m']:g} |" for t in tiles)
    elif family == "decal":
        yield from ("| decal | for | width x height [m] |", "|---|---|---|")
        for t in tiles:
            yield f"| {t['name'].partition('/')[2]} | {t['on']} | {' x '.join(f'{s:g}' for s in t['size_m'])} |"
    elif family == "randomizer":
        yield from ("| randomizer | what it does | shown with |", "|---|---|---|")
        yield from (f"| {t['name']} | {t['about']} | {_code(t['settings'])} |" for t in tiles)
    else:
        yield from ("| name | length x width x height [m] | triangles |", "|---|---|---|")
        unique = {t["name"]: t for t in tiles}.values()  # a hall has more than one view
        for t in unique:
            size = " x ".join(f"{edge:.2f}" for edge in t["size_m"])
            yield f"| {t['name'].partition('/')[2]} | {size} | {t['triangles']:,} |"


def _code(settings: Sequence[str]) -> str:
    return ", ".join(f"`{s}`" for s in settings) or "its defaults"


if __name__ == "__main__":
    main()
