package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Shapes;
import dev.fovea.weights.Dtype;
import dev.fovea.weights.ParameterFile;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea weights}: parameter files, looked into and converted. */
@Command(
        name = "weights",
        description =
                "Look into parameter files (safetensors, PyTorch .pth/.pt/.bin) and convert them. Pickles can make"
                        + " nothing but tensors and plain values here.",
        synopsisSubcommandLabel = "COMMAND")
final class WeightsCommand {
    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Command(name = "inspect", description = "List the tensors of a file: name, type, shape; then its metadata.")
    int inspect(@Mixin HelpOption help, @Mixin JsonOption json, @Mixin Source source) throws IOException {
        ParameterFile parameters = source.read();
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(asJson(parameters));
            return 0;
        }
        int width = parameters.tensors().keySet().stream()
                .mapToInt(String::length)
                .max()
                .orElse(1);
        long elements = 0;
        for (Map.Entry<String, Tensor> entry : parameters.tensors().entrySet()) {
            Tensor x = entry.getValue();
            out.printf("%-" + width + "s  %-4s  %s%n", entry.getKey(), Dtype.of(x), Shapes.text(x));
            elements += x.numel();
        }
        parameters.metadata().forEach((key, value) -> out.println(key + ": " + value));
        out.printf(
                "%s: %d tensors, %,d elements%n",
                parameters.format(), parameters.tensors().size(), elements);
        return 0;
    }

    @Command(
            name = "convert",
            description =
                    "Write the tensors of a file as safetensors, optionally only some, renamed, or as another type.")
    int convert(
            @Mixin HelpOption help,
            @Mixin Source source,
            @Parameters(index = "1", paramLabel = "TO", description = "The safetensors file to write.") Path to,
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
        ParameterFile parameters = source.read();
        Map<String, Tensor> kept = new LinkedHashMap<>();
        parameters.tensors().forEach((name, x) -> {
            if (keep == null || keep.matcher(name).matches()) {
                String renamed = strip != null && name.startsWith(strip) ? name.substring(strip.length()) : name;
                if (kept.put(renamed, converted(x, dtype)) != null) {
                    throw new IllegalArgumentException("two tensors would have the name '%s'".formatted(renamed));
                }
            }
        });
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("no tensor of %s matches --keep %s".formatted(source.file, keep));
        }
        Safetensors.write(to, kept, parameters.metadata());
        spec.commandLine()
                .getOut()
                .printf(
                        "%d of %d tensors written to %s%n",
                        kept.size(), parameters.tensors().size(), to);
        return 0;
    }

    private static Tensor converted(Tensor x, Dtype dtype) {
        return dtype == null || !Dtype.of(x).isFloating() ? x : x.to(dtype.scalarType());
    }

    private static String asJson(ParameterFile parameters) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode().put("format", parameters.format());
        ObjectNode tensors = root.putObject("tensors");
        parameters.tensors().forEach((name, x) -> {
            ObjectNode node = tensors.putObject(name).put("dtype", Dtype.of(x).name());
            node.set("shape", json.valueToTree(Shapes.of(x)));
        });
        root.set("metadata", json.valueToTree(parameters.metadata()));
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    /** The file that is read. */
    static final class Source {
        @Parameters(index = "0", paramLabel = "FILE", description = "A safetensors or PyTorch file.")
        private Path file;

        @Option(
                names = "--key",
                description =
                        "The part of the file with the parameters, such as model_ema; by default model, state_dict or"
                                + " what else is usual.")
        private String key;

        ParameterFile read() {
            Natives.start();
            return key == null ? ParameterFile.read(file) : ParameterFile.read(file, key);
        }
    }
}
