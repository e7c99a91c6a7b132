package dev.fovea.cli;

import dev.fovea.demo.Demo;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea demo}: the whole way on small data. */
@Command(
        name = "demo",
        header = "Pre-train, then learn from few labels with and without that; on generated scenes or your images.",
        description =
                "Pre-trains a small ConvMAE without labels, learns from few labels from the pre-trained network and"
                        + " from scratch, prints both scores and writes a report. Without --data on generated scenes, about six"
                        + " minutes of processor time. The same call goes on after an interruption.%n%nLayouts of --data:%n"
                        + "  images/{train,val}/x.jpg with masks/{train,val}/x.png   segmentation%n"
                        + "  {train,val}/CLASS/x.jpg                                 classification%n"
                        + "  images at any depth                                     reconstructions, nearest neighbours")
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Option(names = "--data", paramLabel = "DIR", description = "Your images instead of generated scenes.")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs/demo", description = "Default: runs/demo.")
    private Path out;

    @Option(
            names = "--labels",
            paramLabel = "N",
            defaultValue = "64",
            description = "Images whose labels are used (default 64).")
    private int labels;

    @Mixin
    private OverrideOptions changes;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        RecipeReader.Overrides overrides = changes.overrides();
        Demo.Wish wish = new Demo.Wish(Optional.ofNullable(data), labels, overrides.smoke(), overrides.sets());
        return new Demo(out, wish, System.out).run() ? 0 : RunCommand.INTERRUPTED;
    }
}
