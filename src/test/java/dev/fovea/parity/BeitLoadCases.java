package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Size;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.weights.BeitNames;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.Names;
import dev.fovea.weights.PosEmbedResize;
import dev.fovea.weights.RelativePositionResize;
import dev.fovea.weights.StateLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** microsoft/unilm beit2: what becomes of a file, and of its tables of positions, in a network for another image size. */
final class BeitLoadCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "finetune_load", BeitLoadCases::finetuneLoad,
            "relpos_interpolation", BeitLoadCases::relativePositions,
            "pos_embed_interpolation", BeitLoadCases::absolutePositions);

    private BeitLoadCases() {}

    /** A pre-training file put into a classifier for larger images. */
    private static void finetuneLoad(Case given) {
        BeitSpec pretrained = BeitCases.spec(given.config());
        Size size = Size.square(given.config().intAt("fine_img_size"));
        BeitSpec fine = pretrained.withRelativePosition(RelativeBias.BLOCK).withImageSize(size);
        Classifier model = new Classifier(fine, Pooling.MEAN, 1);
        Map<String, Tensor> state = model.state();
        int[] from = sides(pretrained.grid()), to = sides(fine.grid());
        LoadReport report = StateLoader.strict()
                .renaming(BeitNames::ours)
                .adapting(RelativePositionResize.onLoad(RelativePositionResize.Way.GEOMETRIC, null, to))
                .adapting((name, source, wanted) ->
                        name.equals("backbone.pos_embed") ? PosEmbedResize.resize(source, 1, from, to) : null)
                .allowingMissing("(head|fc_norm)\\..*", ".*_bias_table")
                .allowingLeft("(lm_head|cls_pt_.*|backbone\\.norm)\\..*", "mask_token")
                .load(BeitNames.withTablesOf(state.keySet(), given.weights(), BeitNames::ours), state, given.id());
        given.checkExpected(
                "/missing_keys",
                inRecordedOrder(
                        given,
                        "/missing_keys",
                        report.missingExpected().stream()
                                .map(Names.stripped("backbone."))
                                .toList()));
        given.checkExpected(
                "/unused_keys",
                inRecordedOrder(
                        given,
                        "/unused_keys",
                        report.ignored().stream()
                                .filter(name -> BeitNames.ours(name) != null)
                                .toList()));
        for (int i = 0; i < fine.depth(); i++) {
            String table = "blocks.%d.attn.relative_position_bias_table".formatted(i);
            given.check(table, state.get("backbone." + table));
        }
        model.train(false);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            model.forward(given.input("image"));
            given.check("features", tap.seen().get("features"));
        }
    }

    private static int[] sides(Size grid) {
        return new int[] {grid.height(), grid.width()};
    }

    private static List<String> inRecordedOrder(Case given, String pointer, List<String> names) {
        List<String> order = new ArrayList<>();
        given.expected().at(pointer).forEach(node -> order.add(node.textValue()));
        return names.stream()
                .sorted(java.util.Comparator.comparingInt(order::indexOf))
                .toList();
    }

    private static void relativePositions(Case given) {
        for (JsonNode window : given.config().at("windows")) {
            int from = window.get(0).asInt(), to = window.get(1).asInt();
            String name = "." + from + "_" + to;
            RelativePositionResize.Side side = RelativePositionResize.Side.of(from, to);
            given.check("q" + name, side.ratio());
            given.check("source_positions" + name, side.source());
            given.check("target_positions" + name, side.target());
            Tensor table = given.input("table" + name);
            given.check(
                    "resized" + name, RelativePositionResize.resize(table, new int[] {from, from}, new int[] {to, to}));
        }
    }

    private static void absolutePositions(Case given) {
        for (JsonNode grid : given.config().at("grids")) {
            int from = grid.get(0).asInt(), to = grid.get(1).asInt();
            String name = "." + from + "_" + to;
            Tensor table = given.input("pos_embed" + name);
            given.check("resized" + name, PosEmbedResize.resize(table, 1, new int[] {from, from}, new int[] {to, to}));
        }
    }
}
