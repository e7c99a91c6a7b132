package dev.fovea.pretrain;

import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A student's images as a frozen teacher takes them: the same crop in pixels of [0, 1], at the teacher's size. The published
 * codes cut the teacher's crop from the file once more, at another resolution; here it is made from the student's.
 *
 * @param student how the student's images were normalised
 */
public record TeacherView(Normalize student, Size size) {
    /** {@code [B, 3, H, W] -> [B, 3, h, w]}. */
    public Tensor pixels(Tensor images) {
        boolean fits = images.size(2) == size.height() && images.size(3) == size.width();
        long[] wanted = {size.height(), size.width()};
        return student.undo(fits ? images : torch.upsample_bicubic2d(images, wanted, false));
    }
}
