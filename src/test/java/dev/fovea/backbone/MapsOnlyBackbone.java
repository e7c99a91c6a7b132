package dev.fovea.backbone;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A stand-in for tests of dense heads: subclasses give feature maps and nothing else. */
public abstract class MapsOnlyBackbone extends Backbone {
    @Override
    public Tensor tokens(Tensor images) {
        throw new UnsupportedOperationException("maps only");
    }

    @Override
    public BackboneSpec spec() {
        throw new UnsupportedOperationException("maps only");
    }

    @Override
    public int prefixTokens() {
        return 0;
    }

    @Override
    public List<Integer> widths() {
        throw new UnsupportedOperationException("maps only");
    }

    @Override
    public List<Integer> strides() {
        throw new UnsupportedOperationException("maps only");
    }

    @Override
    public int layers() {
        return 0;
    }

    @Override
    public int layerOf(String parameter) {
        return 0;
    }
}
