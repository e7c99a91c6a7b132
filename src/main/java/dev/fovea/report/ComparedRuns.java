package dev.fovea.report;

import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs that are laid beside each other, in groups by the stage of their recipes: a loss of pre-training and one of
 * fine-tuning share a name and nothing else.
 */
record ComparedRuns(List<RunRecord> runs, List<String> names) {
    static final String PRETRAIN = "pretrain";

    /**
     * Runs of one stage.
     *
     * @param stage empty for runs whose recipes name none
     * @param members their places among all runs, which decide about colours
     */
    record Group(String stage, List<Integer> members) {}

    static ComparedRuns read(List<Path> folders) throws IOException {
        List<RunRecord> runs = new ArrayList<>();
        for (Path folder : folders) {
            runs.add(RunRecord.read(folder));
        }
        return new ComparedRuns(runs, CompareReport.names(folders));
    }

    /** Pre-training first, then in the order in which the runs were named. */
    List<Group> groups() throws IOException {
        List<String> stages = new ArrayList<>();
        for (RunRecord run : runs) {
            stages.add(run.stage());
        }
        Set<String> order = new LinkedHashSet<>();
        if (stages.contains(PRETRAIN)) {
            order.add(PRETRAIN);
        }
        order.addAll(stages);
        List<Group> groups = new ArrayList<>();
        for (String stage : order) {
            List<Integer> members = new ArrayList<>();
            for (int i = 0; i < stages.size(); i++) {
                if (stages.get(i).equals(stage)) {
                    members.add(i);
                }
            }
            groups.add(new Group(stage, members));
        }
        return groups;
    }

    /** All metrics of a group's runs, the telling ones first. */
    List<Metric> metrics(Group group) {
        Set<Metric> metrics = new LinkedHashSet<>();
        group.members.forEach(i -> metrics.addAll(Metric.of(rows(i))));
        return Metric.ranked(metrics);
    }

    List<Metric> curves(Group group) {
        return metrics(group).stream()
                .filter(metric -> group.members.stream().anyMatch(i -> metric.isCurve(rows(i))))
                .toList();
    }

    /** The evaluated score, such as an accuracy, that a group's runs have a curve of. */
    Optional<Metric> scoreCurve(Group group) {
        return curves(group).stream()
                .filter(metric -> !metric.isOfTraining() && !metric.isLoss())
                .findFirst();
    }

    /** Whether a value is the best of a group's last ones; where there is but one, nothing is best. */
    boolean isBest(Group group, Metric metric, double value) {
        if (!Double.isFinite(value)) {
            return false;
        }
        int holders = 0;
        for (int i : group.members) {
            MetricRow last = metric.last(rows(i));
            if (last != null) {
                holders++;
                if (metric.isBetter(metric.value(last), value)) {
                    return false;
                }
            }
        }
        return holders > 1;
    }

    /** A curve for each run of the group, over epochs where all of them count epochs. */
    String chart(Group group, Metric metric, String title) {
        boolean epochs = group.members.stream().allMatch(i -> rows(i).stream().anyMatch(row -> row.epoch() > 0));
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            List<MetricRow> rows = group.members.contains(i) ? rows(i) : List.of();
            series.add(metric.series(rows, names.get(i), epochs));
        }
        return new SvgChart(title, metric, epochs ? "epoch" : "step", series).figure();
    }

    List<MetricRow> rows(int run) {
        return runs.get(run).rows();
    }
}
