package dev.fovea.data.source;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;

/** How mask files write down classes. */
@FunctionalInterface
interface MaskCoding {
    LabelMap labels(byte[] file, String name) throws DecodeException;

    static MaskCoding numbers(MaskRules rules) {
        return numbers(rules.table());
    }

    static MaskCoding numbers(LabelTable table) {
        return (file, name) -> table.apply(ImageDecoder.decodeMask(file, name), name);
    }

    static MaskCoding colours(ColourTable table) {
        return (file, name) -> {
            Image colours = ImageDecoder.decode(file, name);
            return table.labels(colours);
        };
    }
}
