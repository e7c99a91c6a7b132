package dev.fovea.dense.mask2former;

import dev.fovea.dense.LevelMaps;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The network of Mask2Former on a pyramid (Cheng et al. 2022, section 3.2; mmseg_custom
 * decode_heads/mask2former_head.py): queries look, level after level, at the cells inside the masks that they predicted
 * before.
 */
public final class Mask2Former extends Layer {
    private static final double HALF = 0.5;

    private final Mask2FormerSpec spec;
    private final PixelDecoder pixelDecoder;
    private final QueryDecoder decoder;
    private final List<Conv2d> inputProjs;
    private final LearnedRows queryEmbed;
    private final LearnedRows queryFeat;
    private final LearnedRows levelEmbed;
    private final Linear clsEmbed;
    private final MaskEmbed maskEmbed;

    public Mask2Former(Mask2FormerSpec spec) {
        this.spec = spec;
        int dim = spec.channels();
        pixelDecoder = child("pixel_decoder", new PixelDecoder(spec));
        decoder = child("transformer_decoder", new QueryDecoder(dim, spec.decoder()));
        inputProjs = spec.projectsInput() ? childList("decoder_input_projs", projections()) : List.of();
        queryEmbed = child("query_embed", new LearnedRows(spec.queries(), dim));
        queryFeat = child("query_feat", new LearnedRows(spec.queries(), dim));
        levelEmbed = child("level_embed", new LearnedRows(spec.levels(), dim));
        clsEmbed = child("cls_embed", new Linear(dim, spec.classes() + 1));
        maskEmbed = child("mask_embed", new MaskEmbed(dim, spec.maskChannels()));
    }

    private List<Conv2d> projections() {
        List<Conv2d> made = new ArrayList<>();
        for (int i = 0; i < spec.levels(); i++) {
            Conv2d conv = new Conv2d(spec.channels(), spec.channels(), Conv2d.Shape.kernel(1));
            Init.uniformOfUnitGain(conv.weight());
            Init.zeros(conv.bias());
            made.add(conv);
        }
        return made;
    }

    public Mask2FormerSpec spec() {
        return spec;
    }

    /**
     * The predictions of the raw queries and of every layer, in this order.
     *
     * @param maps of the backbone, fine to coarse
     */
    public List<MaskPrediction> predictions(List<Tensor> maps) {
        PixelDecoder.Features pixels = pixelDecoder.features(maps);
        List<Cells> cells = cells(pixels.memory());
        Tensor places = queryEmbed.all();
        Tensor queries = queryFeat.all().expand(maps.get(0).size(0), spec.queries(), spec.channels());
        List<MaskPrediction> predictions = new ArrayList<>(List.of(predict(queries, pixels.masks())));
        for (int i = 0; i < decoder.layers.size(); i++) {
            Cells level = cells.get(i % cells.size());
            Tensor bias = bias(blocked(i, predictions.get(i), level.map), queries);
            queries = decoder.layers.get(i).forward(queries, places, level.tokens, level.positions, bias);
            Tap.mark("decoder.layer" + i, queries);
            predictions.add(predict(queries, pixels.masks()));
        }
        if (Tap.isOpen()) {
            int last = decoder.layers.size();
            blocked(last, predictions.get(last), cells.get(last % cells.size()).map);
        }
        return predictions;
    }

    /** The prediction of the last layer. */
    public MaskPrediction prediction(List<Tensor> maps) {
        List<MaskPrediction> all = predictions(maps);
        return all.get(all.size() - 1);
    }

    private MaskPrediction predict(Tensor queries, Tensor pixels) {
        Tensor normed = decoder.postNorm.forward(queries);
        Tensor masks = maskEmbed.forward(normed).matmul(pixels.flatten(2, 3)); // [B, Q, h w]
        return new MaskPrediction(
                clsEmbed.forward(normed), masks.reshape(masks.size(0), masks.size(1), pixels.size(2), pixels.size(3)));
    }

    /** Cells outside of the predicted masks, at the size of a level: true = not looked at, {@code [B, Q, S]}. */
    private static Tensor blocked(int layer, MaskPrediction prediction, Tensor level) {
        try (NoGrad off = new NoGrad()) {
            Tensor masks = Bilinear.resizeLike(prediction.masks().detach(), level);
            return Tap.mark("attn_mask." + layer, masks.flatten(2, 3).sigmoid().lt(new Scalar(HALF)));
        }
    }

    /** What is added to the attention logits, {@code [B, 1, Q, S]}; a query without any cell looks at all of them. */
    private static Tensor bias(Tensor blocked, Tensor like) {
        try (NoGrad off = new NoGrad()) {
            Tensor looks = blocked.all(-1, true).logical_not(); // [B, Q, 1]
            Tensor closed = blocked.logical_and(looks);
            return like.new_zeros(closed.size(0), closed.size(1), closed.size(2))
                    .masked_fill_(closed, new Scalar(Double.NEGATIVE_INFINITY))
                    .unsqueeze(1);
        }
    }

    private List<Cells> cells(List<Tensor> memory) {
        List<Cells> cells = new ArrayList<>();
        for (int i = 0; i < memory.size(); i++) {
            Tensor map = memory.get(i);
            Tensor seen = inputProjs.isEmpty() ? map : inputProjs.get(i).forward(map);
            Tensor embed = levelEmbed.row(i);
            Tensor positions =
                    spec.decoder().positions().of(LevelMaps.sizeOf(map)).to(embed);
            cells.add(new Cells(map, LevelMaps.tokens(seen).add(embed), positions));
        }
        return cells;
    }

    /** A level as the queries see it: {@code [B, D, h, w]}, {@code [B, h w, D]}, {@code [1, h w, D]}. */
    private record Cells(Tensor map, Tensor tokens, Tensor positions) {}

    /** Holds the layers under the reference's names. */
    private static final class QueryDecoder extends Layer {
        private final List<DecoderLayer> layers;
        private final LayerNorm postNorm;

        QueryDecoder(int dim, Mask2FormerSpec.Decoder spec) {
            List<DecoderLayer> made = new ArrayList<>();
            for (int i = 0; i < spec.layers(); i++) {
                made.add(new DecoderLayer(dim, spec.heads(), spec.hidden()));
            }
            layers = childList("layers", made);
            postNorm = child("post_norm", DecoderLayer.norm(dim));
        }
    }

    /** Three linear layers with ReLU between: {@code [B, Q, D] -> [B, Q, maskChannels]}. */
    private static final class MaskEmbed extends Layer {
        private final Linear first;
        private final Linear second;
        private final Linear third;

        MaskEmbed(int dim, int out) {
            first = child("0", new Linear(dim, dim));
            second = child("2", new Linear(dim, dim));
            third = child("4", new Linear(dim, out));
        }

        @Override
        public Tensor forward(Tensor x) {
            return third.forward(second.forward(first.forward(x).relu_()).relu_());
        }
    }
}
