package dev.fovea.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frame must fail when a case is not met, not run, or only half compared. */
class ParityFrameTest {
    private static final String ID = "toy/add";

    @TempDir
    Path root;

    @BeforeEach
    void writeACase() throws IOException {
        Path folder = Files.createDirectories(root.resolve(ID));
        Files.writeString(
                folder.resolve("case.json"),
                """
                {"config": {"run.ratio": 0.75, "dims": [1, 2], "qkv_bias": true},
                 "mode": "train",
                 "tolerance": {"atol": 0.01, "rtol": 0, "grad_atol": 0.5},
                 "expected": {"order": ["a", "b"], "groups": [{"lr": 0.1}, {"lr": 0.2}]}}
                """);
        Safetensors.write(folder.resolve("inputs.safetensors"), Map.of("x", Tensors.ones(2, 3)));
        Safetensors.write(
                folder.resolve("outputs.safetensors"),
                Map.of(
                        "y", Tensors.full(2, 2, 3),
                        "ids", Tensors.of(new long[] {5, 6}, 2),
                        "grad.w", Tensors.zeros(2)));
    }

    @Test
    void aCaseThatIsMetPasses() {
        assertThatCode(() -> run(ParityFrameTest::correct)).doesNotThrowAnyException();
    }

    @Test
    void aWrongValueIsReportedWithSizePlaceAndShapes() {
        failsWith(
                given -> {
                    correct(given);
                    given.check("y", Tensors.of(new float[] {2, 2, 2, 2, 2.5f, 2.1f}, 2, 3));
                },
                "y: max |difference| 0.500 at [1, 1] (2.5, recorded is 2.0), 2 of 6 values outside"
                        + " Tolerance[atol=0.01, rtol=0.0], both shapes 2x3");
    }

    @Test
    void aWrongShapeIsReportedWithBothShapes() {
        failsWith(
                given -> {
                    correct(given);
                    given.check("y", Tensors.full(2, 3, 2));
                },
                "y: shape 3x2, recorded is 2x3");
    }

    @Test
    void notANumberIsNeverWithinTolerance() {
        failsWith(
                given -> {
                    correct(given);
                    given.check("y", Tensors.full(Double.NaN, 2, 3));
                },
                "6 of 6 values outside");
    }

    @Test
    void integersMustBeMetExactly() {
        failsWith(
                given -> {
                    correct(given);
                    given.check("ids", Tensors.of(new double[] {5, 6.005}, 2));
                },
                "ids: max |difference| 0.00500 at [1]");
    }

    @Test
    void outputsAndExpectedValuesThatAreNotComparedFail() {
        failsWith(
                given -> {
                    given.check("y", Tensors.full(2, 2, 3));
                    given.checkExpected("/groups/0/lr", 0.1);
                },
                "outputs never compared: [",
                "expected values never compared: [/order, /groups/1]");
    }

    @Test
    void expectedValuesAreComparedInDepth() {
        failsWith(
                given -> {
                    correct(given);
                    given.checkExpected("/order", List.of("b", "a"));
                    given.checkExpected("/groups/1", Map.of("lr", 0.3));
                },
                "expected/order/0: \"b\", recorded is \"a\"",
                "expected/groups/1/lr: 0.3, recorded is 0.2");
    }

    @Test
    void aMissingGradientFails() {
        failsWith(given -> given.checkGradients(Map.of()), "grad.w: nothing was computed, recorded is 2");
    }

    @Test
    void aMissingConfigKeyIsNamed() {
        failsWith(given -> given.config().intAt("depth"), "toy/add config: no key 'depth' among [run.ratio, dims");
        failsWith(given -> given.config().intAt("dims"), "toy/add config: 'dims' is [1,2], not a number");
    }

    @Test
    void aCaseWithoutRunnerFails() {
        assertThatThrownBy(() -> ParityTest.run(root, ID, id -> null))
                .isInstanceOf(AssertionError.class)
                .hasMessage("no runner for toy/add");
    }

    @Test
    void casesAreFoundBelowARootAndAnEmptyRootFails() throws IOException {
        assertThat(ParityTest.casesBelow(root)).containsExactly(ID);
        Path empty = Files.createDirectories(root.resolve("empty"));
        assertThatThrownBy(() -> ParityTest.casesBelow(empty))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("no parity cases");
    }

    private static void correct(Case given) {
        assertThat(given.training()).isTrue();
        assertThat(given.config().doubleAt("run.ratio")).isEqualTo(0.75);
        assertThat(given.weights()).isEmpty();
        Tensor x = given.input("x");
        given.check("y", x.add(x));
        given.check("ids", 5, 6);
        given.checkGradients(Map.of("w", Tensors.full(0.4, 2)));
        given.checkExpected("/order", List.of("a", "b"));
        given.checkExpected("/groups", List.of(Map.of("lr", 0.1), Map.of("lr", 0.2)));
    }

    private void run(CaseRunner runner) throws Exception {
        ParityTest.run(root, ID, id -> runner);
    }

    private void failsWith(CaseRunner runner, String... parts) {
        assertThatThrownBy(() -> run(runner)).isInstanceOf(AssertionError.class).hasMessageContainingAll(parts);
    }

    /** A case that gets lost in the repository would otherwise not be missed. */
    @Test
    void everyRunnerHasItsCase() {
        assertThat(ParityTest.casesBelow(Path.of("src/test/resources/parity"))).hasSameElementsAs(Runners.ids());
    }
}
