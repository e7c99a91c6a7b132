package dev.fovea.bench;

/**
 * One measured model on one path.
 *
 * @param seconds medians per step
 * @param flops of the matrix products and convolutions of one step, the backward pass counted as twice the forward pass
 * @param peak TFLOP/s of a bf16 matrix product in the same minutes
 * @param reference the reference implementation's images per second per TFLOP/s of peak
 * @param memory most physical memory of the process, bytes
 */
public record BenchResult(
        String model,
        String path,
        int batch,
        Seconds seconds,
        double flops,
        double peak,
        double reference,
        long memory) {
    /**
     * Parts of a step.
     *
     * @param processor of all threads together; beside other programs it says more than the clock
     */
    public record Seconds(double forward, double backward, double update, double step, double processor) {}

    public double imagesPerSecond() {
        return batch / seconds.step();
    }

    /** Images per second per bf16 TFLOP/s of peak: what does not depend on the machine's speed. */
    public double perTflops() {
        return imagesPerSecond() / peak;
    }

    /** The share of the step's time that its matrix products would take at the machine's bf16 peak. */
    public double shareOfPeak() {
        return flops / seconds.step() / (1e12 * peak);
    }

    /** How many times as fast as the reference, both at their own machine's peak. */
    public double againstReference() {
        return perTflops() / reference;
    }
}
