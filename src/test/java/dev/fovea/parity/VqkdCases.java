package dev.fovea.parity;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.beit2.QuantizerSpec;
import dev.fovea.pretrain.beit2.VectorQuantizer;
import dev.fovea.pretrain.beit2.Vqkd;
import dev.fovea.pretrain.beit2.VqkdSpec;
import dev.fovea.teacher.Clip;
import dev.fovea.teacher.ClipSpec;
import dev.fovea.teacher.PatchFeatures;
import dev.fovea.teacher.Teacher;
import dev.fovea.teacher.TeacherSpec;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.VqkdNames;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** BEiT v2's tokenizers (microsoft/unilm beit2, modeling_vqkd.py). */
final class VqkdCases {
    static final Map<String, CaseRunner> RUNNERS =
            Map.of("vqkd_codes", VqkdCases::codes, "vqkd_train", VqkdCases::train, "vqkd_train_clip", VqkdCases::train);

    private static final Normalize HALVES = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    private static final double COMMITMENT = 1;

    private VqkdCases() {}

    /** The untrained tokenizer that a config describes; its teacher's answers are the case's. */
    static Vqkd build(Case given, Config config) {
        Config encoder = config.in("encoder_config"), decoder = config.in("decoder_config");
        QuantizerSpec quantizer = QuantizerCases.spec(
                config.intAt("n_embed"),
                config.intAt("embed_dim"),
                config.doubleAt("beta", COMMITMENT),
                config.doubleAt("decay"),
                config.boolAt("quantize_kmeans_init"));
        BeitSpec backbone = BeitCases.spec(encoder);
        requireReleasedForm(config, decoder);
        VqkdSpec spec = new VqkdSpec(
                quantizer,
                new VqkdSpec.DecoderSpec(
                        decoder.intAt("embed_dim"),
                        decoder.intAt("depth"),
                        decoder.intAt("num_heads"),
                        decoder.doubleAt("mlp_ratio")),
                teacher(given, config, backbone));
        return spec.build(backbone, normalize(config));
    }

    private static Vqkd tokenizer(Case given) {
        Vqkd model = build(given, given.config());
        StateLoader.strict()
                .renaming(VqkdNames::ours)
                .allowingMissing("quantize\\.usage\\.(counts|idle)")
                .reshaping()
                .load(given.weights(), model.state(), given.id());
        model.train(given.training());
        return model;
    }

    private static void requireReleasedForm(Config config, Config decoder) {
        BeitSpec form = BeitCases.spec(decoder); // whose channels the reference replaces by the codes' width
        boolean released = form.relativePosition() == BeitSpec.RelativeBias.NONE
                && form.absolutePosition()
                && form.layerScale() == 0
                && form.dropPath() == 0
                && form.normEps() == 1e-6
                && form.form().equals(new BeitSpec.Form(form.form().channels(), true, 0, 0))
                && form.patchSize() == 1;
        if (!released || !config.textAt("rec_loss_type").equals("cosine")) {
            throw new AssertionError("a decoder of this form has no counterpart: " + form);
        }
    }

    private static Normalize normalize(Config config) {
        return config.textAt("process_type").equals("default") ? HALVES : Normalize.IMAGENET;
    }

    private static TeacherSpec teacher(Case given, Config config, BeitSpec backbone) {
        if (!config.has("teacher")) {
            return new Recorded(given, backbone, config.intAt("decoder_out_dim"));
        }
        Config it = config.in("teacher");
        if (!config.textAt("process_type").equals("default")) {
            throw new AssertionError(
                    "a teacher inside gets its images from [-1, 1] alone, not after " + config.at("process_type"));
        }
        if (!config.textAt("teacher_model_type").equals("clip")) {
            throw new AssertionError(
                    "recorded cases hold CLIP as the teacher inside, not " + config.at("teacher_model_type"));
        }
        return new InClip(given, clip(it, backbone.imageSize()));
    }

    private static ClipSpec clip(Config it, Size size) {
        return new ClipSpec(
                "",
                size,
                it.intAt("patch_size"),
                it.intAt("width"),
                it.intAt("layers"),
                it.intAt("heads"),
                it.intAt("output_dim"),
                true);
    }

