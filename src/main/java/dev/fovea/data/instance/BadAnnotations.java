package dev.fovea.data.instance;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What was left out of an annotation file, in the file's order. */
public record BadAnnotations(List<BadAnnotation> list) {
    public BadAnnotations {
        list = List.copyOf(list);
    }

    /** How many there are of each kind that occurs. */
    public Map<BadAnnotation.Kind, Long> counts() {
        return list.stream()
                .collect(Collectors.groupingBy(
                        BadAnnotation::kind, () -> new EnumMap<>(BadAnnotation.Kind.class), Collectors.counting()));
    }

    /** One line for people: {@code 2 zero-size objects, 1 unknown categories}; {@code none} when all is well. */
    public String summary() {
        return list.isEmpty()
                ? "none"
                : counts().entrySet().stream()
                        .map(entry -> BadAnnotation.count(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
    }
}
