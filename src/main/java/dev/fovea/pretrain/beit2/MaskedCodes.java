package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Beit;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Init;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Losses;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.TeacherView;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * BEiT v2 (Peng et al. 2022; microsoft/unilm beit2, modeling_pretrain.py): hidden patches become a mask token, and the codes
 * that a tokenizer gives them are predicted.
 */
public final class MaskedCodes extends PretrainModel {
    private static final double STD = 0.02;

    private final Beit2Spec spec;
    private final Beit backbone;
    private final Tensor maskToken;
    private final Linear lmHead;
    private final ClassTokenBranch branch;
    private final LayerNorm branchNorm;
    private final Linear branchHead;
    private final Tokenizer tokenizer;
    private final TeacherView view;
    private final Size grid;

    MaskedCodes(Beit2Spec spec, BeitSpec beit, Normalize images) {
        this.spec = spec;
        int codes = spec.tokenizer().codes();
        grid = beit.grid();
        backbone = child("backbone", beit.build(Use.PRETRAIN));
        maskToken = parameter("mask_token", Tensors.zeros(1, 1, beit.dim()));
        Init.truncNormalAtOne(maskToken, STD);
        lmHead = child("lm_head", head(beit.dim(), codes));
        branch = spec.classToken().map(it -> new ClassTokenBranch(it, backbone)).orElse(null);
        boolean own = branch != null && !spec.classToken().get().sharedHead();
        if (branch != null) {
            childList("cls_pt_layers", branch.blocks());
        }
        branchNorm = own ? child("cls_pt_norm", new LayerNorm(beit.dim(), backbone.normEps())) : null;
        branchHead = own ? child("cls_pt_lm_head", head(beit.dim(), codes)) : null;
        tokenizer = spec.tokenizer().build();
        view = new TeacherView(images, spec.tokenizer().imageSize());
    }

    private static Linear head(int dim, int codes) {
        Linear head = new Linear(dim, codes);
        Init.truncNormalAtOne(head.weight(), STD);
        Init.zeros(head.bias());
        return head;
    }

    @Override
    public Losses losses(Tensor images) {
        Tensor codes = tokenizer.codes(view.pixels(images)); // [B, N]
        Tensor hidden = spec.mask().drawExactly(images.size(0), grid);
        Tensor rows = rows(hidden);
        return losses(images, hidden, codes.reshape(-1).index_select(0, rows));
    }

    /** Of the hidden patches among all of the batch: int64 {@code [M]}. */
    private static Tensor rows(Tensor hidden) {
        return hidden.reshape(-1).nonzero().reshape(-1);
    }

    /**
     * The losses for a given mask.
     *
     * @param hidden 1 = hidden, {@code [B, N]}
     * @param labels codes of the hidden patches, image by image, row-major: int64 {@code [M]}
     */
    public Losses losses(Tensor images, Tensor hidden, Tensor labels) {
        Tensor rows = rows(hidden);
        RelativePositions positions = backbone.positions();
        List<Tensor> outputs = backbone.blockOutputs(backbone.embedMasked(images, hidden, maskToken), positions);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        Tensor last = Tap.mark("normed", backbone.normed(outputs.get(outputs.size() - 1)));
        Tensor patches = loss("patch", Tap.mark("logits", lmHead.forward(chosen(last, rows))), labels, parts);
        if (branch == null) {
            return new Losses(patches, parts);
        }
        Tensor x = branch.forward(outputs, positions);
        Tensor normed = Tap.mark("normed_cls_pt", branchNorm == null ? backbone.normed(x) : branchNorm.forward(x));
        Linear head = branchHead == null ? lmHead : branchHead;
        Tensor logits = Tap.mark("logits_cls_pt", head.forward(chosen(normed, rows)));
        return new Losses(patches.add(loss("classToken", logits, labels, parts)), parts);
    }

    /** The hidden patches alone: {@code [B, 1 + N, D] -> [M, D]}. */
    private static Tensor chosen(Tensor tokens, Tensor rows) {
        long n = tokens.size(1) - 1;
        return tokens.narrow(1, 1, n).reshape(-1, tokens.size(2)).index_select(0, rows);
    }

    private static Tensor loss(String name, Tensor logits, Tensor labels, Map<String, Tensor> parts) {
        Tensor exact = logits.to(ScalarType.Float);
        Tensor loss = torch.cross_entropy_loss(exact, labels);
        Tensor right = exact.argmax(new LongOptional(1), false).eq(labels);
        parts.put(name + "Loss", loss);
        parts.put(name + "Accuracy", right.to(ScalarType.Float).mean());
        return loss;
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }
}
