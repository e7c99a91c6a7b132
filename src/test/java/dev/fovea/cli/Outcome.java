package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** What a command line came to: its exit code and what it wrote to both streams. */
record Outcome(int code, String out, String err) {
    /** Runs a command in this process. */
    static Outcome of(Object... arguments) {
        String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
        PrintStream stdout = System.out, stderr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = Fovea.run(texts);
            return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }

    /** The standard output of a command that must succeed. */
    static String printed(Object... arguments) {
        Outcome outcome = of(arguments);
        assertThat(outcome.code).as(outcome.err).isZero();
        return outcome.out;
    }

    /** The error text of a command that must fail. */
    static String refused(Object... arguments) {
        Outcome outcome = of(arguments);
        assertThat(outcome.code).as(outcome.err).isEqualTo(1);
        return outcome.err;
    }
}
