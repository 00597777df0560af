"""Render exported frames with BlenderProc, as a script of one of its users would, and take the time of each.

Runs in a process and a virtual environment of its own (``benchmarks/peer.py`` makes both), and no other module of this
project imports it. This file is under Apache-2.0; what it imports, BlenderProc and Blender's ``bpy``, is under GPLv3.
"""

from __future__ import annotations

import sys
import sysconfig

sys.path.append(sysconfig.get_paths()["purelib"])  # BlenderProc takes the first entry with this name away
import blenderproc as bproc

# isort: split
import json
import os
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from blenderproc.python.utility.Initializer import _Initializer

Named = dict[str, Any]
FLIP = np.diag([1.0, -1.0, -1.0, 1.0])
"""Between OpenCV's camera axes and Blender's."""


def main(folder: Path, out: Path, samples: int) -> None:
    """Load the scene, render its frames, write the seconds of each, and of CPU, to ``timing.json``."""
    start = time.perf_counter()
    init()
    about, frames = (json.loads((folder / name).read_text()) for name in ("scene.json", "frames.json"))
    world = World(about, np.load(folder / "scene.npz"))
    bproc.renderer.set_max_amount_of_samples(samples)
    bproc.renderer.enable_depth_output(activate_antialiasing=False)
    bproc.renderer.enable_segmentation_output(
        map_by=["category_id", "instance", "name"], default_values={"category_id": 0}
    )
    world.show(frames[0])
    warm_up()
    startup, seconds, cpu = time.perf_counter() - start, [], []
    for frame in frames:
        start, used = time.perf_counter(), time.process_time()
        world.show(frame)
        write(out, bproc.renderer.render())
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
        print(f"frame {frame['frame']}: {seconds[-1]:.1f} s", file=sys.stderr, flush=True)
    about = {"blenderproc": bproc.__version__, "blender": bpy.app.version_string}
    (out / "timing.json").write_text(json.dumps({**about, "startup": startup, "seconds": seconds, "cpu": cpu}))
    sys.stdout.flush()
    os._exit(0)  # bpy may crash as the interpreter is taken down


def init() -> None:
    """Do what ``bproc.init`` does, which fails in 2.8.0 with bpy from PyPI: that knows no language to set."""
    bproc.clean_up(clean_up_camera=True)
    bpy.context.scene.render.engine = "CYCLES"
    bproc.renderer.set_render_devices(use_only_cpu=True)
    _Initializer.set_default_parameters()


def warm_up() -> None:
    """Render a thumbnail: kernels, denoiser and textures are loaded before the clock starts."""
    bpy.context.scene.render.resolution_percentage = 10
    bproc.renderer.render(return_data=False)
    bpy.context.scene.render.resolution_percentage = 100


def write(out: Path, data: dict[str, Any]) -> None:
    """Write pictures, boxes and masks as COCO, depth and ids as BlenderProc's containers."""
    bproc.writer.write_coco_annotations(
        str(out / "coco"),
        instance_segmaps=data["instance_segmaps"],
        instance_attribute_maps=data["instance_attribute_maps"],
        colors=data["colors"],
    )
    kept = {key: data[key] for key in ("depth", "instance_segmaps", "instance_attribute_maps")}
    bproc.writer.write_hdf5(str(out), kept, append_to_existing_output=True)


