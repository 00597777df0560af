"""Things that stand about and are no pallet truck: goods, fixtures, furniture, and some that resemble one.

Every function returns the parts of one prop: metres, Z up, front along +X, origin on the floor under its middle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from palletjack_dr.scenes.distractors import carts, cartons, containers, machines, pallets, safety, vessels
from palletjack_dr.scenes.stage import Part

_Family = dict[str, Callable[[], list[Part]]]

_WAREHOUSE: Final[_Family] = {
    "box_small": cartons.box_small,
    "box_large": cartons.box_large,
    "box_tall": cartons.box_tall,
    "box_stack": cartons.box_stack,
    "box_open": cartons.box_open,
    "pallet": pallets.pallet,
    "pallet_loaded": cartons.pallet_loaded,
    "pallet_wrapped": cartons.pallet_wrapped,
    "pallet_stack_3": pallets.pallet_stack_3,
    "pallet_stack_8": pallets.pallet_stack_8,
    "pallet_stack_15": pallets.pallet_stack_15,
    "pallet_industrial": pallets.pallet_industrial,
    "pallet_half": pallets.pallet_half,
    "pallet_display": pallets.pallet_display,
    "pallet_plastic": pallets.pallet_plastic,
    "pallet_leaning": pallets.pallet_leaning,
    "pallet_collars": pallets.pallet_collars,
    "drum": vessels.drum,
    "drum_plastic": vessels.drum_plastic,
    "ibc_tote": vessels.ibc_tote,
    "traffic_cone": safety.traffic_cone,
    "plastic_crate": containers.plastic_crate,
    "wood_crate": containers.wood_crate,
    "small_load_carriers": containers.small_load_carriers,
    "wire_mesh_box": containers.wire_mesh_box,
    "stillage": containers.stillage,
    "platform_cart": carts.platform_cart,
    "roll_cage": carts.roll_cage,
    "shelf_trolley": carts.shelf_trolley,
    "tugger_trolley": carts.tugger_trolley,
    "pallet_dolly": carts.pallet_dolly,
    "bollard": safety.bollard,
    "rack_guard": safety.rack_guard,
    "barrier": safety.barrier,
    "mesh_fence": safety.mesh_fence,
    "notice_board": safety.notice_board,
    "strapping_machine": machines.strapping_machine,
    "stretch_wrapper": machines.stretch_wrapper,
}
_ADDITIONAL: Final[_Family] = {
    "hand_truck": carts.hand_truck,
    "shopping_trolley": carts.shopping_trolley,
    "cleaning_trolley": carts.cleaning_trolley,
    "fire_extinguisher": safety.fire_extinguisher,
    "extinguisher_stand": safety.extinguisher_stand,
    "wet_floor_sign": safety.wet_floor_sign,
    "chain_posts": safety.chain_posts,
    "speed_bump": safety.speed_bump,
    "bin": containers.bin_container,
    "jerrycans": vessels.jerrycans,
    "gas_bottles": vessels.gas_bottles,
    "floor_scrubber": machines.floor_scrubber,
    "workbench": machines.workbench,
    "pillar_drill": machines.pillar_drill,
    "scale": machines.scale,
    "vending_machine": machines.vending_machine,
    "control_cabinet": machines.control_cabinet,
}
_LOOK_ALIKES: Final[_Family] = {
    "hand_truck_lying": carts.hand_truck_lying,
}

DISTRACTORS: Final[_Family] = {**_WAREHOUSE, **_ADDITIONAL, **_LOOK_ALIKES}
WAREHOUSE: Final = tuple(_WAREHOUSE)
"""What belongs into a hall of goods."""
ADDITIONAL: Final = tuple(_ADDITIONAL)
"""What belongs elsewhere: office, hospital, workshop, home."""
LOOK_ALIKES: Final = tuple(_LOOK_ALIKES)
"""What a detector may take for a pallet truck: hard negatives."""
