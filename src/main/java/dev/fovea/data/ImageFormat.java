package dev.fovea.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the first bytes say a file is, and whether its end is there. Decoders fill the missing part of a cut-off JPEG
 * with grey and report success, so the end is looked for before decoding.
 */
enum ImageFormat {
    JPEG,
    PNG,
    OTHER;

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    private static final int PNG_CHUNK_FRAME = 12;

    static ImageFormat of(byte[] bytes, String name) throws DecodeException {
        if (bytes.length == 0) {
            throw new DecodeException(name, "the file is empty");
        }
        if (bytes.length > 3 && unsigned(bytes, 0) == 0xFF && unsigned(bytes, 1) == 0xD8) {
            return JPEG;
        }
        boolean png = bytes.length >= PNG_SIGNATURE.length
                && Arrays.equals(Arrays.copyOf(bytes, PNG_SIGNATURE.length), PNG_SIGNATURE);
        return png ? PNG : OTHER;
    }

    void requireComplete(byte[] bytes, String name) throws DecodeException {
        boolean complete =
                switch (this) {
                    case JPEG -> jpegEnds(bytes);
                    case PNG -> pngEnds(bytes);
                    case OTHER -> true;
                };
        if (!complete) {
            throw new DecodeException(name, "the %s file is cut off after %d bytes".formatted(this, bytes.length));
        }
    }

    /** Why a decoder found no image in the bytes. */
    String reasonForNothing(byte[] bytes) {
        if (this != OTHER) {
            return "the data of the " + this + " file is damaged";
        }
        String start = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(8, bytes.length));
        return "not an image that can be decoded (it starts with " + start + ")";
    }

    /** Walks the marker segments and the coded data between them up to EOI. */
    private static boolean jpegEnds(byte[] bytes) {
        int at = 2;
        while (at + 1 < bytes.length) {
            int marker = unsigned(bytes, at + 1);
            if (unsigned(bytes, at) != 0xFF || marker == 0x00 || marker == 0xFF || isRestart(marker)) {
                at++; // coded data, a stuffed byte, or fill
            } else if (marker == 0xD9) {
                return true;
            } else if (marker == 0x01 || at + 3 >= bytes.length) {
                at += 2;
            } else {
                at += 2 + (unsigned(bytes, at + 2) << 8 | unsigned(bytes, at + 3));
            }
        }
        return false;
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xD0 && marker <= 0xD7;
    }

    private static boolean pngEnds(byte[] bytes) {
        long at = PNG_SIGNATURE.length;
        while (at + PNG_CHUNK_FRAME <= bytes.length) {
            int i = (int) at;
            if (new String(bytes, i + 4, 4, StandardCharsets.ISO_8859_1).equals("IEND")) {
                return true;
            }
            at += PNG_CHUNK_FRAME
                    + (((long) unsigned(bytes, i) << 24)
                            | unsigned(bytes, i + 1) << 16
                            | unsigned(bytes, i + 2) << 8
                            | unsigned(bytes, i + 3));
        }
        return false;
    }

    private static int unsigned(byte[] bytes, int at) {
        return bytes[at] & 0xFF;
    }
}
