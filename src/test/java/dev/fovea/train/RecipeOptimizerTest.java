package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Use;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.optim.ParamGroup;
import dev.fovea.recipe.OptimizerBlock;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.weights.ItpnNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What recipes make of each parameter's rate and decay, against the recorded groups of the reference codes. */
class RecipeOptimizerTest {
    private static final Path RECORDED = Path.of("src/test/resources/parity");

    private static final class Model extends Layer {
        private final Backbone backbone;

        Model(BackboneSpec spec) {
            backbone = child("backbone", spec.build(Use.DENSE));
            child("head", new Linear(4, 2));
        }
    }

    private record Factors(double rate, double decay) {}

    /** Of every parameter, under the name that it has here. */
    private static Map<String, Factors> factors(Recipe recipe, String layerDecay) {
        OptimizerBlock.AdamW block = (OptimizerBlock.AdamW) recipe.optimizer();
        assertThat(block.layerDecay()).hasToString("Optional[%s]".formatted(layerDecay));
        Model model = new Model(recipe.backbone());
        Map<String, Factors> factors = new LinkedHashMap<>();
        for (ParamGroup group : RecipeOptimizer.groups(block, model, model.backbone, name -> false)) {
            group.names().forEach(name -> factors.put(name, new Factors(group.lrScale(), group.weightDecay())));
        }
        return factors;
    }

    private static Recipe tiny(String recipe, String... sets) {
        return RecipeReader.read(Path.of("recipes", recipe + ".yaml"), new RecipeReader.Overrides(true, List.of(sets)));
    }

    @Test
    void detectorsOfItpnHaveTheRecordedRatesAndDecays() throws IOException {
        JsonNode groups = new ObjectMapper()
                .readTree(RECORDED.resolve("itpn/lr_decay/case.json").toFile())
                .at("/expected/det_groups");
        for (String recipe :
                List.of("itpn-b_coco_mask-rcnn-1x", "itpn-b_coco_mask-rcnn-3x", "itpn-b_coco_cascade-3x")) {
            Map<String, Factors> ours = factors(tiny("itpn/" + recipe, "backbone.depths=[2, 1, 3]"), "0.9");
            int compared = 0;
            for (JsonNode group : groups) {
                for (JsonNode node : group.get("params")) {
                    String reference = node.textValue();
                    Factors own = ours.get(ItpnNames.ours(reference.replaceFirst("^backbone\\.", "")));
                    assertThat(own).as(reference).isNotNull();
                    assertThat(own.rate)
                            .as(reference)
                            .isCloseTo(group.get("lr_scale").doubleValue(), within(1e-12));
                    assertThat(own.decay)
                            .as(reference)
                            .isEqualTo(group.get("weight_decay").doubleValue());
                    compared++;
                }
            }
            assertThat(ours).as(recipe).hasSize(compared);
        }
    }

    @Test
    void segmentationOnConvMaeDecaysPositionsAsRecorded() {
        Map<String, Factors> ours = factors(tiny("convmae/convvit-b_ade20k_upernet"), "0.75");
        assertThat(ours.get("backbone.pos_embed").decay).isEqualTo(0.05);
        assertThat(ours.get("backbone.blocks3.0.attn.relative_position_bias_table").decay)
                .isEqualTo(0.05);
    }

    @Test
    void theSecondDetectorOfConvMaeLeavesPositionsOutOfTheLayers() {
        Map<String, Factors> ours = factors(tiny("convmae/convvit-b_coco_vitdet"), "0.8");
        assertThat(ours.get("backbone.pos_embed")).isEqualTo(new Factors(1, 0));
        assertThat(ours.get("backbone.patch_embed1.proj.weight").rate).isCloseTo(Math.pow(0.8, 3), within(1e-12));
    }
}
