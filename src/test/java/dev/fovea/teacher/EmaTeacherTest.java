package dev.fovea.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Block;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmaTeacherTest {
    private static final double C = 0.996;

    private final Pair pair = new Pair();

    /** As a pre-training model holds its teacher. */
    private static final class Pair extends Layer {
        private final Block student = child("student", new Block(SPEC));
        private final Block network = child("teacher", new Block(SPEC));
        private final EmaTeacher<Block> teacher = new EmaTeacher<>(student, network);
    }

    private static final Block.Spec SPEC = Block.Spec.plain(8, 2, 2).withDropPath(0.5);

    @Test
    void theTeacherEqualsAnAverageComputedByHand() {
        Map<String, double[]> expected = new HashMap<>();
        pair.student.parametersByName().forEach((name, x) -> expected.put(name, Tensors.toDoubles(x)));
        for (int step = 0; step < 20; step++) {
            change(pair, step);
            pair.teacher.follow(C);
            pair.student.parametersByName().forEach((name, x) -> {
                double[] now = Tensors.toDoubles(x), average = expected.get(name);
                for (int i = 0; i < now.length; i++) {
                    average[i] = C * average[i] + (1 - C) * now[i];
                }
            });
        }
        Map<String, Tensor> network = pair.network.parametersByName();
        expected.forEach((name, average) ->
                assertThat(Tensors.toDoubles(network.get(name))).as(name).containsExactly(average, within(1e-6)));
    }

    @Test
    void theTeacherIsACopyAtFirstAndAgainWhenTheInitialWeightsAreThere() {
        assertSameWeights(pair.student, pair.network);
        change(pair, 1);
        pair.teacher.copyStudent();
        assertSameWeights(pair.student, pair.network);
    }

    @Test
    void savedInTheModelItGoesOnToTheSameBits(@TempDir Path folder) {
        Path file = folder.resolve("model.safetensors");
        run(pair, 0, 3);
        Safetensors.write(file, pair.state(), Map.of());
        run(pair, 3, 6);

        Pair resumed = new Pair();
        try (NoGrad off = new NoGrad()) {
            Map<String, Tensor> saved = Safetensors.read(file);
            resumed.state().forEach((name, x) -> x.copy_(saved.get(name)));
        }
        run(resumed, 3, 6);
        assertSameWeights(pair, resumed);
    }

    @Test
    void whatTheTeacherSaysHasNoGradientAndNoDraws() {
        pair.train(true);
        Tensor x = torch.rand(2, 3, 8).requires_grad_(true);
        Tensor first = pair.teacher.see(block -> block.forward(x));
        Tensor second = pair.teacher.see(block -> block.forward(x));
        assertThat(first.requires_grad()).isFalse();
        assertThat(Tensors.toFloats(first)).isEqualTo(Tensors.toFloats(second));
        assertThat(pair.network.parametersByName().values()).noneMatch(Tensor::requires_grad);
        assertThat(pair.student.parametersByName().values()).allMatch(Tensor::requires_grad);
    }

    @Test
    void aCoefficientOutsideOfItsRangeIsRefused() {
        assertThatThrownBy(() -> new EmaSpec(1.5)).hasMessage("coefficient 1.5 is not in [0, 1]");
    }

    private static void run(Pair pair, int from, int to) {
        for (int step = from; step < to; step++) {
            change(pair, step);
            pair.teacher.follow(C);
        }
    }

    private static void change(Pair pair, int step) {
        torch.manual_seed(step);
        try (NoGrad off = new NoGrad()) {
            pair.student
                    .parametersByName()
                    .values()
                    .forEach(x -> x.add_(torch.randn_like(x).mul(new Scalar(0.1))));
        }
    }

    private static void assertSameWeights(Layer a, Layer b) {
        Map<String, Tensor> other = b.state();
        a.state()
                .forEach((name, x) ->
                        assertThat(Tensors.toFloats(x)).as(name).isEqualTo(Tensors.toFloats(other.get(name))));
    }
}
