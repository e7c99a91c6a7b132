package dev.fovea.parity;

import dev.fovea.nn.Gelu;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.optim.Clip;
import dev.fovea.optim.Ema;
import dev.fovea.optim.Schedule;
import dev.fovea.pretrain.loca.LocaLoss;
import dev.fovea.pretrain.loca.ProjectionHead;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.LocaNames;
import dev.fovea.weights.StateLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The loss alone, on given logits and on heads over given features, on one device and on two (scenic projects/loca/trainer.py). */
final class LocaLossCase {
    private static final String HEAD = "projection_head_for_clustering_prediction/";

    private final Case given;
    private final Config config;
    private final double temperature;
    private final double sharpening;
    private final int rounds = 3;
    private final long kept;
    private final int focal;

    LocaLossCase(Case given) {
        this.given = given;
        config = given.config();
        temperature = config.in("model").doubleAt("temperature");
        sharpening = config.doubleAt("sharpening");
        kept = Math.min(config.intAt("query_max_seqlen"), mask("query0", 0).size(1));
        focal = config.in("dataset_configs").intAt("number_of_focal_queries");
    }

    void check() {
        givenLogits();
        oneDevice();
        twoDevices();
        schedules();
    }

    /** Variant A. */
    private void givenLogits() {
        Tensor targets = targets(0);
        given.check("logits.targets", targets);
        Map<String, Tensor> leaves = new LinkedHashMap<>();
        List<Tensor> positions = new ArrayList<>(), clusters = new ArrayList<>();
        for (String group : focal > 0 ? List.of("query0", "queries") : List.of("query0")) {
            for (String name : List.of(group + "_position_logits", group + "_cluster_scores")) {
                leaves.put(name, given.input("logits." + name).requires_grad_(true));
            }
            positions.add(leaves.get(group + "_position_logits").flatten(0, 1));
            clusters.add(leaves.get(group + "_cluster_scores"));
        }
        Tensor logits = Tensors.cat(0, positions), scores = Tensors.cat(0, clusters);
        Tensor reference = given.input("logits.reference_cluster_scores");
        for (int i = 1; given.outputs().containsKey("logits.sinkhorn_iter" + i); i++) {
            given.check("logits.sinkhorn_iter" + i, LocaLoss.assignments(reference, sharpening, i));
        }
        Device device = new Device(logits, scores, targets, LocaLoss.assignments(reference, sharpening, rounds));
        given.check("logits.cluster_ce", device.cluster());
        given.check("logits.me_max", entropy(scores));
        device.check("logits", entropy(scores));
        device.total(entropy(scores)).backward();
        leaves.forEach((name, x) -> given.check("logits.grad." + name, x.grad()));

        Device invalid = new Device(
                logits, scores, targets.clamp_max(new Scalar(-1)), LocaLoss.assignments(reference, sharpening, rounds));
        invalid.check("allinvalid", entropy(scores));
        teacher(leaves.get("query0_position_logits"));
    }

    private void teacher(Tensor student) {
        double momentum = LocaSchedules.momentum(config.in("momentum_rate")).at(config.intAt("global_step"));
        given.check("logits.momentum", momentum);
        Ema ema = new Ema(Map.of("x", student), Map.of());
        ema.load(Map.of("x", given.input("logits.ema_before.query0_position_logits")));
        ema.update(momentum);
        given.check("logits.ema_after.query0_position_logits", ema.state().get("x"));
    }

    /** What one device has: rows of all its queries. */
    private final class Device {
        private final Tensor logits;
        private final Tensor scores;
        private final Tensor targets;
        private final Tensor assignments;

        Device(Tensor logits, Tensor scores, Tensor targets, Tensor assignments) {
            this.logits = logits;
            this.scores = scores;
            this.targets = targets;
            this.assignments = assignments;
        }

        Tensor position() {
            return LocaLoss.position(logits, targets);
        }

        Tensor cluster() {
            return LocaLoss.cluster(scores, temperature, assignments, rows(), targets);
        }

        Tensor total(Tensor entropy) {
            return position().add(cluster()).add(entropy);
        }

