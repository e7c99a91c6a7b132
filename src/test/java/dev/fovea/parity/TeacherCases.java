package dev.fovea.parity;

import dev.fovea.backbone.Size;
import dev.fovea.backbone.VisionTransformer;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Tap;
import dev.fovea.teacher.Clip;
import dev.fovea.teacher.ClipSpec;
import dev.fovea.teacher.ClipTower;
import dev.fovea.teacher.DinoSpec;
import dev.fovea.teacher.FrozenBackbone;
import dev.fovea.teacher.Teacher;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** CLIP and DINO as the teachers of BEiT v2 (microsoft/unilm beit2) and iTPN (sunsmarterjie/iTPN). */
final class TeacherCases {
    static final Map<String, CaseRunner> BEITV2 =
            Map.of("clip_teacher", TeacherCases::clip, "dino_teacher", TeacherCases::dino);
    static final Map<String, CaseRunner> ITPN = Map.of("clip_teacher_target", TeacherCases::itpnTarget);

    private TeacherCases() {}

    private static void clip(Case given) {
        Config config = given.config();
        ClipSpec spec = clip(config, Size.square(config.intAt("input_resolution")));
        Map<String, Tensor> seen = checkTargets(given, new Clip(spec, spec.tower(given.weights(), given.id())));
        checkBlocks(given, seen, config.intAt("layers"));
        given.check("all_tokens", withoutClass(seen.get("norm")));
        given.check("final_tokens", seen.get("tokens"));
        given.check("image_embed", seen.get("tokens").select(1, 0));

        ClipSpec larger = clip(config, large(config));
        ClipTower tower = larger.tower(given.weights(), given.id());
        given.check("pos_embed_large", tower.state().get("pos_embed"));
        given.check("target_large", target(given, "image_large", new Clip(larger, tower)));
    }

    private static void dino(Case given) {
        Config config = given.config();
        int depth = config.intAt("depth");
        VisionTransformer network =
                dino(config, Size.square(config.intsAt("img_size")[0])).network(given.weights(), given.id());
        Map<String, Tensor> seen = checkTargets(given, new FrozenBackbone(network, Normalize.IMAGENET));
        checkBlocks(given, seen, depth);
        given.check("all_tokens", seen.get("tokens"));
        given.check("class_token", seen.get("tokens").select(1, 0));
        given.check("attention", seen.get("attention"));
        long last = given.outputs().keySet().stream()
                .filter(name -> name.startsWith("intermediate."))
                .count();
        for (int i = 0; i < last; i++) {
            given.check("intermediate." + i, normed(network, seen.get("blocks." + (depth - last + i))));
        }

        VisionTransformer larger = dino(config, large(config)).network(given.weights(), given.id());
        given.check("pos_embed_large", larger.state().get("pos_embed"));
        given.check("target_large", target(given, "image_large", new FrozenBackbone(larger, Normalize.IMAGENET)));
    }

    /** What both teachers record of the image of their own size; gives back what was seen on the way. */
    private static Map<String, Tensor> checkTargets(Case given, Teacher teacher) {
        try (Tap tap = Tap.open()) {
            given.check("target", target(given, "image", teacher));
            given.check("norm_imgs", tap.seen().get("normalised"));
            given.check("embedding", tap.seen().get("embedding"));
            return tap.seen();
        }
    }

    private static void checkBlocks(Case given, Map<String, Tensor> seen, int depth) {
        for (int i = 0; i < depth; i++) {
            given.check("blocks." + i, seen.get("blocks." + i));
        }
    }

    /** VQKD hands [-1, 1] over, and its scaling layers bring that to [0, 1] and clip it. */
    private static Tensor target(Case given, String image, Teacher teacher) {
        Tensor pixels = given.input(image).add(new Scalar(1.0)).div(new Scalar(2.0));
        return teacher.features(pixels.clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0))))
                .patches();
    }

    private static void itpnTarget(Case given) {
        Config config = given.config();
        ClipSpec spec = clip(config, Size.square(config.intAt("run.input_size")));
        Teacher teacher = new Clip(spec, spec.tower(given.weights(), given.id()));
        // The released scaling layer expects [-1, 1] and is given [0, 1].
        Tensor pixels = given.input("imgs").add(new Scalar(1.0)).div(new Scalar(2.0));
        try (Tap tap = Tap.open()) {
            given.check("target", teacher.features(pixels).normalised().patches());
            given.check("scaled_images", tap.seen().get("normalised"));
            given.check("tokens_ln_post", withoutClass(tap.seen().get("norm")));
        }
    }

    private static ClipSpec clip(Config config, Size size) {
        return new ClipSpec(
                "",
                size,
                config.intAt("patch_size"),
                config.intAt("width"),
                config.intAt("layers"),
                config.intAt("heads"),
                config.intAt("output_dim"),
                true);
    }

    static DinoSpec dino(Config config, Size size) {
        config.requireOnly("qkv_bias", "true");
        config.requireOnly("in_chans", "3");
        config.requireOnly("qk_scale", "null");
        config.requireNoDropout();
        if (config.epsAt("norm_layer", 1e-6) != 1e-6) {
            throw new AssertionError("norm_layer: DINO's norms have eps 1e-6, not " + config.at("norm_layer"));
        }
        return new DinoSpec(
                "",
                size,
                config.intAt("patch_size"),
                config.intAt("embed_dim"),
                config.intAt("depth"),
                config.intAt("num_heads"),
                config.doubleAt("mlp_ratio"));
    }

    private static Size large(Config config) {
        int[] size = config.intsAt("large");
        return new Size(size[0], size[1]);
    }

    private static Tensor withoutClass(Tensor tokens) {
        return tokens.narrow(1, 1, tokens.size(1) - 1);
    }

    private static Tensor normed(VisionTransformer network, Tensor x) {
        Map<String, Tensor> state = network.state();
        try (NoGrad off = new NoGrad()) {
            return torch.layer_norm(
                    x,
                    new long[] {x.size(2)},
                    Tensors.optional(state.get("norm.weight")),
                    Tensors.optional(state.get("norm.bias")),
                    1e-6,
                    false);
        }
    }
}
