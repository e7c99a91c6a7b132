package dev.fovea.data;

import dev.fovea.tensor.Natives;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Encoded bytes to pixels, by OpenCV. Images come out upright (EXIF orientation applied) as 8-bit RGB, as Pillow's
 * {@code convert("RGB")} gives them: grey repeated, CMYK converted, palette looked up, alpha dropped (not blended);
 * of 16-bit samples the high byte is kept. Masks keep their stored numbers: palette indices are not looked up.
 */
public final class ImageDecoder {
    private static final int PNG_BIT_DEPTH_AT = 24;
    private static final int PNG_COLOUR_TYPE_AT = 25;
    private static final int PNG_PALETTE = 3;
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // of a Java array

    /** OpenCV's messages begin with a source file of the machine it was built on. */
    private static final String CPP_ERROR = " error: ";

    static {
        Natives.start();
        opencv_core.setNumThreads(1); // the loader's threads are the parallelism
    }

    private ImageDecoder() {}

    public static Image decode(Path file) throws IOException {
        return decode(Files.readAllBytes(file), file.toString());
    }

    /** @param name what error messages call the file */
    public static Image decode(byte[] bytes, String name) throws DecodeException {
        ImageFormat format = ImageFormat.of(bytes, name);
        format.requireComplete(bytes, name);
        try (Mat mat = read(bytes, opencv_imgcodecs.IMREAD_COLOR_RGB, format, name)) {
            return new Image(mat.cols(), mat.rows(), pixels(mat, name));
        }
    }

    public static LabelMap decodeMask(Path file) throws IOException {
        return decodeMask(Files.readAllBytes(file), file.toString());
    }

    /** Reads a single-channel or palette image as class numbers, which must lie in 0..255. */
    public static LabelMap decodeMask(byte[] bytes, String name) throws DecodeException {
        ImageFormat format = ImageFormat.of(bytes, name);
        format.requireComplete(bytes, name);
        if (format == ImageFormat.JPEG) {
            throw new DecodeException(name, "a JPEG cannot hold class numbers; save masks as PNG");
        }
        if (format == ImageFormat.PNG
                && (bytes[PNG_COLOUR_TYPE_AT] == PNG_PALETTE || bytes[PNG_BIT_DEPTH_AT] < Byte.SIZE)) {
            return storedSamples(bytes, name); // OpenCV would replace the numbers by colours
        }
        try (Mat mat = read(bytes, opencv_imgcodecs.IMREAD_UNCHANGED, format, name)) {
            if (mat.channels() != 1) {
                throw new DecodeException(name, "a mask has one channel, this file has " + mat.channels());
            }
            return new LabelMap(mat.cols(), mat.rows(), classNumbers(mat, name));
        }
    }

    private static Mat read(byte[] bytes, int flags, ImageFormat format, String name) throws DecodeException {
        Mat decoded;
        try (BytePointer data = new BytePointer(bytes);
                Mat encoded = new Mat(1, bytes.length, opencv_core.CV_8UC1, data)) {
            decoded = opencv_imgcodecs.imdecode(encoded, flags);
        } catch (RuntimeException e) { // how JavaCPP reports a C++ exception
            throw new DecodeException(name, "cannot be decoded (" + firstLine(e) + ")", e);
        }
        if (decoded.empty()) {
            decoded.close();
            throw new DecodeException(name, format.reasonForNothing(bytes));
        }
        return decoded;
    }

    private static byte[] pixels(Mat mat, String name) throws DecodeException {
        long bytes = (long) mat.cols() * mat.rows() * mat.channels();
        if (bytes > MOST_BYTES) {
            throw new DecodeException(name, "%d x %d pixels are too many".formatted(mat.cols(), mat.rows()));
        }
        byte[] pixels = new byte[(int) bytes];
        mat.data().get(pixels);
        return pixels;
    }

    private static byte[] classNumbers(Mat mat, String name) throws DecodeException {
        if (mat.depth() == opencv_core.CV_8U) {
            return pixels(mat, name);
        }
        if (mat.depth() != opencv_core.CV_16U) {
            throw new DecodeException(
                    name, "a mask has 8 or 16 bits per pixel, this one is of OpenCV type " + mat.type());
        }
        short[] wide = new short[mat.cols() * mat.rows()];
        new org.bytedeco.javacpp.ShortPointer(mat.data()).get(wide);
        byte[] labels = new byte[wide.length];
        for (int i = 0; i < wide.length; i++) {
            labels[i] = narrow(wide[i] & 0xFFFF, name);
        }
        return labels;
    }

    private static LabelMap storedSamples(byte[] bytes, String name) throws DecodeException {
        try {
            Raster raster = ImageIO.read(new ByteArrayInputStream(bytes)).getRaster();
            int[] samples = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
            byte[] labels = new byte[samples.length];
            for (int i = 0; i < samples.length; i++) {
                labels[i] = narrow(samples[i], name);
            }
            return new LabelMap(raster.getWidth(), raster.getHeight(), labels);
        } catch (IOException | RuntimeException e) {
            throw new DecodeException(name, "cannot be decoded (" + firstLine(e) + ")", e);
        }
    }

    private static byte narrow(int label, String name) throws DecodeException {
        if (label > 0xFF) {
            throw new DecodeException(name, "class number " + label + " is above 255");
        }
        return (byte) label;
    }

    private static String firstLine(Exception e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
        return line.substring(line.indexOf(CPP_ERROR) < 0 ? 0 : line.indexOf(CPP_ERROR) + CPP_ERROR.length());
    }
}
