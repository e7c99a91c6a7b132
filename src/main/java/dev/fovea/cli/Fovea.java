package dev.fovea.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code fovea}. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C, 143 by SIGTERM. */
@Command(
        name = "fovea",
        description = "Self-supervised vision transformers on the JVM: pre-train on unlabelled images, transfer to"
                + " classification, segmentation and detection, look at the result.",
        subcommands = {
            DemoCommand.class,
            PretrainCommand.class,
            TrainCommand.class,
            EvalCommand.class,
            PredictCommand.class,
            EmbedCommand.class,
            TokenizeCommand.class,
            ShowCommand.class,
            ReportCommand.class,
            StudyCommand.class,
            RecipesCommand.class,
            WeightsCommand.class,
            BenchCommand.class,
            InfoCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "fovea help COMMAND explains a command. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C, 143 by SIGTERM.",
            ""
        })
public final class Fovea {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print the whole stack trace when something fails.")
    private boolean debug;

    private Fovea() {}

    public static void main(String[] arguments) {
        // Recipes, charts and JSON have one form of numbers, whatever the user's language.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        System.exit(run(arguments));
    }

    /** Runs one command line in this process; gives back its exit code. */
    public static int run(String... arguments) {
        Fovea fovea = new Fovea();
        CommandLine line = fovea.commandLine();
        try {
            return line.execute(arguments);
        } catch (Error e) {
            // picocli hands exceptions to the handler, and lets errors such as a lack of memory pass.
            return fovea.report(e, line.getErr());
        }
    }

    CommandLine commandLine() {
        CommandLine line = new CommandLine(this);
        line.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command.getErr()));
        line.setUsageHelpAutoWidth(true);
        line.setUsageHelpLongOptionsMaxWidth(30);
        line.setAbbreviatedSubcommandsAllowed(false);
        return line;
    }

    private int report(Throwable failure, PrintWriter err) {
        err.println("fovea: " + Failure.text(failure));
        if (debug) {
            failure.printStackTrace(err);
        } else if (!Failure.isExpected(failure)) {
            err.println("  (--debug prints the stack trace)");
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
