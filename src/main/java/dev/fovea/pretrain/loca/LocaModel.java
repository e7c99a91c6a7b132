package dev.fovea.pretrain.loca;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.ViewEncoder.Patches;
import dev.fovea.data.ViewBatch;
import dev.fovea.nn.Losses;
import dev.fovea.pretrain.LocatesViews;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.teacher.EmaTeacher;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/** LOCA pre-training (Caron et al. 2022; google-research/scenic projects/loca trainer.py and vit.py). */
public final class LocaModel extends PretrainModel implements LocatesViews {
    private final LocaSpec spec;
    private final LocaNetwork student;
    private final LocaNetwork teacher;
    private final EmaTeacher<LocaNetwork> average;
    private final LocaTerms terms;
    private final Size grid;

    LocaModel(LocaSpec spec, BackboneSpec backboneSpec) {
        this.spec = spec;
        grid = backboneSpec.imageSize().dividedBy(backboneSpec.tokenStride());
        student = new LocaNetwork(spec, backboneSpec, grid.area());
        child("backbone", student.backbone());
        if (student.norm() != null) {
            child("norm", student.norm());
        }
        child("location", student.location());
        boolean clusters = spec.clusters().isPresent();
        if (clusters) {
            child("projection", student.projection());
        }
        teacher = clusters ? child("teacher", new LocaNetwork(spec, backboneSpec, grid.area())) : null;
        average = clusters ? new EmaTeacher<>(student, teacher) : null;
        terms = new LocaTerms(spec, student);
    }

    @Override
    public Backbone backbone() {
        return student.backbone();
    }

    @Override
    public void afterInitialWeights() {
        if (average != null) {
            average.copyStudent();
        }
    }

    @Override
    public void afterStep(long step, long steps) {
        if (average != null) {
            average.follow(spec.momentumAt(step, steps));
        }
    }

    /** Each image as a reference and as a query of itself, every patch being where it is. */
    @Override
    public Losses losses(Tensor images) {
        Tensor boxes = Tensors.of(new float[] {1, 0, 0, 1, 1}, 1, 5)
                .expand(images.size(0), 5)
                .contiguous();
        var itself = new ViewBatch.Group(images, ownPlaces(images.size(0)), boxes);
        boolean single = spec.pairing() == LocaSpec.Pairing.SINGLE;
        return losses(new ViewBatch(images, single ? List.of() : List.of(itself), List.of()));
    }

    @Override
    public Losses losses(ViewBatch views) {
        boolean all = spec.queryTokens() == 0 || spec.queryTokens() >= grid.area();
        Tensor seen = drawSeen();
        Tensor query = all ? null : LocaDraw.Selection.UNSTRUCTURED.draw(spec.queryTokens(), grid.area());
        return losses(views, new LocaDraw(seen, query));
    }

    /**
     * The loss for given draws; its parts are {@code position} and {@code accuracy}, or {@code box} and {@code box_iou}, and with
     * clusters {@code cluster} and {@code entropy}.
     */
    public Losses losses(ViewBatch views, LocaDraw draw) {
        LocaReading reading = read(views, draw);
        return terms.losses(reading);
    }

    private Tensor drawSeen() {
        return spec.selection().draw(spec.visible(grid.area()), grid.area());
    }

    private Tensor ownPlaces(long batch) {
        return Tensors.range(0, grid.area()).expand(batch, grid.area()).contiguous();
    }

    /** The networks' part of a step: tokens of the queries, and what the reference gives. */
    LocaReading read(ViewBatch views, LocaDraw draw) {
        if (spec.pairing() == LocaSpec.Pairing.SINGLE) {
            Tensor tokens = student.encode(views.images(), new Patches(null, false));
            LocaReading.Query own = new LocaReading.Query(tokens, ownPlaces(tokens.size(0)), null);
            return new LocaReading(List.of(own), tokens.index_select(1, draw.reference()), null);
        }
        if (teacher == null) {
            Tensor context = student.encode(views.images(), new Patches(draw.reference(), true));
            return new LocaReading(queries(views, draw), context, null);
        }
        Tensor tokens, assignments;
        try (NoGrad off = new NoGrad()) {
            tokens = teacher.encode(views.images(), Patches.all());
            ClusterSpec clusters = spec.clusters().get();
            Tensor scores = teacher.projection().forward(tokens).flatten(0, 1); // [B N, K]
            assignments = LocaLoss.assignments(scores, clusters.sharpening(), clusters.rounds());
        }
        return new LocaReading(queries(views, draw), tokens.index_select(1, draw.reference()), assignments);
    }

    private List<LocaReading.Query> queries(ViewBatch views, LocaDraw draw) {
        require(!views.groups().isEmpty(), "loca has no query views to locate: augment.queries is empty");
        List<LocaReading.Query> queries = new ArrayList<>();
        for (ViewBatch.Group group : views.groups()) {
            // Of the first group alone, even where others are as large (trainer.py gives seqlen for query0 only).
            boolean drops =
                    queries.isEmpty() && draw.query() != null && group.targets().size(1) == grid.area();
            Patches patches = new Patches(drops ? draw.query() : null, spec.queryPositions());
            Tensor targets = drops ? group.targets().index_select(1, patches.kept()) : group.targets();
            queries.add(new LocaReading.Query(student.encode(group.images(), patches), targets, group.boxes()));
        }
        return queries;
    }

    @Override
    public String score() {
        return spec.localisation() == LocaSpec.Localisation.PATCH ? "position" : "box_iou";
    }

    @Override
    public Tally tally(ViewBatch views, Shown shown) {
        LocaReading reading = read(views, new LocaDraw(drawSeen(), null));
        return terms.tally(reading.withContext(shown(reading.context(), shown)));
    }

    private static Tensor shown(Tensor context, Shown shown) {
        return switch (shown) {
            case USUAL -> context;
            case NOTHING -> null;
            case ANOTHER_IMAGE -> Tensors.cat(0, context.narrow(0, 1, context.size(0) - 1), context.narrow(0, 0, 1));
        };
    }

    @Override
    public Optional<Placement> place(ViewBatch views) {
        if (spec.localisation() != LocaSpec.Localisation.PATCH) {
            return Optional.empty();
        }
        LocaReading reading = read(views, new LocaDraw(drawSeen(), null));
        LocaReading.Query query = reading.queries().get(0);
        Tensor logits = student.location().patches(query.tokens(), reading.context());
        Tensor images = views.groups().isEmpty()
                ? views.images()
                : views.groups().get(0).images();
        return Optional.of(new Placement(images, query.targets(), logits.argmax(new LongOptional(2), false)));
    }
}
