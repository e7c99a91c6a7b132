package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.apply.ImageTokenizer;
import dev.fovea.apply.ImageTokenizer.CodeMaps;
import dev.fovea.apply.NpyFile;
import dev.fovea.report.CodeSheet;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fovea tokenize}: images to maps of codes. */
@Command(
        name = "tokenize",
        header = "Turn images into maps of codes (.npy).",
        description = {
            "Write the code of each patch of each image's centre crop as a NumPy array of int32 [images, rows, columns],"
                    + " and beside it a JSON file with the images' names and the size of the codebook.",
            "RUN is a run of 'fovea pretrain beit2-tokenizer', or a published base tokenizer of BEiT v2."
        })
final class TokenizeCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Mixin
    private ModelAndImages what;

    @Option(names = "--out", required = true, paramLabel = "FILE.npy", description = "The array to write.")
    private Path out;

    @Option(
            names = "--sheets",
            paramLabel = "DIR",
            description = "Also a picture for each code with some of its patches, numbered from the most used code on.")
    private Path sheets;

    @Option(
            names = "--crop",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Side of the crop as a share of the resized image's shorter side (default: ${DEFAULT-VALUE};"
                    + " 0.875 cuts 224 pixels out of 256).")
    private double crop;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        if (!out.toString().endsWith(".npy")) {
            throw new IllegalArgumentException(out + ": the name of a NumPy file ends with .npy");
        }
        if (!(crop > 0 && crop <= 1)) {
            throw new IllegalArgumentException("--crop %s is not in (0, 1]".formatted(crop));
        }
        Optional<CodeSheet> sheet = Optional.ofNullable(sheets).map(dir -> new CodeSheet());
        ImageTokenizer tokenizer = ImageTokenizer.open(what.run());
        CodeMaps maps = tokenizer.tokenize(what.images(), crop, sheet);
        int rows = maps.grid().height(), columns = maps.grid().width();
        NpyFile.write(out, maps.codes(), maps.count(), rows, columns);
        Path names = Path.of(out.toString().replaceFirst("\\.npy$", ".json"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tokenizer", what.run().toString());
        facts.put("codes", tokenizer.codes());
        facts.put("grid", List.of(rows, columns));
        facts.put("images", maps.names());
        ObjectMapper mapper = new ObjectMapper();
        Files.writeString(names, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(facts) + "\n");
        if (sheet.isPresent()) {
            write(sheet.get());
        }
        long used = Arrays.stream(maps.codes()).distinct().count();
        PrintWriter print = spec.commandLine().getOut();
        if (json.wanted()) {
            print.println(mapper.writeValueAsString(
                    Map.of("codes", out.toString(), "facts", names.toString(), "count", maps.count(), "used", used)));
        } else {
            print.printf(
                    "%d maps of %dx%d codes in %s, names in %s; %d of %d codes are used%n",
                    maps.count(), rows, columns, out, names, used, tokenizer.codes());
        }
        print.flush();
        return 0;
    }

    private void write(CodeSheet sheet) throws IOException {
        Files.createDirectories(sheets);
        int place = 1;
        for (CodeSheet.Sheet each : sheet.sheets()) {
            Path file = sheets.resolve("%05d_code-%d.png".formatted(place++, each.code()));
            ImageIO.write(each.picture(), "png", file.toFile());
        }
    }
}