        void check(String prefix, Tensor entropy) {
            if (given.outputs().containsKey(prefix + ".position_loss")) {
                given.check(prefix + ".position_loss", position());
            }
            given.check(prefix + ".feature_loss", cluster().add(entropy).reshape(1));
            given.check(prefix + ".total_loss", total(entropy).reshape(1));
            checkMetrics(prefix, List.of(this));
        }

        /** Rows of query0 and then of the focal queries; each group holds the samples of one view after the other. */
        private Tensor rows() {
            long batch = config.intAt("B_per_device"), patches = assignments.size(0) / batch;
            List<Tensor> image = new ArrayList<>();
            image.add(Tensors.range(0, batch).repeat_interleave(kept));
            for (int i = 0; i < focal; i++) {
                long cells = config.intsAt("focal_grid")[0] * (long) config.intsAt("focal_grid")[1];
                image.add(Tensors.range(0, batch).repeat_interleave(cells));
            }
            return Tensors.cat(0, image).mul(new Scalar(patches)).add(targets.clamp_min(new Scalar(0)));
        }
    }

    private Tensor entropy(Tensor scores) {
        return LocaLoss.negativeMeanEntropy(scores, temperature);
    }

    private void checkMetrics(String prefix, List<Device> devices) {
        double loss = 0, correct = 0, valid = 0;
        for (Device device : devices) {
            double count = Tensors.item(LocaLoss.valid(device.targets));
            loss += Tensors.item(device.position()) * count;
            correct += Tensors.item(LocaLoss.correct(device.logits, device.targets));
            valid += count;
        }
        given.check(prefix + ".metrics.loss", loss, valid);
        given.check(prefix + ".metrics.accuracy", correct, valid);
    }

    private Tensor targets(int device) {
        Tensor order = order(device);
        List<Tensor> all = new ArrayList<>();
        all.add(mask("query0", device).index_select(1, order).reshape(-1));
        for (int i = 1; i <= focal; i++) {
            all.add(mask("query" + i, device).reshape(-1));
        }
        return Tensors.cat(0, all);
    }

    private Tensor order(int device) {
        Tensor kept = LocaSetup.keptOfQuery(
                given, "dev2.query0_permutation", this.kept, mask("query0", 0).size(1));
        return kept.dim() == 1 ? kept : kept.select(0, device);
    }

    private Tensor mask(String query, int device) {
        return given.input("dev2." + query + "_mask").select(0, device).flatten(1, -1);
    }

    /** The stand-in for a network: both heads, straight on features. */
    private final class Heads extends Layer {
        private final ProjectionHead projection;
        private final Linear predictor;

        Heads(String root) {
            Config head = config.in("head");
            Map<String, Tensor> weights = new LinkedHashMap<>();
            given.weights().forEach((name, x) -> {
                if (name.startsWith(root)) {
                    weights.put(name.substring(root.length()).replaceFirst("^head/", HEAD), x);
                }
            });
            int dim = (int) weights.get("position_predictor/kernel").size(0);
            projection = child(
                    "projection",
                    new ProjectionHead(
                            new ProjectionHead.Spec(
                                    dim,
                                    head.intAt("hidden_dim"),
                                    head.intAt("n_layers"),
                                    head.intAt("bottleneck_dim"),
                                    head.intAt("output_dim")),
                            Gelu.TANH));
            predictor = new Linear(dim, config.intAt("n_ref_positions"));
            child("location", new Layer() {
                {
                    child("predictor", predictor);
                }
            });
            StateLoader.strict().load(LocaNames.ours(weights), state(), given.id());
        }

        /** Gradients under the names of the case. */
        Map<String, Tensor> gradients() {
            Map<String, Tensor> ours = new LinkedHashMap<>();
            parametersByName().forEach((name, x) -> ours.put(name, x.grad()));
            Map<String, Tensor> theirs = new LinkedHashMap<>();
            LocaNames.theirs(ours, 1, 1).forEach((name, x) -> theirs.put(name.replace(HEAD, "head/"), x));
            return theirs;
        }
    }

