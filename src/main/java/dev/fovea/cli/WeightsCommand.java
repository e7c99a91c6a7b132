package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tensor.Shapes;
import dev.fovea.weights.Safetensors;
import dev.fovea.weights.TensorEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea weights}: parameter files, looked into and converted. */
@Command(
        name = "weights",
        description = "Look into parameter files and convert them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {})
final class WeightsCommand {
    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Command(name = "inspect", description = "List the tensors of a file: name, type, shape; then its metadata.")
    int inspect(
            @Mixin HelpOption help,
            @Mixin JsonOption json,
            @Parameters(paramLabel = "FILE", description = "A safetensors file.") Path file)
            throws IOException {
        List<TensorEntry> entries = Safetensors.entries(file);
        Map<String, String> metadata = Safetensors.metadata(file);
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(asJson(entries, metadata));
            return 0;
        }
        int width = entries.stream().mapToInt(e -> e.name().length()).max().orElse(1);
        long elements = 0;
        for (TensorEntry entry : entries) {
            out.printf("%-" + width + "s  %-4s  %s%n", entry.name(), entry.dtype(), Shapes.text(entry.shape()));
            elements += entry.elements();
        }
        out.printf("%d tensors, %,d elements%n", entries.size(), elements);
        metadata.forEach((key, value) -> out.println(key + ": " + value));
        return 0;
    }

    private static String asJson(List<TensorEntry> entries, Map<String, String> metadata) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        ObjectNode tensors = root.putObject("tensors");
        for (TensorEntry entry : entries) {
            ObjectNode node =
                    tensors.putObject(entry.name()).put("dtype", entry.dtype().name());
            node.set("shape", json.valueToTree(entry.shape()));
        }
        root.set("metadata", json.valueToTree(metadata));
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }
}
