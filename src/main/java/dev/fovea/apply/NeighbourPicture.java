package dev.fovea.apply;

import dev.fovea.apply.ImageEmbedder.Embedding;
import dev.fovea.data.ImageDecoder;
import dev.fovea.report.NeighbourSheet;
import dev.fovea.report.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Some images of an embedding, each beside those most like it. */
public final class NeighbourPicture {
    private NeighbourPicture() {}

    /**
     * @param images that were embedded
     * @param rows images asked for, spread over the embedding
     */
    public static BufferedImage draw(Embedding embedding, ImagePaths images, int rows, int most) throws IOException {
        List<Path> files = images.files(embedding.names());
        Neighbours neighbours = new Neighbours(embedding);
        NeighbourSheet sheet = new NeighbourSheet(most);
        int count = Math.min(rows, embedding.count());
        for (int i = 0; i < count; i++) {
            int row = (int) ((long) i * embedding.count() / count);
            List<NeighbourSheet.Found> found = new ArrayList<>();
            for (Neighbours.Neighbour each : neighbours.of(row, most)) {
                found.add(new NeighbourSheet.Found(item(files.get(each.row())), each.similarity()));
            }
            sheet.add(item(files.get(row)), found);
        }
        return sheet.draw();
    }

    private static NeighbourSheet.Item item(Path file) throws IOException {
        return new NeighbourSheet.Item(Pixels.of(ImageDecoder.decode(file)), "");
    }
}
