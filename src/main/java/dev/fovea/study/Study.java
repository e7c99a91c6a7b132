package dev.fovea.study;

import dev.fovea.recipe.Default;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A table of results, as a file under {@code studies/} describes it.
 *
 * @param name of the folder with the committed results
 * @param stages in the order in which they run
 */
public record Study(
        String name,
        String title,
        List<Long> seeds,
        List<Stage> stages,
        List<Row> rows,
        List<Column> columns,
        @Default("[]") List<Comparison> comparisons) {

    /** What a stage does. */
    public enum Work {
        TRAIN,
        /** k nearest neighbours on frozen features, {@code eval.KnnProbe}. */
        KNN,
        /** Logistic regression on frozen features, {@code eval.LinearProbe}. */
        LINEAR
    }

    /**
     * A training run, or an evaluation of one.
     *
     * @param recipe what is trained; a row may name another one
     * @param of the stage whose weights training starts from, or whose backbone is measured
     * @param set settings {@code a.b=value} laid over the recipe
     * @param inputs settings that name the runs of earlier stages, such as a teacher
     * @param once all rows share what the first row computed, but those that list this stage among their changes; what a
     *     row sets for all its stages does not concern it
     */
    public record Stage(
            String name,
            @Default("train") Work work,
            Optional<String> recipe,
            Optional<String> of,
            @Default("[]") List<String> set,
            @Default("[]") List<Input> inputs,
            @Default("false") boolean once) {
        public Stage {
            require(work == Work.TRAIN || of.isPresent(), "of is missing: the stage whose backbone is measured");
            require(name.matches("[a-z0-9-]+"), "name '%s' is not lower-case letters, digits and dashes", name);
        }
    }

    /**
     * A setting that names the run of an earlier stage; it is not made where a row leaves out that stage.
     *
     * @param set such as {@code objective.teacher={type: run, from: ${run}}}
     */
    public record Input(String stage, String set) {
        private static final String RUN = "${run}";

        public Input {
            require(set.contains(RUN), "set '%s' has no %s, which stands for the run of the stage %s", set, RUN, stage);
        }

        String of(Path run) {
            return set.replace(RUN, "\"" + run + "\"");
        }
    }

    /**
     * A variant.
     *
     * @param set settings laid over the recipes of all its stages
     * @param seeds in place of the study's
     */
    public record Row(
            String name,
            @Default("[]") List<String> set,
            @Default("[]") List<Change> changes,
            Optional<List<Long>> seeds) {
        public Row {
            seeds.ifPresent(Study::checkSeeds);
        }

        Change change(String stage) {
            return changes.stream()
                    .filter(change -> change.stage().equals(stage))
                    .findFirst()
                    .orElseGet(() -> new Change(stage, Optional.empty(), List.of(), false));
        }

        boolean changes(String stage) {
            return changes.stream().anyMatch(change -> change.stage().equals(stage));
        }
    }

    /**
     * How a row differs in one stage.
     *
     * @param skip the stage is left out: what builds on it starts from random weights
     */
    public record Change(
            String stage, Optional<String> recipe, @Default("[]") List<String> set, @Default("false") boolean skip) {}

    /**
     * A score of the table.
     *
     * @param also further stages whose scores are pooled with the first one's, such as other draws of the data
     * @param factor 100 turns a share into per cent
     */
    public record Column(
            String title,
            String stage,
            @Default("[]") List<String> also,
            String metric,
            @Default("1") double factor,
            @Default("1") int digits,
            @Default("true") boolean higherIsBetter) {
        boolean isOf(String name) {
            return stage.equals(name) || also.contains(name);
        }
    }

    /** Rows held against others in one column; of several rows the best counts. */
    public record Comparison(String column, List<String> rows, List<String> against) {}

    public Study {
        checkSeeds(seeds);
        require(!rows.isEmpty(), "rows [] is empty");
        List<String> names = stages.stream().map(Stage::name).toList();
        checkStages(stages, rows.get(0));
        Set<String> folders = new HashSet<>();
        for (Row row : rows) {
            require(folders.add(Cell.plain(row.name())), "rows: '%s' has the folder of another row", row.name());
            row.changes().forEach(change -> known("rows, " + row.name() + ": stage", List.of(change.stage()), names));
        }
        List<String> titles = columns.stream().map(Column::title).toList();
        columns.forEach(column -> {
            known("columns, " + column.title() + ": stage", List.of(column.stage()), names);
            known("columns, " + column.title() + ": also", column.also(), names);
        });
        List<String> rowNames = rows.stream().map(Row::name).toList();
        for (Comparison comparison : comparisons) {
            known("comparisons: column", List.of(comparison.column()), titles);
            known("comparisons: rows", comparison.rows(), rowNames);
            known("comparisons: against", comparison.against(), rowNames);
        }
    }

    private static void checkSeeds(List<Long> seeds) {
        require(!seeds.isEmpty(), "seeds [] is empty");
        require(Set.copyOf(seeds).size() == seeds.size(), "seeds %s has one of them twice", seeds);
    }

    private static void checkStages(List<Stage> stages, Row first) {
        Set<String> names = new HashSet<>();
        List<String> trained = new ArrayList<>();
        for (Stage stage : stages) {
            stage.of().ifPresent(of -> known("stages, " + stage.name() + ": of", List.of(of), trained));
            stage.inputs()
                    .forEach(input -> known(
                            "stages, %s: inputs: stage".formatted(stage.name()), List.of(input.stage()), trained));
            require(names.add(stage.name()), "stages: '%s' is there twice", stage.name());
            require(
                    !stage.once() || !first.change(stage.name()).skip(),
                    "stages: %s is computed once, in the first row '%s', which skips it",
                    stage.name(),
                    first.name());
            if (stage.work() == Work.TRAIN) {
                trained.add(stage.name());
            }
        }
    }

    List<Long> seeds(Row row) {
        return row.seeds().orElse(seeds);
    }

    Row row(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    Stage stage(String name) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The cell that serves a row as this stage: its own one, or the first row's. */
    Cell cell(String row, String stage, long seed) {
        boolean shared = stage(stage).once() && !row(row).changes(stage);
        return new Cell(shared ? rows.get(0).name() : row, stage, seed);
    }

    /** The cell that a cell starts from or measures, unless its row leaves that one out. */
    Optional<Cell> before(Cell cell) {
        return stage(cell.stage()).of().flatMap(of -> earlier(cell, of));
    }

    /** The cells whose runs are settings of a cell. */
    Map<Input, Cell> inputs(Cell cell) {
        Map<Input, Cell> inputs = new LinkedHashMap<>();
        for (Input input : stage(cell.stage()).inputs()) {
            earlier(cell, input.stage()).ifPresent(from -> inputs.put(input, from));
        }
        return inputs;
    }

    private Optional<Cell> earlier(Cell cell, String stage) {
        return row(cell.row()).change(stage).skip()
                ? Optional.empty()
                : Optional.of(cell(cell.row(), stage, cell.seed()));
    }

    /** All cells that a cell builds on. */
    List<Cell> needs(Cell cell) {
        return Stream.concat(before(cell).stream(), inputs(cell).values().stream())
                .distinct()
                .toList();
    }

    /** The cells that build on a cell. */
    List<Cell> after(Cell cell) {
        return cells().stream().filter(later -> needs(later).contains(cell)).toList();
    }

    /** The cells of a row with one seed, those that it shares included. */
    List<Cell> cells(Row row, long seed) {
        return stages.stream()
                .filter(stage -> !row.change(stage.name()).skip())
                .map(stage -> cell(row.name(), stage.name(), seed))
                .toList();
    }

    /** All cells, every row's first seed before any row's second, so that an early end leaves a whole table. */
    List<Cell> cells() {
        Set<Cell> cells = new LinkedHashSet<>();
        int most = rows.stream().mapToInt(row -> seeds(row).size()).max().orElseThrow();
        for (int i = 0; i < most; i++) {
            for (Row row : rows) {
                if (i < seeds(row).size()) {
                    cells.addAll(cells(row, seeds(row).get(i)));
                }
            }
        }
        return List.copyOf(cells);
    }

    private static void known(String where, List<String> names, Collection<String> known) {
        for (String name : names) {
            require(known.contains(name), "%s '%s' is none of %s", where, name, known);
        }
    }

    private static void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }
}
