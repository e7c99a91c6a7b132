package dev.fovea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How many of the labels are used: the few-shot protocol of LOCA. */
final class LabelOptions {
    private static final Pattern RATIO = Pattern.compile("(\\d+)/(\\d+)");

    @Option(
            names = "--label-fraction",
            paramLabel = "F",
            description = "Train on this share of the labelled images, such as 1/16 or 0.25.")
    private String fraction;

    @Option(
            names = "--draws",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Train once on each of N draws of that share, in RUN/draw-0 and so on; mean and spread are told.")
    private int draws;

    int draws() {
        if (draws < 1) {
            throw new IllegalArgumentException("--draws %d: there must be at least 1".formatted(draws));
        }
        return draws;
    }

    /** Overrides of the recipe for one of the draws. */
    List<String> settings(int draw) {
        List<String> settings = new ArrayList<>();
        if (fraction != null) {
            settings.add("data.fraction=" + share(fraction));
        }
        if (draws() > 1) {
            settings.add("data.draw=" + draw);
        }
        return settings;
    }

    static double share(String text) {
        Matcher ratio = RATIO.matcher(text);
        try {
            double share = ratio.matches()
                    ? Double.parseDouble(ratio.group(1)) / Double.parseDouble(ratio.group(2))
                    : Double.parseDouble(text);
            if (share > 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--label-fraction %s is no share such as 1/16 or 0.25".formatted(text), e);
        }
        throw new IllegalArgumentException("--label-fraction %s is not above 0 and at most 1".formatted(text));
    }
}
