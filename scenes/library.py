"""The catalogue of generated content, and the cache folder that it is built into on first use."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path

from palletjack_dr.scenes.decals import DECALS, write_decal
from palletjack_dr.scenes.distractors import DISTRACTORS
from palletjack_dr.scenes.forklifts import FORKLIFTS, forklift
from palletjack_dr.scenes.halls import HALLS, Hall
from palletjack_dr.scenes.ladders import LADDERS, ladder
from palletjack_dr.scenes.palletjack_models import TRUCKS
from palletjack_dr.scenes.palletjacks import palletjack
from palletjack_dr.scenes.sky import write_sky
from palletjack_dr.scenes.stage import Part, new_asset, write_dome, write_lamp, write_sun, write_unit
from palletjack_dr.scenes.textures import RECIPES, Texture, write_texture
from palletjack_dr.scenes.textures.texture import texture_files


def names(family: str) -> tuple[str, ...]:
    """Return the assets of a family: "palletjack", "forklift", "ladder", "distractor", "decal" or "environment"."""
    if family == "environment":
        return tuple(f"environment/{name}" for name in HALLS)
    return tuple(n for n in _BUILDERS if n.partition("/")[0] == family)


def texture_names(family: str | None = None) -> tuple[str, ...]:
    """Return the textures of a family, or all."""
    return tuple(n for n, recipe in RECIPES.items() if family in (None, recipe.family))


def asset(name: str) -> Path:
    """Return the USD file of an asset, building it if the cache lacks it."""
    family, _, short = name.partition("/")
    if family == "environment":
        return hall(HALLS[short]())
    return _built(name.replace("/", "_"), lambda f: _BUILDERS[name](f)) / f"{short}.usdc"


def hall(settings: Hall) -> Path:
    """Return the USD file of a hall with these settings, building it if the cache lacks it."""
    short = next(name for name, kind in HALLS.items() if type(settings) is kind)
    digest = blake2b(repr(settings).encode(), digest_size=6).hexdigest()
    folder = _built(f"environment_{short}_{digest}", lambda f: _build_hall(f / f"{short}.usdc", settings))
    return folder / f"{short}.usdc"


def sky_map(name: str) -> Path:
    """Return an environment map, making it if the cache lacks it."""
    return _built(f"sky_{name}", lambda f: write_sky(name, f / f"{name}.hdr")) / f"{name}.hdr"


def texture(name: str) -> Texture:
    """Return a texture, painting it if the cache lacks it."""
    return texture_files(name, _built(f"texture_{name}", lambda f: write_texture(name, f)))


def cache() -> Path:
    """Return the cache folder of these generators: another one for every change to their sources."""
    root = Path(os.environ.get("PALLETJACK_DR_CACHE") or Path.home() / ".cache" / "palletjack_dr")
    return root / "scenes" / _sources()


@lru_cache(maxsize=1)
def _sources() -> str:
    """Return a digest of the generators' sources, read once: every texture and asset asks for it."""
    digest = blake2b(digest_size=8)
    here = Path(__file__).resolve().parent
    for source in sorted(here.rglob("*.py")):
        digest.update(source.relative_to(here).as_posix().encode() + source.read_bytes())
    return digest.hexdigest()


def _built(name: str, build: Callable[[Path], None]) -> Path:
    """Return a folder of the cache, built beside its place and renamed, so that two processes do no harm."""
    folder = cache() / name
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
        try:
            build(beside)
            os.replace(beside, folder)
        except OSError:
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folder


class _Textures(Mapping[str, Texture]):
    """All textures by name, each painted when first looked up."""

    def __getitem__(self, name: str) -> Texture:
        return texture(name)

    def __iter__(self) -> Iterator[str]:
        return iter(RECIPES)

    def __len__(self) -> int:
        return len(RECIPES)


def _build_object(name: str, folder: Path) -> None:
    family, _, short = name.partition("/")
    makers: dict[str, Callable[[str], list[Part]]] = {
        "palletjack": palletjack,
        "forklift": forklift,
        "ladder": ladder,
    }
    parts = makers[family](short) if family in makers else DISTRACTORS[short]()
    stage = new_asset(folder / f"{short}.usdc", name)
    write_unit(stage, "/Asset/Geometry", parts, _Textures())
    stage.GetRootLayer().Save()


def _build_hall(path: Path, settings: Hall) -> None:
    stage = new_asset(path, f"environment/{path.stem}")
    for name, role, parts in settings.units():
        write_unit(stage, f"/Asset/{name}", parts, _Textures(), role=role)
    for lamp in settings.lamps():
        write_lamp(stage, lamp)
    if sun := settings.sun():
        write_sun(stage, sun)
    write_dome(stage, settings.ambient, sky_map(settings.sky))
    stage.GetRootLayer().Save()


def _build_decal(name: str, folder: Path) -> None:
    stage = new_asset(folder / f"{name}.usdc", f"decal/{name}")
    write_decal(stage, name, folder)
    stage.GetRootLayer().Save()


def _object(name: str) -> Callable[[Path], None]:
    return lambda folder: _build_object(name, folder)


_BUILDERS: dict[str, Callable[[Path], None]] = {
    **{f"palletjack/{model}": _object(f"palletjack/{model}") for model in TRUCKS},
    **{f"forklift/{model}": _object(f"forklift/{model}") for model in FORKLIFTS},
    **{f"ladder/{model}": _object(f"ladder/{model}") for model in LADDERS},
    **{f"decal/{name}": partial(_build_decal, name) for name in DECALS},
    **{f"distractor/{kind}": _object(f"distractor/{kind}") for kind in DISTRACTORS},
}
