package dev.fovea.train;

import dev.fovea.data.BatchStream;
import dev.fovea.data.Image;
import dev.fovea.data.Loader;
import dev.fovea.data.Source;
import dev.fovea.data.augment.DetectEval;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Padding;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.data.instance.TestSample;
import dev.fovea.recipe.Recipe;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import java.awt.image.BufferedImage;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

/** The whole images that a detector is measured on, as it sees them: scaled, normalised, padded, one by one. */
record WholeImages(Source<Annotated<Image>> source, DetectEval view, Padding padding, Recipe recipe) {
    private static final int PICTURES = 6;

    /** What is done with an image, without gradients and in the run's precision. */
    interface Visitor {
        /** @param truths what is truly in it */
        void see(List<TestBatch.Scale> scales, ImageEntry entry, List<Instance> truths);
    }

    /** What is drawn of an image, in the same surroundings. */
    interface Painter {
        void draw(String name, BufferedImage image, List<TestBatch.Scale> scales, TestSample sample);
    }

    void each(Visitor visitor) {
        Loader<TestBatch> loader =
                Loader.of(source, view, TestBatch.collate(padding), RecipeLoader.evaluation(recipe, 1));
        try (BatchStream<TestBatch> stream = loader.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        NoGrad off = new NoGrad();
                        Precision.Scope cast = precision().open()) {
                    TestBatch batch = stream.next();
                    visitor.see(
                            batch.scales(),
                            batch.sample().entry(),
                            batch.sample().truths());
                }
            }
        }
    }

    /** A few of them, the same ones each time. */
    void some(Painter painter) {
        for (var sample : RecipeLoader.spread(source, view, PICTURES)) {
            try (PointerScope scope = new PointerScope();
                    NoGrad off = new NoGrad();
                    Precision.Scope cast = precision().open()) {
                List<TestBatch.Scale> scales = sample.seen().scales().stream()
                        .map(each -> TestBatch.Scale.of(each, padding))
                        .toList();
                painter.draw(sample.name(), Pixels.of(sample.original().image()), scales, sample.seen());
            }
        }
    }

    private Precision precision() {
        return RecipePlan.precision(recipe.run().precision());
    }
}
