package dev.fovea.parity;

import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.data.Rng;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.itpn.Decodes;
import dev.fovea.pretrain.itpn.FeatureDistance;
import dev.fovea.pretrain.itpn.FeatureSpec;
import dev.fovea.pretrain.itpn.Itpn;
import dev.fovea.pretrain.itpn.ItpnClip;
import dev.fovea.pretrain.itpn.ItpnClipSpec;
import dev.fovea.pretrain.itpn.ItpnSpec;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.pretrain.mae.MaskedAutoencoder;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.PatchFeatures;
import dev.fovea.teacher.Teacher;
import dev.fovea.teacher.TeacherSpec;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.ItpnNames;
import dev.fovea.weights.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** HiViT and iTPN pre-training. */
final class ItpnPretrainCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "hivit_mae_train", ItpnPretrainCases::hiVitMae,
            "itpn_pixel_train", ItpnPretrainCases::pixels,
            "itpn_clip_train", ItpnPretrainCases::clip,
            "clip_mask_generator", ItpnPretrainCases::blockMasks);

    /** What the cases call an activation that is marked by another name here. */
    private static final Map<String, String> MARKS = Map.of(
            "neck_align16", "neck_top.0",
            "neck_split_16to8", "neck_split.1",
            "neck_p8", "neck.1",
            "neck_split_8to4", "neck_split.2",
            "neck_p4", "neck.2");

    private ItpnPretrainCases() {}

    private static ItpnSpec spec(Config config, Decodes decodes) {
        PixelDecoder.Spec decoder = new PixelDecoder.Spec(
                config.intAt("decoder_embed_dim"),
                config.intAt("decoder_depth"),
                config.intAt("decoder_num_heads"),
                config.doubleAt("mlp_ratio", 4));
        FeatureSpec none = new FeatureSpec(0, FeatureDistance.MSE, new EmaSpec(1), FeatureSpec.Input.HIDDEN);
        return new ItpnSpec(config.doubleAt("run.mask_ratio"), decodes, decoder, true, PixelLoss.MSE, none);
    }

    /** Without {@code hifeat} the reference is a plain MAE whose norm is never used. */
    private static void hiVitMae(Case given) {
        Config config = given.config();
        List<Integer> depths = new ArrayList<>();
        for (int depth : config.intsAt("depths")) {
            depths.add(depths.size() < 2 ? 2 * depth : depth);
        }
        HiVitSpec hiVit = ItpnCases.spec(config, ItpnCases.Code.HIVIT, depths);
        TokenMask mask = mask(given);
        given.check("mask", mask.hidden());
        if (config.boolAt("hifeat", false)) {
            Itpn model = spec(config, Decodes.STAGES).build(hiVit);
            check(given, model, ItpnNames::ours, x -> model.losses(x, mask), Map.of());
        } else {
            ItpnSpec like = spec(config, Decodes.TOP);
            MaskedAutoencoder model = new MaeSpec(like.maskRatio(), like.decoder(), true, PixelLoss.MSE).build(hiVit);
            UnaryOperator<String> names = name -> name.startsWith("norm.") ? null : ItpnNames.ours(name);
            check(given, model, names, x -> model.losses(x, mask), Map.of());
        }
    }

    private static void pixels(Case given) {
        given.config().requireOnly("num_outs", "3");
        TokenMask mask = mask(given);
        given.check("ids_keep", mask.kept());
        given.check("ids_restore", mask.restore());
        given.check("mask", mask.hidden());
        HiVitSpec hiVit = ItpnCases.itpn(given.config());
        Itpn model = spec(given.config(), Decodes.PYRAMID).build(hiVit);
        check(given, model, ItpnNames::ours, x -> model.losses(x, mask), stageMarks(hiVit));
    }

    private static TokenMask mask(Case given) {
        return TokenMask.fromNoise(given.input("noise"), given.config().doubleAt("run.mask_ratio"));
    }

    private static void clip(Case given) {
        Config config = given.config();
        config.requireOnly("num_outs", "3");
        HiVitSpec hiVit = ItpnCases.itpn(config);
        ItpnClip model = new ItpnClipSpec(new BlockMask(1, 1, 0, 1), new Recorded(config.intAt("teacher_dim"), hiVit))
                .build(hiVit);
        Map<String, String> marks = stageMarks(hiVit);
        int behindStems = hiVit.depths().get(0) + hiVit.depths().get(1) + 2;
        marks.put("aux_tap", "blocks." + (behindStems + (int) (0.75 * config.intAt("depth"))));
        Tensor hidden = given.input("bool_masked_pos").to(ScalarType.Float);
        UnaryOperator<String> names = hiVit.relativePosition()
                ? ItpnNames::clip
                : Names.inOrder(Names.without(ItpnNames.EARLY_TABLES), ItpnNames::clip);
        Losses losses =
                check(given, model, names, x -> model.losses(x, hidden, given.input("teacher_features")), marks);
        given.check("loss_1", losses.parts().get("main"));
        given.check("loss_2", losses.parts().get("early"));
    }

    /** Where the stages of a backbone are marked. */
    private static Map<String, String> stageMarks(HiVitSpec spec) {
        Map<String, String> marks = new LinkedHashMap<>();
        int last = -2;
        for (int i = 0; i < 3; i++) {
            last += spec.depths().get(i) + 1;
            marks.put("stage" + (i + 1), "blocks." + last);
        }
        return marks;
    }

    private interface Loss {
        Losses of(Tensor images);
    }

    /** One training pass; every output that is marked somewhere is compared, in the reference's shape. */
    private static Losses check(
            Case given, PretrainModel model, UnaryOperator<String> names, Loss loss, Map<String, String> marks) {
        ReferenceWeights weights = new ReferenceWeights(model, names);
        weights.load(given);
        model.train(given.training());
        Losses losses;
        Map<String, Tensor> seen;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(draws(given))) {
            losses = loss.of(given.input("imgs"));
            seen = tap.seen();
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
        }
        losses.total().backward();
        given.check("loss", losses.total());
        given.checkGradients(weights.gradients(given));
        given.outputs().forEach((name, recorded) -> {
            String mark = marks.getOrDefault(name, MARKS.getOrDefault(name, name));
            Tensor own = seen.get(mark.replaceFirst("^decoder_embed_(\\d)$", "embed.$1")
                    .replaceFirst("^neck_out_(\\d)$", "neck_out.$1"));
            if (own != null) {
                given.check(name, own.numel() == recorded.numel() ? own.reshape(Shapes.of(recorded)) : own);
            }
        });
        return losses;
    }

    private static List<Tensor> draws(Case given) {
        Tensor draws = given.inputs().get("drop_path_rand");
        return draws == null ? List.of() : List.of(Tensors.unbind(draws));
    }

    /** A teacher whose answers are an input of the case. */
    private record Recorded(int dim, HiVitSpec student) implements TeacherSpec {
        @Override
        public Teacher build() {
            return new Teacher() {
                @Override
                public PatchFeatures features(Tensor pixels) {
                    throw new AssertionError("the case gives the teacher's features");
                }

                @Override
                public Size imageSize() {
                    return student.imageSize();
                }

                @Override
                public int dim() {
                    return dim;
                }
            };
        }

        @Override
        public Size imageSize() {
            return student.imageSize();
        }

        @Override
        public int patchSize() {
            return student.patchSize();
        }
    }

    private static void blockMasks(Case given) {
        Config config = given.config();
        Size grid = config.sizeAt("input_size");
        BlockMask masks = new BlockMask(
                config.intAt("num_masking_patches"),
                config.intAt("min_num_patches", 4),
                config.intAt("max_num_patches", 0),
                config.doubleAt("min_aspect", 0.3),
                config.doubleAt("max_aspect", 0));
        for (int i = 0; given.outputs().containsKey("mask_" + i); i++) {
            Recording draws = new Recording(Tensors.toDoubles(given.input("draws_" + i)));
            boolean[] mask = masks.draw(grid, draws);
            long[] values = new long[mask.length];
            for (int n = 0; n < mask.length; n++) {
                values[n] = mask[n] ? 1 : 0;
            }
            given.check("mask_" + i, Tensors.of(values, grid.height(), grid.width()));
            if (draws.next != draws.values.length) {
                given.fail("mask_%d: %d of %d draws were used".formatted(i, draws.next, draws.values.length));
            }
        }
    }

    /** Recorded results of every draw, bounds applied. */
    private static final class Recording implements Rng {
        private final double[] values;
        private int next;

        Recording(double[] values) {
            this.values = values;
        }

        @Override
        public double uniform() {
            return values[next++];
        }

        @Override
        public double uniform(double low, double high) {
            return uniform();
        }

        @Override
        public int integer(int low, int high) {
            return (int) uniform();
        }
    }
}
