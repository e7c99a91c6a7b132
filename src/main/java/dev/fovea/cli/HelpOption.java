package dev.fovea.cli;

import picocli.CommandLine.Option;

/** {@code -h, --help} of every command. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean requested;
}
