package dev.fovea.parity;

import dev.fovea.backbone.TokenMask;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Ema;
import dev.fovea.optim.Lars;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.pretrain.mae.MaskedAutoencoder;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.MaeNames;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Optimizers and averages of all systems. */
final class OptimCases {
    static final Map<String, CaseRunner> MAE = Map.of("pretrain_steps", OptimCases::pretrainSteps);
    static final Map<String, CaseRunner> CONVMAE = Map.of("lars", OptimCases::lars);
    static final Map<String, CaseRunner> ITPN = Map.of("finetune_model_ema", OptimCases::average);

    private OptimCases() {}

    private static void pretrainSteps(Case given) {
        Config config = given.config();
        MaskedAutoencoder model = MaeCases.autoencoder(config);
        new ReferenceWeights(model, MaeNames::ours).load(given);
        double[] betas = config.doublesAt("run.betas");
        Optimizer adamW = new AdamW(
                ParamGroups.uniform(
                        model.parametersByName(), WeightDecay.pretrain(config.doubleAt("run.weight_decay"))),
                new AdamW.Options(betas[0], betas[1], config.doubleAt("run.eps")));
        double[] rates = config.doublesAt("run.lr");
        double[] losses = new double[rates.length];
        for (int step = 0; step < rates.length; step++) {
            TokenMask mask =
                    TokenMask.fromNoise(given.input("noise").select(0, step), config.doubleAt("run.mask_ratio"));
            Tensor loss =
                    model.losses(given.input("imgs").select(0, step), mask).total();
            losses[step] = Tensors.item(loss);
            adamW.zeroGrad();
            loss.backward();
            adamW.step(rates[step]);
        }
        given.check("losses", losses);
        Map<String, Tensor> state = model.state();
        given.weights().keySet().forEach(name -> checkAfter(given, name, state.get(MaeNames.ours(name))));
    }

    /** The bias of q, k and v is recorded without the key third, whose gradient is rounding only. */
    private static void checkAfter(Case given, String name, Tensor parameter) {
        if (name.endsWith("attn.qkv.bias")) {
            long dim = parameter.numel() / 3;
            given.check("after." + name + ".q", parameter.narrow(0, 0, dim));
            given.check("after." + name + ".v", parameter.narrow(0, 2 * dim, dim));
        } else {
            given.check("after." + name, parameter.reshape(shapeOf(given, name)));
        }
    }

    private static long[] shapeOf(Case given, String name) {
        return Shapes.of(given.weights().get(name));
    }

    private static void lars(Case given) {
        Config config = given.config();
        Map<String, Tensor> parameters = given.weights();
        parameters.values().forEach(parameter -> parameter.set_requires_grad(true));
        Optimizer lars = new Lars(
                List.of(new ParamGroup("all", parameters, 1, config.doubleAt("run.weight_decay"))),
                config.doubleAt("run.momentum"),
                config.doubleAt("run.trust_coefficient"));
        for (int i = 0; i < config.intAt("run.steps"); i++) {
            String step = "step" + i + ".";
            parameters.forEach((name, parameter) -> parameter
                    .mutable_grad()
                    .put(given.input("grad." + step + name).clone()));
            lars.step(config.doubleAt("run.lr"));
            parameters.forEach((name, parameter) -> {
                given.check(step + name, parameter);
                given.check("mu." + step + name, lars.state().get("mu." + name));
            });
        }
    }

    private static void average(Case given) {
        Map<String, Tensor> online = given.weights();
        Ema ema = new Ema(online, Map.of());
        for (int i = 0; i < given.config().intAt("run.steps"); i++) {
            for (var parameter : online.entrySet()) {
                parameter.getValue().copy_(given.input("step" + i + "." + parameter.getKey()));
            }
            ema.update(given.config().doubleAt("decay"));
            for (String name : online.keySet()) {
                given.check("ema" + i + "." + name, ema.state().get(name));
            }
        }
    }
}
