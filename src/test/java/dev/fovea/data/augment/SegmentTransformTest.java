package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Rng;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

class SegmentTransformTest {
    private static final Normalize PLAIN = new Normalize(List.of(0.0, 0.0, 0.0), List.of(1 / 255., 1 / 255., 1 / 255.));

    @Test
    void imageAndMaskStayAlignedThroughScaleCropFlipAndPadding() {
        var transform = new SegmentTrain(
                Optional.empty(), new Range(0.5, 2), new CategoryCrop(48, 40, 0.75), 0.5, Optional.empty(), PLAIN);
        Masked<Image> sample = new Masked<>(Pictures.coordinates(60, 50), Pictures.diagonal(60, 50));
        for (int i = 0; i < 60; i++) {
            Masked<FloatImage> result = transform.apply(sample, Rng.of(1, 0, i));
            FloatImage image = result.image();
            assertThat(image.height() + "x" + image.width()).isEqualTo("48x40");
            int labelled = 0;
            for (int p = 0; p < 48 * 40; p++) {
                int label = result.mask().labels()[p] & 0xFF;
                float sum = image.chw()[p] + image.chw()[48 * 40 + p];
                if (label == LabelMap.IGNORE) {
                    assertThat(sum).isZero();
                } else {
                    labelled++;
                    assertThat(Math.abs(sum - label)).isLessThan(4);
                }
            }
            assertThat(labelled).isGreaterThan(25 * 30 - 1);
        }
    }

