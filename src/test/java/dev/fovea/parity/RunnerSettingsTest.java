package dev.fovea.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.Norm;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.dense.adapter.VitAdapterSpec.VitFeature;
import dev.fovea.dense.detect.roi.MaskHead;
import dev.fovea.dense.segment.DecodeHead;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that no recorded case has, as the runners read them: defaults of the references, norms in other places. */
class RunnerSettingsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CASES = Path.of("src/test/resources/parity");
    private static final String BEIT =
            "'type': 'BEiTAdapter', 'img_size': 32, 'embed_dim': 12, 'depth': 2, 'num_heads': 3";
    private static final String VIT = "'type': 'ViTAdapter', 'embed_dim': 12, 'depth': 2, 'num_heads': 3";

    /** A config of pairs in single quotes. */
    static Config config(String pairs, String more) {
        try {
            return new Config(
                    "toy", JSON.readTree("{%s%s}".formatted(pairs, more).replace('\'', '"')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The config of a recorded case, with a norm in one of its parts: none given, null, or group norm. */
    private static Config recorded(String name, String part, String norm) throws IOException {
        JsonNode config = JSON.readTree(CASES.resolve("heads")
                        .resolve(name)
                        .resolve("case.json")
                        .toFile())
                .get("config");
        ObjectNode head = (ObjectNode) config.get(part);
        if (norm.equals("absent")) {
            head.remove("norm_cfg");
        } else {
            head.set("norm_cfg", JSON.readTree(norm));
        }
        return new Config(name, config);
    }

    private static final String NULL = "null", GROUPS = "{\"type\": \"GN\", \"num_groups\": 2}";

    @Test
    void anAdapterOverBeitIsOfTheNewVersionUnlessItSaysOld() {
        assertThat(AdapterCases.version(config(BEIT, ""))).isEqualTo(VitFeature.LAST);
        assertThat(AdapterCases.version(config(BEIT, ", 'version': 'new'"))).isEqualTo(VitFeature.LAST);
        assertThat(AdapterCases.version(config(BEIT, ", 'version': 'old'"))).isEqualTo(VitFeature.EACH);
    }

    @Test
    void blocksUnderAnAdapterHaveScalesUnlessTheirStartIsNull() {
        for (String start : List.of("", ", 'init_values': 0.0", ", 'init_values': 1e-6")) {
            assertThat(scaled(config(BEIT, start))).as(start).isTrue();
        }
        assertThat(scaled(config(BEIT, ", 'init_values': null"))).isFalse();
        assertThat(AdapterCases.beit(config(BEIT, ""), VitFeature.LAST).gammaStart())
                .isZero();
    }

    private static boolean scaled(Config config) {
        return AdapterCases.beit(config, VitFeature.LAST)
                .build(Use.DENSE)
                .parametersByName()
                .containsKey("blocks.0.gamma_1");
    }

    @Test
    void theBackboneIsTheOneThatItsTypeNames() {
        assertThat(AdapterCases.named(config(BEIT, ""), VitFeature.LAST).vit()).isInstanceOf(BeitSpec.class);
        VitAdapterSpec plain = AdapterCases.named(config(VIT, ""), VitFeature.LAST);
        assertThat(plain.vit()).isInstanceOf(VitSpec.class);
        assertThat(plain.imageSize()).isEqualTo(Size.square(224));
        assertThatThrownBy(() -> AdapterCases.named(config("'type': 'Swin'", ""), VitFeature.LAST))
                .hasMessageStartingWith("backbone 'Swin' is not supported");
    }

    @Test
    void aNormThatIsNotGivenIsTheReferencesAndNullIsNone() throws IOException {
        assertThat(normsOfAtss("absent")).contains("cls_convs.0.gn.weight");
        assertThat(normsOfAtss(NULL)).contains("cls_convs.0.conv.bias").noneMatch(name -> name.contains("gn"));
        assertThat(pixelNorm("absent")).isEqualTo(Norm.group(32));
        assertThat(pixelNorm(NULL)).isEqualTo(Norm.NONE);
        assertThat(pixelNorm(GROUPS)).isEqualTo(Norm.group(2));
    }

    private static Iterable<String> normsOfAtss(String norm) throws IOException {
        Config config = recorded("atss_train", "bbox_head", norm);
        ((ObjectNode) config.at("bbox_head")).put("feat_channels", 32);
        return SingleStageCases.head(config).parametersByName().keySet();
    }

    private static Norm pixelNorm(String norm) throws IOException {
        return new Mask2FormerConfig(recorded("mask2former_forward", "pixel_decoder", norm))
                .spec()
                .norm();
    }

    @Test
    void headsOfSegmentationHaveTheNormThatIsGiven() throws IOException {
        assertThat(uper(GROUPS).parametersByName()).containsKey("fpn_bottleneck.gn.weight");
        assertThat(uper(NULL).parametersByName()).containsKey("fpn_bottleneck.conv.bias");
        assertThat(uper("absent").parametersByName()).containsKey("fpn_bottleneck.conv.bias");
        Config fcn = recorded("upernet_train", "auxiliary_head", GROUPS).in("auxiliary_head");
        assertThat(SegmentationCases.head(fcn).parametersByName()).containsKey("convs.0.gn.weight");
    }

    private static DecodeHead uper(String norm) throws IOException {
        return SegmentationCases.head(
                recorded("upernet_train", "decode_head", norm).in("decode_head"));
    }

    @Test
    void noMaskIsAnEmptyStack() {
        Tensor none = DetectionHeadCases.bytes(List.of(), new Size(4, 5));
        assertThat(Shapes.of(none)).containsExactly(0, 4, 5);
        assertThat(none.scalar_type().intern()).isEqualTo(ScalarType.Byte);
    }

    /** With other weights than the recorded ones the values differ; here it is about what is compared at all. */
    @Test
    void runningMeansOfAMaskHeadAreCompared(@TempDir Path root) throws IOException {
        Case given = changed(root, "heads/mask_head", json -> json.set("norm_cfg", batchNorm()), config -> new MaskHead(
                        DetectionSettings.maskHead(config))
                .state());
        assertThatThrownBy(() -> {
                    DetectionHeadCases.maskHead(given);
                    given.finish();
                })
                .hasMessageContaining("after.convs.0.bn.running_mean: max |difference|")
                .hasMessageNotContaining("never compared: [after");
    }

    private static JsonNode batchNorm() {
        return JSON.createObjectNode().put("type", "BN");
    }

    private interface Change {
        void of(ObjectNode config);
    }

    private interface Weights {
        Map<String, Tensor> of(Config config);
    }

    /** A recorded case with another config, weights of our own, and buffers among the outputs that nobody has computed. */
    private static Case changed(Path root, String name, Change change, Weights weights) throws IOException {
        Path from = CASES.resolve(name), to = Files.createDirectories(root.resolve(name));
        ObjectNode json = (ObjectNode) JSON.readTree(from.resolve("case.json").toFile());
        change.of((ObjectNode) json.get("config"));
        JSON.writeValue(to.resolve("case.json").toFile(), json);
        Files.copy(from.resolve("inputs.safetensors"), to.resolve("inputs.safetensors"));
        Map<String, Tensor> state = weights.of(new Config(name, json.get("config")));
        Safetensors.write(to.resolve("weights.safetensors"), state);
        Map<String, Tensor> outputs = new LinkedHashMap<>(new Case(CASES, name).outputs());
        state.forEach((key, value) -> {
            if (key.endsWith("running_mean")) {
                outputs.put("after." + key, Tensors.full(7, Shapes.of(value)));
            }
        });
        Safetensors.write(to.resolve("outputs.safetensors"), outputs);
        return new Case(root, name);
    }

    /** The neck is part of the head here, its buffers too. */
    @Test
    void runningMeansOfANeckAreCompared(@TempDir Path root) throws IOException {
        Case recorded = new Case(CASES, "heads/semantic_fpn_train");
        Map<String, Tensor> weights = new LinkedHashMap<>();
        recorded.weights().forEach((key, value) -> {
            if (!key.startsWith("neck.")) {
                weights.put(key, value);
            } else if (key.endsWith("weight")) {
                weights.put(key, value);
                String norm = key.replace("conv.weight", "bn.");
                for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
                    weights.put(norm + part, Tensors.ones(value.size(0)));
                }
                weights.put(norm + "num_batches_tracked", Tensors.of(new long[] {0}, 1));
            }
        });
        Case given = changed(
                root,
                "heads/semantic_fpn_train",
                json -> ((ObjectNode) json.get("neck")).set("norm_cfg", batchNorm()),
                config -> weights);
        assertThatThrownBy(() -> {
                    SegmentationCases.HEADS.get("semantic_fpn_train").run(given);
                    given.finish();
                })
                .hasMessageContaining("after.neck.lateral_convs.0.bn.running_mean: max |difference|");
    }

    /** The two blocks on the early tap have tables there in any case, which the reference never reads then. */
    @Test
    void itpnTowardsClipRunsWithoutRelativePositions(@TempDir Path root) throws IOException {
        Map<String, Tensor> weights = new Case(CASES, "itpn/itpn_clip_train").weights();
        weights.keySet().removeIf(name -> name.matches("blocks\\..*relative_position_bias_table"));
        assertThat(weights).containsKey("cls_pt_layers.0.attn.relative_position_bias_table");
        Case given = changed(root, "itpn/itpn_clip_train", json -> json.put("rpe", false), config -> weights);
        assertThatThrownBy(() -> {
                    ItpnPretrainCases.RUNNERS.get("itpn_clip_train").run(given);
                    given.finish();
                })
                .as("computed, though the values differ from those with relative positions")
                .hasMessageContaining("loss: max |difference|");
    }

    @Test
    void dropPathOfASupervisedHiVitIsReplayed(@TempDir Path root) throws Exception {
        Case recorded = new Case(CASES, "itpn/hivit_backbone");
        changed(root, "itpn/hivit_backbone", json -> {}, config -> recorded.weights());
        Path folder = root.resolve("itpn/hivit_backbone");
        ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve("case.json").toFile());
        JSON.writeValue(folder.resolve("case.json").toFile(), json.put("mode", "train"));
        Map<String, Tensor> inputs = recorded.inputs();
        long batch = inputs.get("imgs").size(0);
        // 2 + 4 MLP blocks with one draw each, but for the first, and 3 blocks of attention with two; one is too many.
        inputs.put("drop_path_rand", Tensors.full(0.5, 5 + 6 + 1, batch));
        Safetensors.write(folder.resolve("inputs.safetensors"), inputs);
        Case training = new Case(root, "itpn/hivit_backbone");
        ItpnCases.RUNNERS.get("hivit_backbone").run(training);
        assertThat(training.problemText()).contains("\n  1 recorded draws were not used");
    }
}
