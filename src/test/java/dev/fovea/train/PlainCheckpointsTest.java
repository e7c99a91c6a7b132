package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.InitBlock;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.PosEmbedResize;
import dev.fovea.weights.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files with the names of DINOv2's, and of DeiT's and AugReg's as timm has them, into plain networks and adapters. */
class PlainCheckpointsTest {
    private static final int CLASSES = 3;
    private static final String SCALED = Recipes.VIT.replace("dropPath", "layerScale: 1, dropPath");
    private static final String KERNEL = "patch_embed.proj.weight";
    private static final String SCALE = "backbone.blocks.%d.gamma_%d";

    @TempDir
    Path temp;

    @Test
    void anAdapterTakesDinov2AsItsOwnCodeConvertsIt() {
        Map<String, Tensor> file = dinov2();
        // Patches of 7 pixels in a grid of 5 x 5 become patches of 8 pixels: an image side of 40.
        Recipe recipe = Recipes.of(Recipes.segment(Recipes.adapter(SCALED)), "backbone.pretrainSize=40");
        Layer model = RecipeModel.build(recipe, CLASSES);
        LoadReport report = load(file, recipe, model);
        assertThat(report.adapted()).containsExactly("backbone.patch_embed.proj.weight 16x3x7x7 -> 16x3x8x8");
        assertThat(report.ignored())
                .containsExactlyInAnyOrder("mask_token", "register_tokens", "cls_token", "norm.weight", "norm.bias");
        assertBlocks(file, model);
        assertScales(file, model);
        assertSame(file, "pos_embed", model);
        assertResizedKernel(model);
    }

    @Test
    void aPlainNetworkTakesDinov2WithItsPositionsResized() {
        Map<String, Tensor> file = dinov2();
        Recipe recipe = Recipes.of(Recipes.classify(SCALED));
        Layer model = RecipeModel.build(recipe, CLASSES);
        LoadReport report = load(file, recipe, model);
        assertThat(report.adapted())
                .containsExactlyInAnyOrder(
                        "backbone.patch_embed.proj.weight 16x3x7x7 -> 16x3x8x8",
                        "backbone.pos_embed 1x26x16 -> 1x17x16");
        assertThat(report.ignored()).contains("mask_token", "register_tokens");
        assertBlocks(file, model);
        assertScales(file, model);
        assertSame(file, "cls_token", model);
        assertResizedKernel(model);
        assertThat(values(model, "backbone.pos_embed"))
                .containsExactly(Tensors.toFloats(PosEmbedResize.fromSquare(file.get("pos_embed"), 1, 4, 4)));
    }

    @Test
    void scalesOfDinov2AreNotDroppedInSilence() {
        Map<String, Tensor> file = dinov2();
        for (String backbone : List.of(Recipes.VIT, Recipes.adapter(Recipes.VIT))) {
            Recipe recipe = Recipes.of(Recipes.segment(backbone));
            Layer model = RecipeModel.build(recipe, CLASSES);
            assertThatThrownBy(() -> load(file, recipe, model))
                    .hasMessageContaining("unexpected (4): blocks.0.ls1.gamma, blocks.0.ls2.gamma");
        }
    }

    @Test
    void dinov2sGiantIsRefusedWithTheReason() {
        Map<String, Tensor> file = dinov2();
        for (int i = 0; i < 2; i++) {
            file.remove("blocks.%d.mlp.fc1.weight".formatted(i));
            put(file, "blocks.%d.mlp.w12.weight".formatted(i), 64, 16);
        }
        Recipe recipe = Recipes.of(Recipes.segment(Recipes.adapter(SCALED)));
        assertThatThrownBy(() -> load(file, recipe, RecipeModel.build(recipe, CLASSES)))
                .hasMessage("init.from: " + file() + " is DINOv2's giant: its blocks have gated feed-forward parts"
                        + " (mlp.w12, mlp.w3), which a plain vit here has not; its small, base and large fit");
    }

    @Test
    void anAdapterTakesDeitAndAugRegWithScalesThatStartAtOne() {
        Map<String, Tensor> file = timm();
        Recipe recipe = Recipes.of(
                Recipes.segment(Recipes.adapter(SCALED)), "backbone.vit.imageSize=48x64", "backbone.pretrainSize=32");
        Layer model = RecipeModel.build(recipe, CLASSES);
        LoadReport report = load(file, recipe, model);
        assertThat(report.adapted()).isEmpty();
        assertThat(report.ignored())
                .containsExactlyInAnyOrder("cls_token", "norm.weight", "norm.bias", "head.weight", "head.bias");
        assertBlocks(file, model);
        assertSame(file, "pos_embed", model);
        assertSame(file, KERNEL, model);
        for (int i = 0; i < 4; i++) {
            String scale = SCALE.formatted(i / 2, i % 2 + 1);
            assertThat(report.missingExpected()).contains(scale);
            assertThat(values(model, scale)).containsOnly(1);
        }
    }

