"""Every built-in component holds to the contract that third parties get."""

from __future__ import annotations

import numpy as np
import pytest

from palletjack_dr import Asset, Scene
from palletjack_dr.builder import SceneBuilder
from palletjack_dr.discovery import load_plugins
from palletjack_dr.distributions import distribution
from palletjack_dr.edits import Edit
from palletjack_dr.footprints import footprint, overlaps
from palletjack_dr.geometry import camera_from_world, transform
from palletjack_dr.plugins.annotators.boxes_2d import Boxes2d
from palletjack_dr.plugins.annotators.boxes_3d import Boxes3d
from palletjack_dr.plugins.annotators.depth import Depth
from palletjack_dr.plugins.annotators.light_level import LightLevel
from palletjack_dr.plugins.annotators.masks import Masks
from palletjack_dr.plugins.annotators.pose import Pose
from palletjack_dr.plugins.annotators.segmentation import (
    InstanceSegmentation,
    PanopticSegmentation,
    PanopticSegments,
    SemanticSegmentation,
)
from palletjack_dr.plugins.annotators.surface import Normals, PointCloud
from palletjack_dr.plugins.assets.decals import Decals as DecalPool
from palletjack_dr.plugins.assets.generated import Forklift, Ladder, Palletjack
from palletjack_dr.plugins.constraints.target_visible import TargetVisible
from palletjack_dr.plugins.environments.halls import Warehouse
from palletjack_dr.plugins.randomizers import sensor
from palletjack_dr.plugins.randomizers.along_walls import AlongWalls
from palletjack_dr.plugins.randomizers.atmosphere import Atmosphere
from palletjack_dr.plugins.randomizers.crowd import Crowd
from palletjack_dr.plugins.randomizers.decals import Decals
from palletjack_dr.plugins.randomizers.dome_light import DomeLight
from palletjack_dr.plugins.randomizers.exposure import Exposure
from palletjack_dr.plugins.randomizers.floor_placement import FloorPlacement
from palletjack_dr.plugins.randomizers.flying import Flying
from palletjack_dr.plugins.randomizers.handheld import Handheld
from palletjack_dr.plugins.randomizers.isaac_textures import IsaacTextures
from palletjack_dr.plugins.randomizers.lamp_jitter import LampJitter
from palletjack_dr.plugins.randomizers.leaning import Leaning
from palletjack_dr.plugins.randomizers.lens_distortion import LensDistortion
from palletjack_dr.plugins.randomizers.light_zones import LightZones
from palletjack_dr.plugins.randomizers.lighting import Lighting
from palletjack_dr.plugins.randomizers.load_on_forks import LoadOnForks
from palletjack_dr.plugins.randomizers.material_jitter import MaterialJitter
from palletjack_dr.plugins.randomizers.object_colors import ObjectColors
from palletjack_dr.plugins.randomizers.orbit_camera import OrbitCamera
from palletjack_dr.plugins.randomizers.path_camera import PathCamera
from palletjack_dr.plugins.randomizers.physics_drop import PhysicsDrop
from palletjack_dr.plugins.randomizers.robot_camera import RobotCamera
from palletjack_dr.plugins.randomizers.row_placement import RowPlacement
from palletjack_dr.plugins.randomizers.stacked import Stacked
from palletjack_dr.plugins.randomizers.textures import Textures
from palletjack_dr.plugins.randomizers.time_of_day import TimeOfDay
from palletjack_dr.plugins.randomizers.wear import Wear
from palletjack_dr.plugins.writers.basic import Basic
from palletjack_dr.plugins.writers.bop import Bop
from palletjack_dr.plugins.writers.coco import Coco
from palletjack_dr.plugins.writers.kitti import Kitti
from palletjack_dr.plugins.writers.webdataset import WebDataset
from palletjack_dr.plugins.writers.yolo import Yolo
from palletjack_dr.randomness import stream
from palletjack_dr.testing import AnnotatorContract, RandomizerContract, WriterContract, small_frame, small_scene


