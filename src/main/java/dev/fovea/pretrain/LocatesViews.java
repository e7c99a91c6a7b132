package dev.fovea.pretrain;

import dev.fovea.data.ViewBatch;
import dev.fovea.nn.Losses;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** An objective that is trained on several views of each image and says where they lie in one another. */
public interface LocatesViews {
    /** The loss of a batch of views. */
    Losses losses(ViewBatch views);

    /** What {@link #tally} counts, as metrics name it. */
    String score();

    /** How well views are located; everything of them is read. */
    Tally tally(ViewBatch views, Shown shown);

    /** Where the patches of the first group of views are placed; empty when patches are not placed one by one. */
    Optional<Placement> place(ViewBatch views);

    /**
     * Views and the patches of the reference that theirs are taken for.
     *
     * @param images {@code [V, 3, h, w]}
     * @param targets the right patches, -1 = none, int64 {@code [V, n]}
     * @param places the predicted ones, int64 {@code [V, n]}
     */
    record Placement(Tensor images, Tensor targets, Tensor places) {}

    /** What of the reference is shown, for controls. */
    enum Shown {
        /** What training shows. */
        USUAL,
        /** Nothing: what can be told without a reference. */
        NOTHING,
        /** That of the next image of the batch: what can be told from any reference. */
        ANOTHER_IMAGE
    }

    /** The sum of a score and how many are in it. */
    record Tally(double sum, double count) {
        public Tally plus(Tally other) {
            return new Tally(sum + other.sum, count + other.count);
        }

        /** NaN when nothing was counted. */
        public double mean() {
            return sum / count;
        }
    }
}
