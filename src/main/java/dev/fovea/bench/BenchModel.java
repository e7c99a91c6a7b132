package dev.fovea.bench;

import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.HiVitDesign;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.NeckSpec;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.VitSpec;
import dev.fovea.nn.DeformableAttention.Sampling;
import dev.fovea.nn.Gelu;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.convmae.ConvMaeSpec;
import dev.fovea.pretrain.itpn.Decodes;
import dev.fovea.pretrain.itpn.FeatureDistance;
import dev.fovea.pretrain.itpn.FeatureSpec;
import dev.fovea.pretrain.itpn.ItpnSpec;
import dev.fovea.pretrain.loca.ClusterSpec;
import dev.fovea.pretrain.loca.LocaDraw;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.teacher.EmaSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The published base models, at 224 px in pre-training; what hides pixels hides 75 %. */
public enum BenchModel {
    MAE("mae", 3.01, () -> new MaeSpec(0.75, decoder(), true, PixelLoss.MSE)
            .build(new VitSpec(Size.square(224), 16, 768, 12, 12, 4, 0, true, PosEmbed.SINCOS, List.of()))),
    CONVMAE("convmae", 1.35, () -> convMae(true)),
    /** Stages 1 and 2 on the full grid, as released: what computing visible units alone is compared with. */
    CONVMAE_FULL_GRID("convmae-full-grid", 1.35, () -> convMae(false)),
    /** Pixels as targets, as released and as the reference figure was measured. */
    ITPN("itpn", 2.05, BenchModel::itpn),
    /** With clusters, as released; there is no figure of the reference implementation. */
    LOCA("loca", Double.NaN, BenchModel::loca),
    /** With class-token aggregation; the tokenizer's forward pass is part of the step. */
    BEIT2("beit2", 1.72, Beit2Models::pretraining),
    BEIT2_TOKENIZER("beit2-tokenizer", Double.NaN, Beit2Models::tokenizer),
    /** At 512 px, without a head; there is no figure of the reference implementation. */
    ADAPTER("adapter", Double.NaN, AdapterModel::new, AdapterModel.SIDE, 2, Sampling.BAGS),
    /** The same with the reference formulation of deformable attention. */
    ADAPTER_GRID_SAMPLER(
            "adapter-grid-sampler", Double.NaN, AdapterModel::new, AdapterModel.SIDE, 2, Sampling.GRID_SAMPLER);

    private final String id;
    private final double reference;
    private final Supplier<PretrainModel> build;
    private final int imageSize;
    private final int batch;
    private final Sampling sampling;

    BenchModel(String id, double reference, Supplier<PretrainModel> build) {
        this(id, reference, build, 224, 8, Sampling.BAGS);
    }

    BenchModel(
            String id, double reference, Supplier<PretrainModel> build, int imageSize, int batch, Sampling sampling) {
        this.id = id;
        this.reference = reference;
        this.build = build;
        this.imageSize = imageSize;
        this.batch = batch;
        this.sampling = sampling;
    }

    /** The model of a command-line name. */
    public static BenchModel named(String id) {
        return Arrays.stream(values()).filter(m -> m.id.equals(id)).findFirst().orElseThrow(() -> {
            List<String> known = Arrays.stream(values()).map(BenchModel::id).toList();
            return new IllegalArgumentException("bench model '%s' is not one of %s".formatted(id, known));
        });
    }

    public String id() {
        return id;
    }

    /** Images per second per bf16 TFLOP/s of peak that the reference implementation reached under PyTorch 2.13; NaN = not measured. */
    public double reference() {
        return reference;
    }

    /** Images of a step where nothing else is said. */
    public int batch() {
        return batch;
    }

    /** Side of the images in pixels. */
    int imageSize() {
        return imageSize;
    }

    Sampling sampling() {
        return sampling;
    }

    PretrainModel build() {
        return build.get();
    }

    private static PixelDecoder.Spec decoder() {
        return new PixelDecoder.Spec(512, 8, 16, 4);
    }

    private static PretrainModel convMae(boolean visibleOnly) {
        ConvVitSpec base = new ConvVitSpec(
                Size.square(224),
                List.of(4, 2, 2),
                List.of(256, 384, 768),
                List.of(2, 2, 11),
                12,
                List.of(4.0, 4.0, 4.0),
                5,
                0,
                0,
                false);
        return new ConvMaeSpec(
                        0.75, decoder(), true, PixelLoss.MSE, ConvMaeSpec.Masking.BLOCKWISE, true, true, visibleOnly)
                .build(base);
    }

    private static PretrainModel itpn() {
        HiVitSpec base = new HiVitSpec(
                Size.square(224),
                16,
                512,
                List.of(3, 3, 24),
                8,
                3,
                4,
                0,
                0,
                PosEmbed.SINCOS,
                0,
                false,
                HiVitDesign.HIVIT,
                Optional.of(new NeckSpec(NeckSpec.Kind.MLP, 256, 2, 4)));
        FeatureSpec none = new FeatureSpec(0, FeatureDistance.MSE, new EmaSpec(1), FeatureSpec.Input.HIDDEN);
        return new ItpnSpec(0.75, Decodes.PYRAMID, decoder(), true, PixelLoss.MSE, none).build(base);
    }

    private static PretrainModel loca() {
        VitSpec base = new VitSpec(
                Size.square(224), 16, 768, 12, 12, 4, 0.1, false, PosEmbed.LEARNED, List.of(), Gelu.TANH, true, 0);
        return new LocaSpec(
                        LocaSpec.Pairing.QUERY,
                        LocaSpec.Localisation.PATCH,
                        0.8,
                        LocaDraw.Selection.CONSECUTIVE,
                        70,
                        true,
                        12,
                        4,
                        1,
                        Optional.of(new ClusterSpec(2048, 256, 4096, 0.1, 0.05, 3, 1, 1)),
                        0.996,
                        1,
                        Gelu.TANH)
                .build(base);
    }
}
