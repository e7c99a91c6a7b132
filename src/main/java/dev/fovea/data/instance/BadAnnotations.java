package dev.fovea.data.instance;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was left out of annotation files, in their order. */
public record BadAnnotations(List<BadAnnotation> list) {
    public static final BadAnnotations NONE = new BadAnnotations(List.of());

    public BadAnnotations {
        list = List.copyOf(list);
    }

    /** These and others, each once. */
    public BadAnnotations and(BadAnnotations others) {
        return new BadAnnotations(
                Stream.concat(list.stream(), others.list.stream()).distinct().toList());
    }

    /** The same, told with their file. */
    public BadAnnotations in(String file) {
        return new BadAnnotations(list.stream().map(each -> each.in(file)).toList());
    }

    public boolean isEmpty() {
        return list.isEmpty();
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

    /** The summary and the first of them, of which there must be one. */
    public String told() {
        return "%s; the first: %s".formatted(summary(), list.get(0));
    }
}
