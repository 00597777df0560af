"""Kill a run at random, again and again, and prove that nothing is lost and nothing differs.

    python benchmarks/chaos.py [--frames 500] [--repetitions 20] [--workers 2] [--seed 0] [--url URL] [hydra overrides]

An undisturbed run in one process is the reference. Each repetition makes the same frames in workers, while workers and
now and then the main process get SIGKILL at random places; the same command is repeated until it ends well. Then its
labels, ids, edits and journal must equal the reference's, every line that was committed before a kill must still be
there as it was, and no process and no half-written file may be left. Exits with 1 at the first thing that is not so.
With ``--url`` the frames go below a URL, and what is compared is what ``fetch`` makes of them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from palletjack_dr.errors import DatasetError
from palletjack_dr.fetch import fetch
from palletjack_dr.packed import unpacked
from palletjack_dr.url import Place, place
from palletjack_dr.url_journal import read_records

PARENTS = 0.25
"""Share of the kills that hit the main process."""
LONGEST = 600.0
"""Seconds that one command may take before it counts as hanging."""
DONE, SET_ASIDE = 0, 3


def main() -> None:
    """Run, and print what happened."""
    parser = argparse.ArgumentParser(description="kill a run at random and compare what comes out")
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0, help="per repetition; one for every ten frames unless told")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--url", help="of an empty place to write to, e.g. s3://bucket/chaos")
    parser.add_argument("overrides", nargs="*")
    options = parser.parse_args()
    config = ["resolution=[160,96]", "quality=draft", f"frames.count={options.frames}", *options.overrides]
    with tempfile.TemporaryDirectory() as name:
        reference = Path(name) / "reference"
        subprocess.run(command([*config, f"output_dir={reference}"]), check=True, capture_output=True)
        wanted = truths(reference)
        for repetition in range(options.repetitions):
            rng = random.Random(f"{options.seed} {repetition}")
            start, folder = time.monotonic(), Path(name) / f"killed_{repetition}"
            where = place(f"{options.url}/{folder.name}") if options.url else folder
            overrides = [*config, f"output_dir={where}", "runtime=local", f"runtime.workers={options.workers}"]
            happened = harass(overrides, where, options.frames, options.kills or max(options.frames // 10, 1), rng)
            if options.url:
                fetch(where, folder)
            problems = differences(folder, wanted)
            facts = ", ".join(f"{n} {what}" for what, n in happened.items())
            print(f"repetition {repetition}: {facts}; {time.monotonic() - start:.0f} s", flush=True)
            if problems:
                sys.exit(f"repetition {repetition} (seed {options.seed}): " + "; ".join(problems))
    print(f"all {options.repetitions} repetitions equal the undisturbed run of {options.frames} frames")


def command(overrides: list[str]) -> list[str]:
    """Return the command that makes the dataset."""
    return [sys.executable, "-m", "palletjack_dr", "generate", *overrides]


def harass(overrides: list[str], where: Place, frames: int, kills: int, rng: random.Random) -> Counter[str]:
    """Repeat the command until it ends well, killing processes as the journal grows; return what was killed."""
    due = sorted(rng.randrange(frames) for _ in range(kills))
    happened: Counter[str] = Counter({"workers killed": 0, "main processes killed": 0, "commands": 0})
    before: dict[int, str] = {}
    while True:
        happened["commands"] += 1
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(command(overrides), stdout=log, stderr=log)
            seen, until = set[int](), time.monotonic() + LONGEST
            while process.poll() is None:
                if time.monotonic() > until:
                    process.kill()
                    sys.exit(f"a command hangs: {tail(log)}")
                seen |= set(children(process.pid))
                if due and len(committed(where)) >= due[0]:
                    time.sleep(rng.uniform(0.0, 0.1))
                    if rng.random() < PARENTS:
                        happened["main processes killed"] += strike(process.pid)
                        due.pop(0)
                    elif victims := children(process.pid):
                        happened["workers killed"] += strike(rng.choice(victims))
                        due.pop(0)
                time.sleep(0.005)
            orphans = survivors(seen)
            if orphans:
                sys.exit(f"processes {orphans} have outlived the main process")
            now = committed(where)
            if any(now.get(index) != line for index, line in before.items()):
                sys.exit("a frame that had been committed before a kill is lost or was made again")
            before = now
            if process.returncode == DONE:
                return happened
            if process.returncode not in (-signal.SIGKILL, SET_ASIDE):
                sys.exit(f"a command ended with exit code {process.returncode}: {tail(log)}")


def committed(where: Place) -> dict[int, str]:
    """Return the records of the journal by frame, without the shards that they get into later."""
    try:
        return {record["frame"]: json.dumps(unpacked(record)) for record in read_records(where)}
    except DatasetError:  # there is none yet
        return {}


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


def differences(folder: Path, wanted: dict[int, Any]) -> list[str]:
    """Return in what a dataset differs from the reference, or what has been left in it."""
    problems = [f"{path} is left" for path in folder.rglob("*.partial")]
    problems += [f"{path} is left" for path in folder.glob("failed")]
    order = [json.loads(line)["frame"] for line in (folder / "frames.jsonl").read_text().splitlines()]
    problems += [f"the journal has the frames {order}"] if order != sorted(wanted) else []
    made = truths(folder)
    problems += [f"frame {index} differs" for index in wanted if made.get(index) != wanted[index]]
    return problems


def truths(folder: Path) -> dict[int, Any]:
    """Return all records without what is measured in seconds or is dithered: the pictures' digests."""
    found = {}
    for line in (folder / "frames.jsonl").read_text().splitlines():
        record = json.loads(line)
        files = {name: digest for name, digest in record["files"].items() if name != record["picture"]}
        found[record["frame"]] = {**record, "seconds": None, "files": files}
    return found


def tail(log: Any) -> str:
    """Return the end of a log."""
    log.seek(0)
    return str(log.read().decode(errors="replace")[-2000:])


if __name__ == "__main__":
    main()
