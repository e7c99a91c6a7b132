package dev.fovea.bench;

import dev.fovea.nn.ScaledDotProduct;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.tensor.Precision;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The two ways of computing a step that are compared. */
public enum BenchPath {
    /** What training uses: bf16 autocast, attention chosen by ScaledDotProduct, the fused optimizer. */
    FOVEA(Precision.BF16, ScaledDotProduct.Path.CHOSEN, BenchPath::fused),
    /** What the binding gives by itself: fp32, fused attention, a loop of small operators as optimizer. */
    PLAIN(Precision.FP32, ScaledDotProduct.Path.FUSED, BenchPath::loop);

    private final Precision precision;
    private final ScaledDotProduct.Path attention;
    private final Function<PretrainModel, Runnable> optimizer;

    BenchPath(Precision precision, ScaledDotProduct.Path attention, Function<PretrainModel, Runnable> optimizer) {
        this.precision = precision;
        this.attention = attention;
        this.optimizer = optimizer;
    }

    Precision precision() {
        return precision;
    }

    ScaledDotProduct.Path attention() {
        return attention;
    }

    /** The update that follows a backward pass, gradients dropped at its end. */
    Runnable optimizer(PretrainModel model) {
        return optimizer.apply(model);
    }

    private static final double LR = 1.5e-4;

    private static Runnable fused(PretrainModel model) {
        Map<String, Tensor> parameters = model.parametersByName();
        AdamW adamW = new AdamW(ParamGroups.uniform(parameters, WeightDecay.pretrain(0.05)), AdamW.Options.PRETRAIN);
        return () -> {
            adamW.step(LR);
            adamW.zeroGrad();
        };
    }

    private static Runnable loop(PretrainModel model) {
        Tensor[] trained = model.parametersByName().values().stream()
                .filter(Tensor::requires_grad)
                .toArray(Tensor[]::new);
        AdamWOptions options = new AdamWOptions(LR);
        options.weight_decay().put(0.05);
        var adamW = new org.bytedeco.pytorch.AdamW(new TensorVector(trained), options);
        return () -> {
            adamW.step();
            adamW.zero_grad();
        };
    }
}
