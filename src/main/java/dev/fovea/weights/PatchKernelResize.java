package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Kernels of a patch embedding for another patch size, {@code [D, C, p, p] -> [D, C, q, q]}: bilinear, without antialias and
 * without a factor for the number of pixels (czczup/ViT-Adapter detection/convert_14to16.py, for DINOv2).
 */
public final class PatchKernelResize {
    private PatchKernelResize() {}

    public static Tensor resize(Tensor kernel, long height, long width) {
        return torch.upsample_bilinear2d(kernel.to(ScalarType.Float), new long[] {height, width}, false);
    }

    /** Resizes the tensor of this name while a file is loaded. */
    public static StateLoader.Adapter onLoad(String kernelName) {
        return (name, source, wanted) -> {
            long[] own = Shapes.of(source);
            boolean kernels = name.equals(kernelName) && own.length == 4 && wanted.length == 4;
            boolean fits = kernels && own[0] == wanted[0] && own[1] == wanted[1] && !Arrays.equals(own, wanted);
            return fits ? resize(source, wanted[2], wanted[3]) : null;
        };
    }
}
