package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.weights.PosEmbedResize;
import org.bytedeco.pytorch.Tensor;

/** {@code mae/pos_embed}: sine-cosine tables, and a checkpoint's table for other grids. */
final class PosEmbedCase {
    private PosEmbedCase() {}

    static void run(Case given) {
        Config config = given.config();
        int dim = config.intAt("run.embed_dim");
        for (JsonNode grid : config.at("run.grids")) {
            int[] size = size(grid);
            String name = "sincos_%dx%d".formatted(size[0], size[1]);
            Tensor table = SinCosPosEmbed.table(size[0], size[1], dim, false);
            given.check(name, table.squeeze(0));
            given.check(
                    name + "_cls",
                    SinCosPosEmbed.table(size[0], size[1], dim, true).squeeze(0));
        }
        Tensor table = given.input("checkpoint_pos_embed");
        int[] from = size(config.at("run.interp_from"));
        for (JsonNode grid : config.at("run.interp_to")) {
            int[] to = size(grid);
            given.check("interpolated_%dx%d".formatted(to[0], to[1]), PosEmbedResize.resize(table, 1, from, to));
        }
    }

    /** Rows and columns; one number stands for both. */
    private static int[] size(JsonNode grid) {
        return grid.isArray()
                ? new int[] {grid.get(0).asInt(), grid.get(1).asInt()}
                : new int[] {grid.asInt(), grid.asInt()};
    }
}
