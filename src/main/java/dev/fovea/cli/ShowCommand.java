package dev.fovea.cli;

import dev.fovea.apply.AttentionMaps;
import dev.fovea.apply.ImageEmbedder;
import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.NeighbourPicture;
import dev.fovea.apply.Positions;
import dev.fovea.apply.PyramidLevels;
import dev.fovea.apply.QueryMasks;
import dev.fovea.apply.Reconstructions;
import dev.fovea.apply.SamplingPoints;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea show}: pictures of what a model has learned. */
@Command(
        name = "show",
        header = "Draw what a pre-trained model has learned.",
        description = "Draw what a pre-trained model has learned.",
        synopsisSubcommandLabel = "PICTURE")
final class ShowCommand {
    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Command(name = "reconstruction", description = "Input, visible part, prediction, both together; an image a row.")
    int reconstruction(
            @Mixin HelpOption help,
            @Mixin DrawnImages what,
            @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Decides the masks.")
                    long seed,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        return out.write(Reconstructions.open(what.run()).draw(what.images(), seed));
    }

    @Command(
            name = "positions",
            description =
                    "Where a query's patches lie in a reference view, and where the model puts them; an image a row.")
    int positions(
            @Mixin HelpOption help,
            @Mixin DrawnImages what,
            @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Decides the views.")
                    long seed,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        return out.write(Positions.open(what.run()).draw(what.images(), seed));
    }

    @Command(name = "neighbours", description = "Some of the images, each with those most like it by their features.")
    int neighbours(
            @Mixin HelpOption help,
            @Mixin ModelAndImages what,
            @Option(
                            names = "--rows",
                            paramLabel = "N",
                            defaultValue = "8",
                            description = "Rows of the picture (default 8).")
                    int rows,
            @Option(
                            names = "--most",
                            paramLabel = "N",
                            defaultValue = "6",
                            description = "Neighbours of each (default 6).")
                    int most,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        ImagePaths images = what.images();
        ImageEmbedder.Embedding embedding = ImageEmbedder.open(what.run()).embed(images);
        return out.write(NeighbourPicture.draw(embedding, images, rows, most));
    }

    @Command(
            name = "attention",
            description = "What a patch looks at, in the last layers of encoder and decoder; a run a row.")
    int attention(
            @Mixin HelpOption help,
            @Parameters(
                            arity = "1..*",
                            paramLabel = "RUN",
                            description = "Folders of runs, checkpoints or model files; each gets a row.")
                    List<Path> runs,
            @Option(names = "--image", required = true, paramLabel = "FILE", description = "The image to look at.")
                    Path image,
            @Option(
                            names = "--patch",
                            required = true,
                            split = ",",
                            paramLabel = "X,Y",
                            description =
                                    "Column and row, from 0, among the first run's patches; others take the same place.")
                    int[] patch,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        requirePair("--patch", patch);
        return out.write(AttentionMaps.draw(runs, image, patch[0], patch[1]));
    }

    @Command(name = "levels", description = "The maps that dense heads build on, in false colours; a run a row.")
    int levels(
            @Mixin HelpOption help,
            @Parameters(
                            arity = "1..*",
                            paramLabel = "RUN",
                            description = "Runs of dense prediction, such as with and without an adapter.")
                    List<Path> runs,
            @Option(names = "--image", required = true, paramLabel = "FILE", description = "The image to look at.")
                    Path image,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        return out.write(PyramidLevels.draw(runs, image));
    }

    @Command(
            name = "sampling",
            description = "Where the deformable attention of a ViT-Adapter looks from one place; an interaction a row.")
    int sampling(
            @Mixin HelpOption help,
            @Parameters(paramLabel = "RUN", description = "A run of dense prediction over a vit-adapter.") Path run,
            @Option(names = "--image", required = true, paramLabel = "FILE", description = "The image to look at.")
                    Path image,
            @Option(
                            names = "--point",
                            required = true,
                            split = ",",
                            paramLabel = "X,Y",
                            description = "Column and row of a pixel, from 0, in the image as the model sees it.")
                    int[] point,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        requirePair("--point", point);
        return out.write(SamplingPoints.draw(run, image, point[0], point[1]));
    }

    private void requirePair(String option, int[] numbers) {
        if (numbers.length != 2) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s takes a column and a row, X,Y, not %d numbers".formatted(option, numbers.length));
        }
    }

    @Command(
            name = "queries",
            description = "The masks of a Mask2Former's surest queries, with their classes; an image a row.")
    int queries(
            @Mixin HelpOption help,
            @Mixin DrawnImages what,
            @Option(
                            names = "--most",
                            paramLabel = "N",
                            defaultValue = "6",
                            description = "Queries of each (default 6).")
                    int most,
            @Mixin PictureFile out)
            throws IOException {
        Natives.start();
        return out.write(QueryMasks.open(what.run()).draw(what.images(), most));
    }
}
