"""The fields of TAO's RT-DETR and DINO specs, as its PyTorch container 6.26.3 knows them.

The notation is that of ``palletjack_dr.tao.specs.yaml_schema``. Of ``distill`` only its presence is known here.
"""

from __future__ import annotations

COMMON = """
(top): model_name str?, encryption_key str?, results_dir str?
wandb: enable bool, project str, entity str?, group str?, tags str*, reinit bool, sync_tensorboard bool, save_code
    bool, name str, run_id str
model: pretrained_backbone_path str?, train_backbone bool, num_queries int, num_select int, num_feature_levels int,
    return_interm_indices int*, hidden_dim int, nheads int, dropout_ratio float, enc_layers int, dim_feedforward int,
    dec_layers int, dn_number int, bbox_loss_coef float, giou_loss_coef float, clip_max_norm float, aux_loss bool,
    loss_types str*, backbone_names str*, linear_proj_names str*, distillation_loss_coef float
dataset: train_data_sources str{}*?, test_data_sources str{}?, infer_data_sources str{}?,
    quant_calibration_data_sources str{}?, batch_size int, workers int, pin_memory bool, dataset_type
    serialized|default, num_classes int, eval_class_ids int*?
train: num_gpus int, gpu_ids int*, num_nodes int, seed int, num_epochs int, checkpoint_interval int,
    checkpoint_interval_unit epoch|step, validation_interval int, resume_training_checkpoint_path str?, results_dir
    str?, freeze str*?, pretrained_model_path str?, clip_grad_norm float, is_dry_run bool, distributed_strategy
    ddp|fsdp, activation_checkpoint bool
train.cudnn: benchmark bool, deterministic bool
train.optim: optimizer AdamW|SGD, monitor_name val_loss|train_loss, lr float, lr_backbone float, momentum float,
    weight_decay float, lr_scheduler MultiStep|StepLR, lr_steps int*, lr_step_size int, lr_decay float
evaluate: num_gpus int, gpu_ids int*, num_nodes int, checkpoint str, trt_engine str?, results_dir str?, batch_size
    int, input_width int?, input_height int?, conf_threshold float
inference: num_gpus int, gpu_ids int*, num_nodes int, checkpoint str, trt_engine str?, results_dir str?, batch_size
    int, color_map str{}?, conf_threshold float, is_internal bool, input_width int?, input_height int?, outline_width
    int
export: results_dir str?, gpu_id int, checkpoint str, onnx_file str, on_cpu bool, input_channel 1|3, input_width int,
    input_height int, opset_version int, batch_size int, verbose bool, format onnx|xdl, serialize_nvdsinfer bool
gen_trt_engine: results_dir str?, gpu_id int, onnx_file str, trt_engine str?, timing_cache str?, batch_size int,
    verbose bool
gen_trt_engine.tensorrt: workspace_size int, min_batch_size int, opt_batch_size int, max_batch_size int,
    layers_precision str*?, data_type FP32|FP16|INT8
gen_trt_engine.tensorrt.calibration: cal_image_dir str*, cal_cache_file str, cal_batch_size int, cal_batches int
quantize: backend modelopt.pytorch|torchao|modelopt.onnx?, mode static_ptq|weight_only_ptq?, algorithm
    minmax|max|entropy|awq_clip|awq_lite|awq_full|rtn_dq?, layers any?, skip_names str*?, model_path str?, results_dir
    str?, backend_kwargs any?, device str
distill: *
"""

RTDETR = """
model: backbone resnet_18| resnet_34| resnet_50| resnet_101| convnext_tiny| convnext_small| convnext_base|
    convnext_large| convnext_xlarge| fan_tiny| fan_small| fan_base| fan_large| efficientvit_b0| efficientvit_b1|
    efficientvit_b2| efficientvit_b3| efficientvit_l0| efficientvit_l1| efficientvit_l2| efficientvit_l3,
    load_teacher_enc_dec bool, feat_strides int*, feat_channels int*, use_encoder_idx int*, pe_temperature int,
    expansion float, depth_mult int, enc_act str, act str, eval_idx int, vfl_loss_coef float, class_cost float,
    bbox_cost float, giou_cost float, alpha float, gamma float
model.frozen_fm: enabled bool, backbone radio_v2-b|radio_v2-l|radio_v2-h, checkpoint str?
dataset: val_data_sources str{}?, remap_mscoco_category bool
dataset.augmentation: multi_scales int*, train_spatial_size int*, eval_spatial_size int*, distortion_prob float,
    iou_crop_prob float, preserve_aspect_ratio bool
train: enable_ema bool, precision bf16|fp32|fp16
train.ema: decay float, every_n_steps int, validate_original_weights bool, cpu_offload bool
train.optim: warmup_steps int
evaluate: is_quantized bool
inference: is_quantized bool
export: is_quantized bool
"""

DINO = """
model: backbone fan_tiny| fan_small| fan_base| fan_large| gc_vit_xxtiny| gc_vit_xtiny| gc_vit_tiny| gc_vit_small|
    gc_vit_base| gc_vit_large| gc_vit_large_384| vit_large_nvdinov2| vit_large_dinov2| swin_tiny_224_1k|
    swin_base_224_22k| swin_base_384_22k| swin_large_224_22k| swin_large_384_22k| resnet_34| resnet_50|
    efficientvit_b0| efficientvit_b1| efficientvit_b2| efficientvit_b3, cls_loss_coef float, interm_loss_coef float,
    no_interm_box_loss bool, pre_norm bool, two_stage_type standard| no, decoder_sa_type sa| ca_label| ca_content,
    embed_init_tgt bool, fix_refpoints_hw int, pe_temperatureH int, pe_temperatureW int, use_dn bool,
    dn_box_noise_scale float, dn_label_noise_ratio float, focal_alpha float, dec_n_points int, enc_n_points int,
    dilation bool
dataset: train_sampler default_sampler|non_uniform_sampler|uniform_sampler, val_data_sources str{}*?
dataset.augmentation: scales int*, input_mean float*, input_std float*, train_random_resize int*, horizontal_flip_prob
    float, train_random_crop_min int, train_random_crop_max int, random_resize_max_size int, test_random_resize int,
    fixed_padding bool, fixed_random_crop int?
train: conf_threshold float, precision fp16|fp32
train.optim: lr_linear_proj_mult float, layer_decay_rate float
"""
