package dev.fovea.apply;

import dev.fovea.backbone.Size;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.dense.mask2former.MaskPrediction;
import dev.fovea.dense.segment.Mask2FormerHead;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.report.Pixels;
import dev.fovea.report.QuerySheet;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Draws the masks of the queries of a Mask2Former that fovea trained; images are seen as their middle squares. */
public final class QueryMasks {
    private static final double WHOLE_SQUARE = 1;

    private final TrainedModel trained;
    private final SegmentationModel model;
    private final Mask2FormerHead head;

    private QueryMasks(TrainedModel trained) {
        this.trained = trained;
        if (!(trained.model() instanceof SegmentationModel it) || !(it.head() instanceof Mask2FormerHead queries)) {
            throw new IllegalArgumentException("the run %s trained no mask2former head: it has no queries to show"
                    .formatted(trained.recipe().name()));
        }
        model = it;
        head = queries;
    }

    /** @param run the folder of a run, a checkpoint or a model file */
    public static QueryMasks open(Path run) {
        return new QueryMasks(TrainedModel.open(run));
    }

    /** @param most queries drawn for each image, the surest first */
    public BufferedImage draw(ImagePaths images, int most) {
        QuerySheet sheet = new QuerySheet(most);
        LoaderOptions options = LoaderOptions.evaluation(1).withMaxBadShare(1);
        var loader = Loader.of(images, trained.views().centre(WHOLE_SQUARE), ImageBatch::collate, options);
        try (var batches = loader.epoch(0)) {
            while (batches.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        NoGrad off = new NoGrad();
                        Precision.Scope cast = trained.precision().open()) {
                    ImageBatch batch = batches.next();
                    BufferedImage picture = Pixels.of(
                            batch.images().select(0, 0), trained.views().normalize());
                    MaskPrediction prediction = head.layer().prediction(model.maps(batch.images()));
                    sheet.add(batch.names().get(0), picture, queries(prediction, most));
                }
            }
        }
        return sheet.draw();
    }

    private List<QuerySheet.Query> queries(MaskPrediction prediction, int most) {
        Tensor classes = prediction.classes().select(0, 0).to(ScalarType.Float).softmax(-1); // [Q, K + 1]
        Tensors.Pair likeliest =
                Tensors.pair(classes.narrow(1, 0, classes.size(1) - 1).max(-1, false));
        Tensors.Pair surest = Tensors.pair(likeliest.first().topk(Math.min(most, classes.size(0)), 0, true, true));
        long[] order = Tensors.toLongs(surest.second());
        double[] scores = Tensors.toDoubles(surest.first());
        long[] labels = Tensors.toLongs(likeliest.second());
        Tensor masks = prediction.masks().select(0, 0).to(ScalarType.Float).sigmoid(); // [Q, h, w]
        Size size = new Size((int) masks.size(1), (int) masks.size(2));
        List<QuerySheet.Query> queries = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            String label = trained.classNames().get((int) labels[(int) order[i]]);
            float[] mask = Tensors.toFloats(masks.select(0, order[i]));
            queries.add(new QuerySheet.Query(label, scores[i], size, mask));
        }
        return queries;
    }
}
