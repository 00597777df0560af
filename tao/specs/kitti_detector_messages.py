"""The training specs of TAO's YOLO v4 and SSD: every message and field, as its containers of version 5 know them.

The notation is that of ``palletjack_dr.tao.message_table``.
"""

from __future__ import annotations

from palletjack_dr.tao.service_messages import SERVICES

COMMON = f"""{SERVICES}TrainingConfig
  batch_size_per_gpu u32 1
  num_epochs u32 2
  learning_rate LearningRate 3
  regularizer Regularizer 4
  optimizer Optimizer 5
  cost_scaling CostScaling 6
  checkpoint_interval u32 7
  enable_qat bool 8
  resume_model_path str 9 (load_model)
  pretrain_model_path str 10 (load_model)
  pruned_model_path str 11 (load_model)
  max_queue_size u32 12
  n_workers u32 13
  use_multiprocessing bool 14
  early_stopping EarlyStopping 15
  visualizer Visualizer 16
  model_ema bool 17
LearningRate
  soft_start_annealing_schedule SoftStartAnnealing 1 (schedule)
  soft_start_cosine_annealing_schedule SoftStartCosineAnnealing 2 (schedule)
SoftStartAnnealing
  min_learning_rate float 1
  max_learning_rate float 2
  soft_start float 3
  annealing float 4
SoftStartCosineAnnealing
  max_learning_rate float 1
  soft_start float 2
  min_learning_rate float 3
Regularizer
  type NO_REG|L1|L2 1
  weight float 2
Optimizer
  adam Adam 1 (optimizer)
  sgd Sgd 2 (optimizer)
  rmsprop RmsProp 3 (optimizer)
Adam
  epsilon float 1
  beta1 float 2
  beta2 float 3
  amsgrad bool 4
Sgd
  momentum float 1
  nesterov bool 2
RmsProp
  rho float 1
  momentum float 2
  epsilon float 3
  centered bool 4
CostScaling
  enabled bool 1
  initial_exponent double 2
  increment double 3
  decrement double 4
EarlyStopping
  monitor str 1
  min_delta float 2
  patience u32 3
Visualizer
  enabled bool 1
  num_images u32 2
  weight_histograms bool 3
  wandb_config WandB 4
  clearml_config ClearML 5
NMSConfig
  confidence_threshold float 1
  clustering_iou_threshold float 2
  top_k u32 3
  infer_nms_score_bits u32 4
  force_on_cpu bool 5
"""

YOLO_V4 = f"""
Experiment
  dataset_config DatasetConfig 1
  augmentation_config AugmentationConfig 2
  training_config TrainingConfig 3
  eval_config EvalConfig 4
  nms_config NMSConfig 5
  yolov4_config YOLOv4Config 6
  random_seed u32 7
  class_weighting_config ClassWeighting 8
DatasetConfig
  data_sources DataSource* 1
  target_class_mapping map:str 2
  validation_data_sources DataSource* 3
  validation_fold u32 4
  type str 5
  image_extension str 6
  include_difficult_in_training bool 7
  is_monochrome bool 8
DataSource
  label_directory_path str 1 (labels)
  tfrecords_path str 2 (labels)
  image_directory_path str 3
  root_path str 4
  source_weight float 5
AugmentationConfig
  hue float 1
  saturation float 2
  exposure float 3
  vertical_flip float 4
  horizontal_flip float 5
  jitter float 6
  output_width i32 7
  output_height i32 8
  output_channel i32 9
  randomize_input_shape_period i32 10
  mosaic_prob float 11
  mosaic_min_ratio float 12
  image_mean map:float 13
  output_depth u32 14
EvalConfig
  average_precision_mode SAMPLE|INTEGRATE 1
  batch_size u32 2
  matching_iou_threshold float 3
  visualize_pr_curve bool 4
YOLOv4Config
  big_anchor_shape str 1              # "[(width, height), (width, height), (width, height)]" in pixels of the input
  mid_anchor_shape str 2
  small_anchor_shape str 3
  matching_neutral_box_iou float 4
  box_matching_iou float 5
  arch str 6
  nlayers u32 7
  arch_conv_blocks u32 8
  loss_loc_weight float 9
  loss_neg_obj_weights float 10
  loss_class_weights float 11
  freeze_blocks float* 12
  freeze_bn bool 13
  force_relu bool 14
  focal_loss_alpha float 15
  focal_loss_gamma float 16
  label_smoothing float 17
  big_grid_xy_extend float 18
  mid_grid_xy_extend float 19
  small_grid_xy_extend float 20
  activation str 21
ClassWeighting
  class_weighting map:float 1
  enable_auto bool 2
{COMMON}
"""

SSD = f"""
Experiment
  random_seed u32 1
  dataset_config DatasetConfig 2
  augmentation_config AugmentationConfig 3
  training_config TrainingConfig 4
  eval_config EvalConfig 5
  nms_config NMSConfig 6
  ssd_config SSDConfig 7 (network)
  dssd_config SSDConfig 8 (network)
DatasetConfig
  data_sources DataSource* 1
  target_class_mapping map:str 2
  validation_data_sources DataSource* 3
  include_difficult_in_training bool 4
  type str 5
DataSource
  label_directory_path str 1
  image_directory_path str 2
  root_path str 3
  tfrecords_path str 4
AugmentationConfig
  output_width i32 1
  output_height i32 2
  output_channel i32 3
  random_crop_min_scale float 4
  random_crop_max_scale float 5
  random_crop_min_ar float 6
  random_crop_max_ar float 7
  zoom_out_min_scale float 8
  zoom_out_max_scale float 9
  brightness i32 10
  contrast float 11
  saturation float 12
  hue i32 13
  random_flip float 14
  image_mean map:float 15
EvalConfig
  validation_period_during_training u32 1
  average_precision_mode SAMPLE|INTEGRATE 2
  batch_size u32 3
  matching_iou_threshold float 4
  visualize_pr_curve bool 5
SSDConfig
  aspect_ratios str 1
  aspect_ratios_global str 2
  scales str 3
  min_scale float 4
  max_scale float 5
  two_boxes_for_ar1 bool 6
  steps str 7
  clip_boxes bool 8
  variances str 9
  offsets str 10
  mean_color str 11
  arch str 12
  nlayers u32 13
  pred_num_channels u32 14
  alpha float 15
  neg_pos_ratio float 16
  pos_iou_thresh float 17
  freeze_blocks u32* 18
  freeze_bn bool 19
  neg_iou_thresh float 20
{COMMON}
"""
