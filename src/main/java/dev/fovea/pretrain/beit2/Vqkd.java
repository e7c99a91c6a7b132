package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Beit;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.TeacherView;
import dev.fovea.pretrain.Tokenizes;
import dev.fovea.pretrain.beit2.VectorQuantizer.Quantized;
import dev.fovea.teacher.Teacher;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The tokenizer in training (Peng et al. 2022, figure 2; microsoft/unilm beit2, modeling_vqkd.py): images to codes, and codes
 * back to a frozen teacher's features of each patch.
 */
public final class Vqkd extends PretrainModel implements Tokenizes {
    private final CodeEncoder encoder;
    private final Beit decoder;
    private final TaskHead decodeTask;
    private final Teacher teacher;
    private final TeacherView view;

    Vqkd(VqkdSpec spec, BackboneSpec backbone, Normalize images) {
        encoder = CodeEncoder.of(backbone, spec.quantizer());
        child(CodeEncoder.BACKBONE, encoder.backbone());
        child(CodeEncoder.HEAD, encoder.head());
        child(CodeEncoder.QUANTIZER, encoder.quantizer());
        Size grid = backbone.imageSize().dividedBy(backbone.tokenStride());
        decoder =
                child("decoder", spec.decoder().on(grid, spec.quantizer().dim()).build(Use.TOKENIZER));
        decodeTask = child(
                "decode_task", new TaskHead(spec.decoder().dim(), spec.teacher().dim()));
        teacher = spec.teacher().build();
        view = new TeacherView(images, teacher.imageSize());
    }

    @Override
    public Losses losses(Tensor images) {
        Tensor target = target(images);
        Quantized seen = encoder.quantizer().quantize(encoder.features(images));
        Tensor features = cosine(reconstruct(seen, images), target)
                .neg()
                .add(new Scalar(1))
                .mean();
        CodeUsage usage = encoder.quantizer().usage();
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("featureLoss", features);
        parts.put("codeLoss", seen.loss());
        parts.put("codesUsed", usage.used());
        parts.put("effectiveCodes", usage.effective());
        return new Losses(features.add(seen.loss()), parts);
    }

    private Tensor target(Tensor images) {
        return Tap.mark(
                "target", teacher.features(view.pixels(images)).patches().to(ScalarType.Float));
    }

    /** {@code [B, N, D]} of the teacher's width, float32. */
    private Tensor reconstruct(Quantized seen, Tensor images) {
        int stride = encoder.backbone().tokenStride();
        long rows = images.size(2) / stride, columns = images.size(3) / stride;
        Tensor values = seen.values(); // [B, N, C]
        Tensor map = values.transpose(1, 2).reshape(values.size(0), values.size(2), rows, columns);
        Tensor tokens = decoder.tokens(Tap.mark("quantize", map));
        Tensor patches = Tap.mark("decoder_features", tokens.narrow(1, decoder.prefixTokens(), rows * columns));
        return Tap.mark("xrec", decodeTask.forward(patches).to(ScalarType.Float));
    }

    /** {@code [B, N, D] -> [B, N]}; 0 where a teacher has nothing to say, as of a patch of one colour. */
    private static Tensor cosine(Tensor a, Tensor b) {
        return Sphere.project(a).mul(Sphere.project(b)).sum(-1);
    }

    @Override
    public void afterStep(long step, long steps) {
        encoder.quantizer().endStep();
    }

    @Override
    public void afterEpoch() {
        encoder.quantizer().usage().endEpoch();
    }

    @Override
    public Tensor codes(Tensor images) {
        return encoder.codes(images);
    }

    @Override
    public Tensor usage() {
        return encoder.quantizer().usage().counts();
    }

    @Override
    public Tensor similarity(Tensor images) {
        Quantized seen = encoder.quantizer().quantize(encoder.features(images));
        return cosine(reconstruct(seen, images), target(images));
    }

    public VectorQuantizer quantizer() {
        return encoder.quantizer();
    }

    @Override
    public Backbone backbone() {
        return encoder.backbone();
    }
}
