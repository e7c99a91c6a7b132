package dev.fovea.dense.adapter;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.PlainLayers;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.dense.LevelMaps;
import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.PosEmbedResize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * ViT-Adapter (Chen et al. 2023; czczup/ViT-Adapter, backbones vit_adapter.py and beit_adapter.py): the tokens of a plain
 * vision transformer and maps of three resolutions look at each other before and after groups of blocks;
 * {@code [B, 3, H, W]} to four maps {@code [B, D, h, w]}.
 */
public final class VitAdapter extends Backbone {
    private static final int MAPS = 4;

    private final VitAdapterSpec spec;
    private final Trunk trunk;
    private final SpatialPrior spm;
    private final Tensor levelEmbed;
    private final List<Interaction> interactions;
    private final ConvTranspose2d up;
    private final List<BatchNorm> norms;

    VitAdapter(VitAdapterSpec spec) {
        this.spec = spec;
        trunk = Trunk.of(spec);
        if (trunk.clsToken() != null) {
            parameter("cls_token", trunk.clsToken());
        }
        if (trunk.posEmbed() != null) {
            parameter("pos_embed", trunk.posEmbed());
        }
        child("patch_embed", trunk.patchEmbed());
        childList("blocks", trunk.blocks());
        boolean prior = spec.parts().spatialPrior();
        spm = prior ? child("spm", new SpatialPrior(spec.stemDim(), dim(), spec.tokenStride())) : null;
        levelEmbed = prior ? parameter("level_embed", Tensors.zeros(Interaction.LEVELS, dim())) : null;
        interactions = interactions();
        up = prior ? child("up", new ConvTranspose2d(dim(), dim(), 2)) : null;
        List<BatchNorm> list = new ArrayList<>();
        for (int i = 0; i < MAPS; i++) {
            list.add(child("norm" + (i + 1), new BatchNorm(dim())));
        }
        norms = List.copyOf(list);
        if (prior) {
            Init.normal(levelEmbed, 1);
            up.parametersByName()
                    .forEach((name, x) -> Init.normal(x, name.equals("bias") ? 0 : Math.sqrt(2.0 / (4 * dim()))));
        }
    }

    private List<Interaction> interactions() {
        List<Interaction> list =
                spec.interactionSpecs().stream().map(Interaction::new).toList();
        return list.isEmpty() ? list : childList("interactions", list);
    }

    /** With windows, as for detectors, images of any size are filled up to cells of the coarsest map, as released. */
    @Override
    public Pyramid pyramid(Tensor given) {
        int patch = spec.tokenStride();
        Tensor images = filledUp(given, cell());
        requireFit(images);
        MapSize grid = new MapSize((int) images.size(2) / patch, (int) images.size(3) / patch);
        List<Tensor> prior = spm == null ? List.of() : spm.maps(images);
        Tensor c = spm == null ? null : coarse(prior);
        List<MapSize> sizes = spm == null
                ? sizes(grid)
                : prior.stream().map(LevelMaps::sizeOf).toList();
        List<MapSize> levels = sizes.subList(1, MAPS);
        Streams end = interact(embed(images, grid), c, grid, levels);
        List<Tensor> maps = new ArrayList<>();
        if (spm != null) {
            List<Tensor> coarse = LevelMaps.split(end.c, levels);
            maps.add(up.forward(coarse.get(0)).add(prior.get(0)));
            maps.addAll(coarse);
        }
        return new Pyramid(normed(withTokens(maps, end.tokens, sizes)), strides());
    }

    /** What the two streams are after all blocks; {@code tokens} are the maps of each group's tokens. */
    private record Streams(Tensor c, List<Tensor> tokens) {}

    private Streams interact(Tensor x, Tensor c, MapSize grid, List<MapSize> levels) {
        Places atTokens = Places.of(List.of(grid), levels, x), atCells = Places.of(levels, List.of(grid), x);
        Tensor cls = trunk.clsToken() == null
                ? null
                : trunk.clsToken().to(x.scalar_type()).expand(x.size(0), 1, dim());
        List<Tensor> tokens = new ArrayList<>();
        int block = 0;
        for (int i = 0; i < spec.interactions().size(); i++) {
            Interaction interaction = interactions.isEmpty() ? null : interactions.get(i);
            Tensor entering = interaction == null ? x : interaction.inject(x, c, atTokens);
            claimSampling("interactions.%d.injector.".formatted(i));
            Tensor all = cls == null ? entering : Tensors.cat(1, cls, entering);
            for (int last = block + spec.interactions().get(i); block < last; block++) {
                all = trunk.run(block, all, grid);
            }
            if (cls != null) {
                cls = Tap.mark("interactions.%d.cls".formatted(i), all.narrow(1, 0, 1));
            }
            x = Tap.mark("interactions.%d.x".formatted(i), cls == null ? all : all.narrow(1, 1, grid.area()));
            c = interaction == null
                    ? c
                    : Tap.mark("interactions.%d.c".formatted(i), interaction.extract(c, x, atCells));
            claimSampling("interactions.%d.extractor.".formatted(i));
            tokens.add(LevelMaps.map(x, grid));
        }
        return new Streams(c, tokens);
    }

