"""The jobs of TAO: what its entry points are given for each verb, and what must lie in the results afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.mounts import mounts_of

TENSORFLOW = ("detectnet_v2",)
PYTORCH = ("rtdetr", "dino")
ONLY_TRAINED = ("yolo_v4", "ssd")
"""Networks that are trained as DetectNet_v2 is, without records, and whose other verbs are not made here."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One call of a TAO entry point, ``network verb arguments``.

    ``results`` is the folder in which it writes its status.json; ``expected`` are paths, their last part a glob
    pattern, of which each must match a file that the job wrote. ``mounts`` are the host's folders that it needs; they
    are mounted under their own names, so that specs hold the same paths inside and outside. ``spec`` is the one among
    the arguments.
    """

    network: str
    verb: str
    arguments: tuple[str, ...]
    results: Path
    expected: tuple[Path, ...]
    mounts: tuple[Path, ...]
    spec: Path | None = None
    version: str = "5.0.0"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders that must be there before the job starts, as docker would make them for root."""
        return tuple(dict.fromkeys((self.results, *(path.parent for path in self.expected))))


def training_jobs(
    network: str,
    specs: Mapping[str, Path],
    results: Path,
    *,
    records: Mapping[str, str] | None = None,
    version: str = "5.0.0",
    gpus: int | None = None,
    key: str = "",
) -> list[Job]:
    """Return what a training takes: for DetectNet_v2 a dataset_convert for each set, then train; else train alone.

    ``specs`` are by name, "train" among them. ``records`` tells for each of them that is dataset_convert's what the
    names of the records begin with: a prefix, to which "-fold-000-of-002-shard-..." is added. The trainer's glob is
    that with "-fold-*", as a bare "*" would take in the converter's _warning.json. ``gpus`` is how many train, None for
    what the spec says or one; ``key`` decrypts models of TAO 4.
    """
    _check(network, "train", (*TENSORFLOW, *PYTORCH, *ONLY_TRAINED))
    if "train" not in specs:
        raise ConfigError(f"specs: no 'train' spec among {', '.join(specs) or 'none'}; it is what the training runs by")
    spec, results = specs["train"].absolute(), results.absolute()
    if network not in PYTORCH:
        place = results
        arguments = ("-e", str(spec), "-r", str(results), "--gpus", str(gpus or 1), *_key(key, version))
        expected = results / "weights" / ("*.hdf5" if _major(version) >= 5 else "*.tlt")
    else:
        place = results / "train"
        arguments = ("-e", str(spec), f"results_dir={results}", *([f"train.num_gpus={gpus}"] if gpus else []))
        expected = place / "*.pth"
    train = Job(
        network=network,
        verb="train",
        arguments=arguments,
        results=place,
        expected=(expected,),
        mounts=mounts_of([spec], [results]),
        spec=spec,
        version=version,
    )
    converts = [_convert(network, specs[n], Path(p), results / n, version) for n, p in (records or {}).items()]
    return [*converts, train]


def evaluate_job(network: str, spec: Path, model: Path, results: Path, *, version: str = "5.0.0", key: str = "") -> Job:
    """Return the job that measures a model on the spec's validation set."""
    if network in TENSORFLOW:
        own = ("-e", str(spec.absolute()), "-m", str(model.absolute()), "-r", str(results.absolute() / "evaluate"))
        arguments = (*own, *_key(key, version))
    else:
        arguments = _pytorch("evaluate", spec, model, results)
    return _job(network, "evaluate", arguments, results, (), [spec], [model], version)


def inference_job(
    network: str,
    spec: Path,
    model: Path,
    pictures: Path,
    results: Path,
    *,
    version: str = "5.0.0",
    batch_size: int = 1,
    key: str = "",
) -> Job:
    """Return the job that writes pictures with boxes, and labels, of a folder of pictures.

    DetectNet_v2 is told the folder here, the others by ``dataset.infer_data_sources`` of their spec; TAO 4 called the
    results "-o".
    """
    expected: tuple[Path, ...] = ()
    if network in TENSORFLOW:
        place = "-r" if _major(version) >= 5 else "-o"
        target = str(results.absolute() / "inference")
        own = ("-e", str(spec.absolute()), "-i", str(pictures.absolute()), place, target)
        arguments = (*own, "-m", str(model.absolute()), "-b", str(batch_size), *_key(key, version))
        expected = (Path(target) / "labels" / "*.txt",) if _major(version) >= 5 else ()
    else:
        arguments = _pytorch("inference", spec, model, results)
    return _job(network, "inference", arguments, results, expected, [spec], [model, pictures], version)


