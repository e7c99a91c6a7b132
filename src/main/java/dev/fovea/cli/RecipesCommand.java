package dev.fovea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fovea recipes}: what there is to run. */
@Command(
        name = "recipes",
        header = "List the recipes.",
        description = "List the recipes with the first line of what they say about themselves.")
final class RecipesCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (Path recipe : RecipeShelf.all()) {
            out.println(recipe);
            out.println("    " + about(recipe));
        }
        out.flush();
        return 0;
    }

    private static String about(Path recipe) throws IOException {
        try (Stream<String> lines = Files.lines(recipe)) {
            return lines.findFirst()
                    .filter(line -> line.startsWith("#"))
                    .orElse("#")
                    .substring(1)
                    .strip();
        }
    }
}
