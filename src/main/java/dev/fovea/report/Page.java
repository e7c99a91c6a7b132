package dev.fovea.report;

import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** One HTML file that needs nothing beside it: styles and pictures lie inside, and there are no scripts. */
final class Page {
    private final String title;
    private final Html body = new Html();

    Page(String title) {
        this.title = title;
    }

    Html body() {
        return body;
    }

    /** The bytes of a picture inside the page. */
    static String dataUri(Path png) throws IOException {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(png));
    }

    void write(Path file) throws IOException {
        AtomicFile.write(file, html());
    }

    private String html() throws IOException {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                %s</main>
                </body>
                </html>
                """
                .formatted(Html.escape(title), style(), body);
    }

    private static String style() throws IOException {
        try (InputStream css = Page.class.getResourceAsStream("report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
