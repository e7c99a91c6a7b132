package dev.fovea.data;

/**
 * How a {@link Loader} walks through its source.
 *
 * @param threads decoding threads; 0 decodes on the consumer's thread. The samples do not depend on it
 * @param prefetch batches prepared ahead of the consumer
 * @param dropLast whether an epoch's last batch is left out when it is not full
 * @param replaceBad whether a bad file's place is taken by the next good sample (training) or left out (evaluation)
 * @param grouped whether all samples of a batch are of one {@link Source#group}; batches are then full, and shuffled
 * @param maxBadShare share of the source's files that may be bad before the run is stopped
 */
public record LoaderOptions(
        int batchSize,
        int threads,
        int prefetch,
        boolean shuffle,
        boolean dropLast,
        boolean replaceBad,
        boolean grouped,
        double maxBadShare,
        long seed) {
    public static final double DEFAULT_MAX_BAD_SHARE = 0.01;
    private static final int DEFAULT_PREFETCH = 2;
    private static final int MOST_THREADS = 8;

    public LoaderOptions {
        require(batchSize >= 1, "batch size %s is not at least 1", batchSize);
        require(threads >= 0, "loader threads %s is negative", threads);
        require(prefetch >= 0, "loader prefetch %s is negative", prefetch);
        require(!grouped || shuffle && dropLast, "grouped batches %s are shuffled and full", grouped);
        require(maxBadShare >= 0 && maxBadShare <= 1, "max bad share %s does not lie in [0, 1]", maxBadShare);
    }

    /** Shuffled, full batches only, bad files replaced. */
    public static LoaderOptions training(int batchSize, long seed) {
        return new LoaderOptions(
                batchSize, defaultThreads(), DEFAULT_PREFETCH, true, true, true, false, DEFAULT_MAX_BAD_SHARE, seed);
    }

    /** In order, every sample once, bad files left out. */
    public static LoaderOptions evaluation(int batchSize) {
        return new LoaderOptions(
                batchSize, defaultThreads(), DEFAULT_PREFETCH, false, false, false, false, DEFAULT_MAX_BAD_SHARE, 0);
    }

    public LoaderOptions withThreads(int count) {
        return new LoaderOptions(batchSize, count, prefetch, shuffle, dropLast, replaceBad, grouped, maxBadShare, seed);
    }

    public LoaderOptions withMaxBadShare(double share) {
        return new LoaderOptions(batchSize, threads, prefetch, shuffle, dropLast, replaceBad, grouped, share, seed);
    }

    /** Every batch of one group, for images of differing shapes. */
    public LoaderOptions inGroups() {
        return new LoaderOptions(batchSize, threads, prefetch, true, true, replaceBad, true, maxBadShare, seed);
    }

    public LoaderOptions withSeed(long number) {
        return new LoaderOptions(
                batchSize, threads, prefetch, shuffle, dropLast, replaceBad, grouped, maxBadShare, number);
    }

    private static int defaultThreads() {
        return Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
    }

    private static void require(boolean holds, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(value));
        }
    }
}
