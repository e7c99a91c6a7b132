package dev.fovea.parity;

import dev.fovea.classify.ClassificationLoss;
import dev.fovea.data.augment.Mixup;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** timm 0.3.2's mixup and the losses of fine-tuning. */
final class MixupCase {
    private MixupCase() {}

    static void run(Case given) {
        Config config = given.config();
        double smoothing = config.doubleAt("run.smoothing");
        Tensor images = given.input("imgs"), logits = given.input("logits"), labels = given.input("labels");
        Tensor targets = ClassificationLoss.oneHot(labels, config.intAt("run.num_classes"), smoothing);
        long[] centre = Tensors.toLongs(given.input("cutmix_centre"));

        var mixup = Mixup.mix(images, targets, new Mixup.Draw(config.doubleAt("run.lam_mixup"), false, 0, 0));
        given.check("imgs_mixup", mixup.images());
        given.check("target_mixup", mixup.targets());
        given.check("lam_mixup", scalar(mixup.lam()));

        var draw = new Mixup.Draw(config.doubleAt("run.lam_cutmix"), true, (int) centre[0], (int) centre[1]);
        var cutmix = Mixup.mix(images, targets, draw);
        given.check("imgs_cutmix", cutmix.images());
        given.check("target_cutmix", cutmix.targets());
        given.check("lam_cutmix", scalar(cutmix.lam()));

        given.check("loss_soft_target", ClassificationLoss.softTarget(logits, mixup.targets()));
        given.check("loss_label_smoothing", ClassificationLoss.smoothed(logits, labels, smoothing));
        given.check("loss_cross_entropy", torch.cross_entropy_loss(logits, labels));
    }

    private static Tensor scalar(double value) {
        return Tensors.of(new double[] {value});
    }
}
