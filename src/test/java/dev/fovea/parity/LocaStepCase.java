package dev.fovea.parity;

import dev.fovea.data.ViewBatch;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Clip;
import dev.fovea.optim.Ema;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.WeightDecay;
import dev.fovea.pretrain.loca.LocaDraw;
import dev.fovea.pretrain.loca.LocaLoss;
import dev.fovea.pretrain.loca.LocaModel;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.LocaNames;
import dev.fovea.weights.Names;
import dev.fovea.weights.StateLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Whole training steps: losses, gradients, clipping, AdamW, the teacher (google-research/scenic, projects/loca/trainer.py). */
final class LocaStepCase {
    private static final double EPS = 1e-8;

    private final Case given;
    private final Config config;
    private final LocaSpec spec;
    private final LocaModel model;
    /** The teacher that the reference averages where it has no use for one, and so the model none. */
    private final Ema idleTeacher;

    LocaStepCase(Case given) {
        this.given = given;
        config = given.config();
        spec = LocaSetup.spec(config.in("model"), config);
        model = spec.build(LocaSetup.vit(config.in("model")));
        Map<String, Tensor> student = LocaNames.ours(below("student/"));
        Map<String, Tensor> teacher = LocaNames.ours(below("teacher/"));
        Map<String, Tensor> all = new LinkedHashMap<>(student);
        if (spec.clusters().isPresent()) {
            teacher.forEach((name, x) -> all.put("teacher." + name, x));
        }
        StateLoader.strict().load(all, model.state(), given.id());
        if (spec.clusters().isPresent()) {
            idleTeacher = null;
        } else {
            idleTeacher = new Ema(model.parametersByName(), Map.of());
            idleTeacher.load(teacher);
        }
    }

    private Map<String, Tensor> below(String root) {
        UnaryOperator<String> names = Names.below(root);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        given.weights().forEach((name, x) -> {
            if (names.apply(name) != null) {
                tensors.put(names.apply(name), x);
            }
        });
        return tensors;
    }

    void check() {
        model.train(true);
        AdamW adamW = new AdamW(
                ParamGroups.uniform(
                        model.parametersByName(),
                        new WeightDecay(
                                config.doubleAt("weight_decay"),
                                true,
                                name -> false,
                                name -> name.matches(".*\\.attn\\.(qkv|q|kv)\\.bias"))),
                new AdamW.Options(0.9, 0.999, EPS));
        Schedule rate = LocaSchedules.learningRate(config.in("lr_configs"));
        int cycle = config.in("momentum_rate").intAt("steps_per_cycle");
        for (int step = 0; given.outputs().containsKey("step" + (step + 1) + ".total_loss"); step++) {
            String name = "step" + (step + 1) + ".";
            adamW.zeroGrad();
            losses(name).total().backward();
            if (step == 0) {
                given.checkGradients(theirs(gradients()));
            }
            double norm = Clip.toNorm(adamW.parameters(), config.doubleAt("max_grad_norm", Double.POSITIVE_INFINITY));
            checkIfRecorded(name + "grad_norm", norm);
            given.check(name + "learning_rate", rate.at(step));
            given.check(name + "momentum", spec.momentumAt(step, cycle));
            adamW.step(rate.at(step));
            model.afterStep(step, cycle);
            if (idleTeacher != null) {
                idleTeacher.update(spec.momentumAt(step, cycle));
            }
        }
        checkAfter("after.student/", name -> name.startsWith("teacher.") ? null : name, model.state());
        Map<String, Tensor> teacher = idleTeacher == null ? model.state() : idleTeacher.state();
        checkAfter("after.teacher/", idleTeacher == null ? Names.below("teacher.") : Names.same(), teacher);
    }

    private Losses losses(String step) {
        int patches = config.intAt("n_ref_positions");
        LocaDraw draw = new LocaDraw(
                LocaSetup.kept(given, step, spec.selection(), config.intAt("reference_seqlen"), patches),
                queryTokens(step, patches));
        try (Draws.Replay replay = Draws.replay(branches(step));
                Tap tap = Tap.open()) {
            Losses losses = model.losses(views(), draw);
            if (replay.unused() > 0) {
                given.fail(step + ": " + replay.unused() + " recorded draws were not used");
            }
            Tensor position = losses.parts().get("position");
            given.check(step + "total_loss", losses.total());
            given.check(step + "position_loss", position);
            given.check(step + "feature_loss", losses.total().sub(position));
            Tensor targets = tap.seen().get("targets");
            double correct = Tensors.item(LocaLoss.correct(tap.seen().get("position_logits"), targets));
            given.check(step + "correct_and_count", correct, Tensors.item(LocaLoss.valid(targets)));
            return losses;
        }
    }

    /** Null where the query keeps all its tokens: the reference draws nothing then, or does not use it. */
    private Tensor queryTokens(String step, int patches) {
        int kept = config.intAt("query_max_seqlen");
        return kept >= patches ? null : LocaSetup.keptOfQuery(given, step + "query0_permutation", kept, patches);
    }

    /** Recorded decisions of stochastic depth in the order of the passes. */
    private List<Tensor> branches(String step) {
        List<Tensor> draws = new ArrayList<>();
        for (String pass : List.of("reference", "query0", "queries")) {
            for (int i = 0; i < config.in("model").intAt("num_layers"); i++) {
                String block = "%skeep.%s.encoderblock_%d.".formatted(step, pass, i);
                if (given.inputs().containsKey(block + "attention")) {
                    draws.add(LocaSetup.keep(given, block + "attention"));
                    draws.add(LocaSetup.keep(given, block + "mlp"));
                }
            }
        }
        return draws;
    }

    private ViewBatch views() {
        List<ViewBatch.Group> groups = new ArrayList<>();
        groups.add(new ViewBatch.Group(LocaSetup.nchw(given.input("query0")), targets("query0_mask"), null));
        List<Tensor> images = new ArrayList<>(), targets = new ArrayList<>();
        int focal = config.in("dataset_configs").intAt("number_of_focal_queries");
        for (int i = 1; i <= focal; i++) {
            images.add(LocaSetup.nchw(given.input("query" + i)));
            targets.add(targets("query" + i + "_mask"));
        }
        if (focal > 0) {
            groups.add(new ViewBatch.Group(Tensors.cat(0, images), Tensors.cat(0, targets), null));
        }
        return new ViewBatch(LocaSetup.nchw(given.input("reference")), groups, List.of());
    }

    private Tensor targets(String name) {
        return given.input(name).flatten(1, -1);
    }

    private Map<String, Tensor> gradients() {
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        model.parametersByName().forEach((name, parameter) -> {
            if (!name.startsWith("teacher.") && parameter.grad().defined()) {
                gradients.put(name, parameter.grad());
            }
        });
        return gradients;
    }

    private Map<String, Tensor> theirs(Map<String, Tensor> ours) {
        Config network = config.in("model");
        return LocaNames.theirs(ours, network.intAt("num_heads"), network.intsAt("posembs")[0]);
    }

    private void checkAfter(String prefix, UnaryOperator<String> names, Map<String, Tensor> state) {
        Map<String, Tensor> ours = new LinkedHashMap<>();
        state.forEach((name, x) -> {
            if (names.apply(name) != null) {
                ours.put(names.apply(name), x);
            }
        });
        theirs(ours).forEach((name, x) -> {
            if (given.outputs().containsKey(prefix + name)) {
                given.check(prefix + name, x);
            }
        });
    }

    private void checkIfRecorded(String name, double value) {
        if (given.outputs().containsKey(name)) {
            given.check(name, value);
        }
    }
}
