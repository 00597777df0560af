"""The network: RT-DETR of the transformers library, set up from a spec and filled from local files only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.detr.spec import Spec

RESNETS: Mapping[str, tuple[tuple[int, ...], str]] = {
    "resnet_18": ((2, 2, 2, 2), "basic"),
    "resnet_34": ((3, 4, 6, 3), "basic"),
    "resnet_50": ((3, 4, 6, 3), "bottleneck"),
    "resnet_101": ((3, 4, 23, 3), "bottleneck"),
}
"""Blocks of each stage, and their kind; the variant "d" with a deep stem."""


class RtDetr(nn.Module):
    """RT-DETR from pictures float (N, 3, H, W), RGB in 0..1, to a dictionary of what its losses need.

    "logits" (N, L, Q, C) and "boxes" (N, L, Q, 4), cx cy w h in 0..1, of the L decoder layers, "first_logits" and
    "first_boxes" of the query selection, and "denoising", None outside of a training step. ``channels`` holds the
    channel of each class that the labels have; C may be larger, as a channel is a category's id.
    """

    channels: torch.Tensor

    def __init__(self, spec: Spec, channels: Sequence[int]) -> None:
        """Build with random weights."""
        from transformers import RTDetrForObjectDetection

        super().__init__()
        self.config = _config(spec)
        self.core = RTDetrForObjectDetection(self.config).model
        for module in self.core.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.ones_(module.weight)  # the library's 0.01 is for weights that are loaded anyway
        self.register_buffer("channels", torch.tensor(channels, dtype=torch.int64))
        self.frozen_norms = bool(spec.model.pretrained_backbone_path or spec.train.pretrained_model_path)
        self._hints: tuple[list[dict[str, torch.Tensor]], int] | None = None
        if not spec.model.train_backbone:
            self.core.backbone.requires_grad_(False)
        for name, parameter in self.core.named_parameters():
            if any(part in name for part in spec.train.freeze):
                parameter.requires_grad_(False)

    def hint(self, targets: list[dict[str, torch.Tensor]], seed: int) -> None:
        """Give the next training step the objects that its denoising queries start from, and their noise's seed."""
        self._hints = (targets, seed)

    def train(self, mode: bool = True) -> RtDetr:
        """Switch between training and use; the statistics of a pretrained backbone stay as they are."""
        super().train(mode)
        if self.frozen_norms:
            for module in self.core.backbone.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self

    def forward(self, pictures: torch.Tensor) -> dict[str, Any]:
        """Run the network."""
        (targets, seed), self._hints = self._hints or (None, 0), None
        devices = [pictures.device] if pictures.device.type == "cuda" else []
        with torch.random.fork_rng(devices, enabled=self.training and targets is not None):
            if self.training and targets is not None:
                torch.manual_seed(seed)
            found = self.core(pictures, labels=targets)
        logits = found.intermediate_logits
        if self.training and found.denoising_meta_values is None and hasattr(self.core, "denoising_class_embed"):
            logits = logits + 0 * self.core.denoising_class_embed.weight.sum()  # each weight has a gradient, for DDP
        return {
            "logits": logits,
            "boxes": found.intermediate_reference_points,
            "first_logits": found.enc_topk_logits,
            "first_boxes": found.enc_topk_bboxes,
            "denoising": found.denoising_meta_values,
        }


