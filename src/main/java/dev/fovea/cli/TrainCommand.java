package dev.fovea.cli;

import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.recipe.Methods;
import dev.fovea.recipe.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea train STAGE}: training with labels, from a pre-trained backbone or from scratch. */
@Command(
        name = "train",
        header = "Train with labels: a classifier, a linear probe, a segmentation, a detector, panoptic segments.",
        description =
                "Train with labels, from a pre-trained backbone (--set init.from=RUN) or from scratch (--set init=null).",
        synopsisSubcommandLabel = "STAGE")
final class TrainCommand {
    /** A head with its usual settings. */
    enum Head {
        UPERNET("upernet", "uper"),
        UPER("uper", "uper"),
        LINEAR("linear", "linear"),
        SEMANTIC_FPN("semantic-fpn", "semantic-fpn"),
        MASK2FORMER("mask2former", "mask2former");

        private final String name;
        private final String type;

        Head(String name, String type) {
            this.name = name;
            this.type = type;
        }

        /** What is written on the command line. */
        @Override
        public String toString() {
            return name;
        }

        String setting() {
            return "head={type: %s}".formatted(type);
        }
    }

    @Mixin
    private HelpOption help;

    @Command(name = "classify", description = "Fine-tune a whole classifier.")
    int classify(@Mixin RecipeOptions options, @Mixin BackboneOption backbone, @Mixin LabelOptions labels)
            throws IOException {
        return run("classify", options, labels, backbone.settings(options));
    }

    @Command(name = "linear-probe", description = "Train a linear classifier on the frozen backbone.")
    int linearProbe(@Mixin RecipeOptions options, @Mixin BackboneOption backbone, @Mixin LabelOptions labels)
            throws IOException {
        return run("linear-probe", options, labels, backbone.settings(options));
    }

    @Command(
            name = "segment",
            description = "Train a semantic segmentation: UperNet, Semantic FPN, Mask2Former or a linear decoder.")
    int segment(
            @Mixin RecipeOptions options,
            @Mixin BackboneOption backbone,
            @Mixin LabelOptions labels,
            @Option(
                            names = "--head",
                            paramLabel = "HEAD",
                            description = "Another head than the recipe's: ${COMPLETION-CANDIDATES}.")
                    Head head)
            throws IOException {
        List<String> settings = new ArrayList<>(backbone.settings(options));
        if (head != null) {
            settings.add(head.setting());
        }
        return run("segment", options, labels, settings);
    }

    @Command(name = "detect", description = "Train a detector: boxes, and masks where the detector has them.")
    int detect(
            @Mixin RecipeOptions options,
            @Mixin BackboneOption backbone,
            @Mixin LabelOptions labels,
            @Option(
                            names = "--detector",
                            paramLabel = "DETECTOR",
                            completionCandidates = Detectors.class,
                            description =
                                    "Another detector than the recipe's, with its usual settings: ${COMPLETION-CANDIDATES}.")
                    String detector)
            throws IOException {
        List<String> settings = new ArrayList<>(backbone.settings(options));
        if (detector != null) {
            settings.add("detector={type: %s}".formatted(detector));
        }
        return run("detect", options, labels, settings);
    }

    @Command(name = "panoptic", description = "Train a Mask2Former that cuts images into segments of things and stuff.")
    int panoptic(@Mixin RecipeOptions options, @Mixin BackboneOption backbone, @Mixin LabelOptions labels)
            throws IOException {
        return run("panoptic", options, labels, backbone.settings(options));
    }

    /** The names that {@code --detector} takes. */
    static final class Detectors implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Methods.names(DetectorSpec.class).iterator();
        }
    }

    private static int run(String stage, RecipeOptions options, LabelOptions labels, List<String> settings)
            throws IOException {
        List<Recipe> recipes = new ArrayList<>();
        for (int draw = 0; draw < labels.draws(); draw++) {
            List<String> all = new ArrayList<>(settings);
            all.addAll(labels.settings(draw));
            Recipe recipe = options.recipe(all);
            String own = Methods.nameOf(recipe);
            if (!own.equals(stage)) {
                throw new IllegalArgumentException(
                        "the stage of the recipe %s is %s, not %s".formatted(recipe.name(), own, stage));
            }
            if (labels.draws() > 1 && recipe.data().fraction() == 1) {
                throw new IllegalArgumentException(
                        "--draws %d of all images are the same; --label-fraction says how many each has"
                                .formatted(labels.draws()));
            }
            recipes.add(recipe);
        }
        return recipes.size() == 1 ? RunCommand.run(recipes.get(0), options) : RunCommand.runDraws(recipes, options);
    }
}
