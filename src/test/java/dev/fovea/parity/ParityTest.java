package dev.fovea.parity;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every recorded case below {@code -Dparity.root=DIR}, by default {@code src/test/resources/parity}. A case has a
 * runner, or fails.
 */
class ParityTest {
    @TestFactory
    Stream<DynamicTest> recordedCases() {
        Path root = root();
        return casesBelow(root).stream().map(id -> dynamicTest(id, () -> run(root, id, Runners::of)));
    }

    private static Path root() {
        String chosen = System.getProperty("parity.root");
        if (chosen != null) {
            return Path.of(chosen).toAbsolutePath();
        }
        try {
            return Path.of(ParityTest.class.getResource("/parity").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ids {@code system/case} of all folders with a case.json, sorted; fails when there are none. */
    static List<String> casesBelow(Path root) {
        try (Stream<Path> files = Files.walk(root, 3)) {
            List<String> ids = files.filter(
                            file -> file.getFileName().toString().equals("case.json"))
                    .map(file -> root.relativize(file.getParent()))
                    .map(folder -> folder.toString().replace('\\', '/'))
                    .filter(id -> id.indexOf('/') > 0)
                    .sorted()
                    .toList();
            if (ids.isEmpty()) {
                throw new AssertionError("no parity cases (SYSTEM/CASE/case.json) below " + root);
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void run(Path root, String id, Function<String, CaseRunner> runners) throws Exception {
        CaseRunner runner = runners.apply(id);
        if (runner == null) {
            throw new AssertionError("no runner for " + id);
        }
        Case opened = new Case(root, id);
        try {
            runner.run(opened);
        } catch (Exception | AssertionError e) {
            if (opened.hasProblems()) {
                e.addSuppressed(new AssertionError("before that, " + opened.problemText()));
            }
            throw e;
        }
        opened.finish();
    }
}