class TestLighting(RandomizerContract):
    randomizer = Lighting()


class TestExposure(RandomizerContract):
    randomizer = Exposure()


class TestTextures(RandomizerContract):
    randomizer = Textures(role="floor")


class TestIsaacTextures(RandomizerContract):
    randomizer = IsaacTextures(folder="/Isaac/Materials", files=["a.jpg", "b.jpg"])


class TestObjectColors(RandomizerContract):
    randomizer = ObjectColors()


class TestObjectColorsOfAPalette(RandomizerContract):
    randomizer = ObjectColors(
        palette=distribution({"choice": [[0.0, 0.8, 0.7], [0.6, 0.7, 0.5]], "weights": [2, 1]}),
        shift=distribution({"normal": [0.0, 0.02], "clip": [-0.05, 0.05]}),
    )


class TestFloorPlacement(RandomizerContract):
    randomizer = FloorPlacement(count=distribution([1, 2], whole=True))


class TestRobotCamera(RandomizerContract):
    randomizer = RobotCamera()


class TestAlongWalls(RandomizerContract):
    randomizer = AlongWalls(beside=["rack"], share=1.0)


class TestRowPlacement(RandomizerContract):
    randomizer = RowPlacement()


class TestCrowd(RandomizerContract):
    randomizer = Crowd()


class TestStacked(RandomizerContract):
    randomizer = Stacked()


class TestLoadOnForks(RandomizerContract):
    randomizer = LoadOnForks(loads=["*"], share=1.0)


class TestFlying(RandomizerContract):
    randomizer = Flying()


class TestOrbitCamera(RandomizerContract):
    randomizer = OrbitCamera()


class TestHandheld(RandomizerContract):
    randomizer = Handheld()


class TestAtmosphere(RandomizerContract):
    randomizer = Atmosphere()


class TestLightZones(RandomizerContract):
    randomizer = LightZones()


class TestLampJitter(RandomizerContract):
    randomizer = LampJitter()


class TestMaterialJitter(RandomizerContract):
    randomizer = MaterialJitter()


class TestDomeLight(RandomizerContract):
    randomizer = DomeLight()


class TestPhysicsDrop(RandomizerContract):
    randomizer = PhysicsDrop(count=distribution(2, whole=True))


class TestLeaning(RandomizerContract):
    randomizer = Leaning(assets=["*"], beside=["rack"], count=distribution([1, 2], whole=True))


class TestPathCamera(RandomizerContract):
    randomizer = PathCamera()


class TestTimeOfDay(RandomizerContract):
    randomizer = TimeOfDay()

    def scene(self) -> Scene:
        from pxr import UsdLux

        stage = small_scene().stage
        UsdLux.DistantLight.Define(stage, "/World/Environment/Sun").CreateIntensityAttr(10_000.0)
        return Scene(stage)


class TestWear(RandomizerContract):
    randomizer = Wear()


class TestDecals(RandomizerContract):
    randomizer = Decals(near=0.5)

    def scene(self) -> Scene:
        builder = SceneBuilder((320, 192))
        Warehouse().build(builder)
        DecalPool(walls=[], copies=1).populate(builder)
        return builder.scene()


class TestBoxes2d(AnnotatorContract):
    annotator = Boxes2d()


class TestInstanceSegmentation(AnnotatorContract):
    annotator = InstanceSegmentation()


class TestSemanticSegmentation(AnnotatorContract):
    annotator = SemanticSegmentation()


class TestDepth(AnnotatorContract):
    annotator = Depth()


class TestKitti(WriterContract):
    writer = Kitti()
    annotators = {"boxes_2d": Boxes2d()}


class TestPanopticSegmentation(AnnotatorContract):
    annotator = PanopticSegmentation()


class TestBoxes3d(AnnotatorContract):
    annotator = Boxes3d()


class TestPose(AnnotatorContract):
    annotator = Pose()


class TestMasks(AnnotatorContract):
    annotator = Masks(roles=["target", "distractor"])


