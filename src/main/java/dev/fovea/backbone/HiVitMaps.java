package dev.fovea.backbone;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Maps for dense heads of a {@link HiVit}. For segmentation neck and stage side by side at each stride, coarser maps of
 * their largest values (sunsmarterjie/iTPN seg/backbone/iTPN.py); for detection the neck alone, coarser maps of its means
 * (det/mmdet/models/backbones/iTPN_pixel.py); or all from the last stage.
 */
final class HiVitMaps {
    private final HiVitSpec spec;
    private final PyramidForm form;
    private final FeaturePyramid neck;
    private final SimplePyramid simple;

    /** @param neck null = none */
    HiVitMaps(HiVitSpec spec, PyramidForm form, FeaturePyramid neck) {
        this.spec = spec;
        this.form = form;
        this.neck = neck;
        simple = form.form() == PyramidForm.Kind.SIMPLE
                ? new SimplePyramid(spec.widths().get(2), form, spec.patchSize())
                : null;
    }

    /** What the owner registers. */
    Optional<SimplePyramid> simple() {
        return Optional.ofNullable(simple);
    }

    /** Of the three stages of all units. */
    Pyramid of(UnitLevels stages, NestedUnits all) {
        if (simple != null) {
            return simple.maps(all.toMap(stages.top().unsqueeze(2)));
        }
        List<Tensor> maps = new ArrayList<>(stages.levels());
        if (neck != null) {
            List<Tensor> levels = neck.forward(stages, all).levels();
            for (int i = 0; i < maps.size(); i++) {
                maps.set(i, detects() ? levels.get(i) : Tensors.cat(3, levels.get(i), maps.get(i)));
            }
        }
        maps.replaceAll(all::toMap);
        while (maps.size() < form.levels()) {
            Tensor coarsest = maps.get(maps.size() - 1);
            maps.add(detects() ? Pooled.mean(coarsest) : Pooled.largest(coarsest, 2));
        }
        return new Pyramid(maps, strides());
    }

    /** Whether they are those of the released detectors. */
    boolean detects() {
        return form.form() == PyramidForm.Kind.DETECT;
    }

    List<Integer> widths() {
        if (simple != null) {
            return simple.widths();
        }
        int added = neck == null ? 0 : spec.neck().orElseThrow().dim();
        if (detects()) {
            return Collections.nCopies(form.levels(), added);
        }
        List<Integer> widths = new ArrayList<>();
        spec.widths().forEach(width -> widths.add(width + added));
        while (widths.size() < form.levels()) {
            widths.add(widths.get(2));
        }
        return widths;
    }

    List<Integer> strides() {
        return form.strides(spec.patchSize() / 4);
    }
}
