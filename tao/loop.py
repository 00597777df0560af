"""The training loop: the same for every recipe, on a CPU, a GPU or several, resumable at every epoch."""

from __future__ import annotations

import math
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch.multiprocessing.spawn import spawn

from palletjack_dr.tao.checkpoints import LAST, resumable, save, trained
from palletjack_dr.tao.detector import TrainingError, resolve_device
from palletjack_dr.tao.loading import Loader, read_sources
from palletjack_dr.tao.options import Options
from palletjack_dr.tao.recipe import Recipe
from palletjack_dr.tao.training_log import TrainingLog
from palletjack_dr.tao.validation import validate

TOLD = 10
"""On a GPU the progress shows the loss of every so many steps, as each look at it waits for the device."""


def run(build: Callable[[], Recipe], results: Path, options: Options | None = None) -> Path:
    """Train what ``build`` returns (a picklable call) and return ``results``/model.pt, the last weights.

    Beside it: best.pt, of the best validation; checkpoints/; losses.jsonl, one line a step; status.json; TensorBoard's
    files. A training that was cut off goes on from its last epoch. Raises ``TrainingError``.
    """
    chosen = options or Options()
    results.mkdir(parents=True, exist_ok=True)
    if chosen.gpus > 1:
        port = 20000 + os.getpid() % 20000
        spawn(_member, (build, results, chosen, port), nprocs=chosen.gpus)  # type: ignore[no-untyped-call]
    else:
        Training(build(), results, chosen).go()
    return results / "model.pt"


def _member(rank: int, build: Callable[[], Recipe], results: Path, options: Options, port: int) -> None:
    """Train as one of several processes."""
    on_gpu = resolve_device(options.device).startswith("cuda")
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.distributed.init_process_group("nccl" if on_gpu else "gloo", rank=rank, world_size=options.gpus)
    try:
        Training(build(), results, options, rank=rank).go()
    finally:
        torch.distributed.destroy_process_group()


