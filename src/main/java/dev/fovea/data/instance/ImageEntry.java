package dev.fovea.data.instance;

/** An image as an annotation file announces it. */
public record ImageEntry(long id, String file, int width, int height) {
    public ImageEntry {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "image %d (%s): %d x %d pixels is empty".formatted(id, file, width, height));
        }
    }
}
