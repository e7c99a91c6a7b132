package dev.fovea.dense.mask2former;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.LevelMaps;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.DeformableAttention;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The pixel decoder: deformable attention among the coarse maps, a feature pyramid to the finest one (Cheng et al. 2022,
 * section 3.2; mmseg_custom plugins/msdeformattn_pixel_decoder.py).
 */
final class PixelDecoder extends Layer {
    private final Mask2FormerSpec spec;
    private final List<ConvModule> inputConvs;
    private final List<EncoderLayer> layers;
    private final LearnedRows levelEncoding;
    private final List<ConvModule> lateralConvs;
    private final List<ConvModule> outputConvs;
    private final Conv2d maskFeature;

    /**
     * What it makes of a pyramid.
     *
     * @param masks what masks are products with, {@code [B, maskChannels, h, w]}
     * @param memory maps that queries look at, coarse to fine, {@code [B, channels, h, w]}
     */
    record Features(Tensor masks, List<Tensor> memory) {}

    PixelDecoder(Mask2FormerSpec spec) {
        this.spec = spec;
        int channels = spec.channels(), finer = spec.widths().size() - spec.levels();
        List<ConvModule> input = new ArrayList<>(), lateral = new ArrayList<>(), output = new ArrayList<>();
        for (int i = 0; i < spec.levels(); i++) { // coarse to fine
            int width = spec.widths().get(spec.widths().size() - 1 - i);
            input.add(new ConvModule(width, channels, Conv2d.Shape.kernel(1), spec.norm(), false));
            Init.xavierUniformConv(input.get(i).conv().weight());
        }
        for (int i = 0; i < finer; i++) { // fine to coarse, as they are looked up
            lateral.add(pyramidConv(spec.widths().get(i), 1, false));
            output.add(pyramidConv(channels, 3, true));
        }
        inputConvs = childList("input_convs", input);
        Encoder encoder = child("encoder", new Encoder(spec));
        layers = encoder.layers;
        levelEncoding = child("level_encoding", new LearnedRows(spec.levels(), channels));
        lateralConvs = childList("lateral_convs", lateral);
        outputConvs = childList("output_convs", output);
        maskFeature = child("mask_feature", new Conv2d(channels, spec.maskChannels(), Conv2d.Shape.kernel(1)));
        Init.uniformOfUnitGain(maskFeature.weight());
        Init.zeros(maskFeature.bias());
    }

    private ConvModule pyramidConv(int in, int kernel, boolean relu) {
        Conv2d.Shape shape =
                spec.norm().withoutIdleBias(Conv2d.Shape.kernel(kernel).same());
        ConvModule conv = new ConvModule(in, spec.channels(), shape, spec.norm(), relu);
        Init.uniformOfUnitGain(conv.conv().weight());
        return conv;
    }

    /** @param maps of the backbone, fine to coarse */
    Features features(List<Tensor> maps) {
        int n = spec.widths().size();
        require(maps.size() == n, "mask2former of widths %s is given %d maps", spec.widths(), maps.size());
        List<Tensor> outs = new ArrayList<>(encoded(maps));
        for (int i = n - spec.levels() - 1; i >= 0; i--) {
            Tensor lateral = lateralConvs.get(i).forward(maps.get(i));
            Tensor coarser = Bilinear.resizeLike(outs.get(outs.size() - 1), lateral);
            Tensor finer = outputConvs.get(i).forward(lateral.add(coarser));
            outs.add(Tap.mark("pixel.memory" + outs.size(), finer));
        }
        Tensor masks = Tap.mark("pixel.mask_features", maskFeature.forward(outs.get(outs.size() - 1)));
        return new Features(masks, outs.subList(0, spec.levels()));
    }

    /** The coarse levels after the encoder, coarse to fine. */
    private List<Tensor> encoded(List<Tensor> maps) {
        List<MapSize> sizes = new ArrayList<>();
        List<Tensor> cells = new ArrayList<>(), positions = new ArrayList<>();
        for (int i = 0; i < spec.levels(); i++) {
            Tensor map = inputConvs.get(i).forward(maps.get(maps.size() - 1 - i));
            MapSize size = LevelMaps.sizeOf(map);
            sizes.add(size);
            cells.add(LevelMaps.tokens(map));
            positions.add(
                    spec.encoder().positions().of(size).to(levelEncoding.row(i)).add(levelEncoding.row(i)));
        }
        Tensor x = Tensors.cat(1, cells); // [B, S, D]
        Tensor position = Tensors.cat(1, positions); // [1, S, D]
        Tensor centres = LevelMaps.centres(sizes, position);
        for (EncoderLayer layer : layers) {
            x = layer.forward(x, position, centres, sizes);
        }
        List<Tensor> memory = LevelMaps.split(x, sizes);
        for (int i = 0; i < memory.size(); i++) {
            Tap.mark("pixel.memory" + i, memory.get(i));
        }
        return memory;
    }

    /** Holds the layers under the reference's names. */
    private static final class Encoder extends Layer {
        private final List<EncoderLayer> layers;

        Encoder(Mask2FormerSpec spec) {
            Mask2FormerSpec.Encoder it = spec.encoder();
            var attention = new DeformableAttention.Spec(spec.channels(), spec.levels(), it.heads(), it.points(), 1);
            List<EncoderLayer> made = new ArrayList<>();
            for (int i = 0; i < it.layers(); i++) {
                made.add(new EncoderLayer(attention, it.hidden()));
            }
            layers = childList("layers", made);
        }
    }
}