class Training:
    """One process's training: ``go`` runs the epochs that are left. Process ``rank`` 0 writes what is written."""

    def __init__(self, recipe: Recipe, results: Path, options: Options, rank: int = 0) -> None:
        self.recipe, self.results, self.options, self.rank = recipe, results, options, rank
        self.device, self.precision = options.resolved(rank)
        self.on_gpu = self.device.startswith("cuda")
        torch.backends.cudnn.benchmark = True  # all batches have one shape
        self.generator = torch.Generator()
        self.model = recipe.model.to(self.device)
        if self.on_gpu:
            self.model = self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = recipe.optimizer()
        self.average = _moving_average(self.model, recipe.average)
        self.loader, self.held_out = self._loaders()
        self.epoch, self.best, self.worse = 0, -math.inf, 0
        self.thresholds: dict[str, float] = {}
        self._resume()
        self.whole = self.model
        if options.gpus > 1:
            ids = [rank] if self.on_gpu else None
            self.whole = torch.nn.parallel.DistributedDataParallel(self.model, device_ids=ids)
        self.log = TrainingLog(results, self.epoch * self.loader.steps) if rank == 0 else None

    def go(self) -> None:
        """Run the epochs that are left, and write model.pt. On a failure status.json says so."""
        if self.log:
            self.log.status.write("STARTED", f"training on {len(self.loader.samples)} pictures")
        try:
            self._epochs()
            if self.log:
                save(trained(self.recipe, self._final()) | {"threshold": self.thresholds}, self.results / "model.pt")
                self.log.status.write("SUCCESS", "training finished")
        except BaseException as error:
            if self.log:
                self.log.status.write("FAILURE", str(error) or type(error).__name__, "ERROR")
            raise
        finally:
            if self.log:
                self.log.close()

    def _epochs(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), disable=self.rank > 0) as progress:
            total, done = self.recipe.epochs * self.loader.steps, self.epoch * self.loader.steps
            task = progress.add_task("training", total=total, completed=done)

            def tell(loss: float | None) -> None:
                text = {} if loss is None else {"description": f"epoch {self.epoch + 1}, loss {loss:.4g}"}
                progress.update(task, advance=1, **text)  # type: ignore[arg-type]

            while self.epoch < self.recipe.epochs and not self._tired():
                begun = time.monotonic()
                self.recipe.end_epoch(self._train_epoch(tell))
                self.epoch += 1
                self._validate(len(self.loader.samples) / (time.monotonic() - begun))
                self._keep()

    def _train_epoch(self, tell: Callable[[float | None], None]) -> dict[str, float]:
        """Take every step of an epoch; return the sums of the loss's parts over all processes."""
        self.whole.train()
        first = self.epoch * self.loader.steps
        rows: list[dict[str, torch.Tensor]] = []
        rates: list[float] = []
        for step, batch in enumerate(self.loader.epoch(self.epoch)):
            self.generator.manual_seed(_seed(self.recipe.seed, first + step, self.rank))
            rates.append(self._set_rates((first + step) / (self.recipe.epochs * self.loader.steps)))
            inputs, targets = self.recipe.prepare(batch, self.generator)
            with torch.autocast(self.device.partition(":")[0], self.precision, enabled=self.precision != torch.float32):
                outputs = self.whole(inputs)
            parts = self.recipe.losses(outputs, targets)
            loss = torch.stack(list(parts.values())).sum()
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            if self.recipe.clip_norm:
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
            self.optimizer.step()
            if self.average is not None:
                self.average.update_parameters(self.model)
            rows.append({"loss": loss.detach(), **{name: part.detach() for name, part in parts.items()}})
            tell(float(loss.detach()) if not self.on_gpu or step % TOLD == 0 else None)
        return self._book(first, rows, rates)

    def _set_rates(self, progress: float) -> float:
        """Set the learning rate of every group, return the first."""
        rates = self.recipe.rates(progress)
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        return rates[0]

    def _book(self, first: int, rows: list[dict[str, torch.Tensor]], rates: list[float]) -> dict[str, float]:
        """Log an epoch's steps and return the sums of its parts. Raises ``TrainingError`` for one that is no number."""
        names = list(rows[0])
        values = torch.stack([torch.stack([row[name].float() for name in names]) for row in rows])
        if self.options.gpus > 1:
            torch.distributed.all_reduce(values)
            values /= self.options.gpus
        table = values.cpu().numpy()
        bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
        if len(bad):
            raise TrainingError(
                f"step {first + bad[0]}: the loss is no finite number; lower the learning rate and give the command "
                f"again: it goes on from the last epoch ({self.results / LAST})"
            )
        if self.log:
            told = [dict(zip(names, map(float, row), strict=True)) for row in table]
            self.log.steps(first, [{**row, "rate": rate} for row, rate in zip(told, rates, strict=True)])
        return dict(zip(names, map(float, table.sum(axis=0)), strict=True))

    def _validate(self, speed: float) -> None:
        """Measure the model where its turn is, and keep it as best.pt if there was none better."""
        if self.log is None:
            return
        last = self.epoch == self.recipe.epochs
        due = self.epoch >= self.recipe.first_validation and self.epoch % self.recipe.validation_interval == 0
        kpi, by_class = {"pictures per second": speed}, {}
        if due or last:
            step = self.epoch * self.loader.steps
            model = self._final().eval()
            found = validate(self.recipe, self.recipe.detector(model), self.held_out)
            self.log.validation(step, found)
            self.thresholds = dict(found.thresholds)
            by_class = {"average_precision": {name: 100 * ap for name, ap in found.by_class.items()}}
            kpi |= {"mean average precision": 100 * float(np.mean(list(found.by_class.values()) or [0.0]))}
            self.worse = 0 if found.ap50 > self.best else self.worse + 1
            if found.ap50 > self.best:
                self.best = found.ap50
                save(trained(self.recipe, model) | {"threshold": self.thresholds}, self.results / "best.pt")
        self.log.status.write("RUNNING", f"epoch {self.epoch} of {self.recipe.epochs}", kpi=kpi, categorical=by_class)

    def _tired(self) -> bool:
        """Return whether validations have not improved for long enough; the same in all processes."""
        tired = bool(self.recipe.patience and self.worse >= self.recipe.patience)
        if self.options.gpus > 1:
            told = torch.tensor([int(tired)], device=self.device)
            torch.distributed.broadcast(told, 0)
            tired = bool(told.item())
        return tired

    def _keep(self) -> None:
        """Write the checkpoint that a resumed training starts from, and from time to time one that stays."""
        if self.log is None:
            return
        state = {
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict() if self.average is not None else None,
            "recipe": self.recipe.state(),
            "progress": {"epoch": self.epoch, "best": self.best, "worse": self.worse},
            "threshold": self.thresholds,
        }
        save(trained(self.recipe, self.model) | state, self.results / LAST)
        if self.epoch % self.recipe.checkpoint_interval == 0:
            save(trained(self.recipe, self._final()), self.results / "checkpoints" / f"epoch_{self.epoch:03d}.pt")

    def _resume(self) -> None:
        content = resumable(self.results, self.recipe)
        if content is None:
            return
        self.model.load_state_dict(content["model"])
        self.optimizer.load_state_dict(content["optimizer"])
        if self.average is not None:
            self.average.load_state_dict(content["average"])
        self.recipe.load_state(content["recipe"])
        self.thresholds = dict(content["threshold"])
        progress: Mapping[str, float] = content["progress"]
        self.epoch, self.best, self.worse = int(progress["epoch"]), progress["best"], int(progress["worse"])

    def _final(self) -> torch.nn.Module:
        """Return the model that is used in the end: the averaged one where there is an average."""
        return self.average.module if self.average is not None else self.model

    def _loaders(self) -> tuple[Loader, Loader]:
        """Return the pictures to train on and those held out. Raises ``TrainingError`` where they are too few."""
        recipe, options = self.recipe, self.options
        keep = int(options.keep * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / options.gpus)
        made = []
        for sources, share in ((recipe.sources, (self.rank, options.gpus)), ([recipe.validation], (0, 1))):
            samples = read_sources(sources, recipe.classes, recipe.size, stretch=recipe.stretch)
            made.append(
                Loader(
                    samples,
                    recipe.size,
                    recipe.batch_size,
                    stretch=recipe.stretch,
                    seed=recipe.seed,
                    device=self.device,
                    workers=options.workers,
                    keep=keep,
                    share=share,
                )
            )
        seen = Counter(int(n) for sample in made[0].samples for n in sample.classes)
        missing = [name for i, name in enumerate(recipe.classes) if not seen[i]]
        if missing:
            raise TrainingError(f"not one picture to train on holds a {missing[0]}; leave it out or rename classes")
        if not made[0].steps:
            raise TrainingError(
                f"{len(made[0].samples)} pictures do not fill a batch of {recipe.batch_size} on each of {options.gpus} "
                "processes; lower the batch size or generate more"
            )
        return made[0], made[1]


def _moving_average(model: torch.nn.Module, decay: float) -> torch.optim.swa_utils.AveragedModel | None:
    if not decay:
        return None
    law = torch.optim.swa_utils.get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=law, use_buffers=True)


def _seed(seed: int, step: int, rank: int) -> int:
    return int(np.random.SeedSequence([seed, step, rank]).generate_state(1)[0])
