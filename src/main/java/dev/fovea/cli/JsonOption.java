package dev.fovea.cli;

import picocli.CommandLine.Option;

/** {@code --json} of the commands whose result a script may read. */
final class JsonOption {
    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean wanted;

    boolean wanted() {
        return wanted;
    }
}
