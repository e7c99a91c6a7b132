package dev.fovea.dense.detect.roi;

import dev.fovea.data.instance.Rle;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.ImageView;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Several looks at one image, whose boxes are suppressed once and whose masks are averaged (ViT-Adapter detection/mmdet_custom/
 * models/detectors/htc_aug.py).
 */
public final class JoinedLooks {
    /** A view, and what the second stage makes of it. */
    private record Seen(ImageView view, RoiHead.Look look) {}

    private final RegionUse use;
    private final List<Seen> all = new ArrayList<>();

    public JoinedLooks(RegionUse use) {
        this.use = use;
    }

    /** @param look at a batch of this view alone */
    public void add(ImageView view, RoiHead.Look look) {
        all.add(new Seen(view, look));
    }

    /** @param most objects that are kept */
    public DetectionResult result(Suppression suppression, int most) {
        ScoredBoxes found = found();
        Suppression.Kept kept = suppression.apply(found.boxes(), found.scores(), found.labels(), most);
        Tensor boxes = found.boxes().index_select(0, kept.kept());
        Tensor labels = found.labels().index_select(0, kept.kept());
        boolean withMasks = all.get(0).look().masks() != null;
        return new DetectionResult(boxes, kept.scores(), labels, withMasks ? masks(boxes, labels) : null);
    }

    /** The boxes of all views in the image itself, each view's of the sizes that are taken from it. */
    private ScoredBoxes found() {
        List<Tensor> boxes = new ArrayList<>(), scores = new ArrayList<>(), labels = new ArrayList<>();
        for (Seen seen : all) {
            ScoredBoxes each = seen.look().images().get(0).above(use.nms().lowestScore());
            Tensor taken = seen.view().taken(each.boxes());
            boxes.add(seen.view().mirrored(each.boxes().index_select(0, taken)));
            scores.add(each.scores().index_select(0, taken));
            labels.add(each.labels().index_select(0, taken));
        }
        return new ScoredBoxes(Tensors.cat(0, boxes), Tensors.cat(0, scores), Tensors.cat(0, labels));
    }

    /** Every view's masks count, whatever sizes of boxes are taken from it. */
    private List<Rle> masks(Tensor boxes, Tensor labels) {
        Tensor sum = null;
        for (Seen seen : all) {
            ImageView view = seen.view();
            Tensor own = view.size().fromOriginal(view.mirrored(boxes));
            Tensor masks = seen.look().masks().of(Regions.of(List.of(own)), labels); // [R, m, m]
            Tensor upright = view.flipped() ? masks.flip(2) : masks;
            sum = sum == null ? upright : sum.add(upright);
        }
        Tensor mean = sum.div(new Scalar((double) all.size()));
        return new MaskPaste(all.get(0).view().size().original(), use.maskThreshold()).paste(mean, boxes);
    }
}
