package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.nn.Layer;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Lars;
import dev.fovea.optim.LayerDecay;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.SgdMomentum;
import dev.fovea.optim.WeightDecay;
import dev.fovea.recipe.OptimizerBlock;
import java.util.List;
import java.util.function.Predicate;

/** The optimizer that a recipe's block describes, over the trainable parameters of a model. */
final class RecipeOptimizer {
    private static final String BACKBONE = "backbone.";

    private RecipeOptimizer() {}

    /** @param backbone tells the layers for layer-wise decay; it is the model's child {@code backbone} */
    static Optimizer of(OptimizerBlock block, Layer model, Backbone backbone) {
        return of(block, model, backbone, name -> false);
    }

    /** @param stem parameters that layer-wise decay counts among the stem's, wherever they are */
    static Optimizer of(OptimizerBlock block, Layer model, Backbone backbone, Predicate<String> stem) {
        if (block instanceof OptimizerBlock.AdamW it) {
            return new AdamW(
                    groups(it, model, backbone, stem),
                    new AdamW.Options(it.betas().get(0), it.betas().get(1), it.eps()));
        }
        List<ParamGroup> groups =
                ParamGroups.uniform(model.parametersByName(), WeightDecay.pretrain(block.weightDecay()));
        if (block instanceof OptimizerBlock.Lars it) {
            return new Lars(groups, it.momentum(), it.trust());
        }
        return new SgdMomentum(groups, ((OptimizerBlock.Sgd) block).momentum());
    }

    /** The groups that AdamW gets. */
    static List<ParamGroup> groups(OptimizerBlock.AdamW block, Layer model, Backbone backbone, Predicate<String> stem) {
        if (block.keys().isPresent()) {
            return ParamGroups.byKeys(model.parametersByName(), block.keys().get(), block.weightDecay());
        }
        WeightDecay decay = WeightDecay.sparing(block.weightDecay(), block.noDecay())
                .alsoOn(block.alsoDecay().orElse(List.of()));
        if (block.layerDecay().isEmpty()) {
            return ParamGroups.uniform(model.parametersByName(), decay);
        }
        LayerDecay layers =
                backbone.layerDecay(BACKBONE, block.layerDecay().get()).withStem(stem);
        return ParamGroups.layerwise(model.parametersByName(), layers, decay);
    }
}
