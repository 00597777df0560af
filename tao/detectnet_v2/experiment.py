"""What the local trainer takes from a DetectNet_v2 experiment spec, with TAO's defaults where the spec is silent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from palletjack_dr.tao.detectnet_v2.augmentation import Augmentation
from palletjack_dr.tao.detectnet_v2.average_precision import Sizes
from palletjack_dr.tao.detectnet_v2.cluster import Clustering
from palletjack_dr.tao.detectnet_v2.objectives import OBJECTIVES, ClassObjectives, Cost
from palletjack_dr.tao.detectnet_v2.raster import STRIDE, ClassRaster
from palletjack_dr.tao.detectnet_v2.rules import check
from palletjack_dr.tao.detectnet_v2.schedule import SoftStartAnnealing
from palletjack_dr.tao.detectnet_v2.spec import read_spec
from palletjack_dr.tao.detector import TrainingError
from palletjack_dr.tao.findings import SpecError, refuse
from palletjack_dr.tao.recipe import Source

DEFAULT_SEED: Final = 42
DEFAULT_INTERVAL: Final = 10


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A spec read: ``message`` is the whole of it, the methods are its parts in our terms."""

    text: str
    message: Any

    @staticmethod
    def read(text: str) -> Experiment:
        """Read a spec. Raises ``SpecError`` for what TAO refuses, ``TrainingError`` for what is not offered here."""
        message: Any = read_spec(text, "experiment")
        refuse(check(message, "experiment"), "spec")
        if message.dataset_config.WhichOneof("validation") is None:
            raise SpecError("spec: dataset_config: found nothing to validate with, wanted validation_data_source")
        experiment = Experiment(text=text, message=message)
        experiment._refuse_what_is_missing_here()
        return experiment

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the network's channels."""
        return tuple(c.name for c in self.message.cost_function_config.target_classes)

    @property
    def size(self) -> tuple[int, int]:
        """The network's input (width, height) [px]."""
        chosen = self.message.augmentation_config.preprocessing
        return chosen.output_image_width, chosen.output_image_height

    @property
    def grid(self) -> tuple[int, int]:
        """The network's output (width, height) in cells."""
        return self.size[0] // STRIDE, self.size[1] // STRIDE

    @property
    def scale(self) -> float:
        """By what box distances are divided [px]."""
        return float(self.message.model_config.objective_set.bbox.scale)

    @property
    def offset(self) -> float:
        """Where in its cell a cell's point lies [px]."""
        return float(self.message.model_config.objective_set.bbox.offset)

    @property
    def seed(self) -> int:
        """The seed of everything that is drawn."""
        return int(self.message.random_seed) or DEFAULT_SEED

    def sources(self) -> list[Source]:
        """Return the folders to train on: each holds a folder of pictures and one of KITTI labels."""
        data = self.message.dataset_config
        split = None if data.HasField("validation_data_source") else "train"
        return [self._source(source, split) for source in data.data_sources]

    def validation(self) -> Source:
        """Return what to validate with: the source named for it, or a tenth of the first, by hash of the picture."""
        data = self.message.dataset_config
        if data.HasField("validation_data_source"):
            return self._source(data.validation_data_source, None)
        return self._source(data.data_sources[0], "val")

    def _source(self, source: Any, split: str | None) -> Source:
        return Source(
            folder=Path(source.image_directory_path),
            split=split,
            weight=source.source_weight or 1.0,
            classes=dict(self.message.dataset_config.target_class_mapping),
        )

    def augmentation(self) -> Augmentation:
        """Return what is done to the pictures."""
        spatial = self.message.augmentation_config.spatial_augmentation
        color = self.message.augmentation_config.color_augmentation
        return Augmentation(
            flip=spatial.hflip_probability,
            flip_vertical=spatial.vflip_probability,
            translate_max=(spatial.translate_max_x, spatial.translate_max_y),
            zoom=(spatial.zoom_min or 1.0, spatial.zoom_max or 1.0),
            rotate_max=spatial.rotate_rad_max,
            rotate=spatial.rotate_probability,
            brightness=color.color_shift_stddev,
            hue_max=color.hue_rotation_max,
            saturation_max=color.saturation_shift_max,
            contrast_max=color.contrast_scale_max,
            contrast_center=color.contrast_center,
        )

    def rasters(self) -> list[ClassRaster]:
        """Return how each class is drawn into the targets."""
        rules = [self.message.bbox_rasterizer_config.target_class_config[name] for name in self.classes]
        return [
            ClassRaster(
                center=(r.cov_center_x, r.cov_center_y),
                radius=(r.cov_radius_x, r.cov_radius_y),
                min_radius=r.bbox_min_radius,
            )
            for r in rules
        ]

    def cost(self) -> Cost:
        """Return the cost function, with the weights that it starts with."""
        chosen = self.message.cost_function_config
        classes = []
        for c in chosen.target_classes:
            by_name = {o.name: o for o in c.objectives}
            if set(by_name) != set(OBJECTIVES):
                raise TrainingError(
                    f"cost_function_config, {c.name}: objectives {sorted(by_name)}, wanted bbox and cov"
                )
            classes.append(
                ClassObjectives(
                    name=c.name,
                    weight=c.class_weight,
                    foreground=c.coverage_foreground_weight,
                    initial={o: by_name[o].initial_weight for o in OBJECTIVES},
                    aim={o: by_name[o].weight_target for o in OBJECTIVES},
                )
            )
        return Cost(
            classes=classes,
            automatic=chosen.enable_autoweighting,
            least=chosen.min_objective_weight,
            most=chosen.max_objective_weight or 1.0,
        )

    def schedule(self) -> SoftStartAnnealing:
        """Return the course of the learning rate."""
        chosen = self.message.training_config.learning_rate.soft_start_annealing_schedule
        return SoftStartAnnealing(
            low=chosen.min_learning_rate,
            high=chosen.max_learning_rate,
            soft_start=chosen.soft_start,
            annealing=chosen.annealing,
        )

    def clustering(self, name: str) -> Clustering:
        """Return how cells of a class become objects."""
        chosen = self.message.postprocessing_config.target_class_config[name].clustering_config
        kinds = chosen.DESCRIPTOR.fields_by_name["clustering_algorithm"].enum_type.values_by_number
        return Clustering(
            algorithm=kinds[chosen.clustering_algorithm].name.lower(),
            coverage_threshold=chosen.coverage_threshold,
            dbscan_eps=chosen.dbscan_eps,
            dbscan_min_samples=chosen.dbscan_min_samples,
            dbscan_confidence_threshold=chosen.dbscan_confidence_threshold,
            nms_iou_threshold=chosen.nms_iou_threshold,
            nms_confidence_threshold=chosen.nms_confidence_threshold,
            minimum_bounding_box_height=chosen.minimum_bounding_box_height,
        )

    def evaluation(self, name: str) -> tuple[float, Sizes, str]:
        """Return by which overlap, within which sizes and in which mode a class's average precision is taken."""
        chosen = self.message.evaluation_config
        box = chosen.evaluation_box_config[name]
        kinds = chosen.DESCRIPTOR.fields_by_name["average_precision_mode"].enum_type.values_by_number
        sizes = Sizes(
            minimum_width=box.minimum_width,
            minimum_height=box.minimum_height,
            maximum_width=box.maximum_width,
            maximum_height=box.maximum_height,
        )
        overlap = chosen.minimum_detection_ground_truth_overlap[name]
        return overlap, sizes, kinds[chosen.average_precision_mode].name.lower()

    def _refuse_what_is_missing_here(self) -> None:
        """Refuse what TAO trains with and this trainer does not."""
        model, training = self.message.model_config, self.message.training_config
        pre = self.message.augmentation_config.preprocessing
        fields = ("crop_left", "crop_top", "crop_right", "crop_bottom", "scale_width", "scale_height")
        cut = [name for name in fields if getattr(pre, name)]
        refused = {
            f"model_config.arch: {model.arch!r}; wanted 'resnet'": model.arch != "resnet",
            "model_config.use_pooling: true; wanted false, as its grid would be another": model.use_pooling,
            f"preprocessing.output_image_channel: {pre.output_image_channel}; wanted 3": pre.output_image_channel != 3,
            f"preprocessing.{', '.join(cut)}: crop or scale the pictures before": bool(cut),
            "loss_mask_label_filter: leave it out": self.message.HasField("loss_mask_label_filter"),
            "learning_rate: wanted a soft_start_annealing_schedule": not training.learning_rate.HasField(
                "soft_start_annealing_schedule"
            ),
            "training_config.enable_qat: true; train without, then 'palletjack-dr quantize'": training.enable_qat,
        }
        for what, holds in refused.items():
            if holds:
                raise TrainingError(f"not offered by the local trainer: {what}; or take runner=docker")
