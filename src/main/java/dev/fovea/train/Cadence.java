package dev.fovea.train;

/**
 * How often something happens, in steps; 0 = never. The last step always logs, evaluates, draws and saves.
 *
 * @param save a new {@code last} checkpoint
 * @param keep a numbered checkpoint that stays
 */
public record Cadence(long log, long evaluate, long pictures, long save, long keep) {
    public Cadence {
        if (log < 0 || evaluate < 0 || pictures < 0 || save < 0 || keep < 0) {
            throw new IllegalArgumentException(
                    "cadence: log %d, evaluate %d, pictures %d, save %d, keep %d must not be negative"
                            .formatted(log, evaluate, pictures, save, keep));
        }
    }

    static boolean isDue(long every, long step) {
        return every > 0 && step % every == 0;
    }
}
