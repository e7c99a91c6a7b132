package dev.fovea.demo;

import dev.fovea.apply.ImageEmbedder;
import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.NeighbourPicture;
import dev.fovea.apply.Reconstructions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** What a pre-trained model makes of images without labels: reconstructions and nearest neighbours. */
final class UnlabelledPictures {
    private static final int ROWS = 8;
    private static final int NEIGHBOURS = 6;
    private static final int MOST_IMAGES = 2000;

    private final Path run;

    UnlabelledPictures(Path run) {
        this.run = run;
    }

    List<Path> write(Path images, Path out) throws IOException {
        ImagePaths all = new ImagePaths(List.of(images));
        BufferedImage reconstructions = Reconstructions.open(run).draw(all.spread(ROWS), 0);
        ImagePaths embedded = all.spread(MOST_IMAGES);
        var embedding = ImageEmbedder.open(run).embed(embedded);
        BufferedImage neighbours = NeighbourPicture.draw(embedding, embedded, ROWS, NEIGHBOURS);
        return List.of(
                written(reconstructions, out.resolve("reconstructions.png")),
                written(neighbours, out.resolve("neighbours.png")));
    }

    private static Path written(BufferedImage picture, Path file) throws IOException {
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }
}
