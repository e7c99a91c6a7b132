package dev.fovea;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the picture of docs/architecture.md: a package imports only packages of layers below its own. */
class PackageOrderTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?(dev\\.fovea\\.[a-z0-9_.]+)\\.[A-Z]");
    private static final Pattern QUALIFIED = Pattern.compile("\\b(dev\\.fovea\\.[a-z0-9_.]+)\\.[A-Z]\\w*");

    /** Top to bottom. Packages of one line stand beside each other and never import each other. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("cli"),
            List.of("study", "bench", "demo"),
            List.of("apply"),
            List.of("train"),
            List.of("report"),
            List.of("train.log"),
            List.of("recipe"),
            List.of("eval"),
            List.of("pretrain.mae", "pretrain.convmae", "pretrain.loca", "pretrain.itpn", "pretrain.beit2"),
            List.of("pretrain"),
            List.of("classify", "dense.segment", "dense.detect"),
            List.of("dense.adapter"),
            List.of("dense.mask2former"),
            List.of("dense"),
            List.of("teacher"),
            List.of("backbone"),
            List.of("nn", "optim", "data"),
            List.of("weights"),
            List.of("tensor"));

    @Test
    void aPackageImportsOnlyPackagesBelowIt() throws IOException {
        List<String> upward = new ArrayList<>();
        for (Path file : sources()) {
            String own = packageOf(file);
            for (String used : usedPackages(Files.readString(file))) {
                if (!used.equals(own) && !isBelow(used, own)) {
                    upward.add(SOURCES.relativize(file) + " uses " + used);
                }
            }
        }
        assertThat(upward).as("imports that point upwards or sideways").isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path folder : packages()) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).startsWith("/**")) {
                silent.add(folder.toString());
            }
        }
        assertThat(silent).as("packages without a documented package-info.java").isEmpty();
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() throws IOException {
        List<String> homeless = new ArrayList<>();
        for (Path folder : packages()) {
            String name = SOURCES.relativize(folder).toString().replace('/', '.');
            if (layerOf(name).isEmpty()) {
                homeless.add(name);
            }
        }
        assertThat(homeless).as("packages that LAYERS does not list").isEmpty();
    }

    @Test
    void theRuleSeesAnUpwardImport() {
        assertThat(usedPackages("import dev.fovea.cli.Fovea;\nimport java.util.List;\n"))
                .containsExactly("dev.fovea.cli");
        assertThat(isBelow("dev.fovea.cli", "dev.fovea.nn")).isFalse();
        assertThat(isBelow("dev.fovea.optim", "dev.fovea.nn")).isFalse();
        assertThat(isBelow("dev.fovea.tensor", "dev.fovea.nn")).isTrue();
        assertThat(isBelow("dev.fovea.data.source", "dev.fovea.data")).isTrue();
    }

    private static boolean isBelow(String used, String own) {
        Optional<Integer> from = layerOf(own);
        Optional<Integer> to = layerOf(used);
        if (from.isEmpty() || to.isEmpty()) {
            return false;
        }
        return from.get() < to.get() || entry(own).equals(entry(used));
    }

    private static Optional<Integer> layerOf(String name) {
        String entry = entry(name);
        for (int i = 0; i < LAYERS.size(); i++) {
            if (LAYERS.get(i).contains(entry)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The longest listed name that the package is or lies in: sub-packages without a line belong to their parent. */
    private static String entry(String name) {
        String rest = name.startsWith("dev.fovea.") ? name.substring("dev.fovea.".length()) : name;
        String found = "";
        for (List<String> layer : LAYERS) {
            for (String listed : layer) {
                boolean fits = rest.equals(listed) || rest.startsWith(listed + ".");
                found = fits && listed.length() > found.length() ? listed : found;
            }
        }
        return found;
    }

    private static TreeSet<String> usedPackages(String source) {
        TreeSet<String> used = new TreeSet<>();
        Matcher imports = IMPORT.matcher(source);
        while (imports.find()) {
            used.add(imports.group(1));
        }
        Matcher inline = QUALIFIED.matcher(source.replaceAll("(?m)^(import|package) .*$|\"[^\"\\n]*\"", ""));
        while (inline.find()) {
            used.add(inline.group(1));
        }
        return used;
    }

    private static String packageOf(Path file) {
        return SOURCES.relativize(file.getParent()).toString().replace('/', '.');
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> packages() throws IOException {
        return sources().stream().map(Path::getParent).distinct().toList();
    }
}
