package dev.fovea.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.pretrain.Objective;
import dev.fovea.pretrain.beit2.TokenizerSource;
import dev.fovea.teacher.TargetSource;
import dev.fovea.teacher.TeacherSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one list of what a recipe can name; {@code …Methods} beside it have the lines of the longer parts. */
public final class Methods {
    /**
     * A name in recipes and the record behind it.
     *
     * @param defaults the keys that may be left out, as YAML
     * @param inStage other defaults in recipes of some stages, as YAML by the stage's name
     * @param presets named parts as YAML, of which {@code preset:} gives one or, later ones winning, several; single keys
     *     still win over them
     */
    record Method(
            String name,
            Class<? extends Record> type,
            String defaults,
            Map<String, String> inStage,
            Map<String, String> presets) {
        Method(String name, Class<? extends Record> type, String defaults, Map<String, String> presets) {
            this(name, type, defaults, Map.of(), presets);
        }

        static Method of(String name, Class<? extends Record> type) {
            return new Method(name, type, "{}", Map.of());
        }

        /** The keys that may be left out in a recipe of a stage. */
        ObjectNode defaultsIn(String stage) {
            return Yaml.merged(Yaml.block(defaults, name), Yaml.block(inStage.getOrDefault(stage, "{}"), name));
        }
    }

    /**
     * What can stand in one place of a recipe, told apart by the value of one key.
     *
     * @param unnamed the method that is meant, and not written, when the key is left out; null = the key is required
     */
    record Choice(Class<?> place, String key, List<Method> methods, String unnamed) {
        Choice(Class<?> place, String key, List<Method> methods) {
            this(place, key, methods, null);
        }
    }

    private static final List<Choice> CHOICES = List.of(
            new Choice(BackboneSpec.class, "type", BackboneMethods.ALL),
            new Choice(Objective.class, "type", ObjectiveMethods.ALL),
            new Choice(
                    PretrainViews.class,
                    "type",
                    List.of(Method.of("crop", PretrainAugment.class), Method.of("views", MultiViewAugment.class)),
                    "crop"),
            new Choice(TokenizerSource.class, "type", ObjectiveMethods.TOKENIZERS),
            new Choice(DetectorSpec.class, "type", DetectorMethods.ALL),
            new Choice(Suppression.class, "type", DetectorMethods.SUPPRESSIONS),
            new Choice(TeacherSpec.class, "type", TeacherMethods.FROZEN),
            new Choice(TargetSource.class, "type", TeacherMethods.ALL),
            new Choice(
                    SegmentHead.class,
                    "type",
                    List.of(
                            Method.of("uper", UperBlock.class),
                            Method.of("linear", LinearBlock.class),
                            Method.of("semantic-fpn", SemanticFpnBlock.class),
                            new Method(
                                    "mask2former",
                                    Mask2FormerBlock.class,
                                    "{%s, slowQueries: true}".formatted(Mask2FormerBlock.DEFAULTS),
                                    Map.of())),
                    "uper"),
            new Choice(
                    Recipe.class,
                    "stage",
                    List.of(
                            Method.of("pretrain", PretrainRecipe.class),
                            Method.of("classify", ClassifyRecipe.class),
                            Method.of("linear-probe", LinearProbeRecipe.class),
                            Method.of("segment", SegmentRecipe.class),
                            Method.of("detect", DetectRecipe.class),
                            Method.of("panoptic", PanopticRecipe.class))),
            new Choice(
                    DetectStep.class,
                    "type",
                    List.of(Method.of("resize", DetectStep.Resize.class), Method.of("crop", DetectStep.Crop.class))),
            new Choice(
                    DataSource.class,
                    "kind",
                    List.of(
                            Method.of("folder", DataSource.Folder.class),
                            Method.of("imagefolder", DataSource.ImageFolder.class),
                            Method.of("cifar", DataSource.Cifar.class),
                            Method.of("idx", DataSource.Idx.class),
                            Method.of("pairs", DataSource.Pairs.class),
                            Method.of("published", DataSource.Published.class),
                            Method.of("coco", DataSource.Coco.class),
                            Method.of("panoptic", DataSource.Panoptic.class),
                            Method.of("shards", DataSource.Shards.class),
                            Method.of("scenes", DataSource.Scenes.class))),
            new Choice(
                    Crop.class,
                    "type",
                    List.of(Method.of("resized", Crop.Resized.class), Method.of("square", Crop.Square.class))),
            new Choice(
                    OptimizerBlock.class,
                    "type",
                    List.of(
                            Method.of("adamw", OptimizerBlock.AdamW.class),
                            Method.of("lars", OptimizerBlock.Lars.class),
                            Method.of("sgd", OptimizerBlock.Sgd.class))),
            new Choice(
                    ScheduleBlock.class,
                    "type",
                    List.of(
                            Method.of("cosine", ScheduleBlock.Cosine.class),
                            Method.of("poly", ScheduleBlock.Poly.class),
                            Method.of("step", ScheduleBlock.Step.class),
                            Method.of("constant", ScheduleBlock.Constant.class))));

    private Methods() {}

    /** The names that can stand in a place, such as {@code BackboneSpec.class} or {@code Objective.class}. */
    public static List<String> names(Class<?> place) {
        return choice(place).methods().stream().map(Method::name).toList();
    }

    /** The name of a block's record, such as {@code convmae}. */
    public static String nameOf(Object block) {
        return nameOf(block.getClass());
    }

    /** The name of a record. */
    public static String nameOf(Class<?> record) {
        return method(record)
                .map(Method::name)
                .orElseThrow(
                        () -> new IllegalArgumentException(record.getSimpleName() + " is not in the list of methods"));
    }

    /** The keys of a record that may be left out, when it is one of a choice, where no stage says otherwise. */
    static ObjectNode defaults(Class<?> record) {
        return method(record)
                .map(method -> Yaml.block(method.defaults(), method.name()))
                .orElseGet(Yaml::emptyBlock);
    }

    private static Optional<Method> method(Class<?> record) {
        return CHOICES.stream()
                .flatMap(choice -> choice.methods().stream())
                .filter(method -> method.type() == record)
                .findFirst();
    }

    /** The choice of a place; null where the place takes one record only. */
    static Choice choice(Class<?> place) {
        return CHOICES.stream()
                .filter(choice -> choice.place() == place)
                .findFirst()
                .orElse(null);
    }

    /** The choice a record belongs to, or null. */
    static Choice choiceOf(Class<?> record) {
        return CHOICES.stream()
                .filter(choice -> choice.methods().stream().anyMatch(method -> method.type() == record))
                .findFirst()
                .orElse(null);
    }

    /** What a block means that leaves a key out where the method {@code name} could stand; null where it may not. */
    static String unnamedBeside(String key, String name) {
        return CHOICES.stream()
                .filter(choice -> choice.key().equals(key) && choice.unnamed() != null)
                .filter(choice -> choice.methods().stream()
                        .anyMatch(method -> method.name().equals(name)))
                .map(Choice::unnamed)
                .findFirst()
                .orElse(null);
    }

    /** Whether a key tells methods apart somewhere. */
    static boolean isChoiceKey(String key) {
        return CHOICES.stream().anyMatch(choice -> choice.key().equals(key));
    }
}
