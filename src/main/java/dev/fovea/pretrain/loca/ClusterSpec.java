package dev.fovea.pretrain.loca;

/**
 * The prediction of patch clusters beside that of places.
 *
 * @param hidden width of the two hidden layers of the projection head
 * @param bottleneck width of what is compared with the prototypes
 * @param prototypes clusters that patches are assigned to
 * @param temperature of the student's softmax
 * @param sharpening temperature of the teacher's softmax
 * @param rounds of Sinkhorn's algorithm on the teacher's assignments
 * @param weight of the cross-entropy with the teacher's assignments
 * @param entropyWeight of the negative entropy of the mean prediction
 */
public record ClusterSpec(
        int hidden,
        int bottleneck,
        int prototypes,
        double temperature,
        double sharpening,
        int rounds,
        double weight,
        double entropyWeight) {
    static final int HIDDEN_LAYERS = 2;

    public ClusterSpec {
        require(
                hidden >= 1 && bottleneck >= 1 && prototypes >= 2,
                "hidden %s, bottleneck %s, prototypes %s are too few",
                hidden,
                bottleneck,
                prototypes);
        require(
                temperature > 0 && sharpening > 0,
                "temperature %s and sharpening %s are not both above 0",
                temperature,
                sharpening);
        require(rounds >= 0, "rounds %s is below 0", rounds);
        require(
                weight >= 0 && entropyWeight >= 0,
                "weight %s and entropyWeight %s must not be below 0",
                weight,
                entropyWeight);
    }

    private static void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }

    ProjectionHead.Spec head(int dim) {
        return new ProjectionHead.Spec(dim, hidden, HIDDEN_LAYERS, bottleneck, prototypes);
    }
}
