package dev.fovea.backbone;

import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Layer;
import dev.fovea.nn.MlpBlock;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.Tap;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** All blocks of a {@link HiVit} and what lies between its stages, numbered through as the reference numbers them. */
final class HiVitStages extends Layer {
    private final HiVitSpec spec;
    private final StageAttention attention;
    private final double eps;
    private final double[] rates;
    private final List<Layer> all = new ArrayList<>();
    private final List<MlpBlock> stage1;
    private final List<MlpBlock> stage2;
    private final List<Block> stage3;
    private final List<Block> stage4;
    private final CellMerge merge1;
    private final CellMerge merge2;
    private final CellMerge merge3;
    private int built;

    /** @param attention of stage 3 */
    HiVitStages(HiVitSpec spec, StageAttention attention, double eps) {
        this.spec = spec;
        this.attention = attention;
        this.eps = eps;
        rates = rates(spec);
        List<Integer> widths = spec.widths();
        stage1 = stem(0);
        merge1 = next(spec.design().merge(widths.get(0), eps));
        stage2 = stem(1);
        merge2 = next(spec.design().merge(widths.get(1), eps));
        stage3 = attention(2, attention);
        boolean four = spec.hasFourthStage();
        merge3 = four ? next(spec.design().merge(widths.get(2), eps)) : null;
        stage4 = four ? attention(3, fourthAttention()) : List.of();
    }

    /** Growing linearly over all blocks; with four stages the reference counts stage 3 twice, so the last is not reached. */
    private static double[] rates(HiVitSpec spec) {
        int blocks = spec.depths().stream().mapToInt(Integer::intValue).sum();
        return DropPath.schedule(
                spec.dropPath(), spec.hasFourthStage() ? blocks + spec.depths().get(2) : blocks);
    }

    private <L extends Layer> L next(L layer) {
        child(Integer.toString(all.size()), layer);
        all.add(layer);
        return layer;
    }

    private List<MlpBlock> stem(int stage) {
        List<MlpBlock> blocks = new ArrayList<>();
        for (int i = 0; i < spec.depths().get(stage); i++) {
            blocks.add(next(spec.design().stemBlock(block(stage, spec.stemMlpRatio()))));
        }
        return blocks;
    }

    private List<Block> attention(int stage, StageAttention kind) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < spec.depths().get(stage); i++) {
            blocks.add(next(mainBlock(block(stage, spec.mlpRatio()), kind, i)));
        }
        return blocks;
    }

    private Block mainBlock(Block.Spec block, StageAttention kind, int index) {
        Attention.Spec plain = Attention.Spec.plain(block.dim(), block.heads());
        return spec.design().mainBlock(block, spec.qkvBias(), qkv -> kind.attention(index, plain, qkv));
    }

    private StageAttention fourthAttention() {
        RelativeTables tables = spec.relativePosition() ? RelativeTables.BLOCK : null;
        return new StageAttention(WindowSpec.NONE, tables, spec.grid().dividedBy(2), spec.heads());
    }

    private Block.Spec block(int stage, double mlpRatio) {
        double rate = rates[built++];
        return new Block.Spec(spec.widths().get(stage), spec.heads(), mlpRatio, rate, eps, spec.layerScale(), null);
    }

    /** Stages 1 and 2: {@code [B, U, 16, D/4]} in. */
    HiVit.Stem stem(Tensor cells) {
        Tensor first = mlps(cells, stage1);
        Tensor second = mlps(seen(merge1, merge1.forward(first)), stage2);
        Tensor merged = seen(merge2, merge2.forward(second));
        return new HiVit.Stem(first, second, merged.squeeze(2));
    }

    private Tensor mlps(Tensor x, List<MlpBlock> stage) {
        for (MlpBlock block : stage) {
            x = seen(block, block.forward(x));
        }
        return x;
    }

    /** An attention block of stage 3 for elsewhere, with the drop path of number {@code index} (or of the last). */
    Block another(int index, double otherEps) {
        int behindStems = spec.depths().get(0) + spec.depths().get(1);
        double rate = rates[behindStems + Math.min(index, spec.depths().get(2) - 1)];
        Block.Spec block = new Block.Spec(
                spec.widths().get(2), spec.heads(), spec.mlpRatio(), rate, otherEps, spec.layerScale(), null);
        return mainBlock(block, attention, 0);
    }

    /** Attention blocks {@code from … to - 1} of stage 3. */
    Tensor attend(Tensor x, Tensor offsets, int from, int to) {
        return attention(x, offsets, stage3.subList(from, to));
    }

    /** All of stage 3 over a whole map. */
    Tensor attend(Tensor x, StageAttention.Pass pass) {
        for (int i = 0; i < stage3.size(); i++) {
            x = seen(stage3.get(i), pass.run(i, stage3.get(i), x));
        }
        return x;
    }

    private Tensor attention(Tensor x, Tensor offsets, List<Block> stage) {
        RelativePositions positions = offsets == null ? null : new RelativePositions(offsets, null);
        for (Block block : stage) {
            x = seen(block, block.forward(x, positions));
        }
        return x;
    }

    /** The fourth stage: {@code [B, N, D] -> [B, N/4, 2D]}. */
    Tensor coarsen(Tensor x, Tensor offsets) {
        long b = x.size(0),
                d = x.size(2),
                rows = spec.grid().height() / 2,
                columns = spec.grid().width() / 2;
        Tensor cells = x.reshape(b, rows, 2, columns, 2, d)
                .permute(0, 1, 3, 4, 2, 5) // nested order, the two of a column first
                .reshape(b, rows * columns, 4, d);
        Tensor merged = seen(merge3, merge3.forward(cells).squeeze(2));
        return attention(merged, offsets, stage4);
    }

    /** Blocks without the merges between stages. */
    int count() {
        return built;
    }

    /** Blocks and merges. */
    int entries() {
        return all.size();
    }

    /** How many of the first {@code block + 1} entries are no merges: the layer of entry {@code block}. */
    int layerOf(int block) {
        return (int) all.subList(0, block + 1).stream()
                .filter(layer -> !(layer instanceof CellMerge))
                .count();
    }

    private Tensor seen(Layer layer, Tensor x) {
        if (Tap.isOpen()) {
            Tap.mark("blocks." + all.indexOf(layer), x.dim() == 4 ? NestedUnits.rowMajor(x) : x);
        }
        return x;
    }
}
