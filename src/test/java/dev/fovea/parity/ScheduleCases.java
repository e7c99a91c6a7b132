package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.optim.Schedule;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Learning-rate schedules of all systems. */
final class ScheduleCases {
    static final Map<String, CaseRunner> CONVMAE = Map.of("lr_sched", ScheduleCases::halfCosine);
    static final Map<String, CaseRunner> ITPN = Map.of("cosine_scheduler", ScheduleCases::inclusiveCosine);
    static final Map<String, CaseRunner> BEITV2 = Map.of("lr_schedule", ScheduleCases::inclusiveCosines);
    static final Map<String, CaseRunner> VITADAPTER = Map.of("lr_schedule", ScheduleCases::mmcv);

    private ScheduleCases() {}

    private static void halfCosine(Case given) {
        Config config = given.config();
        Schedule schedule = new Schedule.HalfCosine(
                config.doubleAt("run.lr"),
                config.doubleAt("run.min_lr"),
                config.doubleAt("run.warmup_epochs"),
                config.doubleAt("run.epochs"));
        double[] rates = Arrays.stream(Tensors.toDoubles(given.input("epoch")))
                .map(epoch -> 1e6 * schedule.at(epoch))
                .toArray();
        given.check("lr_x1e6", rates);
        double[] scales = config.doublesAt("run.lr_scales");
        given.check(
                "group_lr_x1e6",
                Arrays.stream(rates)
                        .flatMap(rate -> IntStream.rangeClosed(0, scales.length)
                                .mapToDouble(group -> rate * (group == 0 ? 1 : scales[group - 1])))
                        .toArray());
    }

    private static void inclusiveCosine(Case given) {
        double[] values = values(given.config());
        given.check("schedule_x1e6", Arrays.stream(values).map(v -> 1e6 * v).toArray());
    }

    private static void inclusiveCosines(Case given) {
        Config settings = given.config().in("settings");
        given.config()
                .at("settings")
                .fieldNames()
                .forEachRemaining(name -> given.check("schedule." + name, values(settings.in(name))));
    }

    static double[] values(Config config) {
        int perEpoch = config.intAt("niter_per_ep");
        int total = config.intAt("epochs") * perEpoch;
        int warmupEpochs = config.intAt("warmup_epochs", 0);
        int warmupSteps = config.intAt("warmup_steps", -1);
        int warmup = warmupEpochs > 0 && warmupSteps > 0 ? warmupSteps : warmupEpochs * perEpoch;
        Schedule schedule = new Schedule.InclusiveCosine(
                config.doubleAt("base_value"),
                config.doubleAt("final_value"),
                total,
                warmup,
                config.doubleAt("start_warmup_value", 0));
        return IntStream.range(0, total).mapToDouble(schedule::at).toArray();
    }

    private static void mmcv(Case given) {
        for (JsonNode node : given.config().at("schedules")) {
            Config config = new Config(given.id() + " schedule", node);
            List<List<Double>> rates = new ArrayList<>();
            for (int step : config.intsAt("_at")) {
                rates.add(Arrays.stream(config.doublesAt("_base_lrs"))
                        .mapToObj(base -> mmcv(config, base).at(step))
                        .toList());
            }
            given.checkExpected("/" + config.textAt("_name"), rates);
        }
    }

    static Schedule mmcv(Config config, double base) {
        config.requireOnly("warmup_by_epoch", "false");
        int perEpoch = config.intAt("_iters_per_epoch");
        boolean byEpoch = config.boolAt("by_epoch", true);
        int total = config.intAt("_max_iters");
        Schedule regular =
                switch (config.textAt("policy")) {
                    case "poly" ->
                        new Schedule.Poly(base, config.doubleAt("min_lr", 0), config.doubleAt("power", 1), total);
                    case "step" -> steps(config, base, byEpoch ? perEpoch : 1);
                    case "CosineAnnealing" ->
                        new Schedule.HalfCosine(
                                base, config.doubleAt("min_lr", base * config.doubleAt("min_lr_ratio", 0)), 0, total);
                    default -> throw new AssertionError("no policy " + config.textAt("policy"));
                };
        Schedule timed = byEpoch ? new Schedule.ByEpoch(regular, perEpoch) : regular;
        if (!config.has("warmup")) {
            return timed;
        }
        if (!config.textAt("warmup").equals("linear")) {
            throw new AssertionError("no warm-up " + config.textAt("warmup"));
        }
        return new Schedule.LinearWarmup(timed, config.doubleAt("warmup_iters"), config.doubleAt("warmup_ratio"));
    }

    /** @param unit iterations in what milestones are counted in */
    private static Schedule steps(Config config, double base, int unit) {
        List<Integer> milestones = Arrays.stream(config.intsAt("step"))
                .mapToObj(step -> step * unit)
                .toList();
        Schedule falling = new Schedule.Steps(base, milestones, config.doubleAt("gamma", 0.1));
        double least = config.doubleAt("min_lr", 0);
        return step -> Math.max(falling.at(step), least);
    }
}
