package dev.fovea.parity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that the recorded cases do not have, on the first step of one of them. */
class LocaStepCaseTest {
    @TempDir
    Path root;

    private final CaseVariant variant = new CaseVariant("loca/train_step");

    /** Losses and gradients of a first step are those before clipping. */
    @Test
    void noLimitOfTheNormIsNoClipping() {
        variant.config().putNull("max_grad_norm");
        assertThatCode(this::runFirstStep).doesNotThrowAnyException();
    }

    /** The reference draws no permutation then, and keeps all tokens: the losses are others, but there are some. */
    @Test
    void aQueryMayKeepMoreTokensThanThereAre() {
        variant.config().put("query_max_seqlen", 99);
        variant.inputs().keySet().removeIf(name -> name.endsWith("query0_permutation"));
        assertThatThrownBy(this::runFirstStep).hasMessageContaining("step1.position_loss: max |difference|");
    }

    @Test
    void soItMayInAForwardPass() {
        CaseVariant forward = new CaseVariant("loca/vit_loca_forward");
        forward.config().put("query_max_seqlen", 9999);
        forward.inputs().remove("query0_permutation");
        Case given = forward.in(root);
        assertThatThrownBy(() -> {
                    new LocaForwardCase(given).check();
                    given.finish();
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("query0");
    }

    private void runFirstStep() {
        variant.outputs().keySet().removeIf(name -> !name.matches("(step1\\.|grad\\.).*"));
        Case given = variant.in(root);
        new LocaStepCase(given).check();
        given.finish();
    }
}
