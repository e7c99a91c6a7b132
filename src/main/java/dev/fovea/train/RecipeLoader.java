package dev.fovea.train;

import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.recipe.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How a recipe's run walks through its data sets. */
final class RecipeLoader {
    private RecipeLoader() {}

    static LoaderOptions training(Recipe recipe) {
        return LoaderOptions.training(recipe.run().micro(), recipe.run().seed())
                .withThreads(recipe.run().loaderThreads())
                .withMaxBadShare(recipe.data().maxBadShare());
    }

    static LoaderOptions evaluation(Recipe recipe, int batch) {
        return LoaderOptions.evaluation(batch)
                .withThreads(recipe.run().loaderThreads())
                .withMaxBadShare(recipe.data().maxBadShare());
    }

    /** Some samples spread over a source, the same ones each time; files that cannot be read are left out. */
    static <S, T> List<Sample<S, T>> spread(Source<S> source, SampleTransform<? super S, T> view, int count) {
        List<Sample<S, T>> samples = new ArrayList<>();
        int wanted = Math.min(count, source.size());
        for (int i = 0; i < wanted; i++) {
            int index = (int) ((long) i * source.size() / wanted);
            try {
                S sample = source.read(index);
                samples.add(new Sample<>(source.name(index), sample, view.apply(sample, Rng.of(0, 0, index))));
            } catch (IOException e) {
                continue;
            }
        }
        return samples;
    }

    /** A sample as its file has it, and as a model sees it. */
    record Sample<S, T>(String name, S original, T seen) {}
}
