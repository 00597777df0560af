"""The table of all textures: family, real size of a tile, and who paints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from palletjack_dr.scenes.textures import (
    cloth,
    concrete,
    floors,
    goods,
    metal,
    paint,
    patterns,
    steel,
    tiles,
    walls,
    wood,
)
from palletjack_dr.scenes.textures.painting import Painted


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a texture is made: ``paint(rng, size)`` returns sRGB albedo (n, n, 3), roughness and height [m] (n, n).

    ``metallic`` is 1 for bare metal, 0 for all else, paint on metal included.
    """

    family: str
    size_m: float
    paint: Callable[[np.random.Generator, int], Painted]
    metallic: float = 0.0


def _family(
    family: str, *, metallic: float = 0.0, **members: tuple[float, Callable[[np.random.Generator, int], Painted]]
) -> dict[str, Recipe]:
    """Return the recipes of a family by name, from the edge of a tile [m] and the painter of each."""
    return {
        name: Recipe(family=family, size_m=size, paint=paint, metallic=metallic)
        for name, (size, paint) in members.items()
    }


RECIPES: dict[str, Recipe] = {
    **_family(
        "concrete",
        concrete_smooth=(4.0, concrete.smooth),
        concrete_worn=(4.0, concrete.worn),
        concrete_cracked=(4.0, concrete.cracked),
        concrete_stained=(5.0, concrete.stained),
        concrete_polished=(2.4, concrete.polished),
        concrete_painted=(5.0, concrete.painted),
    ),
    **_family(
        "epoxy",
        epoxy_grey=(4.0, floors.epoxy((0.53, 0.55, 0.565))),
        epoxy_green=(4.0, floors.epoxy((0.33, 0.45, 0.38))),
        epoxy_light_grey=(4.0, floors.epoxy((0.72, 0.73, 0.72))),
        epoxy_blue=(4.0, floors.epoxy((0.2, 0.32, 0.47))),
        epoxy_red=(4.0, floors.epoxy((0.5, 0.2, 0.17))),
        epoxy_ochre=(4.0, floors.epoxy((0.66, 0.5, 0.26))),
        epoxy_chipped=(4.0, floors.epoxy((0.42, 0.45, 0.48), chipped=0.08)),
    ),
    **_family(
        "floor_wear",
        concrete_tyre_marks=(5.0, concrete.driven_on),
        concrete_oil_stains=(5.0, concrete.oiled),
        epoxy_tyre_marks=(5.0, floors.epoxy((0.6, 0.62, 0.6), tracks=30)),
    ),
    **_family(
        "asphalt",
        asphalt=(3.0, floors.asphalt),
        asphalt_worn=(3.0, floors.worn_asphalt),
        asphalt_patched=(4.0, floors.patched_asphalt),
    ),
    **_family(
        "tiles",
        tiles_grey=(3.6, tiles.industrial),
        tiles_mosaic=(2.4, tiles.mosaic),
        tiles_pale=(3.6, tiles.large_pale),
        tiles_checker=(3.6, tiles.checker),
        tiles_hex=(3.0, tiles.hexagons),
    ),
    **_family(
        "brick",
        brick_red=(3.0, walls.brick),
        brick_painted=(3.0, walls.painted_brick),
        brick_yellow=(3.0, walls.yellow_brick),
        brick_block=(3.2, walls.block),
    ),
    **_family(
        "plaster",
        plaster=(3.0, walls.plaster),
        plaster_roughcast=(2.4, walls.roughcast),
        plaster_mended=(4.0, walls.mended_plaster),
    ),
    **_family(
        "metal",
        metal_corrugated=(2.4, metal.corrugated),
        metal_trapezoid=(2.4, metal.trapezoid),
        metal_brushed=(1.0, metal.worn_paint),
        metal_rusty=(2.0, metal.rusty),
        metal_perforated=(0.6, metal.perforated),
    ),
    **_family(
        "metal",
        metallic=1.0,
        metal_stainless=(1.6, metal.brushed),
        metal_diamond_plate=(1.2, metal.diamond_plate),
        metal_galvanized=(1.6, metal.galvanized),
    ),
    **_family(
        "paint",
        paint_new=(1.0, paint.worn(0.0)),
        paint_used=(1.0, paint.worn(0.35)),
        paint_worn=(1.0, paint.worn(0.7)),
        paint_battered=(1.0, paint.worn(1.0)),
    ),
    **_family("rack", steel_perforated=(0.1, steel.perforated)),
    **_family(
        "wood",
        wood_planks=(1.2, wood.planks),
        wood_plywood=(1.2, wood.plywood),
        wood_osb=(1.4, wood.strand_board),
        wood_decking=(2.2, wood.decking),
    ),
    **_family(
        "cardboard",
        cardboard=(0.8, goods.cardboard),
        cardboard_printed=(1.2, goods.printed_cardboard),
        cardboard_taped=(1.0, goods.taped_cardboard),
    ),
    **_family(
        "carpet",
        carpet_loop=(1.2, floors.loop_carpet),
        carpet_tiles=(2.0, floors.carpet_tiles),
        carpet_felt=(1.2, floors.needle_felt),
    ),
    **_family(
        "pattern",
        pattern_hazard=(0.4, patterns.hazard_stripes),
        pattern_checkers=(2.0, patterns.checkers),
        pattern_camouflage=(2.0, patterns.camouflage),
        pattern_geometry=(2.0, patterns.geometry),
        pattern_gradients=(2.0, patterns.gradients),
        pattern_shards=(2.0, patterns.shards),
    ),
    **_family(
        "plastic",
        plastic_grained=(0.6, goods.grained_plastic),
        plastic_scratched=(1.0, goods.scratched_plastic),
    ),
    **_family("cloth", cloth_twill=(0.6, cloth.twill)),
    **_family("film", film_crumpled=(1.5, goods.crumpled_film)),
}
