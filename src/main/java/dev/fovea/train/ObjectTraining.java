package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.Image;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Source;
import dev.fovea.data.augment.DetectTrain;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.nn.Losses;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** How a detector learns from views of images: their batches, and what is to be found in each. */
record ObjectTraining(Detector model, Padded padded, Loader<ObjectBatch> batches) {
    /** @param grouped whether the images of a batch are all wide or all tall */
    static ObjectTraining of(
            Detector model,
            Padded padded,
            Source<Annotated<Image>> images,
            DetectTrain view,
            LoaderOptions options,
            boolean grouped) {
        LoaderOptions order = grouped ? options.inGroups() : options;
        var collate = ObjectBatch.collate(padded.padding(), model.findsMasks());
        return new ObjectTraining(model, padded, Loader.of(images, view, collate, order));
    }

    Losses losses(ObjectBatch batch) {
        List<GroundTruth> truths = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            ObjectBatch.Objects it = batch.objects().get(i);
            Size content = new Size(it.height(), it.width());
            ImageSize size = new ImageSize(content, padded.of(content), content);
            int image = i;
            Tensor semantic =
                    batch.semantic().map(maps -> maps.select(0, image)).orElse(null);
            truths.add(new GroundTruth(size, it.boxes(), it.labels(), it.masks().orElse(null), semantic));
        }
        return model.losses(batch.images(), truths);
    }
}
