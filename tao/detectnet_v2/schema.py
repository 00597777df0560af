"""The specs of TAO's DetectNet_v2: every message and field, as its containers of version 5 know them.

The notation is that of ``palletjack_dr.tao.message_table``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from palletjack_dr.tao.findings import SpecError
from palletjack_dr.tao.message_table import message_class
from palletjack_dr.tao.service_messages import SERVICES

if TYPE_CHECKING:
    from google.protobuf.message import Message

TABLE = (
    SERVICES
    + """
Experiment                            # train, evaluate, prune, export
  random_seed u32 1
  dataset_config DatasetConfig 2
  augmentation_config AugmentationConfig 3
  postprocessing_config PostProcessingConfig 4
  model_config ModelConfig 5
  evaluation_config EvaluationConfig 6
  cost_function_config CostFunctionConfig 8
  training_config TrainingConfig 9
  bbox_rasterizer_config BboxRasterizerConfig 10
  loss_mask_label_filter ObjectiveLabelFilter 11
  dataset_export_config DatasetExportConfig* 12

DatasetConfig
  data_sources DataSource* 1
  image_extension str 2               # without a dot
  target_class_mapping map:str 3      # lower-case class of the labels -> class of the network
  validation_fold u32 4 (validation)
  validation_data_source DataSource 5 (validation)
  dataloader_mode MULTISOURCE|LEGACY|DEFAULT 6
  sampling_mode USER_DEFINED|PROPORTIONAL|UNIFORM 7
DataSource
  tfrecords_path str 1                # a glob
  image_directory_path str 2          # the folder above the folder of pictures
  source_weight float 3               # 0 means 1

AugmentationConfig
  preprocessing Preprocessing 1
  spatial_augmentation SpatialAugmentation 2
  color_augmentation ColorAugmentation 3
Preprocessing
  output_image_width u32 1            # multiples of 16
  output_image_height u32 2
  crop_left u32 4
  crop_top u32 5
  crop_right u32 6
  crop_bottom u32 7
  min_bbox_width float 8
  min_bbox_height float 9
  scale_width float 10
  scale_height float 11
  output_image_channel u32 13
  output_image_min u32 14
  output_image_max u32 15
  enable_auto_resize bool 16
SpatialAugmentation
  hflip_probability float 1
  vflip_probability float 2
  zoom_min float 3
  zoom_max float 4
  translate_max_x float 5             # [px]
  translate_max_y float 6
  rotate_rad_max float 7
  rotate_probability float 8
ColorAugmentation
  color_shift_stddev float 1
  hue_rotation_max float 2            # [degrees]
  saturation_shift_max float 3
  contrast_scale_max float 5
  contrast_center float 8

BboxRasterizerConfig
  target_class_config map:RasterizedClass 1
  deadzone_radius float 2
RasterizedClass
  cov_center_x float 1
  cov_center_y float 2
  cov_radius_x float 3
  cov_radius_y float 4
  bbox_min_radius float 5

PostProcessingConfig
  target_class_config map:PostProcessedClass 1
PostProcessedClass
  clustering_config ClusteringConfig 1
  confidence_config ConfidenceConfig 2
ClusteringConfig
  coverage_threshold float 1
  minimum_bounding_box_height i32 2   # [px]
  clustering_algorithm DBSCAN|NMS|HYBRID 3
  dbscan_eps float 4
  dbscan_min_samples i32 5            # float in version 4
  neighborhood_size i32 6
  dbscan_confidence_threshold float 7
  nms_iou_threshold float 8
  nms_confidence_threshold float 9
ConfidenceConfig
  confidence_threshold float 1
  confidence_model_filename str 2
  normalization_mode str 3

ModelConfig
  pretrained_model_file str 1
  freeze_pretrained_layers bool 2
  allow_loaded_model_modification bool 3
  num_layers i32 4
  use_pooling bool 5
  use_batch_norm bool 6
  dropout_rate float 7
  activation Activation 8
  objective_set ObjectiveSet 9
  training_precision TrainingPrecision 10
  freeze_bn bool 11
  freeze_blocks float* 12
  arch str 13
  load_graph bool 14
  all_projections bool 15
Activation
  activation_type str 1
  activation_parameters map:float 2
ObjectiveSet
  bbox BboxObjective 1
  cov CovObjective 2
BboxObjective
  input str 1
  scale float 2
  offset float 3
CovObjective
  input str 1
TrainingPrecision
  backend_floatx FLOAT32|FLOAT16|INVALID 1

EvaluationConfig
  validation_period_during_training u32 1
  first_validation_epoch u32 2
  minimum_detection_ground_truth_overlap map:float 3
  evaluation_box_config map:EvaluationBox 4
  average_precision_mode SAMPLE|INTEGRATE 5
  early_stopping_patience_steps u32 6
EvaluationBox
  minimum_height i32 1
  maximum_height i32 2
  minimum_width i32 3
  maximum_width i32 4

CostFunctionConfig
  target_classes TargetClass* 1       # their order is that of the network's channels
  enable_autoweighting bool 2
  max_objective_weight float 3
  min_objective_weight float 4
TargetClass
  name str 1
  class_weight float 2
  coverage_foreground_weight float 3
  objectives Objective* 4
Objective
  name str 1
  initial_weight float 2
  weight_target float 3

