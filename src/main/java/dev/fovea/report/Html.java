package dev.fovea.report;

import java.util.List;

/** HTML being written: text is escaped here and nowhere else, elements are closed where they were opened. */
final class Html {
    private final StringBuilder out = new StringBuilder();

    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }

    /** A cell of a table; the best of its column stands out. */
    record Cell(String text, boolean best) {
        static Cell of(String text) {
            return new Cell(text, false);
        }

        static List<Cell> row(List<String> texts) {
            return texts.stream().map(Cell::of).toList();
        }
    }

    /** Markup that is already safe. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    Html text(String text) {
        out.append(escape(text));
        return this;
    }

    /** {@code <tag>text</tag>}; the tag may carry attributes. */
    Html element(String tag, String text) {
        return open(tag).text(text).close(tag);
    }

    /** What the body writes, inside the tag. */
    Html element(String tag, Runnable body) {
        open(tag);
        body.run();
        return close(tag).raw("\n");
    }

    Html table(String style, List<String> head, List<List<Cell>> rows) {
        return element(
                "div class=\"scroll\"",
                () -> element("table class=\"" + style + "\"", () -> {
                    element("thead", () -> row("th", Cell.row(head)));
                    element("tbody", () -> rows.forEach(row -> row("td", row)));
                }));
    }

    private void row(String tag, List<Cell> cells) {
        element("tr", () -> cells.forEach(cell -> element(cell.best ? tag + " class=\"best\"" : tag, cell.text)));
    }

    private Html open(String tag) {
        out.append('<').append(tag).append('>');
        return this;
    }

    private Html close(String tag) {
        int end = tag.indexOf(' ');
        out.append("</").append(end < 0 ? tag : tag.substring(0, end)).append('>');
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
