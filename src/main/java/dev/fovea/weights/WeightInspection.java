package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a parameter file holds: {@code fovea weights inspect}.
 *
 * @param file the inspected file
 * @param kind its format
 * @param source where it comes from, told by its metadata or its names; {@code unknown} otherwise
 * @param metadata texts beside the tensors
 * @param tensors every tensor of the model
 * @param parameters number of elements of all floating-point tensors
 * @param bytes size of all tensors
 */
public record WeightInspection(
        String file,
        WeightFile.Kind kind,
        String source,
        Map<String, String> metadata,
        List<Row> tensors,
        long parameters,
        long bytes) {
    private static final int LONGEST_TEXT = 160;

    /** A tensor; the shape as text ({@code 3x224x224}). */
    public record Row(String name, Dtype dtype, String shape, long elements) {}

    /** Reads a header alone where the format has one. */
    public static WeightInspection of(Path file) {
        WeightFile.Kind kind = WeightFile.Kind.of(file);
        List<Row> rows = new ArrayList<>();
        Map<String, String> metadata;
        if (kind == WeightFile.Kind.SAFETENSORS) {
            metadata = Safetensors.metadata(file);
            for (TensorEntry entry : Safetensors.entries(file)) {
                rows.add(new Row(entry.name(), entry.dtype(), Shapes.text(entry.shape()), entry.elements()));
            }
        } else {
            WeightFile read = WeightFile.read(file);
            metadata = read.metadata();
            read.tensors()
                    .forEach((name, tensor) ->
                            rows.add(new Row(name, Dtype.of(tensor), Shapes.text(tensor), tensor.numel())));
        }
        long parameters = rows.stream()
                .filter(row -> row.dtype().isFloating())
                .mapToLong(Row::elements)
                .sum();
        long bytes = rows.stream()
                .mapToLong(row -> row.elements() * row.dtype().bytes())
                .sum();
        return new WeightInspection(
                file.toString(), kind, source(metadata, rows), metadata, List.copyOf(rows), parameters, bytes);
    }

    private static String source(Map<String, String> metadata, List<Row> rows) {
        if (ModelCard.isIn(metadata)) {
            return "fovea";
        }
        Set<String> names = rows.stream().map(Row::name).collect(Collectors.toSet());
        return KnownSource.of(names).map(KnownSource::description).orElse("unknown");
    }

    /** The listing for a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("%s: %s, %s%n"
                .formatted(file, kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), source));
        text.append("%d tensors, %,d parameters, %.1f MB%n".formatted(tensors.size(), parameters, bytes / 1e6));
        metadata.forEach((key, value) -> text.append("  %s: %s%n".formatted(key, shortened(value))));
        int width = tensors.stream().mapToInt(row -> row.name().length()).max().orElse(1);
        for (Row row : tensors) {
            text.append("  %s  %s %s%n"
                    .formatted(row.name() + " ".repeat(width - row.name().length()), row.dtype(), row.shape()));
        }
        return text.toString();
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST_TEXT ? value : value.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
