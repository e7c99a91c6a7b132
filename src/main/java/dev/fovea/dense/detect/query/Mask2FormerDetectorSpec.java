package dev.fovea.dense.detect.query;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.mask2former.Mask2FormerSettings;

/**
 * Mask2Former for instance segmentation (Cheng et al. 2022; mmdet configs/mask2former), the parameters as in
 * {@link Mask2FormerSettings}.
 *
 * @param most objects of an image
 */
public record Mask2FormerDetectorSpec(
        int channels,
        int heads,
        int queries,
        int groups,
        Mask2FormerSettings.Encoder encoder,
        Mask2FormerSettings.Decoder decoder,
        Mask2FormerSettings.Loss loss,
        int most)
        implements DetectorSpec {
    public Mask2FormerDetectorSpec {
        new Mask2FormerSettings(channels, heads, queries, groups, encoder, decoder, loss); // has the rules
        Limits.positive("most", most);
    }

    @Override
    public Detector build(Backbone backbone, int classes) {
        Mask2FormerSettings settings =
                new Mask2FormerSettings(channels, heads, queries, groups, encoder, decoder, loss);
        return new Mask2FormerDetector(
                backbone, settings.network(backbone.widths(), classes), settings.criterion(classes), most);
    }
}
