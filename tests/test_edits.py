from __future__ import annotations

import json
from typing import Any

import pytest

from palletjack_dr.edits import VOCABULARY, Edit
from palletjack_dr.errors import ConfigError

EXAMPLES: dict[str, Any] = {
    "pose": (1.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0),
    "scale": (1.0, 2.0, 1.0),
    "visible": False,
    "material.base_color": (0.1, 0.2, 0.3),
    "material.roughness": 0.4,
    "material.metallic": 1.0,
    "material.texture": "concrete_01",
    "material.uv_scale": 2.0,
    "light.intensity": 12_000.0,
    "light.color": (1.0, 0.9, 0.8),
    "light.temperature": 4000.0,
    "light.enabled": True,
    "camera.fov": 70.0,
    "lens.model": "fisheye",
    "lens.distortion": (-0.1, 0.01, 0.0, 0.001, 0.0),
    "sensor.exposure": -0.5,
    "sensor.gain": 8.0,
    "sensor.full_well": 9000.0,
    "sensor.read_noise": 3.0,
    "sensor.noise_seed": 12345.0,
    "sensor.white_balance": (1.1, 1.0, 0.9),
    "sensor.motion_blur": (3.0, -1.5),
    "sensor.defocus": 1.5,
    "sensor.vignetting": 0.2,
    "sensor.chromatic_aberration": 0.7,
    "sensor.jpeg_quality": 80.0,
    "environment.exposure": 8.0,
    "environment.fog_density": 0.02,
    "environment.fog_color": (0.5, 0.5, 0.5),
}


def test_there_is_an_example_of_every_attribute() -> None:
    assert EXAMPLES.keys() == VOCABULARY.keys()


@pytest.mark.parametrize("attribute", VOCABULARY)
def test_an_edit_survives_the_journal(attribute: str) -> None:
    edit = Edit("/World/Objects/a", attribute, EXAMPLES[attribute], source="lighting")
    again = Edit.from_json(json.loads(json.dumps(edit.to_json())))
    assert (again, again.source) == (edit, "lighting")


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("light.intensitty", 1.0, "did you mean 'light.intensity'?"),
        ("light.intensity", -1.0, "wanted values in [0, inf]"),
        ("light.intensity", float("nan"), "wanted values in [0, inf]"),
        ("pose", (1.0, 2.0, 3.0), "got 3 numbers, wanted 7"),
        ("visible", 1.0, "wanted a bool"),
        ("material.texture", 3.0, "wanted a text"),
        ("material.roughness", "rough", "wanted 1 number"),
    ],
)
def test_an_edit_outside_the_vocabulary_cannot_be_made(attribute: str, value: Any, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Edit("/World/Lamp", attribute, value)
    assert "/World/Lamp" in str(caught.value)
    assert words in str(caught.value)
