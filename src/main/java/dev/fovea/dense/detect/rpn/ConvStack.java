package dev.fovea.dense.detect.rpn;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Several rectified convolutions, children {@code 0.conv}, {@code 1.conv}, …: {@code [B, C, h, w] -> [B, C', h, w]}. */
final class ConvStack extends Layer {
    private final List<ConvModule> convs = new ArrayList<>();

    ConvStack(RpnSpec spec) {
        for (int i = 0; i < spec.convs(); i++) {
            ConvModule conv = new ConvModule(i == 0 ? spec.width() : spec.channels(), spec.channels(), 3, Norm.NONE);
            Init.normal(conv.conv().weight(), 0.01);
            convs.add(child(String.valueOf(i), conv));
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        for (ConvModule conv : convs) {
            x = conv.forward(x);
        }
        return x;
    }
}
