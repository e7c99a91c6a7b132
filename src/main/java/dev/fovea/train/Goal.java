package dev.fovea.train;

/** A score and which way is better. */
public record Goal(String score, boolean higherIsBetter) {
    /** Any score beats NaN, which stands for none so far. */
    public boolean isBetter(double candidate, double best) {
        if (Double.isNaN(candidate)) {
            return false;
        }
        return Double.isNaN(best) || (higherIsBetter ? candidate > best : candidate < best);
    }
}
