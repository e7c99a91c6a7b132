package dev.fovea.train;

import dev.fovea.data.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Where a run stands.
 *
 * @param step optimizer steps done
 * @param position the next micro-batch
 * @param best the best score so far, NaN before the first
 * @param bestStep where it was reached
 * @param lookDue whether the evaluation or the pictures that belong to this step have not been made yet
 */
public record RunState(long step, Position position, double best, long bestStep, boolean lookDue) {
    static final RunState START = new RunState(0, Position.START, Double.NaN, 0, false);

    RunState advanced(Position next) {
        return new RunState(step + 1, next, best, bestStep, false);
    }

    RunState withBest(double score) {
        return new RunState(step, position, score, step, lookDue);
    }

    RunState looked() {
        return new RunState(step, position, best, bestStep, false);
    }

    RunState withLookDue() {
        return new RunState(step, position, best, bestStep, true);
    }

    Map<String, String> metadata() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("step", Long.toString(step));
        texts.put("position.epoch", Long.toString(position.epoch()));
        texts.put("position.batch", Long.toString(position.batch()));
        texts.put("best", Double.toString(best));
        texts.put("best.step", Long.toString(bestStep));
        texts.put("look.due", Boolean.toString(lookDue));
        return texts;
    }

    /** @param text gives the value of a key or throws */
    static RunState of(Function<String, String> text) {
        return new RunState(
                Long.parseLong(text.apply("step")),
                new Position(
                        Long.parseLong(text.apply("position.epoch")), Long.parseLong(text.apply("position.batch"))),
                Double.parseDouble(text.apply("best")),
                Long.parseLong(text.apply("best.step")),
                Boolean.parseBoolean(text.apply("look.due")));
    }
}
