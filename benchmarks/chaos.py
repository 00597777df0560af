"""Kill a run at random, again and again, and prove that nothing is lost and nothing differs.

    python benchmarks/chaos.py [--frames 500] [--repetitions 20] [--workers 2] [--every 3] [--kills 0] [--seed 0]
                               [--folder DIR] [--url URL] [hydra overrides]

An undisturbed run in one process is the reference. Each repetition makes the same frames in workers, while workers and
now and then the main process get SIGKILL: every few seconds (``--every``, on average, from the moment that frames come
again; one kill in five does not wait for that and hits processes that start), and at ``--kills`` random frames. The
same command is repeated until it ends well. Then all files but the pictures, which are dithered, and all journal lines
must equal the reference's; every line that was committed before a kill must still be there as it was; every picture
must be what the journal says; and no process, no half-written and no temporary file may be left.

Exits with 1 at the first thing that is not so. With ``--folder`` the same command goes on after an interruption: the
reference and the counts of every repetition are kept there. With ``--url`` the frames go below a URL, and what is
compared is what ``fetch`` makes of them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from palletjack_dr.errors import DatasetError
from palletjack_dr.fetch import fetch
from palletjack_dr.packed import unpacked
from palletjack_dr.url import Place, place
from palletjack_dr.url_journal import read_records

PARENTS = 0.25
"""Share of the kills that hit the main process."""
AT_START = 0.2
"""Share of the kills by time that do not wait until frames come."""
LONGEST = 600.0
"""Seconds without a new frame after which a command counts as hanging."""
POLL = 0.05
"""Seconds between two looks at the journal."""
DONE, SET_ASIDE = 0, 3
OWN = ("frames.jsonl", "run.yaml", "manifest.json", ".lock")
"""Files of a dataset that are compared by what they say, or tell of the run itself."""


def main() -> None:
    """Run, and print what happened."""
    parser = argparse.ArgumentParser(description="kill a run at random and compare what comes out")
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two kills, on average; 0 for none")
    parser.add_argument("--kills", type=int, default=0, help="per repetition, at random frames")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="keeps the reference and what was proved, to go on there")
    parser.add_argument("--url", help="of an empty place to write to, e.g. s3://bucket/chaos")
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no command shall outlive this process
    with tempfile.TemporaryDirectory() as name:
        torment(options, options.folder or Path(name))


def torment(options: argparse.Namespace, home: Path) -> None:
    """Make what is not there yet of the reference and the repetitions, and print the sum."""
    config = ["resolution=[160,96]", "quality=draft", f"frames.count={options.frames}", *options.overrides]
    reference, proved = home / "reference", home / "proved.jsonl"
    subprocess.run(command([*config, f"output_dir={reference}"]), check=True, capture_output=True)
    wanted = truths(reference)
    found: list[dict[str, float]] = (
        [json.loads(line) for line in proved.read_text().splitlines()] if proved.exists() else []
    )
    for repetition in range(len(found), options.repetitions):
        start, folder = time.monotonic(), home / f"killed_{repetition}"
        shutil.rmtree(folder, ignore_errors=True)
        where = place(f"{options.url}/{folder.name}") if options.url else folder
        overrides = [*config, f"output_dir={where}", "runtime=local", f"runtime.workers={options.workers}"]
        happened = harass(overrides, where, Killer(options, repetition))
        if options.url:
            fetch(where, folder)
        problems = differences(folder, reference, wanted)
        found.append({**happened, "seconds": round(time.monotonic() - start)})
        print(f"repetition {repetition}: {say(found[-1:])}", flush=True)
        if problems:
            sys.exit(f"repetition {repetition} (seed {options.seed}): " + "; ".join(problems[:20]))
        with proved.open("a") as file:
            print(json.dumps(found[-1]), file=file)
        shutil.rmtree(folder)
    print(f"all {len(found)} repetitions equal the undisturbed run of {options.frames} frames: {say(found)}")


def say(found: list[dict[str, float]]) -> str:
    """Return what happened in some repetitions, added up."""
    total: Counter[str] = Counter()
    for one in found:
        total.update(one)
    kills = total["workers killed"] + total["main processes killed"]
    return (
        ", ".join(f"{n} {what}" for what, n in total.items())
        + f", a kill every {total['seconds'] / max(kills, 1):.1f} s"
    )


def command(overrides: list[str]) -> list[str]:
    """Return the command that makes the dataset."""
    return [sys.executable, "-m", "palletjack_dr", "generate", *overrides]


class Killer:
    """Decides when to strike, and whom."""

    def __init__(self, options: argparse.Namespace, repetition: int) -> None:
        self._rng = random.Random(f"{options.seed} {repetition}")
        self._every: float = options.every
        self._frames = sorted(self._rng.randrange(options.frames) for _ in range(options.kills))
        self._rest(0)

    def strikes(self, main_process: int, made: int) -> str:
        """Kill a process if it is time to, with ``made`` frames committed; return what was killed, or nothing."""
        by_frame = bool(self._frames) and made >= self._frames[0]
        by_time = self._every > 0 and time.monotonic() >= self._due and (made > self._made or self._at_start)
        if not by_frame and not by_time:
            return ""
        victims = children(main_process)
        whom = "main processes killed" if self._rng.random() < PARENTS else "workers killed"
        if whom == "workers killed" and not victims:
            return ""
        if by_frame:
            self._frames.pop(0)
            time.sleep(self._rng.uniform(0.0, 0.1))
        self._rest(made)
        return whom if strike(main_process if whom == "main processes killed" else self._rng.choice(victims)) else ""

    def _rest(self, made: int) -> None:
        self._made, self._at_start = made, self._rng.random() < AT_START
        self._due = time.monotonic() + self._rng.uniform(0.0, 2 * self._every)


def harass(overrides: list[str], where: Place, killer: Killer) -> Counter[str]:
    """Repeat the command until it ends well, killing its processes; return what was killed."""
    happened: Counter[str] = Counter({"workers killed": 0, "main processes killed": 0, "commands": 0})
    before: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as temporary:
        while True:
            happened["commands"] += 1
            with tempfile.TemporaryFile() as log:
                process = subprocess.Popen(
                    command(overrides), stdout=log, stderr=log, env={**os.environ, "TMPDIR": temporary}
                )
                try:
                    happened.update(watch(process, where, killer, log))
                finally:
                    process.kill()
                now = committed(where)
                if any(now.get(index) != line for index, line in before.items()):
                    sys.exit("a frame that had been committed before a kill is lost or was made again")
                before = now
                if left := os.listdir(temporary):
                    sys.exit(f"temporary files are left: {left}")
                if process.returncode == DONE:
                    return happened
                if process.returncode not in (-signal.SIGKILL, SET_ASIDE):
                    sys.exit(f"a command ended with exit code {process.returncode}: {tail(log)}")


def watch(process: subprocess.Popen[bytes], where: Place, killer: Killer, log: Any) -> Counter[str]:
    """Disturb a command until it has ended, and see that none of its processes outlives it; return what was killed."""
    happened: Counter[str] = Counter()
    seen, made, progress = set[int](), 0, time.monotonic()
    while process.poll() is None:
        seen |= set(children(process.pid))
        now = count(where)
        if now != made:
            made, progress = now, time.monotonic()
        if time.monotonic() > progress + LONGEST:
            sys.exit(f"a command hangs: {tail(log)}")
        if killed := killer.strikes(process.pid, made):
            happened[killed] += 1
        time.sleep(POLL)
    if orphans := survivors(seen):
        sys.exit(f"processes {orphans} have outlived the main process")
    return happened


def committed(where: Place) -> dict[int, str]:
    """Return the records of the journal by frame, without the shards that they get into later."""
    try:
        return {record["frame"]: json.dumps(unpacked(record)) for record in read_records(where)}
    except DatasetError:  # there is none yet
        return {}


def count(where: Place) -> int:
    """Return how many frames are committed."""
    if isinstance(where, Path):
        lines = where / "frames.jsonl"
        return lines.read_bytes().count(b"\n") if lines.is_file() else 0
    return len(committed(where))


def strike(pid: int) -> int:
    """Kill a process; return 1 if it was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def children(pid: int) -> list[int]:
    """Return the worker processes of a main process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def survivors(pids: set[int]) -> list[int]:
    """Return which of some processes are still there after the seconds in which each should have noticed."""
    until = time.monotonic() + 15.0
    while alive := [pid for pid in pids if runs(pid)]:
        if time.monotonic() > until:
            return alive
        time.sleep(0.05)
    return []


def runs(pid: int) -> bool:
    """Return whether a process of ours runs; one that has ended and waits to be noticed does not."""
    try:
        about = Path(f"/proc/{pid}/stat").read_text()
        return about.rpartition(")")[2].split()[0] != "Z" and b"palletjack" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def differences(folder: Path, reference: Path, wanted: dict[int, Any]) -> list[str]:
    """Return in what a dataset differs from the reference, or what has been left in it."""
    there, wanted_files = (set(map(str, names(home))) for home in (folder, reference))
    problems = [f"{name} is left" for name in sorted(there - wanted_files)]
    problems += [f"{name} is missing" for name in sorted(wanted_files - there)]
    order = [json.loads(line)["frame"] for line in (folder / "frames.jsonl").read_text().splitlines()]
    problems += [f"the journal has the frames {order}"] if order != sorted(wanted) else []
    made = truths(folder)
    problems += [f"the line of frame {index} differs" for index in wanted if made.get(index) != wanted[index]]
    pictures = {json.loads(line)["picture"] for line in (folder / "frames.jsonl").read_text().splitlines()}
    same = sorted(there & wanted_files - pictures - set(OWN))
    return problems + [f"{n} differs" for n in same if (folder / n).read_bytes() != (reference / n).read_bytes()]


def names(folder: Path) -> list[Path]:
    """Return the files of a dataset, relative to it."""
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


def truths(folder: Path) -> dict[int, Any]:
    """Return all records without seconds and what is told of the pictures, once files and records agree."""
    found = {}
    for line in (folder / "frames.jsonl").read_text().splitlines():
        record = json.loads(line)
        for name, about in record["files"].items():
            if sha256((folder / name).read_bytes()).hexdigest() != about:
                sys.exit(f"{folder / name} is not what the journal says")
        files = {name: about for name, about in record["files"].items() if name != record["picture"]}
        found[record["frame"]] = {**record, "seconds": None, "bytes": None, "files": files}
    return found


def tail(log: Any) -> str:
    """Return the end of a log."""
    log.seek(0)
    return str(log.read().decode(errors="replace")[-2000:])


if __name__ == "__main__":
    main()
