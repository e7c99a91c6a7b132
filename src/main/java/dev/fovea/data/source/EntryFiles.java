package dev.fovea.data.source;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.instance.ImageEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of images that an annotation file announces. */
final class EntryFiles {
    private EntryFiles() {}

    /** The image, of the size that was announced. */
    static Image read(Path root, ImageEntry entry) throws IOException {
        Image image = ImageDecoder.decode(Files.readAllBytes(root.resolve(entry.file())), entry.file());
        requireSize(entry, entry.file(), image.width(), image.height());
        return image;
    }

    static void requireSize(ImageEntry entry, String file, int width, int height) throws DecodeException {
        if (width != entry.width() || height != entry.height()) {
            throw new DecodeException(
                    file,
                    "%d x %d pixels, but image %d is annotated as %d x %d"
                            .formatted(width, height, entry.id(), entry.width(), entry.height()));
        }
    }

    /** 1 for wide images, 0 for others (mmdetection's aspect-ratio flag). */
    static int group(ImageEntry entry) {
        return entry.width() > entry.height() ? 1 : 0;
    }
}