def losses(config: Any, outputs: Mapping[str, Any], targets: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Return the parts of the loss, weighted as the spec says: varifocal, L1, GIoU, and the denoising queries'.

    The first three are sums over the decoder layers and the query selection; normalised by the number of objects.
    """
    from transformers.loss import loss_rt_detr

    criterion: Any = loss_rt_detr.RTDetrForObjectDetectionLoss  # untyped
    logits, boxes = outputs["logits"].float(), outputs["boxes"].float()
    _, parts, _ = criterion(
        logits[:, -1],
        targets,
        logits.device,
        boxes[:, -1],
        config,
        logits,
        boxes,
        enc_topk_logits=outputs["first_logits"].float(),
        enc_topk_bboxes=outputs["first_boxes"].float(),
        denoising_meta_values=outputs["denoising"],
    )
    named = {"vfl": "loss_vfl", "l1": "loss_bbox", "giou": "loss_giou"}
    zero = logits.sum() * 0 + boxes.sum() * 0
    found = {
        name: zero + sum(v for k, v in parts.items() if k.startswith(start) and "_dn_" not in k)
        for name, start in named.items()
    }
    return found | {"denoising": zero + sum(v for k, v in parts.items() if "_dn_" in k)}


def fill(network: RtDetr, spec: Spec) -> None:
    """Load the weights that the spec names: a whole network's, else a backbone's; parts of another shape are left.

    A path is a folder of the transformers library (model.safetensors), a file of weights (.safetensors, .pt, .pth),
    or the checkpoint of a local training.
    """
    if spec.train.pretrained_model_path:
        _load(network.core, Path(spec.train.pretrained_model_path), "train.pretrained_model_path", "model.", "core.")
    elif spec.model.pretrained_backbone_path:
        names = ("model.backbone.model.", "core.backbone.model.", "backbone.model.", "backbone.", "model.")
        _load(
            network.core.backbone.model,
            Path(spec.model.pretrained_backbone_path),
            "model.pretrained_backbone_path",
            *names,
        )


def _config(spec: Spec) -> Any:
    from transformers import RTDetrConfig, RTDetrResNetConfig

    depths, kind = RESNETS[spec.model.backbone]
    widths = [64, 128, 256, 512] if kind == "basic" else [256, 512, 1024, 2048]
    model = spec.model
    backbone: dict[str, Any] = {
        "depths": list(depths),
        "layer_type": kind,
        "hidden_sizes": widths,
        "out_indices": [2, 3, 4],
    }
    settings: dict[str, Any] = {
        "backbone_config": RTDetrResNetConfig(**backbone),
        "freeze_backbone_batch_norms": False,  # done by RtDetr.train, so that checkpoints of both kinds are alike
        "encoder_in_channels": widths[1:],
        "num_labels": spec.dataset.num_classes,
        "num_queries": model.num_queries,
        "d_model": model.hidden_dim,
        "encoder_hidden_dim": model.hidden_dim,
        "decoder_in_channels": [model.hidden_dim] * 3,
        "encoder_layers": model.enc_layers,
        "encode_proj_layers": list(model.use_encoder_idx),
        "decoder_layers": model.dec_layers,
        "encoder_attention_heads": model.nheads,
        "decoder_attention_heads": model.nheads,
        "encoder_ffn_dim": model.dim_feedforward,
        "decoder_ffn_dim": model.dim_feedforward,
        "encoder_activation_function": model.enc_act,
        "activation_function": model.act,
        "dropout": model.dropout_ratio,
        "hidden_expansion": model.expansion,
        "positional_encoding_temperature": model.pe_temperature,
        "num_denoising": model.dn_number,
        "matcher_class_cost": model.class_cost,
        "matcher_bbox_cost": model.bbox_cost,
        "matcher_giou_cost": model.giou_cost,
        "focal_loss_alpha": model.alpha,
        "focal_loss_gamma": model.gamma,
        "weight_loss_vfl": model.vfl_loss_coef,
        "weight_loss_bbox": model.bbox_loss_coef,
        "weight_loss_giou": model.giou_loss_coef,
    }
    return RTDetrConfig(**settings)


def _load(module: nn.Module, path: Path, field: str, *prefixes: str) -> None:
    """Copy the tensors of a file that fit into ``module``, under the first prefix that fits most of them."""
    found = _tensors(path, field)
    own = module.state_dict()
    best: dict[str, torch.Tensor] = {}
    for prefix in (*prefixes, ""):
        named = {name.removeprefix(prefix): t for name, t in found.items() if name.startswith(prefix)}
        fitting = {name: t for name, t in named.items() if name in own and own[name].shape == t.shape}
        best = max(best, fitting, key=len)
    wanted = sum(1 for name in own if not name.endswith("num_batches_tracked"))
    if len(best) < wanted / 2:
        raise TrainingError(
            f"{field}: {path}: {len(best)} of {wanted} tensors have the names and shapes of this network; "
            "wanted weights of the same backbone, layers and width (transformers' RT-DETR, or a local training's)"
        )
    module.load_state_dict(best, strict=False)


def _tensors(path: Path, field: str) -> dict[str, torch.Tensor]:
    file = path / "model.safetensors" if path.is_dir() else path
    if not file.is_file():
        raise TrainingError(f"{field}: {str(file)!r} is not there; nothing is downloaded, give a local folder or file")
    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return dict(load_file(file))
        content = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # the readers raise whatever the broken file leads to
        raise TrainingError(f"{field}: {file}: cannot be read ({str(error).splitlines()[0]})") from error
    for key in ("model", "state_dict"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    return {k: t for k, t in content.items() if isinstance(t, torch.Tensor)} if isinstance(content, dict) else {}
