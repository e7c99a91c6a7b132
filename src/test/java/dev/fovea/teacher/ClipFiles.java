package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A small CLIP in the three forms in which its files come. */
final class ClipFiles {
    static final int WIDTH = 16;
    static final int DIM = 12;
    private static final int TABLE = 1 + 4 * 4;

    private ClipFiles() {}

    static ClipSpec spec(String from, Size imageSize) {
        return new ClipSpec(from, imageSize, 4, WIDTH, 2, 2, DIM, true);
    }

    /** OpenAI's names, which open_clip has as well; with a piece of the text tower. */
    static Map<String, Tensor> openAi() {
        torch.manual_seed(5);
        Map<String, Tensor> file = new LinkedHashMap<>();
        put(file, "visual.class_embedding", WIDTH);
        put(file, "visual.positional_embedding", TABLE, WIDTH);
        put(file, "visual.proj", WIDTH, DIM);
        put(file, "visual.conv1.weight", WIDTH, 3, 4, 4);
        putBoth(file, "visual.ln_pre.", WIDTH);
        for (String block : new String[] {"visual.transformer.resblocks.0.", "visual.transformer.resblocks.1."}) {
            put(file, block + "attn.in_proj_weight", 3 * WIDTH, WIDTH);
            put(file, block + "attn.in_proj_bias", 3 * WIDTH);
            putBoth(file, block + "attn.out_proj.", WIDTH, WIDTH);
            putBoth(file, block + "ln_1.", WIDTH);
            putBoth(file, block + "ln_2.", WIDTH);
            putBoth(file, block + "mlp.c_fc.", 4 * WIDTH, WIDTH);
            putBoth(file, block + "mlp.c_proj.", WIDTH, 4 * WIDTH);
        }
        putBoth(file, "visual.ln_post.", WIDTH);
        put(file, "transformer.resblocks.0.attn.in_proj_weight", 6, 2);
        put(file, "logit_scale", 1);
        return file;
    }

    /** The same weights under Hugging Face's names. */
    static Map<String, Tensor> huggingFace(Map<String, Tensor> openAi) {
        Map<String, Tensor> file = new LinkedHashMap<>();
        openAi.forEach((name, x) -> {
            String theirs = name.replace("visual.", "vision_model.")
                    .replace("class_embedding", "embeddings.class_embedding")
                    .replace("positional_embedding", "embeddings.position_embedding.weight")
                    .replace("conv1.", "embeddings.patch_embedding.")
                    .replace("ln_pre.", "pre_layrnorm.")
                    .replace("ln_post.", "post_layernorm.")
                    .replace("transformer.resblocks.", "encoder.layers.")
                    .replace(".ln_", ".layer_norm")
                    .replace(".attn.", ".self_attn.")
                    .replace("c_fc", "fc1")
                    .replace("c_proj", "fc2");
            if (name.equals("visual.proj")) {
                file.put("visual_projection.weight", x.t().contiguous());
            } else if (theirs.startsWith("vision_model.") && theirs.contains(".in_proj_")) {
                for (int i = 0; i < 3; i++) {
                    Tensor part = x.narrow(0, (long) i * WIDTH, WIDTH).clone();
                    file.put(theirs.replace("in_proj_", "qkv".charAt(i) + "_proj."), part);
                }
            } else {
                file.put(theirs.startsWith("vision_model.") ? theirs : "text_model." + theirs, x);
            }
        });
        file.put("vision_model.embeddings.position_ids", Tensors.range(0, TABLE).unsqueeze(0));
        return file;
    }

    /** An archive as OpenAI's are: TorchScript with weights in half precision and the sizes beside them. */
    static void writeTorchScript(Map<String, Tensor> openAi, Path file) {
        Map<String, JitModule> modules = new TreeMap<>();
        modules.put(
                "", new JitModule(new QualifiedName("__torch__.multimodal.model.multimodal_transformer.Multimodal")));
        openAi.forEach((name, x) -> {
            int dot = name.lastIndexOf('.');
            String owner = dot < 0 ? "" : name.substring(0, dot);
            module(modules, owner).register_parameter(name.substring(dot + 1), x.to(ScalarType.Half), false);
        });
        modules.get("").register_buffer("input_resolution", Tensors.of(new long[] {16}, 1));
        modules.get("").save(file.toString());
    }

    private static JitModule module(Map<String, JitModule> modules, String path) {
        JitModule known = modules.get(path);
        if (known != null) {
            return known;
        }
        int dot = path.lastIndexOf('.');
        JitModule parent = module(modules, dot < 0 ? "" : path.substring(0, dot));
        JitModule made = new JitModule(new QualifiedName("__torch__.Module" + modules.size()));
        parent.register_module(path.substring(dot + 1), made);
        modules.put(path, made);
        return made;
    }

    private static void putBoth(Map<String, Tensor> file, String name, long... shape) {
        put(file, name + "weight", shape);
        put(file, name + "bias", shape[0]);
    }

    private static void put(Map<String, Tensor> file, String name, long... shape) {
        file.put(name, torch.randn(shape).mul(new Scalar(0.3)));
    }
}