class TestNormals(AnnotatorContract):
    annotator = Normals()


class TestPointCloud(AnnotatorContract):
    annotator = PointCloud(frame="world")


class TestLightLevel(AnnotatorContract):
    annotator = LightLevel()


class TestLensDistortion(RandomizerContract):
    randomizer = LensDistortion()


class TestExposureError(RandomizerContract):
    randomizer = sensor.ExposureError()


class TestWhiteBalance(RandomizerContract):
    randomizer = sensor.WhiteBalance()


class TestSensorNoise(RandomizerContract):
    randomizer = sensor.SensorNoise()


class TestMotionBlur(RandomizerContract):
    randomizer = sensor.MotionBlur()


class TestDefocus(RandomizerContract):
    randomizer = sensor.Defocus()


class TestVignetting(RandomizerContract):
    randomizer = sensor.Vignetting()


class TestChromaticAberration(RandomizerContract):
    randomizer = sensor.ChromaticAberration()


class TestJpegArtifacts(RandomizerContract):
    randomizer = sensor.JpegArtifacts()


class TestBasic(WriterContract):
    writer = Basic(annotations=["boxes_2d", "depth", "ids"], rgb=True)
    annotators = {"boxes_2d": Boxes2d(), "depth": Depth(), "ids": InstanceSegmentation()}


ALL_LABELS = {
    "boxes_2d": Boxes2d(),
    "masks": Masks(),
    "pose": Pose(),
    "depth": Depth(),
    "panoptic_segmentation": PanopticSegmentation(),
}


class TestCoco(WriterContract):
    writer = Coco()
    annotators = ALL_LABELS


class TestYoloBoxes(WriterContract):
    writer = Yolo()
    annotators = ALL_LABELS


class TestYoloSegments(WriterContract):
    writer = Yolo(form="segments")
    annotators = ALL_LABELS


class TestBop(WriterContract):
    writer = Bop()
    annotators = ALL_LABELS


class TestWebDataset(WriterContract):
    writer = WebDataset()


class TestPanopticSegments(AnnotatorContract):
    annotator = PanopticSegments()


def test_every_registered_component_of_a_contract_has_a_test_here() -> None:
    tested = {
        type(vars(cls)[kind])
        for cls in globals().values()
        for kind in ("randomizer", "annotator", "writer")
        if isinstance(cls, type) and kind in vars(cls)
    }
    offered = {
        o.cls for o in load_plugins().registry.offers.values() if o.group in ("randomizer", "annotator", "writer")
    }
    assert offered - tested == set()


def placed(seed: int, **settings: object) -> Scene:
    scene = small_scene()
    for index, role in enumerate(("target", "distractor")):
        randomizer = FloorPlacement(role=role, count=2, **settings)  # type: ignore[arg-type]
        scene = scene.after(randomizer.sample(stream(seed, 0, 0, str(index)), scene))
    return scene


@pytest.mark.parametrize("seed", range(30))
def test_objects_on_the_floor_share_no_ground_and_stay_on_it(seed: int) -> None:
    scene = placed(seed, clearance=0.1)
    shown = [o for o in scene.standing() if o.role != "wall"]
    prints = [footprint(scene.world_from(o), o.bounds) for o in shown]
    assert len(shown) == 5
    assert not any(overlaps(a, b) for i, a in enumerate(prints) for b in prints[:i])
    for thing in shown:
        low, high = scene.bounds(thing)
        assert low[2] == pytest.approx(0.0, abs=1e-9)
        assert (low[:2] >= -6).all()
        assert (high[:2] <= 6).all()


def test_an_object_with_no_free_place_is_hidden_not_squeezed_in() -> None:
    scene = placed(0, region=[-0.7, -0.7, 0.7, 0.7])
    shown = [o for o in scene.objects if o.role in ("target", "distractor") and scene.visible(o)]
    prints = [footprint(scene.world_from(o), o.bounds) for o in shown]
    assert 1 <= len(shown) < 4
    assert not any(overlaps(a, b) for i, a in enumerate(prints) for b in prints[:i])


