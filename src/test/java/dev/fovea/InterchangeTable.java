package dev.fovea;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What goes with what, as Markdown: a cell is {@code yes}, or the number of the error text below the table. */
final class InterchangeTable {
    private static final String REFUSED = "no: ";

    private final List<String> heads;
    private final StringBuilder rows = new StringBuilder();
    private final Map<String, Integer> notes = new LinkedHashMap<>();

    InterchangeTable(List<String> heads) {
        this.heads = new ArrayList<>(heads);
    }

    void add(String objective, String backbone, Map<String, String> cells) {
        rows.append("| %s | %s |".formatted(objective, backbone));
        heads.forEach(head -> rows.append(' ').append(shown(cells.get(head))).append(" |"));
        rows.append('\n');
    }

    private String shown(String cell) {
        if (!cell.startsWith(REFUSED)) {
            return cell;
        }
        String why = cell.substring(REFUSED.length());
        notes.putIfAbsent(why, notes.size() + 1);
        return "no (%d)".formatted(notes.get(why));
    }

    String markdown() {
        StringBuilder text = new StringBuilder("| objective | backbone | " + String.join(" | ", heads) + " |\n");
        text.append("|---|---|")
                .append("---|".repeat(heads.size()))
                .append('\n')
                .append(rows)
                .append('\n');
        notes.forEach((why, number) -> text.append("%d. `%s`\n".formatted(number, why)));
        return text.toString();
    }
}
