package dev.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private static final AdamW.Options OPTIONS = new AdamW.Options(0.8, 0.95, 1e-3);

    @Test
    void severalStepsEqualTheFormulaInDouble() {
        double[] p = {0.5, -1.25, 2};
        double[] m = new double[3];
        double[] v = new double[3];
        Tensor parameter = Given.parameter(p);
        AdamW adamW = new AdamW(Given.oneGroup("w", parameter, 0.5, 0.1), OPTIONS);
        for (int t = 1; t <= 4; t++) {
            double[] g = {0.3 * t, -0.7, t % 2 == 0 ? 0.01 : -4};
            double lr = 0.02 * t * 0.5;
            for (int i = 0; i < 3; i++) {
                p[i] *= 1 - lr * 0.1;
                m[i] = 0.8 * m[i] + 0.2 * g[i];
                v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
                double denominator = Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(0.95, t)) + 1e-3;
                p[i] -= lr / (1 - Math.pow(0.8, t)) * m[i] / denominator;
            }
            Given.gradient(parameter, g);
            adamW.step(0.02 * t);
            assertThat(Tensors.toDoubles(parameter)).containsExactly(p, within(1e-6));
        }
        assertThat(Tensors.toDoubles(adamW.state().get("exp_avg.w"))).containsExactly(m, within(1e-6));
        assertThat(Tensors.toDoubles(adamW.state().get("exp_avg_sq.w"))).containsExactly(v, within(1e-5));
        assertThat(Tensors.item(adamW.state().get("step.w"))).isEqualTo(4);
    }

    @Test
    void aParameterWithoutGradientKeepsItsValueAndItsStepCount() {
        Tensor a = Given.parameter(1, 2);
        Tensor b = Given.parameter(3, 4);
        AdamW adamW = new AdamW(List.of(new ParamGroup("all", ordered("a", a, "b", b), 1, 0.5)), OPTIONS);
        Given.gradient(a, 1, 1);
        adamW.step(0.1);
        assertThat(Tensors.toDoubles(b)).containsExactly(3, 4);
        assertThat(Tensors.item(adamW.state().get("step.b"))).isZero();

        adamW.zeroGrad();
        double[] before = Tensors.toDoubles(a);
        Given.gradient(b, 1, 1);
        adamW.step(0.1);
        assertThat(Tensors.toDoubles(a)).isEqualTo(before);
        assertThat(Tensors.item(adamW.state().get("step.a"))).isEqualTo(1);
        assertThat(Tensors.item(adamW.state().get("step.b"))).isEqualTo(1);
        assertThat(Tensors.toDoubles(b)[0]).isLessThan(3);
    }

    @Test
    void trainingGoesOnToTheSameBitsFromASavedState() {
        Tensor straight = Given.parameter(0.1, -0.2, 0.3);
        AdamW first = new AdamW(Given.oneGroup("w", straight, 1, 0.05), OPTIONS);
        trainSteps(first, straight, 0, 3);
        Map<String, Tensor> saved = Given.copies(first.state());
        Tensor resumed = straight.detach().clone().set_requires_grad(true);
        trainSteps(first, straight, 3, 6);

        AdamW second = new AdamW(Given.oneGroup("w", resumed, 1, 0.05), OPTIONS);
        second.load(saved);
        trainSteps(second, resumed, 3, 6);

        assertThat(Tensors.toFloats(resumed)).isEqualTo(Tensors.toFloats(straight));
        first.state()
                .forEach((name, tensor) ->
                        assertThat(Tensors.toFloats(second.state().get(name))).isEqualTo(Tensors.toFloats(tensor)));
    }

    @Test
    void stateSurvivesTheScopeOfTheStepThatFirstUsedIt() {
        Tensor parameter = Given.parameter(1, 1);
        AdamW adamW = new AdamW(Given.oneGroup("w", parameter, 1, 0), OPTIONS);
        for (int step = 0; step < 3; step++) {
            try (PointerScope scope = new PointerScope()) {
                parameter.mul(parameter).sum().backward();
                adamW.step(0.1);
                adamW.zeroGrad();
            }
        }
        assertThat(parameter.grad().defined()).isFalse();
        assertThat(Tensors.item(adamW.state().get("step.w"))).isEqualTo(3);
        assertThat(Tensors.toDoubles(parameter)[0]).isLessThan(0.9);
    }

    @Test
    void aStateOfAnotherModelIsRefused() {
        AdamW adamW = new AdamW(Given.oneGroup("w", Given.parameter(1, 2), 1, 0), OPTIONS);
        AdamW other = new AdamW(Given.oneGroup("v", Given.parameter(1, 2), 1, 0), OPTIONS);
        AdamW wider = new AdamW(Given.oneGroup("w", Given.parameter(1, 2, 3), 1, 0), OPTIONS);
        assertThatThrownBy(() -> adamW.load(other.state()))
                .hasMessage("optimizer state does not fit: missing [exp_avg.w, exp_avg_sq.w, step.w],"
                        + " unexpected [exp_avg.v, exp_avg_sq.v, step.v]");
        assertThatThrownBy(() -> adamW.load(wider.state()))
                .hasMessage("optimizer state: 'exp_avg.w' has shape 2, the saved one has 3");
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThatThrownBy(() -> new AdamW.Options(1, 0.9, 1e-8))
                .hasMessage("AdamW: beta1 1.0 and beta2 0.9 must be in [0, 1), eps 1.0E-8 not negative");
        Tensor w = Given.parameter(1);
        ParamGroup group = new ParamGroup("g", Map.of("w", w), 1, 0);
        assertThatThrownBy(() -> new AdamW(List.of(group, group), OPTIONS))
                .hasMessage("parameter 'w' stands in two groups");
    }

    private static void trainSteps(AdamW adamW, Tensor parameter, int from, int to) {
        for (int step = from; step < to; step++) {
            Given.gradient(parameter, Math.sin(step), Math.cos(step), step * 0.1);
            adamW.step(0.01 * (step + 1));
        }
    }

    private static Map<String, Tensor> ordered(String a, Tensor first, String b, Tensor second) {
        Map<String, Tensor> map = new LinkedHashMap<>();
        map.put(a, first);
        map.put(b, second);
        return map;
    }
}