    @Test
    void aPlainNetworkTakesDeitAndAugRegWithoutTheirHead() {
        Map<String, Tensor> file = timm();
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.VIT));
        Layer model = RecipeModel.build(recipe, CLASSES);
        LoadReport report = load(file, recipe, model);
        assertThat(report.adapted()).isEmpty();
        assertThat(report.missingExpected()).contains("head.weight 7x16 -> 3x16", "head.bias 7 -> 3");
        assertBlocks(file, model);
        for (String name : List.of("cls_token", "pos_embed", KERNEL)) {
            assertSame(file, name, model);
        }
    }

    private static void assertBlocks(Map<String, Tensor> file, Layer model) {
        file.keySet().stream()
                .filter(name -> name.startsWith("blocks.") && !name.endsWith(".gamma"))
                .forEach(name -> assertSame(file, name, model));
    }

    private static void assertSame(Map<String, Tensor> file, String name, Layer model) {
        assertThat(values(model, "backbone." + name)).as(name).containsExactly(Tensors.toFloats(file.get(name)));
    }

    private static void assertScales(Map<String, Tensor> file, Layer model) {
        for (int i = 0; i < 4; i++) {
            int block = i / 2, part = i % 2 + 1;
            assertThat(values(model, SCALE.formatted(block, part)))
                    .containsExactly(Tensors.toFloats(file.get("blocks.%d.ls%d.gamma".formatted(block, part))));
        }
    }

    /** The file's kernels rise evenly along rows and columns: so they do in between, and end at the outer cells' centres. */
    private static void assertResizedKernel(Layer model) {
        float[] kernels = values(model, "backbone." + KERNEL);
        for (int i = 0; i < kernels.length; i++) {
            double wanted = 0.3 * (i / 64) + 0.1 * place(i / 8 % 8) + 0.01 * place(i % 8);
            assertThat(kernels[i]).as("element %d", i).isCloseTo((float) wanted, within(1e-5f));
        }
    }

    /** Where the centre of one of eight cells lies among seven. */
    private static double place(int cell) {
        return Math.min(6, Math.max(0, (cell + 0.5) * 7 / 8 - 0.5));
    }

    private static Map<String, Tensor> dinov2() {
        Map<String, Tensor> file = network(25);
        put(file, "mask_token", 1, 16);
        put(file, "register_tokens", 1, 4, 16);
        for (int i = 0; i < 4; i++) {
            put(file, "blocks.%d.ls%d.gamma".formatted(i / 2, i % 2 + 1), 16);
        }
        float[] kernels = new float[16 * 3 * 7 * 7];
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = 0.3f * (i / 49) + 0.1f * (i / 7 % 7) + 0.01f * (i % 7);
        }
        file.put(KERNEL, Tensors.of(kernels, 16, 3, 7, 7));
        return file;
    }

    private static Map<String, Tensor> timm() {
        Map<String, Tensor> file = network(16);
        put(file, KERNEL, 16, 3, 8, 8);
        put(file, "head.weight", 7, 16);
        put(file, "head.bias", 7);
        return file;
    }

    /** What both have: two blocks 16 wide. */
    private static Map<String, Tensor> network(int cells) {
        Map<String, Tensor> file = new LinkedHashMap<>();
        put(file, "cls_token", 1, 1, 16);
        put(file, "pos_embed", 1, 1 + cells, 16);
        put(file, "patch_embed.proj.bias", 16);
        for (int i = 0; i < 2; i++) {
            String block = "blocks.%d.".formatted(i);
            List.of("norm1", "norm2").forEach(norm -> layer(file, block + norm, 16));
            layer(file, block + "attn.qkv", 48, 16);
            layer(file, block + "attn.proj", 16, 16);
            layer(file, block + "mlp.fc1", 32, 16);
            layer(file, block + "mlp.fc2", 16, 32);
        }
        layer(file, "norm", 16);
        return file;
    }

    private static void layer(Map<String, Tensor> file, String name, long... weight) {
        put(file, name + ".weight", weight);
        put(file, name + ".bias", weight[0]);
    }

    private static void put(Map<String, Tensor> file, String name, long... shape) {
        Tensor x = Tensors.zeros(shape);
        Init.normal(x, 1);
        file.put(name, x);
    }

    private LoadReport load(Map<String, Tensor> tensors, Recipe recipe, Layer model) {
        Safetensors.write(file(), tensors);
        return InitialWeights.load(new InitBlock(file().toString()), recipe, model);
    }

    private Path file() {
        return temp.resolve("model.safetensors");
    }

    private static float[] values(Layer model, String name) {
        return Tensors.toFloats(model.state().get(name));
    }
}