    /** What the last attention sampled: of several extractors behind each other, the last one's. */
    private static void claimSampling(String part) {
        Tap.claim("sampling_places", part + "sampling_places");
        Tap.claim("sampling_weights", part + "sampling_weights");
    }

    /** The sides of images become multiples of this. */
    private int cell() {
        return spec.windows().isEmpty() ? 1 : 2 * spec.tokenStride();
    }

    /** The image size that tokens are made of: with windows it may be larger than the image. */
    public Size filledUp(Size image) {
        int cell = cell();
        return new Size((image.height() + cell - 1) / cell * cell, (image.width() + cell - 1) / cell * cell);
    }

    /** How often the two streams look at each other. */
    public int interactionCount() {
        return interactions.size();
    }

    private Tensor embed(Tensor images, MapSize grid) {
        Tensor x = Tap.mark("patch_embed", trunk.patchEmbed().forward(images));
        if (trunk.posEmbed() == null) {
            return x;
        }
        Size own = spec.storedGrid();
        Tensor table = PosEmbedResize.resize(
                        trunk.posEmbed(), trunk.prefix(), own.sides(), new int[] {grid.height(), grid.width()})
                .narrow(1, trunk.prefix(), grid.area());
        return x.add(Tap.mark("pos_embed_resized", table).to(x.scalar_type()));
    }

    /** The three coarser maps as one sequence, each with its level's embedding: {@code [B, S, D]}. */
    private Tensor coarse(List<Tensor> maps) {
        List<Tensor> cells = new ArrayList<>();
        Tap.mark("spm.c1", maps.get(0));
        for (int i = 1; i < MAPS; i++) {
            Tensor level = Tap.mark("spm.c" + (i + 1), LevelMaps.tokens(maps.get(i)));
            cells.add(level.add(levelEmbed.select(0, i - 1).to(level.scalar_type())));
        }
        return Tensors.cat(1, cells);
    }

    /** Adds the tokens, resized to each map; without a spatial prior they are the maps. */
    private List<Tensor> withTokens(List<Tensor> maps, List<Tensor> tokens, List<MapSize> sizes) {
        if (spec.vitFeature() == VitAdapterSpec.VitFeature.NONE) {
            return maps;
        }
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < MAPS; i++) {
            int from = spec.vitFeature() == VitAdapterSpec.VitFeature.EACH ? i : tokens.size() - 1;
            MapSize size = sizes.get(i);
            Tensor resized = Bilinear.resize(tokens.get(from), size.height(), size.width());
            sums.add(maps.isEmpty() ? resized : maps.get(i).add(resized));
        }
        return sums;
    }

    private List<Tensor> normed(List<Tensor> maps) {
        List<Tensor> normed = new ArrayList<>();
        for (int i = 0; i < MAPS; i++) {
            normed.add(norms.get(i).forward(maps.get(i)));
        }
        return normed;
    }

    /** Sizes of the maps around a grid of tokens; the coarsest is rounded up, as the spatial prior's is. */
    private static List<MapSize> sizes(MapSize grid) {
        int h = grid.height(), w = grid.width();
        return List.of(
                new MapSize(4 * h, 4 * w), new MapSize(2 * h, 2 * w), grid, new MapSize((h + 1) / 2, (w + 1) / 2));
    }

    private void requireFit(Tensor images) {
        if (spec.vit() instanceof BeitSpec && spec.windows().isEmpty()) {
            requireSize(images);
        }
        int patch = spec.tokenStride();
        require(
                images.dim() == 4 && images.size(2) % patch == 0 && images.size(3) % patch == 0,
                "VitAdapter needs images divisible by the patch size %d, not a batch of %s",
                patch,
                Shapes.text(images));
    }

    @Override
    public Tensor tokens(Tensor images) {
        throw new UnsupportedOperationException("VitAdapter gives maps; its plain vit gives tokens");
    }

    @Override
    public VitAdapterSpec spec() {
        return spec;
    }

    /** Rows in front of the table of positions. */
    @Override
    public int prefixTokens() {
        return trunk.prefix();
    }

    @Override
    public List<Integer> widths() {
        return Collections.nCopies(MAPS, dim());
    }

    @Override
    public List<Integer> strides() {
        int patch = spec.tokenStride();
        return List.of(patch / 4, patch / 2, patch, 2 * patch);
    }

    @Override
    public int layers() {
        return spec.depth();
    }

    @Override
    public int layerOf(String parameter) {
        return PlainLayers.of(parameter, layers());
    }
}
