package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.apply.ImageEmbedder;
import dev.fovea.apply.NpyFile;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fovea embed}: images to feature vectors. */
@Command(
        name = "embed",
        header = "Turn images into feature vectors (.npy).",
        description =
                "Write one feature vector per image as a NumPy matrix, and beside it a text file with the images' names"
                        + " by row.")
final class EmbedCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Mixin
    private ModelAndImages what;

    @Option(names = "--out", required = true, paramLabel = "FILE.npy", description = "The matrix to write.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        if (!out.toString().endsWith(".npy")) {
            throw new IllegalArgumentException(out + ": the name of a NumPy file ends with .npy");
        }
        ImageEmbedder.Embedding embedding = ImageEmbedder.open(what.run()).embed(what.images());
        NpyFile.write(out, embedding.values(), embedding.dim());
        Path names = Path.of(out.toString().replaceFirst("\\.npy$", ".txt"));
        Files.writeString(names, String.join("\n", embedding.names()) + "\n");
        PrintWriter print = spec.commandLine().getOut();
        if (json.wanted()) {
            print.println(new ObjectMapper()
                    .writeValueAsString(Map.of(
                            "features", out.toString(),
                            "names", names.toString(),
                            "count", embedding.count(),
                            "dim", embedding.dim())));
        } else {
            print.printf(
                    "%d vectors of length %d in %s, names in %s%n", embedding.count(), embedding.dim(), out, names);
        }
        print.flush();
        return 0;
    }
}
