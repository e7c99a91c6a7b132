package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.weights.Dtype;
import dev.fovea.weights.Names;
import dev.fovea.weights.WeightConversion;
import dev.fovea.weights.WeightInspection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea weights}: parameter files, looked into and converted. */
@Command(
        name = "weights",
        header = "Look into parameter files and convert them.",
        description =
                "Look into parameter files (safetensors, PyTorch .pth/.pt/.bin, Flax msgpack) and convert them. Pickles can"
                        + " make nothing but tensors and plain values here.",
        synopsisSubcommandLabel = "COMMAND")
final class WeightsCommand {
    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Command(name = "inspect", description = "List a file's kind, origin, metadata and tensors.")
    int inspect(
            @Mixin HelpOption help,
            @Mixin JsonOption json,
            @Parameters(paramLabel = "FILE", description = "A safetensors, PyTorch or Flax file.") Path file)
            throws IOException {
        WeightInspection inspection = WeightInspection.of(file);
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(inspection));
        } else {
            out.print(inspection.text());
        }
        out.flush();
        return 0;
    }

    @Command(
            name = "convert",
            description =
                    "Write the tensors of a file as safetensors or Flax msgpack: all or some, renamed, or as another"
                            + " type.")
    int convert(
            @Mixin HelpOption help,
            @Parameters(index = "0", paramLabel = "FROM", description = "A safetensors, PyTorch or Flax file.")
                    Path from,
            @Parameters(index = "1", paramLabel = "TO", description = "The .safetensors or .msgpack file to write.")
                    Path to,
            @Option(names = "--keep", paramLabel = "REGEX", description = "Keep only tensors whose whole name matches.")
                    Pattern keep,
            @Option(
                            names = "--strip",
                            paramLabel = "PREFIX",
                            description = "Remove this prefix from names that have it (module., backbone.).")
                    String strip,
            @Option(names = "--dtype", description = "Floating-point tensors become ${COMPLETION-CANDIDATES}.")
                    Dtype dtype,
            @Option(names = "--force", description = "Overwrite TO.") boolean force)
            throws IOException {
        if (Files.exists(to) && !force) {
            throw new FileAlreadyExistsException(to + " (--force overwrites it)");
        }
        UnaryOperator<String> kept = name -> keep == null || keep.matcher(name).matches() ? name : null;
        UnaryOperator<String> names = strip == null ? kept : Names.inOrder(kept, Names.stripped(strip));
        int count = WeightConversion.convert(from, to, names, dtype);
        spec.commandLine().getOut().printf("%d tensors written to %s%n", count, to);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
