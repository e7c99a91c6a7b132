package dev.fovea.bench;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.BeitSpec.Form;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.beit2.Beit2Spec;
import dev.fovea.pretrain.beit2.ClassTokenSpec;
import dev.fovea.pretrain.beit2.QuantizerSpec;
import dev.fovea.pretrain.beit2.QuantizerSpec.Learning;
import dev.fovea.pretrain.beit2.QuantizerSpec.Start;
import dev.fovea.pretrain.beit2.Tokenizer;
import dev.fovea.pretrain.beit2.TokenizerSource;
import dev.fovea.pretrain.beit2.TrainedTokenizer;
import dev.fovea.pretrain.beit2.VqkdSpec;
import dev.fovea.teacher.FrozenBackbone;
import dev.fovea.teacher.PixelSpec;
import dev.fovea.teacher.Teacher;
import dev.fovea.teacher.TeacherSpec;
import dev.fovea.weights.Names;
import java.util.List;
import java.util.Optional;

/** Both stages of BEiT v2 base, whole: the teacher's and the tokenizer's work is part of a step. Their weights are random. */
final class Beit2Models {
    private static final Size SIZE = Size.square(224);
    private static final int PATCH = 16;
    private static final QuantizerSpec CODEBOOK = new QuantizerSpec(8192, 32, 1, Learning.EMA, 0.99, Start.RANDOM, 0);

    private Beit2Models() {}

    /** With a ViT-B/16 as its teacher, as large as DINO's or CLIP's. */
    static PretrainModel tokenizer() {
        return vqkd(new UntrainedTeacher(SIZE, PATCH, 768)).build(encoder());
    }

    /** With class-token aggregation. */
    static PretrainModel pretraining() {
        BeitSpec base = new BeitSpec(
                SIZE, PATCH, 768, 12, 12, 4, 0, 0.1, RelativeBias.SHARED, false, Form.PUBLISHED, List.of());
        return new Beit2Spec(
                        new BlockMask(75, 16, 0, 0.3),
                        new UntrainedTokenizer(SIZE, PATCH, CODEBOOK.codes()),
                        Optional.of(new ClassTokenSpec(9, 2, true)))
                .build(base);
    }

    private static VqkdSpec vqkd(TeacherSpec teacher) {
        return new VqkdSpec(CODEBOOK, new VqkdSpec.DecoderSpec(768, 3, 12, 4), teacher);
    }

    private static BeitSpec encoder() {
        return new BeitSpec(SIZE, PATCH, 768, 12, 12, 4, 0, 0, RelativeBias.NONE, true, Form.PUBLISHED, List.of());
    }

    private record UntrainedTeacher(Size imageSize, int patchSize, int dim) implements TeacherSpec {
        @Override
        public Teacher build() {
            VitSpec vit = new VitSpec(imageSize, patchSize, dim, 12, 12, 4, 0, true, PosEmbed.SINCOS, List.of());
            return new FrozenBackbone(vit.build(Use.PROBE), Normalize.IMAGENET);
        }
    }

    private record UntrainedTokenizer(Size imageSize, int patchSize, int codes) implements TokenizerSource {
        @Override
        public Tokenizer build() {
            PretrainModel random = vqkd(new PixelSpec(imageSize, patchSize)).build(encoder());
            var network = new TrainedTokenizer.Network(encoder(), CODEBOOK, Normalize.IMAGENET);
            return TrainedTokenizer.load(network, random.state(), Names.same(), "random weights");
        }
    }
}
