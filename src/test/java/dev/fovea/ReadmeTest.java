package dev.fovea;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.Fovea;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows is what works. */
class ReadmeTest {
    @TempDir
    private Path folder;

    private static String block(String language) throws IOException {
        Matcher matcher = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void theJavaExampleCompiles() throws IOException {
        Path source = Files.writeString(folder.resolve("Example.java"), block("java"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options =
                    List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                            .call())
                    .as(messages.toString())
                    .isTrue();
        }
    }

    @Test
    void theRecipeIsOne() throws IOException {
        Recipe recipe = RecipeReader.parse(block("yaml"), "README.md", RecipeReader.Overrides.NONE);
        assertThat(recipe.name()).isEqualTo("my-convmae");
    }

    @Test
    void theTableOfCommandsIsComplete() throws IOException {
        TreeSet<String> told = new TreeSet<>();
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(readme.indexOf("## Commands"), readme.indexOf("## A recipe"));
        Matcher rows = Pattern.compile("(?m)^\\| `([a-z]+)` \\|").matcher(table);
        while (rows.find()) {
            told.add(rows.group(1));
        }
        assertThat(told).isEqualTo(commands());
    }

    /** As the program's own help lists them. */
    private static TreeSet<String> commands() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stdout = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Fovea.run("help");
        } finally {
            System.setOut(stdout);
        }
        TreeSet<String> commands = new TreeSet<>();
        String help = out.toString(StandardCharsets.UTF_8);
        Matcher lines = Pattern.compile("(?m)^  ([a-z]+)  +\\S").matcher(help.substring(help.indexOf("Commands:")));
        while (lines.find()) {
            commands.add(lines.group(1));
        }
        commands.remove("help");
        return commands;
    }
}
