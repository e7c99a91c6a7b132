package dev.fovea.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** YAML with its keys and comments marked for the style sheet. */
final class Yaml {
    private static final Pattern KEY = Pattern.compile("^(\\s*(?:- )?)([A-Za-z0-9_.\"-]+)(:)(.*)$");

    private Yaml() {}

    static String highlighted(String yaml) {
        StringBuilder out = new StringBuilder();
        yaml.strip().lines().forEach(line -> out.append(line(line)).append('\n'));
        return out.toString();
    }

    private static String line(String line) {
        if (line.stripLeading().startsWith("#")) {
            return "<i>" + Html.escape(line) + "</i>";
        }
        Matcher key = KEY.matcher(line);
        if (!key.matches()) {
            return Html.escape(line);
        }
        return Html.escape(key.group(1)) + "<b>" + Html.escape(key.group(2)) + "</b>:" + Html.escape(key.group(4));
    }
}
