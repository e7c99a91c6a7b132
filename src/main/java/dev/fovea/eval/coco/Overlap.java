package dev.fovea.eval.coco;

import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Rle;
import java.util.List;

/** By what detections are compared with objects. */
public enum Overlap {
    BOXES {
        @Override
        double area(Detection detection) {
            return detection.box().area();
        }

        @Override
        double[][] ious(ImageEntry image, List<Detection> detections, List<Instance> truths) {
            double[][] ious = new double[detections.size()][truths.size()];
            for (int d = 0; d < ious.length; d++) {
                for (int g = 0; g < ious[d].length; g++) {
                    Instance truth = truths.get(g);
                    ious[d][g] = detections.get(d).box().iou(truth.box(), truth.crowd());
                }
            }
            return ious;
        }
    },

    MASKS {
        @Override
        double area(Detection detection) {
            return detection.mask().area();
        }

        @Override
        double[][] ious(ImageEntry image, List<Detection> detections, List<Instance> truths) {
            List<Rle> masks = detections.isEmpty()
                    ? List.of()
                    : truths.stream()
                            .map(truth -> truth.region().rle(image.height(), image.width()))
                            .toList();
            double[][] ious = new double[detections.size()][truths.size()];
            for (int d = 0; d < ious.length; d++) {
                Rle found = detections.get(d).mask().rle(image.height(), image.width());
                for (int g = 0; g < ious[d].length; g++) {
                    ious[d][g] = found.iou(masks.get(g), truths.get(g).crowd());
                }
            }
            return ious;
        }
    };

    /** The area by which an unmatched detection belongs to a size range. */
    abstract double area(Detection detection);

    /** Intersection over union of each detection (rows) with each object. */
    abstract double[][] ious(ImageEntry image, List<Detection> detections, List<Instance> truths);
}
