package dev.fovea.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class TeacherViewTest {
    private final Tensor pixels = torch.rand(2, 3, 8, 8);

    @Test
    void atTheSameSizeTheTeacherSeesTheStudentsPixels() {
        Tensor seen = new TeacherView(Normalize.IMAGENET, Size.square(8)).pixels(Normalize.IMAGENET.of(pixels));

        assertThat(Tensors.item(seen.sub(pixels).abs().max())).isLessThan(1e-5);
    }

    @Test
    void atAnotherSizeTheyStayWithinZeroAndOne() {
        Tensor black = torch.rand(2, 3, 8, 8).round(); // where bicubic resizing overshoots most

        Tensor seen = new TeacherView(Normalize.CLIP, Size.square(6)).pixels(Normalize.CLIP.of(black));

        assertThat(Shapes.of(seen)).containsExactly(2, 3, 6, 6);
        assertThat(Tensors.item(seen.min())).isGreaterThanOrEqualTo(0);
        assertThat(Tensors.item(seen.max())).isLessThanOrEqualTo(1);
    }
}
