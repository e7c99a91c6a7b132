package dev.fovea.eval;

import dev.fovea.dense.segment.SegmentationLoss;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Which limits a segmentation, telling what is in an image or telling where. What: images are ranked by the largest probability
 * that any pixel has for a class, and average precision is taken over the images that hold it, then the mean over classes. Where:
 * intersection over union when each image's pixels choose among the classes that are truly in it. The definition is this
 * project's own, after the question that LOCA asks (Caron et al. 2022).
 */
public final class Decomposition {
    private final int classes;
    private final MeanIou plain;
    private final MeanIou located;
    private final List<Image> images = new ArrayList<>();

    /** @param score largest probability of each class */
    private record Image(boolean[] present, double[] score) {}

    public Decomposition(int classes) {
        this.classes = classes;
        plain = new MeanIou(classes);
        located = new MeanIou(classes);
    }

    /** Adds images: probabilities {@code [B, K, H, W]}, labels int64 {@code [B, H, W]}. */
    public void add(Tensor probabilities, Tensor labels) {
        Tensor[] each = Tensors.unbind(probabilities), truth = Tensors.unbind(labels);
        for (int i = 0; i < each.length; i++) {
            addOne(each[i], truth[i]);
        }
    }

    private void addOne(Tensor probabilities, Tensor labels) {
        Tensor valid = labels.ne(new Scalar(SegmentationLoss.IGNORED));
        boolean[] present = new boolean[classes];
        for (long label : Tensors.toLongs(labels.masked_select(valid))) {
            present[(int) label] = true;
        }
        images.add(
                new Image(present, Tensors.toDoubles(probabilities.flatten(1, 2).amax(new long[] {1}, false))));
        plain.add(probabilities.argmax(new LongOptional(0), false), labels);
        float[] absent = new float[classes];
        for (int k = 0; k < classes; k++) {
            absent[k] = present[k] ? 0 : -2; // below any probability
        }
        Tensor among = probabilities.add(Tensors.of(absent, classes, 1, 1));
        located.add(among.argmax(new LongOptional(0), false), labels);
    }

    /** {@code mIoU}, {@code mAP_what} (classification) and {@code mIoU_where} (localisation). */
    public Map<String, Double> values() {
        double[] precision = new double[classes];
        for (int k = 0; k < classes; k++) {
            precision[k] = averagePrecision(k);
        }
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("mIoU", MeanIou.mean(plain.iou()));
        values.put("mAP_what", MeanIou.mean(precision));
        values.put("mIoU_where", MeanIou.mean(located.iou()));
        return values;
    }

    /** Mean of the precisions at each image that holds the class; NaN when none does. Of equal scores the wrong go first. */
    private double averagePrecision(int k) {
        List<Image> ranked = new ArrayList<>(images);
        ranked.sort(
                Comparator.comparingDouble((Image image) -> -image.score[k]).thenComparing(image -> image.present[k]));
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranked.size(); i++) {
            if (ranked.get(i).present[k]) {
                found++;
                sum += (double) found / (i + 1);
            }
        }
        return found == 0 ? Double.NaN : sum / found;
    }
}
