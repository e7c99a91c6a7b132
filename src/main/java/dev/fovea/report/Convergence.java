package dev.fovea.report;

import dev.fovea.report.ComparedRuns.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The plots that show what pre-training is worth (as in the iTPN paper): its loss over epochs, and beside it the score of
 * what was trained from it, over epochs of that; where nothing was, a score measured while pre-training.
 */
final class Convergence {
    private static final Metric LOSS = new Metric("train", "loss");

    private final ComparedRuns runs;
    private final List<Plot> plots = new ArrayList<>();

    /** What one plot shows. */
    record Plot(Group group, Metric metric) {}

    Convergence(ComparedRuns runs, List<Group> groups) {
        this.runs = runs;
        Optional<Group> pretraining = groups.stream()
                .filter(group -> group.stage().equals(ComparedRuns.PRETRAIN))
                .findFirst();
        if (pretraining.isEmpty() || !runs.curves(pretraining.get()).contains(LOSS)) {
            return;
        }
        plots.add(new Plot(pretraining.get(), LOSS));
        groups.stream().filter(group -> group != pretraining.get()).forEach(group -> runs.scoreCurve(group)
                .ifPresent(score -> plots.add(new Plot(group, score))));
        if (plots.size() == 1) {
            runs.scoreCurve(pretraining.get()).ifPresent(score -> plots.add(new Plot(pretraining.get(), score)));
        }
    }

    /** Whether there is a loss and at least one score to stand beside it. */
    boolean isThere() {
        return plots.size() > 1;
    }

    boolean shows(Group group, Metric metric) {
        return isThere() && plots.contains(new Plot(group, metric));
    }

    void write(Html html) {
        html.element("section", () -> {
            html.element("h2", "Convergence");
            html.element(
                    "div class=\"charts\"",
                    () -> plots.forEach(plot -> html.raw(runs.chart(
                            plot.group, plot.metric, "%s: %s".formatted(plot.group.stage(), plot.metric.title())))));
        });
    }
}