class World:
    """The objects and lights of the scene; ``show`` changes them to what a frame wants."""

    def __init__(self, about: Named, arrays: Any) -> None:
        self.about = about
        self.materials = [bproc.material.create(f"part {n}") for n in range(len(about["parts"]))]
        self.looks: list[Named] = [{} for _ in self.materials]
        self.things = {t["id"]: self._thing(t, arrays) for t in [{"id": 0, "role": ""}, *about["things"]]}
        self.lights = [self._light(lamp) for lamp in about["lights"]]

    def show(self, frame: Named) -> None:
        """Set poses, looks, lights and camera."""
        white = frame["white"]
        for number, thing in self.things.items():
            if number and thing:
                thing.hide(str(number) not in frame["things"])
                thing.set_local2world_mat(frame["things"].get(str(number), np.eye(4)))
        for n, part in enumerate(self.about["parts"]):
            look = {
                **frame["surfaces"].get(str(n), part["surface"]),
                "white": white if any(part["surface"]["emissive"]) else 0,
            }
            if look != self.looks[n]:
                dress(self.materials[n], look)
                self.looks[n] = look
        for light, lamp, wanted in zip(self.lights, self.about["lights"], frame["lights"], strict=True):
            light.set_local2world_mat(wanted["world_from_light"])
            light.set_color(wanted["color"])
            light.set_energy(wanted["nits"] / white * np.pi * lamp["size"][0] * lamp["size"][1])
        for dome in frame["dome"]:
            bproc.renderer.set_world_background([1.0, 1.0, 1.0], dome["nits"] / white)
        bproc.utility.reset_keyframes()
        k = np.array(frame["k"]) - [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]]  # Blender's pixel centres are whole numbers
        bproc.camera.set_intrinsics_from_K_matrix(k, *self.about["resolution"])
        bproc.camera.add_camera_pose(np.array(frame["world_from_camera"]) @ FLIP)

    def _thing(self, thing: Named, arrays: Any) -> Any:
        """Return one object with all its parts, each with a material of its own."""
        parts = [n for n, part in enumerate(self.about["parts"]) if part["thing"] == thing["id"]]
        if not parts:
            return None
        points, counts, ends, normals, uvs = (
            [arrays[f"{n}/{name}"] for n in parts] for name in ("points", "counts", "corners", "normals", "uvs")
        )
        before = np.cumsum([0, *(len(p) for p in points)])
        corners = np.concatenate([c + shift for c, shift in zip(ends, before, strict=False)])
        sizes = np.concatenate(counts)
        made = bproc.object.create_with_empty_mesh(str(thing["id"]))
        mesh = made.get_mesh()
        mesh.vertices.add(before[-1])
        mesh.vertices.foreach_set("co", np.concatenate(points).ravel())
        mesh.loops.add(len(corners))
        mesh.loops.foreach_set("vertex_index", corners)
        mesh.polygons.add(len(sizes))
        mesh.polygons.foreach_set("loop_start", np.cumsum(sizes) - sizes)
        mesh.polygons.foreach_set("material_index", np.repeat(range(len(parts)), [len(c) for c in counts]))
        mesh.uv_layers.new().data.foreach_set("uv", np.concatenate(uvs).ravel())
        mesh.update()
        mesh.normals_split_custom_set(np.concatenate(normals))
        for n in parts:
            made.add_material(self.materials[n])
        made.set_cp("category_id", 1 if thing["role"] == "target" else 0)
        return made

    def _light(self, lamp: Named) -> Any:
        light = bproc.types.Light("AREA")
        light.blender_obj.data.shape = "RECTANGLE"
        light.blender_obj.data.size, light.blender_obj.data.size_y = lamp["size"]
        return light


def dress(material: Any, look: Named) -> None:
    """Make a material look as wanted: colour, roughness and normals from textures where there are any."""
    for kind in ("TexImage", "Mapping", "UVMap", "Mix", "Math", "NormalMap"):
        for node in material.get_nodes_with_type(kind):
            material.remove_node(node)
    material.set_principled_shader_value("Base Color", [*look["base_color"], 1.0])
    material.set_principled_shader_value("Roughness", look["roughness"])
    material.set_principled_shader_value("Metallic", look["metallic"])
    if max(look["emissive"]) > 0:
        material.set_principled_shader_value("Emission Color", [*look["emissive"], 1.0])
        material.set_principled_shader_value("Emission Strength", 1 / look["white"])
    if look["color_texture"]:
        mix = material.new_node("ShaderNodeMix")
        mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
        mix.inputs["Factor"].default_value = 1.0
        mix.inputs["B"].default_value = [*look["base_color"], 1.0]
        material.link(image(material, look, "color_texture", "sRGB"), mix.inputs["A"])
        material.set_principled_shader_value("Base Color", mix.outputs["Result"])
    if look["roughness_texture"]:
        times = material.new_node("ShaderNodeMath")
        times.operation = "MULTIPLY"
        times.inputs[1].default_value = look["roughness"]
        material.link(image(material, look, "roughness_texture", "Non-Color"), times.inputs[0])
        material.set_principled_shader_value("Roughness", times.outputs[0])
    if look["normal_texture"]:
        normal = material.new_node("ShaderNodeNormalMap")
        material.link(image(material, look, "normal_texture", "Non-Color"), normal.inputs["Color"])
        material.set_principled_shader_value("Normal", normal.outputs["Normal"])


def image(material: Any, look: Named, name: str, colors: str) -> Any:
    """Return the output of a texture that is scaled and moved over the surface."""
    place, where = material.new_node("ShaderNodeMapping"), material.new_node("ShaderNodeUVMap")
    place.inputs["Scale"].default_value = [*look["uv_scale"], 1.0]
    place.inputs["Location"].default_value = [*look["uv_offset"], 0.0]
    texture = material.new_node("ShaderNodeTexImage")
    texture.image = bpy.data.images.load(look[name], check_existing=True)
    texture.image.colorspace_settings.name = colors
    material.link(where.outputs["UV"], place.inputs["Vector"])
    material.link(place.outputs["Vector"], texture.inputs["Vector"])
    return texture.outputs["Color"]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
