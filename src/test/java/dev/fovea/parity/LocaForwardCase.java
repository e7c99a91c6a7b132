package dev.fovea.parity;

import dev.fovea.backbone.ViewEncoder.Patches;
import dev.fovea.backbone.VitSpec;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.loca.LocaDraw.Selection;
import dev.fovea.pretrain.loca.LocaNetwork;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.LocaNames;
import dev.fovea.weights.StateLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Views of all kinds through one network (google-research/scenic, projects/loca/vit.py). */
final class LocaForwardCase {
    private final Case given;
    private final Config config;
    private final VitSpec vit;
    private final int places;
    private final LocaNetwork network;

    LocaForwardCase(Case given) {
        this.given = given;
        config = given.config();
        vit = LocaSetup.vit(config);
        places = config.intAt("n_ref_positions");
        network = new LocaNetwork(LocaSetup.spec(config, config), vit, places);
        StateLoader.strict().load(LocaNames.ours(given.weights()), network.state(), given.id());
    }

    void check() {
        checkSelections();
        long seen = config.intAt("reference_seqlen");
        Tensor kept = LocaSetup.kept(given, "", LocaSetup.selection(config), seen, places);
        Tensor context;
        network.train(false);
        try (NoGrad off = new NoGrad()) {
            Tensor tokens = network.encode(LocaSetup.nchw(given.input("reference")), Patches.all());
            context = tokens.index_select(1, kept);
            given.check("reference.idx_kept", kept);
            given.check("reference.patches_repr", context);
            pass("reference", "reference", Patches.all(), context);
            Tensor query = LocaSetup.keptOfQuery(given, "query0_permutation", config.intAt("query_max_seqlen"), places);
            given.check("query0.idx_kept", query);
            pass("query0", "query0", new Patches(query, true), context);
            pass("queries", "queries", Patches.all(), context);
            pass("odd_view", "odd_view", Patches.all(), context);
            pass("dim_view_no_pe", "dim_view", new Patches(null, false), context);
        }
        network.train(true);
        List<Tensor> draws = new ArrayList<>();
        for (int i = 0; i < vit.depth(); i++) {
            String block = "train_keep.encoderblock_" + i;
            if (given.inputs().containsKey(block + ".attention")) {
                draws.add(LocaSetup.keep(given, block + ".attention"));
                draws.add(LocaSetup.keep(given, block + ".mlp"));
            }
        }
        try (NoGrad off = new NoGrad();
                Draws.Replay replay = Draws.replay(draws)) {
            pass("queries_train", "queries", Patches.all(), context);
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
        }
    }

    /** One view through everything; the outputs that the case does not record for it are left aside. */
    private void pass(String name, String view, Patches patches, Tensor context) {
        try (Tap tap = Tap.open()) {
            Tensor tokens = network.encode(LocaSetup.nchw(given.input(view)), patches);
            Tensor logits = network.location().patches(tokens, context);
            Tensor clusters =
                    network.projection() == null ? null : network.projection().forward(tokens);
            Map<String, Tensor> seen = tap.seen();
            checkIfRecorded(name + ".tokens", seen.get("tokens"));
            for (int i = 0; i < vit.depth(); i++) {
                checkIfRecorded(name + ".encoderblock_" + i, seen.get("blocks." + i));
            }
            checkIfRecorded(name + ".encoder_norm", tokens);
            checkIfRecorded(name + ".cross_attention_block", seen.get("cross_attention_block"));
            checkIfRecorded(name + ".position_logits", logits);
            checkIfRecorded(name + ".bottleneck", seen.get("bottleneck"));
            checkIfRecorded(name + ".cluster_logits", clusters == null ? null : clusters.flatten(0, 1));
            checkIfRecorded("posembed_resized." + name, seen.get("positions"));
        }
    }

    private void checkIfRecorded(String name, Tensor actual) {
        if (given.outputs().containsKey(name)) {
            given.check(name, actual);
        }
    }

    /** Selections from the numbers that lead to the recorded draws. */
    private void checkSelections() {
        long count = config.intAt("reference_seqlen");
        double offset = Tensors.item(given.input("reference_offset"));
        selection("consecutive", Selection.CONSECUTIVE, count, Tensors.full((offset + 0.5) / (places - count + 1), 1));
        long[] order = Tensors.toLongs(given.input("reference_permutation"));
        float[] noise = new float[order.length];
        for (int i = 0; i < order.length; i++) {
            noise[(int) order[i]] = (float) i / order.length;
        }
        selection("unstructured", Selection.UNSTRUCTURED, count, Tensors.of(noise, noise.length));
        selection("first", Selection.FIRST, count, Tensors.zeros(1));
        selection("seqlen_too_long", LocaSetup.selection(config), places + 1L, Tensors.zeros(1));
    }

    private void selection(String name, Selection selection, long count, Tensor draw) {
        try (Draws.Replay replay = Draws.replay(List.of(draw))) {
            checkIfRecorded("token_indexes." + name, selection.draw(count, places));
        }
    }
}
