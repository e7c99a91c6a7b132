package dev.fovea.teacher;

import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.nn.PatchEmbed;
import org.bytedeco.pytorch.Tensor;

/**
 * The pixels of each patch, with mean 0 and variance 1, as its features: what a teacher that has learned something is
 * compared with. It needs no file.
 */
public record PixelSpec(Size imageSize, int patchSize) implements TeacherSpec {
    private static final int CHANNELS = 3;

    public PixelSpec {
        Check.patches(imageSize, patchSize);
    }

    @Override
    public Teacher build() {
        return new Pixels(this);
    }

    @Override
    public int dim() {
        return CHANNELS * patchSize * patchSize;
    }

    private record Pixels(PixelSpec spec) implements Teacher {
        @Override
        public PatchFeatures features(Tensor pixels) {
            return new PatchFeatures(PatchEmbed.patches(pixels, spec.patchSize), spec.grid()).normalised();
        }

        @Override
        public Size imageSize() {
            return spec.imageSize;
        }

        @Override
        public int dim() {
            return spec.dim();
        }
    }
}
