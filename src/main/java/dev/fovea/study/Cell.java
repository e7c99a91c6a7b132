package dev.fovea.study;

import java.nio.file.Path;

/** One stage of one row with one seed. */
record Cell(String row, String stage, long seed) {
    /** Row names are written for readers; in paths only letters, digits, dots and dashes are left of them. */
    Path folder(Path study) {
        return study.resolve("cells").resolve(plain(row)).resolve(stage).resolve("seed-" + seed);
    }

    static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("^-|-$", "");
    }

    @Override
    public String toString() {
        return "%s / %s / seed %d".formatted(row, stage, seed);
    }
}
