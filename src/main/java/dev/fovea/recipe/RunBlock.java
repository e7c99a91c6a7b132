package dev.fovea.recipe;

import java.util.Optional;

/**
 * How a run is carried out.
 *
 * @param seed decides every random draw, with the step and the sample
 * @param globalBatch images per optimizer step
 * @param microBatch images per forward pass; absent = the global batch. Gradients of several passes are added up
 * @param loaderThreads threads that decode; the samples do not depend on it
 * @param threads that compute; absent = the machine's default. Sums are split among them, so that a resumed run ends
 *     with the same bits only with as many
 * @param checkpointEvery how often {@code last} is written
 * @param keepEvery how often a checkpoint is kept besides last and best
 * @param evalEvery how often the model is measured; always at the end
 * @param picturesEvery how often pictures are drawn; always at the end
 * @param recompute whether blocks are computed again in the backward pass instead of being kept: much less memory, about
 *     a third more time, the same result
 * @param ema coefficient of an averaged copy of the weights, which is then what is measured and exported
 */
public record RunBlock(
        @Default("0") long seed,
        int globalBatch,
        Optional<Integer> microBatch,
        @Default("auto") PrecisionChoice precision,
        @Default("2") int loaderThreads,
        Optional<Integer> threads,
        @Default("1 epochs") Length checkpointEvery,
        Optional<Length> keepEvery,
        Optional<Length> evalEvery,
        Optional<Length> picturesEvery,
        @Default("false") boolean recompute,
        Optional<Double> ema) {
    public RunBlock {
        Rule.positive("globalBatch", globalBatch);
        microBatch.ifPresent(micro -> {
            Rule.positive("microBatch", micro);
            Rule.that(globalBatch % micro == 0, "globalBatch %d is not divisible by microBatch %d", globalBatch, micro);
        });
        Rule.notNegative("loaderThreads", loaderThreads);
        threads.ifPresent(count -> Rule.positive("threads", count));
        Rule.that(checkpointEvery.amount() > 0, "checkpointEvery %s is not above 0", checkpointEvery);
        every("keepEvery", keepEvery);
        every("evalEvery", evalEvery);
        every("picturesEvery", picturesEvery);
        ema.ifPresent(rate -> Rule.that(rate > 0 && rate < 1, "ema %s is not in (0, 1)", rate));
    }

    /** Images per forward pass. */
    public int micro() {
        return microBatch.orElse(globalBatch);
    }

    /** Forward passes per optimizer step. */
    public int accumulation() {
        return globalBatch / micro();
    }

    private static void every(String name, Optional<Length> length) {
        length.ifPresent(each -> Rule.that(each.amount() > 0, "%s %s is not above 0", name, each));
    }
}
