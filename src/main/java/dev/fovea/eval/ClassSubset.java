package dev.fovea.eval;

import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * Some of a classifier's classes: a robustness set asks for those alone, so that the scores of all others are left out
 * before they are ranked (Hendrycks et al. 2021).
 *
 * @param name for errors
 * @param classes names, sorted
 */
public record ClassSubset(String name, List<String> classes) {
    /** The subsets whose lists come with the program. */
    public static final List<String> KNOWN = List.of("imagenet-a", "imagenet-r");

    private static final int SHOWN = 5;

    public ClassSubset {
        classes = List.copyOf(new TreeSet<>(classes));
    }

    /** One of {@link #KNOWN}. */
    public static ClassSubset known(String name) {
        if (!KNOWN.contains(name)) {
            throw new IllegalArgumentException(
                    "there is no list of classes for '%s', only for %s".formatted(name, String.join(", ", KNOWN)));
        }
        try (InputStream list = ClassSubset.class.getResourceAsStream("/subsets/" + name + ".txt")) {
            String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
            return new ClassSubset(
                    name,
                    text.lines()
                            .filter(line -> !line.startsWith("#") && !line.isBlank())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where the classes stand among a classifier's: int64 {@code [K']}.
     *
     * @throws IllegalArgumentException when the classifier does not know all of them
     */
    public Tensor among(List<String> all) {
        requireAll(classes, all, "classes of " + name, "the classifier's");
        return Tensors.of(classes.stream().mapToLong(all::indexOf).toArray(), classes.size());
    }

    /** Fails when a folder of images belongs to none of the classes. */
    public void requireFolders(List<String> folders) {
        requireAll(folders, classes, "folders", "the classes of " + name);
    }

    private static void requireAll(List<String> wanted, List<String> known, String what, String whose) {
        List<String> missing = new ArrayList<>(wanted);
        missing.removeAll(known);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("%d of %d %s are not among %s, which are called such as %s: %s%s"
                    .formatted(
                            missing.size(),
                            wanted.size(),
                            what,
                            whose,
                            known.stream().findFirst().orElse("nothing"),
                            String.join(", ", missing.subList(0, Math.min(SHOWN, missing.size()))),
                            missing.size() > SHOWN ? ", …" : ""));
        }
    }
}