def prune_job(
    network: str,
    model: Path,
    output: Path,
    *,
    threshold: float = 0.1,
    granularity: int = 8,
    version: str = "5.0.0",
    key: str = "",
) -> Job:
    """Return the job that drops channels whose norm is below ``threshold`` of the largest, ``granularity`` at a time.

    DetectNet_v2 only. The pruned model is trained again with ``load_graph: true``.
    """
    if network not in TENSORFLOW:
        raise ConfigError(f"prune: TAO has it for {', '.join(TENSORFLOW)}, not for {network}; use distill or quantize")
    suffix = ".hdf5" if _major(version) >= 5 else ".tlt"
    if output.suffix != suffix:
        raise ConfigError(f"prune: got the output {output.name!r}, wanted a name that ends in {suffix}")
    results = output.absolute().parent
    own = ("-m", str(model.absolute()), "-o", str(output.absolute()), "--results_dir", str(results))
    arguments = (*own, "-pth", f"{threshold:g}", "-pg", f"{granularity}", *_key(key, version))
    return Job(
        network=network,
        verb="prune",
        arguments=arguments,
        results=results,
        expected=(output.absolute(),),
        mounts=mounts_of((), [results, model]),
        version=version,
    )


def export_job(
    network: str,
    spec: Path,
    model: Path,
    output: Path,
    *,
    size: tuple[int, int] | None = None,
    version: str = "5.0.0",
    key: str = "",
) -> Job:
    """Return the job that writes a model as ONNX (TAO 4: .etlt). ``size`` (width, height) [px] is the network's input.

    The PyTorch networks take another size than they were trained at unless told; TAO refuses to overwrite theirs.
    """
    results = output.absolute().parent
    if network in TENSORFLOW:
        own = ("-m", str(model.absolute()), "-o", str(output.absolute()), "-e", str(spec.absolute()))
        arguments = (*own, "--results_dir", str(results), *_key(key, version))
        status = results
    else:
        if size is None:
            raise ConfigError(f"export: {network} needs the size that it was trained at, as 960x544 is taken otherwise")
        if output.exists():
            raise ConfigError(f"export: {output} is there already and TAO overwrites nothing; move it, or name another")
        where = (
            f"results_dir={results}",
            f"export.checkpoint={model.absolute()}",
            f"export.onnx_file={output.absolute()}",
        )
        shape = (f"export.input_width={size[0]}", f"export.input_height={size[1]}")
        arguments = ("-e", str(spec.absolute()), *where, *shape)
        status = results / "export"
    return Job(
        network=network,
        verb="export",
        arguments=arguments,
        results=status,
        expected=(output.absolute(),),
        mounts=mounts_of([spec], [results, model]),
        spec=spec,
        version=version,
    )


def _convert(network: str, spec: Path, prefix: Path, results: Path, version: str) -> Job:
    spec = spec.absolute()
    return Job(
        network=network,
        verb="dataset_convert",
        arguments=("-d", str(spec), "-o", str(prefix), "-r", str(results)),
        results=results,
        expected=(prefix.with_name(f"{prefix.name}-fold-*"),),
        mounts=mounts_of([spec], [results.parent]),
        spec=spec,
        version=version,
    )


def _job(
    network: str,
    verb: str,
    arguments: tuple[str, ...],
    results: Path,
    expected: tuple[Path, ...],
    specs: Sequence[Path],
    data: Sequence[Path],
    version: str,
) -> Job:
    _check(network, verb)
    return Job(
        network=network,
        verb=verb,
        arguments=arguments,
        results=results.absolute() / verb,
        expected=expected,
        mounts=mounts_of(specs, [*data, results]),
        spec=specs[0].absolute(),
        version=version,
    )


def _pytorch(verb: str, spec: Path, model: Path, results: Path) -> tuple[str, ...]:
    return ("-e", str(spec.absolute()), f"results_dir={results.absolute()}", f"{verb}.checkpoint={model.absolute()}")


def _key(key: str, version: str) -> tuple[str, ...]:
    if not key and _major(version) < 5:
        raise ConfigError(
            f"TAO {version} encrypts its models: a key is wanted and none is given; set one, or take TAO 5"
        )
    return ("-k", key) if key else ()


def _check(network: str, verb: str, known: Sequence[str] = (*TENSORFLOW, *PYTORCH)) -> None:
    if network not in known:
        raise ConfigError(f"{verb}: no job is made here for {network!r}{did_you_mean(network, known)}")


def _major(version: str) -> int:
    match = re.match(r"\d+", version)
    if not match:
        raise ConfigError(f"version: got {version!r}, wanted a version of TAO such as 5.0.0")
    return int(match[0])