TrainingConfig
  batch_size_per_gpu u32 1
  num_epochs u32 2
  learning_rate LearningRate 3
  regularizer Regularizer 4
  optimizer Optimizer 5
  cost_scaling CostScaling 6
  checkpoint_interval u32 7
  enable_qat bool 8
  visualizer Visualizer 9
LearningRate
  soft_start_annealing_schedule SoftStartAnnealing 1 (schedule)
  early_stopping_annealing_schedule EarlyStoppingAnnealing 2 (schedule)
SoftStartAnnealing
  min_learning_rate float 1
  max_learning_rate float 2
  soft_start float 3
  annealing float 4
EarlyStoppingAnnealing
  min_learning_rate float 1
  max_learning_rate float 2
  soft_start_epochs u32 3
  annealing_epochs u32 4
  patience_steps u32 5
Regularizer
  type NO_REG|L1|L2 1
  weight float 2
Optimizer
  adam Adam 1 (optimizer)
Adam
  epsilon float 1
  beta1 float 2
  beta2 float 3
CostScaling
  enabled bool 1
  initial_exponent double 2
  increment double 3
  decrement double 4
Visualizer
  enabled bool 1
  num_images u32 2
  scalar_logging_frequency u32 3      # points an epoch; 0 means 10
  infrequent_logging_frequency u32 4  # epochs
  target_class_config map:VisualizedClass 5
  wandb_config WandB 6
  clearml_config ClearML 7
VisualizedClass
  coverage_threshold float 1
ObjectiveLabelFilter
  objective_label_filter_configs ObjectiveLabelFilterConfig* 1
  mask_multiplier float 2
  preserve_ground_truth bool 3
ObjectiveLabelFilterConfig
  label_filter LabelFilter 1
  target_class_names str* 2
  objective_names str* 3
LabelFilter
  bbox_dimensions_label_filter BboxDimensions 1 (filter)
  bbox_crop_label_filter BboxCrop 2 (filter)
  source_class_label_filter SourceClass 3 (filter)
BboxDimensions
  min_width float 1
  min_height float 2
  max_width float 3
  max_height float 4
BboxCrop
  crop_left float 1
  crop_right float 2
  crop_top float 3
  crop_bottom float 4
SourceClass
  source_class_names str* 4

DatasetExportConfig                   # dataset_convert
  coco_config CocoConfig 1 (source)
  kitti_config KittiConfig 2 (source)
  sample_modifier_config SampleModifier 5
  image_directory_path str 6
  target_class_mapping map:str 7
KittiConfig
  root_directory_path str 1
  image_dir_name str 2
  label_dir_name str 3
  point_clouds_dir str 4
  calibrations_dir str 5
  kitti_sequence_to_frames_file str 6
  image_extension str 7               # with a dot
  num_partitions u32 8
  num_shards u32 9
  partition_mode str 10               # random | sequence
  val_split float 11                  # [percent]
CocoConfig
  root_directory_path str 1
  img_dir_names str* 2
  annotation_files str* 3
  num_partitions u32 4
  num_shards u32* 5
SampleModifier
  filter_samples_containing_only str* 1
  dominant_target_classes str* 2
  minimum_target_class_imbalance map:float 3
  num_duplicates u32 4
  max_training_samples u32 5
  source_to_target_class_mapping map:str 6

Inference                             # inference
  inferencer_config InferencerConfig 1
  bbox_handler_config BboxHandler 2
InferencerConfig
  tlt_config TltConfig 1 (model)
  tensorrt_config TensorRTConfig 2 (model)
  input_nodes str* 3
  output_nodes str* 4
  batch_size i32 5
  image_height i32 6
  image_width i32 7
  image_channels i32 8
  gpu_index i32 9
  target_classes str* 10
  stride i32 11
TltConfig
  model str 1
TensorRTConfig
  parser ETLT|UFF|CAFFE 1
  caffemodel str 2
  prototxt str 3
  uff_model str 4
  etlt_model str 5
  backend_data_type FP32|FP16|INT8 6
  save_engine bool 7
  trt_engine str 8
  calibrator_config Calibrator 9
Calibrator
  calibration_cache str 1
  calibration_tensorfile str 2
  n_batches i32 3
BboxHandler
  kitti_dump bool 1
  disable_overlay bool 2
  overlay_linewidth i32 3
  classwise_bbox_handler_config map:ClasswiseBboxHandler 4  # "default" is for classes without an entry
  postproc_classes str* 5
  wandb_config WandB 6
ClasswiseBboxHandler
  clustering_config ClusteringConfig 1
  confidence_model str 2              # aggregate_cov | mean_cov
  output_map str 3
  bbox_color BboxColor 7
BboxColor
  R i32 1
  G i32 2
  B i32 3
"""
)

BEFORE_5 = {"  dbscan_min_samples i32 5": "  dbscan_min_samples float 5"}
"""Lines of the table as they were in version 4."""

KINDS = {"experiment": "Experiment", "inference": "Inference", "dataset_export": "DatasetExportConfig"}
VERSIONS = (4, 5)


def spec_class(kind: str, version: int = 5) -> type[Message]:
    """Return the message class of a kind of spec (a key of ``KINDS``) for a version of TAO (one of ``VERSIONS``)."""
    if version not in VERSIONS:
        raise SpecError(f"TAO version {version!r}: wanted one of {', '.join(map(str, VERSIONS))}")
    table = TABLE
    if version < 5:
        for now, then in BEFORE_5.items():
            table = table.replace(now, then)
    return message_class(table, KINDS[kind])