    @Test
    void cropIsDrawnAgainWhileOneClassCoversTooMuch() {
        byte[] labels = new byte[100 * 100];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (i % 100 < 90 ? 0 : i / 100 % 2 == 0 ? 1 : LabelMap.IGNORE);
        }
        LabelMap mask = new LabelMap(100, 100, labels);
        int varied = 0, variedWithoutRule = 0;
        for (int i = 0; i < 300; i++) {
            varied += share(mask, new CategoryCrop(20, 20, 0.75).draw(mask, Rng.of(1, 0, i)));
            variedWithoutRule += share(mask, new CategoryCrop(20, 20, 1).draw(mask, Rng.of(1, 0, i)));
        }
        assertThat(variedWithoutRule).isBetween(5, 45);
        assertThat(varied).isGreaterThan(4 * variedWithoutRule);
    }

    /** 1 when at most 75 % of the labelled pixels are of one class. */
    private static int share(LabelMap mask, Box box) {
        int[] counts = mask.crop(box).histogram();
        return Math.max(counts[0], counts[1]) < 0.75 * (counts[0] + counts[1]) ? 1 : 0;
    }

    @Test
    void sizesFollowMmcvsRounding() {
        assertThat(new ScaleBox(2048, 512).factor(683, 512)).isEqualTo(1.0);
        Image image = new ScaleBox(2048, 512).fit(Pictures.noise(300, 200, 1));
        assertThat(image.width() + "x" + image.height()).isEqualTo("768x512");
        Image wide = new ScaleBox(64, 32).fit(Pictures.noise(300, 20, 1));
        assertThat(wide.width() + "x" + wide.height()).isEqualTo("64x4");
        assertThat(new ScaleBox(2048, 512).times(0.7)).isEqualTo(new ScaleBox(1433, 358));
    }

    @Test
    void evaluationKeepsTheMasksOwnSize() {
        var eval = new SegmentEval(Optional.of(new ScaleBox(64, 32)), List.of(1.0), PLAIN);
        Masked<List<FloatImage>> result =
                eval.apply(new Masked<>(Pictures.noise(30, 20, 1), Pictures.diagonal(30, 20)), null);
        assertThat(result.image().get(0).height()).isEqualTo(32);
        assertThat(result.mask().width()).isEqualTo(30);
    }

    /** mmseg 0.24: int(side * ratio) makes the box, imrescale fits the file's bytes into it, then they are normalised. */
    @Test
    void eachScaleIsResizedFromTheBytesAndThenNormalised() {
        Image photo = Pictures.noise(80, 51, 3);
        List<FloatImage> own = new SegmentEval(Optional.empty(), List.of(0.5, 1.0, 1.75), PLAIN).of(photo);
        assertThat(own)
                .extracting(FloatImage::toString)
                .containsExactly("FloatImage[3, 25, 39]", "FloatImage[3, 51, 80]", "FloatImage[3, 89, 140]");
        assertThat(own.get(0).chw())
                .isEqualTo(PLAIN.of(CvResize.linear(photo, 39, 25)).chw());

        var boxed = new SegmentEval(Optional.of(new ScaleBox(64, 32)), List.of(1.0, 1.5), PLAIN).of(photo);
        assertThat(boxed.get(1).chw())
                .isEqualTo(PLAIN.of(new ScaleBox(96, 48).fit(photo)).chw());
    }

    /** mmseg 0.24 ResizeToMultiple: a second resize of the bytes, which may change their shape. */
    @Test
    void bothSidesGoUpToAMultiple() {
        Image photo = Pictures.noise(80, 51, 3);
        Optional<ScaleBox> box = Optional.of(new ScaleBox(64, 32));
        List<FloatImage> seen = new SegmentEval(box, List.of(1.0, 2.0), 32, 0, PLAIN).of(photo);
        assertThat(seen)
                .extracting(FloatImage::toString)
                .containsExactly("FloatImage[3, 32, 64]", "FloatImage[3, 64, 128]");
        Image fitted = CvResize.linear(photo, 50, 32);
        assertThat(seen.get(0).chw())
                .isEqualTo(PLAIN.of(CvResize.linear(fitted, 64, 32)).chw());
    }

    /** SETR_Resize of Pascal Context at several scales: crops of 480, the box [4096, 520]. */
    @Test
    void theShorterSideIsAtLeastACropHoweverLongTheLongerOne() {
        List<Double> scales = List.of(0.5, 1.0, 1.75);
        Image wide = Pictures.noise(900, 50, 3);
        assertThat(new SegmentEval(Optional.of(new ScaleBox(4096, 520)), scales, 1, 480, PLAIN).of(wide))
                .extracting(FloatImage::toString)
                .containsExactly("FloatImage[3, 480, 8640]", "FloatImage[3, 520, 9360]", "FloatImage[3, 910, 16380]");
        Image tall = Pictures.noise(51, 80, 3);
        assertThat(new SegmentEval(Optional.of(new ScaleBox(64, 32)), scales, 1, 24, PLAIN).of(tall))
                .extracting(FloatImage::toString)
                .containsExactly("FloatImage[3, 38, 24]", "FloatImage[3, 50, 32]", "FloatImage[3, 88, 56]");
    }

    @Test
    void nearestEqualsOpenCv() {
        LabelMap mask = Pictures.diagonal(37, 29);
        for (int size : new int[] {1, 5, 36, 37, 38, 74, 100}) {
            try (BytePointer data = new BytePointer(mask.labels());
                    Mat from = new Mat(29, 37, opencv_core.CV_8UC1, data);
                    Mat to = new Mat()) {
                opencv_imgproc.resize(from, to, new Size(size, size + 1), 0, 0, opencv_imgproc.INTER_NEAREST);
                byte[] wanted = new byte[size * (size + 1)];
                to.data().get(wanted);
                assertThat(CvResize.nearest(mask, size, size + 1).labels()).isEqualTo(wanted);
            }
        }
    }

    @Test
    void hsvEqualsOpenCvThereAndBack() {
        Image image = Pictures.noise(200, 100, 8);
        byte[] rgb = image.rgb();
        byte[] hsv = converted(rgb, opencv_imgproc.COLOR_RGB2HSV);
        byte[] back = converted(hsv, opencv_imgproc.COLOR_HSV2RGB);
        int[] own = new int[3];
        byte[] ownBack = new byte[3];
        int differing = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            CvHsv.fromRgb(rgb, i, own);
            assertThat(own).containsExactly(hsv[i] & 0xFF, hsv[i + 1] & 0xFF, hsv[i + 2] & 0xFF);
            CvHsv.toRgb(own, ownBack, 0);
            for (int c = 0; c < 3; c++) {
                int difference = Math.abs((ownBack[c] & 0xFF) - (back[i + c] & 0xFF));
                assertThat(difference).isLessThanOrEqualTo(1);
                differing += difference;
            }
        }
        assertThat(differing).as("values rounded the other way").isLessThan(rgb.length / 100);
    }

    private static byte[] converted(byte[] from, int code) {
        byte[] out = new byte[from.length];
        try (BytePointer data = new BytePointer(from);
                Mat in = new Mat(from.length / 3, 1, opencv_core.CV_8UC3, data);
                Mat converted = new Mat()) {
            opencv_imgproc.cvtColor(in, converted, code);
            converted.data().get(out);
        }
        return out;
    }

    @Test
    void photometricDistortionWithoutAnyStepIsTheIdentityAndInAnyOtherCaseStaysInBytes() {
        Image image = Pictures.noise(30, 20, 1);
        var none = new PhotoMetricDistortion.Draw(0, 1, true, 1, 0);
        assertThat(PhotoMetricDistortion.apply(image, none).rgb()).isEqualTo(image.rgb());
        var bright = new PhotoMetricDistortion.Draw(32, 1, true, 1, 0);
        assertThat(PhotoMetricDistortion.apply(Pictures.uniform(1, 1, 10, 240, 100), bright)
                        .rgb())
                .isEqualTo(Pictures.uniform(1, 1, 42, 255, 132).rgb());
        int changed = 0;
        for (int i = 0; i < 100; i++) {
            Image result = new PhotoMetricDistortion().apply(image, Rng.of(2, 0, i));
            changed += Arrays.equals(result.rgb(), image.rgb()) ? 0 : 1;
        }
        assertThat(changed).isBetween(80, 100); // 1/16 draw no step
    }
}
