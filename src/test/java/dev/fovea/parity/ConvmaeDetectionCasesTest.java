package dev.fovea.parity;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.fovea.tensor.Tensors;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvmaeDetectionCasesTest {
    @TempDir
    Path root;

    /** The reference's default is a table that has a row for a class token, which it cuts off. */
    @Test
    void theRowOfAClassTokenInFrontOfThePositionsIsCutOff() {
        CaseVariant variant = new CaseVariant("convmae/convmae_det_backbone_vitdet");
        variant.config().remove("pretrain_use_cls_token");
        Tensor table = variant.weights().get("net.pos_embed");
        put(variant.weights(), "net.pos_embed", torch.randn(1, 1, table.size(2)), table);
        put(
                variant.outputs(),
                "grad.net.pos_embed",
                Tensors.zeros(1, 1, table.size(2)),
                variant.outputs().get("grad.net.pos_embed"));
        Case given = variant.in(root);
        assertThatCode(() -> {
                    ConvmaeDetectionCases.vitdet(given);
                    given.finish();
                })
                .doesNotThrowAnyException();
    }

    private static void put(Map<String, Tensor> tensors, String name, Tensor row, Tensor table) {
        tensors.put(name, Tensors.cat(1, row, table));
    }
}