@pytest.mark.parametrize("seed", range(20))
def test_the_camera_stands_free_and_has_the_target_before_it(seed: int) -> None:
    scene = small_scene().after([Edit("/World/Objects/target_1", "visible", False)])
    camera = RobotCamera(aim=distribution(0.0))
    seen = scene.after(camera.sample(stream(seed, 0, 0, "camera"), scene))
    eye = np.array(seen.pose(seen.camera)[:3])
    middle = seen.bounds(seen.thing("/World/Objects/target_0")).mean(axis=0)
    local = transform(camera_from_world(seen.pose(seen.camera)), middle[None])[0]
    assert local[2] > 0
    assert np.hypot(local[0], local[1]) < 0.02 * local[2] + 1e-6
    assert all((eye < seen.bounds(o)[0]).any() or (eye > seen.bounds(o)[1]).any() for o in seen.standing())


def test_lighting_never_draws_a_negative_intensity() -> None:
    scene = small_scene()
    for seed in range(200):
        edits = Lighting().sample(stream(seed, 0, 0, "l"), scene)
        assert all(float(e.value) >= 0 for e in edits if e.attribute == "light.intensity")  # type: ignore[arg-type]


def test_the_constraint_counts_pixels_of_targets_only() -> None:
    frame = small_frame()
    largest = max(o.visible_px for o in frame.objects if o.role == "target")
    assert TargetVisible(min_px=largest).reject(frame) is None
    assert TargetVisible(min_px=largest + 1).reject(frame) == "fewer than 1 visible target"
    assert TargetVisible(count=3).reject(frame) == "fewer than 3 visible target"


@pytest.mark.parametrize(
    ("ratio", "expected"), [(0.0, 0), (0.04, 0), (0.05, 1), (0.49, 1), (0.5, 2), (1.0, 2), (None, 3)]
)
def test_kitti_occlusion_is_the_integer_that_its_ratio_says(ratio: float | None, expected: int) -> None:
    row = {"label": "Pallet Jack", "box": (1, 2, 30, 40), "truncation": 0.25, "occlusion": ratio}
    columns = Kitti().line(row).split()
    assert (columns[0], columns[1], columns[2]) == ("pallet_jack", "0.25", str(expected))
    assert len(columns) == 15


def test_a_frame_without_targets_has_an_empty_label_file() -> None:
    frame = small_frame((Edit("target", "visible", False),))
    frame.annotations = {"boxes_2d": Boxes2d().annotate(frame)}
    assert dict(Kitti().files(frame))["Camera/object_detection/000007.txt"] == b""


@pytest.mark.parametrize(
    ("asset", "label", "least"), [(Palletjack(), "palletjack", 6), (Forklift(), "forklift", 3), (Ladder(), "ladder", 3)]
)
def test_a_generated_family_gives_unloaded_targets_of_one_class(asset: Asset, label: str, least: int) -> None:
    builder = SceneBuilder((64, 48))
    asset.populate(builder)
    things = builder.scene().objects
    assert len(things) >= least
    assert {(o.role, o.label) for o in things} == {("target", label)}
    assert not any("loaded" in o.path for o in things)


def test_loaded_palletjacks_come_when_asked_for() -> None:
    builder = SceneBuilder((64, 48))
    Palletjack(models=["loaded_wrapped"], copies=2, label="truck").populate(builder)
    assert [o.label for o in builder.scene().objects] == ["truck", "truck"]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_parked_along_walls_shares_no_ground_with_what_stayed(seed: int) -> None:
    scene = placed(seed)
    parked = AlongWalls(role="distractor", beside=["rack"], share=1.0, tries=2)
    scene = scene.after(parked.sample(stream(seed, 0, 0, "walls"), scene))
    prints = [footprint(scene.world_from(o), o.bounds) for o in scene.standing() if o.role != "wall"]
    assert not any(overlaps(a, b) for i, a in enumerate(prints) for b in prints[:i])
