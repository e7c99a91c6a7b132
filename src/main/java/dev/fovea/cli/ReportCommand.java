package dev.fovea.cli;

import dev.fovea.report.CompareReport;
import dev.fovea.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea report}: pages about runs. */
@Command(
        name = "report",
        header = "Write the report of a run, or compare several runs in one page.",
        description = "Write the report of a run again, or, of several runs, one page that compares them.")
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs.")
    private List<Path> runs;

    @Option(
            names = "--out",
            paramLabel = "FILE.html",
            description = "The page to write (default: report.html in the run; comparison.html for several).")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path page = runs.size() == 1 ? ofOne(runs.get(0)) : ofSeveral();
        spec.commandLine().getOut().println("written to " + page);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private Path ofOne(Path run) throws IOException {
        return out == null ? HtmlReport.write(run) : HtmlReport.write(run, out);
    }

    private Path ofSeveral() throws IOException {
        Path page = out == null ? Path.of("comparison.html") : out;
        CompareReport.write(runs, page);
        return page;
    }
}
