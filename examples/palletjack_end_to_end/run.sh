#!/usr/bin/env bash
# From nothing to a detector of palletjacks, on one GPU: render, train, evaluate, look at photos, export, deploy.
#   run.sh OUTPUT_FOLDER
# Set as variables: FRAMES=5000 WORKERS=16 EPOCHS=40 BATCH=16 DEPTH=18 SIZE=960,544 QUALITY=standard
# PHOTOS=folder (photos, labelled in COCO form or not) TRAIN_ARGUMENTS="overrides of palletjack-dr train"
set -euo pipefail
out=$(realpath -m "${1:?usage: run.sh OUTPUT_FOLDER}")
frames=${FRAMES:-5000} workers=${WORKERS:-$(nproc)} epochs=${EPOCHS:-40} batch=${BATCH:-16}
depth=${DEPTH:-18} size=${SIZE:-960,544} quality=${QUALITY:-standard}
read -ra more <<<"${TRAIN_ARGUMENTS:-}"
training=(
  "~data.train.synthetic" "data.validate={folder: '$out/data/held_out_1'}" "results_dir=$out/results"
  "tao.spec.training_config.num_epochs=$epochs" "tao.spec.training_config.batch_size_per_gpu=$batch"
  "tao.spec.model_config.num_layers=$depth"
  "tao.spec.augmentation_config.spatial_augmentation.zoom_min=0.7"
  "tao.spec.augmentation_config.spatial_augmentation.zoom_max=1.5"
  "tao.spec.augmentation_config.color_augmentation.contrast_scale_max=0.3"
  "tao.spec.augmentation_config.color_augmentation.color_shift_stddev=0.03" "${more[@]}"
)
palletjack-dr train "${training[@]}" --cfg job >/dev/null # a mistake in the arguments shows before anything is rendered
mkdir -p "$out/log"

# What is rendered: a name, its share of the frames in percent, in how many pieces, and what it is.
sets="
warehouse 30 6 experiment=loco_like environment=warehouse seed=11
aisles 20 4 experiment=loco_like environment=narrow_aisle seed=12
dock 15 3 experiment=loco_like environment=loading_dock seed=13
empty 5 1 experiment=loco_like corner_case=empty_scene randomizers.row_placement.probability=0 seed=17
wild 18 2 experiment=seed_warehouse seed=14
additional 7 1 experiment=seed_additional seed=15
look_alikes 5 1 corner_case=look_alikes seed=16
held_out 4 1 experiment=loco_like seed=99
"
# Boxes as a person would draw them: none around what can hardly be seen.
labels="annotator=[boxes_2d] annotators.boxes_2d.min_px=100 annotators.boxes_2d.max_occlusion=0.9 writer=[kitti]"
# Each process keeps to its share of the cores, or all would start a thread for every core.
cores=$(nproc) each=$(($(nproc) > workers ? $(nproc) / workers : 1))
pieces() {
  local name share count what piece at=0 keep=""
  while read -r name share count what; do
    for piece in $(seq "${count:-0}"); do
      command -v taskset >/dev/null && keep="taskset -c $((at % cores))-$((at % cores + each - 1))"
      at=$((at + each <= cores - each ? at + each : 0))
      echo "$keep palletjack-dr generate $what frames.count=$((frames * share / 100)) frames.shard=$piece/$count" \
        "resolution=[$size] quality=$quality $labels output_dir=$out/data/${name}_$piece" \
        ">$out/log/${name}_$piece 2>&1 || { tail -3 $out/log/${name}_$piece >&2; exit 255; }"
    done
  done <<<"$sets"
}
echo "rendering $frames frames in $workers processes"
SECONDS=0
pieces | OMP_NUM_THREADS=1 xargs -P "$workers" -d '\n' -I{} bash -c '{}'
echo "rendered in $SECONDS s"

SECONDS=0
sources=()
for folder in "$out"/data/*; do
  name=${folder##*/}
  [[ $name == held_out* ]] || sources+=("+data.train.$name={folder: '$folder'}")
done
palletjack-dr train "${training[@]}" "${sources[@]}"
echo "trained in $SECONDS s"

model=$out/results/model.pt
palletjack-dr evaluate "model=$model" "data.folder=$out/data/held_out_1" "results_dir=$out/evaluation"
if [[ -n ${PHOTOS:-} ]]; then
  palletjack-dr infer "model=$model" "data.folder=$PHOTOS" "results_dir=$out/photos"
  if compgen -G "$PHOTOS/*.json" >/dev/null; then
    palletjack-dr evaluate "model=$model" "data.folder=$PHOTOS" "results_dir=$out/evaluation_on_photos"
  fi
fi
palletjack-dr export "model=$model" "output=$out/model.onnx"
palletjack-dr deploy "model=$out/model.onnx" "output_dir=$out/deploy"
