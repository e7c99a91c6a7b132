package dev.fovea.train;

import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import dev.fovea.train.log.ProcessMemory;
import dev.fovea.train.log.Progress;
import dev.fovea.train.log.TensorBoardWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** What a run tells: rows in {@code metrics.jsonl}, the same for TensorBoard, and progress on standard error. */
final class RunLog implements AutoCloseable {
    static final String TRAINING = "train";
    static final String EVALUATION = "eval";
    private static final double NANOS = 1e9;

    private final MetricLog metrics;
    private final TensorBoardWriter events;
    private final Progress progress;
    private final double stepsPerEpoch;
    private final int batch;
    private long since = System.nanoTime();
    private long sinceStep;

    private RunLog(MetricLog metrics, TensorBoardWriter events, Progress progress, Extent extent) {
        this.metrics = metrics;
        this.events = events;
        this.progress = progress;
        this.stepsPerEpoch = extent.stepsPerEpoch;
        this.batch = extent.batch;
        this.sinceStep = extent.from;
    }

    /**
     * Steps from … to of a run, steps of an epoch, images of a step.
     *
     * @param lookDue whether what belongs to the step {@code from} has not been measured yet
     */
    record Extent(long from, boolean lookDue, long to, double stepsPerEpoch, int batch) {
        boolean before(MetricRow row) {
            return row.step() < from
                    || row.step() == from && !(lookDue && row.stage().equals(EVALUATION));
        }
    }

    /** Rows that were written after the checkpoint are of a future that did not come to be, and are dropped. */
    static RunLog open(RunFolder folder, String task, Extent extent) throws IOException {
        boolean fresh = extent.from == 0;
        return new RunLog(
                fresh ? MetricLog.create(folder.metrics()) : MetricLog.resume(folder.metrics(), extent::before),
                fresh ? TensorBoardWriter.open(folder.path()) : TensorBoardWriter.resume(folder.path(), extent.from),
                Progress.open(task, extent.from, extent.to),
                extent);
    }

    /** One step; {@code write} says whether it becomes a row. */
    void step(long step, StepResult result, int badFiles, boolean write) throws IOException {
        double seconds = (System.nanoTime() - since) / NANOS;
        double rate = (step - sinceStep) * batch / seconds;
        progress.step(step, new Progress.Reading(result.loss(), result.lr(), rate));
        if (write) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("loss", result.loss());
            values.putAll(result.parts());
            values.put("lr", result.lr());
            values.put("gradNorm", result.gradNorm());
            values.put("imagesPerSecond", rate);
            values.put("memory", (double) ProcessMemory.now().rss());
            values.put("badFiles", (double) badFiles);
            row(step, TRAINING, values);
            restartClock(step);
        }
    }

    void evaluation(long step, Map<String, Double> scores) throws IOException {
        row(step, EVALUATION, scores);
        StringBuilder text = new StringBuilder("step " + step);
        scores.forEach((name, value) -> text.append("  %s %.4f".formatted(name, value)));
        progress.say(text.toString());
    }

    void pictures(long step, List<Path> files) throws IOException {
        for (Path file : files) {
            String name = file.getFileName().toString();
            events.image(name.substring(0, name.lastIndexOf('_')), step, ImageIO.read(file.toFile()));
        }
    }

    void say(String text) {
        progress.say(text);
    }

    /** Evaluation and saving are no training time. */
    void restartClock(long step) {
        since = System.nanoTime();
        sinceStep = step;
    }

    private void row(long step, String stage, Map<String, Double> values) throws IOException {
        MetricRow row = new MetricRow(step, step / stepsPerEpoch, stage, values);
        try {
            metrics.write(row);
            events.write(row);
        } catch (IOException e) {
            throw new IOException("the run's log cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try (metrics;
                events) {
            progress.close();
        }
    }
}