    private Device device(int number, Heads student, Tensor assignments) {
        Tensor order = order(number);
        List<Tensor> features = new ArrayList<>();
        features.add(features("query0", number).index_select(1, order).flatten(0, 1));
        for (int i = 1; i <= focal; i++) {
            features.add(features("query" + i, number).flatten(0, 1));
        }
        Tensor rows = Tensors.cat(0, features);
        return new Device(
                student.predictor.forward(rows), student.projection.forward(rows), targets(number), assignments);
    }

    private Tensor features(String view, int device) {
        return given.input("dev2." + view).select(0, device);
    }

    private Tensor teacherScores(int device) {
        return new Heads("teacher/")
                .projection
                .forward(features("reference", device).flatten(0, 1))
                .detach();
    }

    private void oneDevice() {
        Heads student = new Heads("student/");
        Device device = device(0, student, LocaLoss.assignments(teacherScores(0), sharpening, rounds));
        device.check("dev1", entropy(device.scores));
        device.total(entropy(device.scores)).backward();
        Map<String, Tensor> gradients = student.gradients();
        gradients.forEach((name, x) -> given.check("dev1.grad." + name, x));
        double[] norms = Tensors.toDoubles(given.input("clip_max_norms"));
        String clipped = "position_predictor/kernel";
        for (int i = 0; i < norms.length; i++) {
            Map<String, Tensor> before = new LinkedHashMap<>();
            student.parametersByName()
                    .forEach((name, x) -> before.put(name, x.grad().clone()));
            double norm = Clip.toNorm(List.copyOf(student.parametersByName().values()), norms[i]);
            if (i == 0) {
                given.check("dev1.grad_norm", norm);
            }
            given.check(
                    (i == 0 ? "clip_half." : "clip_twice.") + clipped,
                    student.gradients().get(clipped));
            student.parametersByName().forEach((name, x) -> x.grad().copy_(before.get(name)));
        }
    }

    private void twoDevices() {
        Heads student = new Heads("student/");
        int count = (int) given.input("dev2.reference").size(0);
        List<Tensor> scores = new ArrayList<>();
        for (int d = 0; d < count; d++) {
            scores.add(teacherScores(d));
        }
        Tensor assignments = LocaLoss.assignments(Tensors.cat(0, scores), sharpening, rounds);
        List<Device> devices = new ArrayList<>();
        long rows = assignments.size(0) / count;
        for (int d = 0; d < count; d++) {
            devices.add(device(d, student, assignments.narrow(0, d * rows, rows)));
        }
        Tensor entropy = entropy(
                Tensors.cat(0, devices.stream().map(device -> device.scores).toList()));
        List<Tensor> totals = new ArrayList<>(), features = new ArrayList<>();
        for (Device device : devices) {
            totals.add(device.total(entropy));
            features.add(device.cluster().add(entropy));
        }
        given.check("dev2.total_loss", Tensors.stack(0, totals));
        given.check("dev2.feature_loss", Tensors.stack(0, features));
        checkMetrics("dev2", devices);
        Tensors.stack(0, totals).mean().backward();
        student.gradients().forEach((name, x) -> given.check("dev2.grad." + name, x));
    }

    private void schedules() {
        long[] steps = Tensors.toLongs(given.input("schedule.steps"));
        Schedule rate = LocaSchedules.learningRate(config.in("lr_configs"));
        Schedule momentum = LocaSchedules.momentum(config.in("momentum_rate"));
        double peak = config.in("lr_configs").doubleAt("base_learning_rate");
        double first = config.in("momentum_rate").doubleAt("base_learning_rate");
        double[] rates = new double[steps.length], shares = new double[steps.length];
        double[] momenta = new double[steps.length], left = new double[steps.length];
        for (int i = 0; i < steps.length; i++) {
            rates[i] = rate.at(steps[i]);
            shares[i] = rates[i] / peak;
            momenta[i] = momentum.at(steps[i]);
            left[i] = (1 - momenta[i]) / (1 - first);
        }
        given.check("schedule.learning_rate", rates);
        given.check("schedule.learning_rate_over_base", shares);
        given.check("schedule.momentum", momenta);
        given.check("schedule.one_minus_momentum_over_start", left);
    }
}
