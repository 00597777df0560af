"""What is known to go wrong in TAO, and what helps: patterns of its output and remedies."""

from __future__ import annotations

import re

HINTS = (
    (
        r"DataLossError|corrupted record",
        "the trainer read a file that is no TFRecord, often dataset_convert's ..._warning.json; let "
        "tfrecords_path end in '-fold-*', and look into that file for boxes under one pixel",
    ),
    (
        r"Couldn't parse integer: 0?\.0",
        "dbscan_min_samples must be a whole number since TAO 5; write 1 (palletjack-dr check-spec FILE tells more)",
    ),
    (
        r"has no field named|ParseError",
        "the spec has a field that TAO does not know; see palletjack-dr check-spec FILE",
    ),
    (
        r"scalar_logging_frequency|logging.frequency",
        "scalar_logging_frequency may not exceed the steps of an epoch; lower it, or take more pictures",
    ),
    (
        r"zipfile|check your key|[Ii]nvalid decryption",
        "the model was encrypted with another key; give the one that it was trained with, or take the .hdf5 that TAO 5 "
        "writes and that needs none",
    ),
    (
        r"unauthorized|authentication required|denied: |not logged in|docker login",
        "log in to the registry: docker login nvcr.io, user $oauthtoken (as it stands), password your NGC API key",
    ),
    (
        r"No such container",
        "the launcher lost its container, as with Docker Desktop and WSL contexts; take runner=docker",
    ),
    (
        r"fetching server API version|Cannot connect to the Docker daemon|permission denied.*docker\.sock",
        "the docker daemon cannot be reached; start it and add yourself to the group 'docker', or take runner=local",
    ),
    (
        r"could not select device driver|nvidia-container-cli|unknown runtime.*nvidia",
        "docker has no access to the GPU; install the NVIDIA container toolkit, run "
        "'sudo nvidia-ctk runtime configure --runtime=docker' and restart docker",
    ),
    (
        r"no kernel image is available|CUDA_ERROR_NO_BINARY|XLA.*[Uu]nsupported|sm_1[02]\d",
        "the image was not built for this GPU; DetectNet_v2's ends at Hopper; take tao=rtdetr or runner=local",
    ),
    (
        r"[Oo]ut of memory|OOM|ResourceExhausted",
        "the GPU's memory is too small; lower the batch size or the input size, or take a smaller backbone",
    ),
    (
        r"shared memory|Bus error|shm",
        "the container has too little shared memory; set runner.ipc=host, or raise runner.shm_size",
    ),
    (r"[Nn]o space left", "the disk is full; free some, or set another results_dir"),
    (
        r"Default onnx file .* already exists|onnx.*already exists",
        "TAO overwrites no ONNX file; move the old one away or name another",
    ),
    (
        r"\d+ columns|len\(.*\) == 15|KITTI.*15",
        "KITTI labels must have 15 columns; a 16th, the score, is for predictions only",
    ),
    (
        r"unrecognized arguments: -o|the following arguments are required: -r",
        "inference takes -r from TAO 5 on, and -o before; set runner.version to the version of the image",
    ),
    (r"No such file or directory: .*\.txt", "a picture has no label file; an empty one will do for pure background"),
)
"""(regular expression, remedy); the first that is found in a job's last output is shown."""


def hint(output: str) -> str:
    """Return the remedy for what a job printed, or nothing."""
    return next((remedy for pattern, remedy in HINTS if re.search(pattern, output)), "")
