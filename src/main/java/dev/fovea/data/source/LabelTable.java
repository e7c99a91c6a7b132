package dev.fovea.data.source;

import dev.fovea.data.DecodeException;
import dev.fovea.data.LabelMap;
import java.util.Arrays;

/**
 * What the numbers in mask files mean.
 *
 * @param classes by the file's number 0..255; {@link LabelMap#IGNORE} = no class, {@link #BAD} = the file is wrong
 * @param count how many classes there are
 */
record LabelTable(int[] classes, int count) {
    static final int BAD = -1;

    /**
     * Files that hold more numbers than classes are counted of, as those of Cityscapes.
     *
     * @param last the greatest number that a file may hold, besides 255
     * @param numbers of class 0, class 1 and so on; the others mean no class
     */
    static LabelTable ofNumbers(int last, int... numbers) {
        int[] classes = new int[LabelMap.IGNORE + 1];
        Arrays.fill(classes, BAD);
        Arrays.fill(classes, 0, last + 1, LabelMap.IGNORE);
        classes[LabelMap.IGNORE] = LabelMap.IGNORE;
        for (int label = 0; label < numbers.length; label++) {
            classes[numbers[label]] = label;
        }
        return new LabelTable(classes, numbers.length);
    }

    LabelMap apply(LabelMap stored, String name) throws DecodeException {
        int[] seen = stored.histogram();
        for (int number = 0; number < seen.length; number++) {
            if (seen[number] > 0 && classes[number] == BAD) {
                throw new DecodeException(
                        name,
                        "class number %d of %d pixels is not one of the %d classes nor the ignored number"
                                .formatted(number, seen[number], count));
            }
        }
        return stored.mapped(classes);
    }
}
