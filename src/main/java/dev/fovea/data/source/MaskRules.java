package dev.fovea.data.source;

import dev.fovea.data.LabelMap;

/**
 * How the numbers in mask files become class numbers.
 *
 * @param classes how many classes there are; other numbers in a file make it a bad file
 * @param ignore the file's number for pixels without a class, or {@link #NONE}; 255 always means that
 * @param reduceZeroLabel whether 0 in the file means "no class" and class k is stored as k + 1, as in ADE20K
 */
public record MaskRules(int classes, int ignore, boolean reduceZeroLabel) {
    public static final int NONE = -1;

    public MaskRules {
        if (classes < 1 || classes > LabelMap.IGNORE) {
            throw new IllegalArgumentException("mask classes %d do not lie in 1..255".formatted(classes));
        }
        if (ignore != NONE && (ignore < 0 || ignore > LabelMap.IGNORE)) {
            throw new IllegalArgumentException("mask ignore number %d does not lie in 0..255".formatted(ignore));
        }
    }

    /** The class of each stored number. */
    LabelTable table() {
        int[] table = new int[LabelMap.IGNORE + 1];
        int first = reduceZeroLabel ? 1 : 0;
        for (int number = 0; number < table.length; number++) {
            int label = number - first;
            boolean none = number == ignore || number == LabelMap.IGNORE || label < 0;
            table[number] = none ? LabelMap.IGNORE : label < classes ? label : LabelTable.BAD;
        }
        return new LabelTable(table, classes);
    }
}
