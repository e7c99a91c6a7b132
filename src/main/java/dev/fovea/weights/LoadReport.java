package dev.fovea.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of every tensor when a file was put into a model. Names are those of the model, except in {@code ignored}
 * and {@code unexpected}, which name tensors of the file.
 *
 * @param loaded copied as they are
 * @param adapted copied after a change of shape, with both shapes
 * @param missingExpected not in the file, and declared as such: they keep their initial values
 * @param missingWrong not in the file, though the model needs them
 * @param ignored in the file, without a place, and declared as such
 * @param unexpected in the file, without a place
 * @param misShaped in the file with a shape that does not fit, with both shapes
 */
public record LoadReport(
        List<String> loaded,
        List<String> adapted,
        List<String> missingExpected,
        List<String> missingWrong,
        List<String> ignored,
        List<String> unexpected,
        List<String> misShaped) {
    private static final int SHOWN = 12;

    /** Whether nothing is missing, unexpected or mis-shaped against what was declared. */
    public boolean isRight() {
        return missingWrong.isEmpty() && unexpected.isEmpty() && misShaped.isEmpty();
    }

    /** One line: {@code 150 loaded, 1 adapted, 4 missing as expected, 0 missing, 26 ignored, …}. */
    public String summary() {
        return "%d loaded, %d adapted, %d missing as expected, %d missing, %d ignored, %d unexpected, %d mis-shaped"
                .formatted(
                        loaded.size(),
                        adapted.size(),
                        missingExpected.size(),
                        missingWrong.size(),
                        ignored.size(),
                        unexpected.size(),
                        misShaped.size());
    }

    /** The summary and, one a line, the names of everything but what was loaded as it is. */
    public String details() {
        List<String> lines = new ArrayList<>(List.of(summary()));
        addTo(lines, "adapted", adapted);
        addTo(lines, "missing as expected", missingExpected);
        addTo(lines, "missing", missingWrong);
        addTo(lines, "ignored", ignored);
        addTo(lines, "unexpected", unexpected);
        addTo(lines, "mis-shaped", misShaped);
        return String.join("\n", lines);
    }

    /** What is wrong, in a few lines for an error message. */
    String wrong() {
        List<String> lines = new ArrayList<>();
        addTo(lines, "missing", missingWrong);
        addTo(lines, "unexpected", unexpected);
        addTo(lines, "mis-shaped", misShaped);
        return String.join("\n", lines);
    }

    private static void addTo(List<String> lines, String title, List<String> names) {
        if (!names.isEmpty()) {
            String more = names.size() > SHOWN ? ", and %d more".formatted(names.size() - SHOWN) : "";
            lines.add("  %s (%d): %s%s"
                    .formatted(
                            title,
                            names.size(),
                            String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))),
                            more));
        }
    }
}
