"""Things that stand about and are no pallet truck: goods, fixtures, furniture, and some that resemble one.

Every function returns the parts of one prop: metres, Z up, front along +X, origin on the floor under its middle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from palletjack_dr.scenes.distractors import (
    cartons,
    carts,
    containers,
    home,
    hospital,
    look_alikes,
    machines,
    office,
    pallets,
    people,
    safety,
    vessels,
)
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
    "person_standing": people.person_standing,
    "person_walking": people.person_walking,
    "person_carrying": people.person_carrying,
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
    "desk": office.desk,
    "office_chair": office.office_chair,
    "filing_cabinet": office.filing_cabinet,
    "printer": office.printer,
    "potted_plant": office.potted_plant,
    "water_cooler": office.water_cooler,
    "whiteboard": office.whiteboard,
    "coat_stand": office.coat_stand,
    "monitor_table": office.monitor_table,
    "sofa": office.sofa,
    "hospital_bed": hospital.hospital_bed,
    "wheelchair": hospital.wheelchair,
    "iv_stand": hospital.iv_stand,
    "instrument_trolley": hospital.instrument_trolley,
    "commode_chair": hospital.commode_chair,
    "bicycle": home.bicycle,
    "wheelbarrow": home.wheelbarrow,
    "lawn_mower": home.lawn_mower,
    "suitcase": home.suitcase,
    "golf_bag": home.golf_bag,
    "tyre_stack": home.tyre_stack,
    "ball": home.ball,
    "step_stool": home.step_stool,
    "wooden_barrel": home.wooden_barrel,
}
_LOOK_ALIKES: Final[_Family] = {
    "floor_sweeper": look_alikes.floor_sweeper,
    "stacker_base": look_alikes.stacker_base,
    "red_trolley": look_alikes.red_trolley,
    "lift_table": look_alikes.lift_table,
    "drum_truck": look_alikes.drum_truck,
    "hand_truck_lying": look_alikes.hand_truck_lying,
    "tugger_tiller": look_alikes.tugger_tiller,
    "red_tool_box": look_alikes.red_tool_box,
}

DISTRACTORS: Final[_Family] = {**_WAREHOUSE, **_ADDITIONAL, **_LOOK_ALIKES}
WAREHOUSE: Final = tuple(_WAREHOUSE)
"""What belongs into a hall of goods."""
ADDITIONAL: Final = tuple(_ADDITIONAL)
"""What belongs elsewhere: office, hospital, workshop, home."""
LOOK_ALIKES: Final = tuple(_LOOK_ALIKES)
"""What a detector may take for a pallet truck: hard negatives."""
