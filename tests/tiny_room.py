"""A room that opens in a moment: a floor, a lamp, boxes to find and poles that hide them, on pictures of 160x96."""

from __future__ import annotations

from pathlib import Path

import trimesh

ROOM = """#usda 1.0
(
    defaultPrim = "Room"
    metersPerUnit = 1
    upAxis = "Z"
)
def Xform "Room"
{
    def Cube "Floor"
    {
        double size = 1
        double3 xformOp:translate = (0, 0, -0.05)
        float3 xformOp:scale = (14, 14, 0.1)
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:scale"]
    }
    def RectLight "Lamp"
    {
        float inputs:intensity = 20000
        double3 xformOp:translate = (0, 0, 4)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
    def DomeLight "Dome"
    {
        float inputs:intensity = 300
    }
}
"""


def tiny_room(folder: Path) -> list[str]:
    """Write the room's files and return the overrides that make frames of it; targets are of the class "crate"."""
    for name, size in (("crate", (1.2, 0.8, 1.0)), ("pole", (0.3, 0.3, 1.6))):
        (folder / name).mkdir(parents=True)
        trimesh.creation.box(size).export(folder / name / f"{name}.obj")
    (folder / "room.usda").write_text(ROOM)
    return [
        "resolution=[160,96]",
        "quality=draft",
        "environment=usd_environment",
        f"environment.path={folder}/room.usda",
        "+environment.roles.floor=Floor",
        "asset=[file]",
        f"assets.file={{path: {folder}/crate, label: crate, copies: 3, up: z}}",
        "+asset@assets.poles=file",
        f"assets.poles={{path: {folder}/pole, label: pole, role: distractor, copies: 4, up: z}}",
        "randomizer=[exposure,target_placement,distractor_placement,robot_camera]",
    ]
