package dev.fovea.pretrain.loca;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.ViewEncoder;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import org.bytedeco.pytorch.Tensor;

/** A backbone with both of LOCA's heads: the student, and the teacher that is its average. */
public final class LocaNetwork extends Layer {
    private static final int BOX_NUMBERS = 4;

    private final Backbone backbone;
    private final ViewEncoder encoder;
    private final LayerNorm norm;
    private final LocationHead location;
    private final ProjectionHead projection;

    /** @param places patches of the reference, among which queries are located */
    public LocaNetwork(LocaSpec spec, BackboneSpec backboneSpec, int places) {
        backbone = child("backbone", backboneSpec.build(Use.PRETRAIN));
        require(
                backbone instanceof ViewEncoder,
                "loca needs a backbone that reads views of other sizes than its own; %s does not",
                backbone.getClass().getSimpleName());
        encoder = (ViewEncoder) backbone;
        int dim = backbone.dim();
        boolean bare = !backbone.parametersByName().containsKey("norm.weight");
        norm = bare ? child("norm", new LayerNorm(dim, 1e-6)) : null;
        int outputs = spec.localisation() == LocaSpec.Localisation.PATCH ? places : BOX_NUMBERS;
        location = child(
                "location",
                new LocationHead(
                        new LocationHead.Spec(dim, spec.heads(), (int) (dim * spec.mlpRatio()), outputs), spec.gelu()));
        projection = spec.clusters()
                .map(clusters -> child("projection", new ProjectionHead(clusters.head(dim), spec.gelu())))
                .orElse(null);
        LocaInit.apply(this);
    }

    public Backbone backbone() {
        return backbone;
    }

    public LocationHead location() {
        return location;
    }

    /** Null without clusters. */
    public ProjectionHead projection() {
        return projection;
    }

    /** Null where the backbone has a final norm of its own. */
    LayerNorm norm() {
        return norm;
    }

    /** Normalised tokens of a view: {@code [B, 3, h, w] -> [B, n, D]}. */
    public Tensor encode(Tensor images, ViewEncoder.Patches patches) {
        Tensor x = encoder.encodeView(images, patches);
        return norm == null ? x : norm.forward(x);
    }
}