    private static void train(Case given) {
        Vqkd model = tokenizer(given);
        Tensor image = processed(given, given.input("image"));
        Map<String, Tensor> encoder;
        List<Tensor> drops = BeitCases.drops(given, "encoder");
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(drops)) {
            model.backbone().tokens(image);
            encoder = tap.seen();
        }
        Losses losses;
        Map<String, Tensor> seen;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(drops)) {
            losses = model.losses(image);
            seen = tap.seen();
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        losses.total().backward();
        model.afterStep(0, 1);
        given.check("input_img", image);
        given.check("loss", losses.total());
        given.check("rec_loss", losses.parts().get("featureLoss"));
        given.check("quant_loss", losses.parts().get("codeLoss"));
        for (String name : given.outputs().keySet()) {
            if (name.startsWith("encoder.")) {
                given.check(name, encoder.get(name.substring("encoder.".length())));
            } else if (name.startsWith("decoder.")) {
                given.check(name, seen.get(name.substring("decoder.".length())));
            }
        }
        for (String name :
                List.of("encoder_features", "to_quantizer_features", "quantize", "codes", "decoder_features", "xrec")) {
            Tensor x = seen.get(name);
            given.check(name, name.equals("codes") ? x.reshape(-1) : x);
        }
        if (given.config().has("teacher")) {
            given.check("target", seen.get("target"));
            given.check("norm_imgs", seen.get("normalised"));
        }
        checkQuantizer(given, model.quantizer());
        given.checkGradients(new ReferenceWeights(model, VqkdNames::ours).gradients(given));
    }

    private static void checkQuantizer(Case given, VectorQuantizer quantizer) {
        QuantizerCases.checkState(
                given, "", "quantize.", quantizer, given.weights().get("quantize.embedding.cluster_size"));
    }

    private static void codes(Case given) {
        Vqkd model = tokenizer(given);
        Tensor image = processed(given, given.input("image"));
        given.check("input_img", image);
        Map<String, Tensor> seen;
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            model.similarity(image);
            seen = tap.seen();
        }
        Tensor codes = model.codes(image);
        given.check("tokens", codes);
        for (String name : List.of("encoder_features", "to_quantizer_features", "quantize")) {
            given.check(name, seen.get(name));
        }
        model.quantizer().usage().add(QuantizerCases.bins(codes, model.quantizer()));
        given.check("after.quantize.cluster_size", model.quantizer().usage().average());
        given.check("tokens_255", model.codes(processed(given, given.input("image_255"))));
        checkLarge(given, model);
        given.check("tokens_imagenet_norm", model.codes(Normalize.IMAGENET.of(given.input("image"))));
    }

    private static void checkLarge(Case given, Vqkd model) {
        Tensor large = processed(given, given.input("image_large"));
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            given.check("tokens_large", model.codes(large));
            given.check("to_quantizer_features_large", tap.seen().get("to_quantizer_features"));
        }
    }

    /** The released code guesses by the brightest pixel of the batch whether values go to 1 or to 255. */
    private static Tensor processed(Case given, Tensor pixels) {
        boolean toOne = Tensors.item(pixels.max()) <= 1 || normalize(given.config()) != HALVES;
        return normalize(given.config()).of(toOne ? pixels : pixels.div(new Scalar(255.0)));
    }

    /** A teacher whose answer is an input of the case; nothing where none is asked for. */
    private record Recorded(Case given, BeitSpec student, int dim) implements TeacherSpec, Teacher {
        @Override
        public Teacher build() {
            return this;
        }

        @Override
        public PatchFeatures features(Tensor pixels) {
            Tensor target = given.inputs().get("target");
            Size grid = grid();
            return new PatchFeatures(target == null ? Tensors.ones(pixels.size(0), grid.area(), dim) : target, grid);
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

    /** The tower inside the case's own weights. */
    private record InClip(Case given, ClipSpec spec) implements TeacherSpec {
        @Override
        public Teacher build() {
            return new Clip(spec, spec.tower(given.weights(), given.id()));
        }

        @Override
        public Size imageSize() {
            return spec.imageSize();
        }

        @Override
        public int patchSize() {
            return spec.patchSize();
        }

        @Override
        public int dim() {
            return spec.dim();
        }
    }
}
