package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.CellOrder;
import dev.fovea.backbone.HiVit;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.UnitLevels;
import dev.fovea.backbone.Use;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Block;
import dev.fovea.nn.Init;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.TeacherView;
import dev.fovea.teacher.Teacher;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * iTPN pre-training towards CLIP's features (sunsmarterjie/iTPN itpn_clip/modeling_pretrain.py iTPNClipDistill): one
 * prediction from all levels of the pyramid, one from two blocks on an early tap of stage 3. Stages 1 and 2 of hidden units
 * are not masked, so their pixels do reach the neck.
 */
public final class ItpnClip extends PretrainModel {
    /** The released code leaves these blocks' norms at PyTorch's default. */
    private static final double EARLY_EPS = 1e-5;
    /** Share of stage 3 below the early tap. */
    private static final double EARLY = 0.75;

    private final ItpnClipSpec spec;
    private final HiVit backbone;
    private final Tensor maskToken;
    private final LevelEmbed embed;
    private final LayerNorm norm;
    private final Linear head;
    private final List<Block> earlyBlocks;
    private final LayerNorm earlyNorm;
    private final Linear earlyHead;
    private final Teacher teacher;
    private final TeacherView view;
    private final int tap;

    ItpnClip(ItpnClipSpec spec, HiVitSpec hiVit, Normalize images) {
        this.spec = spec;
        int dim = hiVit.dim(), wanted = spec.teacher().dim();
        tap = (int) (EARLY * hiVit.depths().get(2));
        backbone = child("backbone", hiVit.build(Use.PRETRAIN_PYRAMID));
        maskToken = parameter("mask_token", Tensors.zeros(1, 1, dim));
        embed = child("embed", new LevelEmbed(backbone.neckWidth(), dim, 3, backbone.normEps()));
        norm = child("norm", new LayerNorm(dim, backbone.normEps()));
        head = child("lm_head", new Linear(dim, wanted));
        earlyBlocks = childList(
                "cls_pt_layers",
                List.of(backbone.anotherBlock(tap, EARLY_EPS), backbone.anotherBlock(tap + 1, EARLY_EPS)));
        earlyNorm = child("norm_cls", new LayerNorm(dim, backbone.normEps()));
        earlyHead = child("lm_cls_head", new Linear(dim, wanted));
        Init.Scheme.TRUNC_NORMAL.apply(this);
        Init.truncNormal(maskToken, 0.02);
        teacher = spec.teacher().build();
        view = new TeacherView(images, teacher.imageSize());
    }

    @Override
    public Losses losses(Tensor images) {
        Tensor hidden = spec.mask().draw(images.size(0), backbone.spec().grid());
        Tensor targets = teacher.features(view.pixels(images)).normalised().patches();
        return losses(images, hidden, targets);
    }

    /**
     * The losses for a given mask and given targets, over all units.
     *
     * @param hidden 1 = hidden, {@code [B, N]}
     * @param targets {@code [B, N, W]}
     */
    public Losses losses(Tensor images, Tensor hidden, Tensor targets) {
        HiVit.Stem stem = backbone.stem(images, null);
        Tensor x = backbone.place(replaced(stem.tokens(), hidden), null);
        Tensor early = backbone.attend(x, null, 0, tap + 1);
        Tensor top =
                backbone.attend(early, null, tap + 1, backbone.spec().depths().get(2));
        List<Tensor> stages = List.of(stem.stage1(), stem.stage2(), top.unsqueeze(2));
        UnitLevels pyramid = backbone.pyramid(new UnitLevels(stages, CellOrder.NESTED), null);

        Tensor fused = Tap.mark("fused", embed.forward(pyramid)); // [B, N, D]
        Tensor main = Tap.mark("pred_main", head.forward(norm.forward(fused)));
        Tensor further = Tap.mark("aux_fused", backbone.attend(early, earlyBlocks));
        Tensor side = Tap.mark("pred_aux", earlyHead.forward(earlyNorm.forward(further)));

        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("main", FeatureDistance.SMOOTH_L1.of(main, targets));
        parts.put("early", FeatureDistance.SMOOTH_L1.of(side, targets));
        return new Losses(parts.get("main").add(parts.get("early")), parts);
    }

    private Tensor replaced(Tensor tokens, Tensor hidden) {
        Tensor weight = hidden.to(tokens.scalar_type()).unsqueeze(2); // [B, N, 1]
        Tensor shown = weight.neg().add(new Scalar(1));
        return tokens.mul(shown).add(maskToken.to(tokens.scalar_type()).mul(weight));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }
}
