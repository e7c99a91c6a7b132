package dev.fovea.train.log;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;

/**
 * Event files that TensorBoard reads: TFRecord frames of {@code tensorflow.Event} messages (event.proto, summary.proto).
 * Field numbers are those of the protocol; nothing of TensorFlow is needed.
 */
public final class TensorBoardWriter implements AutoCloseable {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int RGB = 3;
    private static final int SESSION_START = 1;

    private final OutputStream out;

    private TensorBoardWriter(OutputStream out) throws IOException {
        this.out = out;
        record(event(0).text(3, "brain.Event:2"));
    }

    /** Opens a new event file in the folder; each start of a run writes its own. */
    public static TensorBoardWriter open(Path folder) throws IOException {
        Files.createDirectories(folder);
        String name = "events.out.tfevents.%d.%d.fovea"
                .formatted(System.currentTimeMillis(), ProcessHandle.current().pid());
        return new TensorBoardWriter(new BufferedOutputStream(
                Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
    }

    /** As {@link #open}, and tells TensorBoard to forget what earlier files say of steps after {@code step}. */
    public static TensorBoardWriter resume(Path folder, long step) throws IOException {
        TensorBoardWriter writer = open(folder);
        writer.record(event(step + 1).message(7, new Protobuf().integer(1, SESSION_START)));
        return writer;
    }

    public void scalar(String tag, long step, double value) throws IOException {
        summary(step, new Protobuf().text(1, tag).real(2, (float) value));
    }

    /** Every value of a row, as {@code stage/name}. */
    public void write(MetricRow row) throws IOException {
        for (var value : row.values().entrySet()) {
            scalar(row.stage() + "/" + value.getKey(), row.step(), value.getValue());
        }
    }

    public void image(String tag, long step, BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        Protobuf picture = new Protobuf()
                .integer(1, image.getHeight())
                .integer(2, image.getWidth())
                .integer(3, RGB)
                .bytes(4, png.toByteArray());
        summary(step, new Protobuf().text(1, tag).message(4, picture));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** The CRC-32C of TFRecord, rotated and shifted so that a CRC of data with a CRC in it is harmless. */
    static int maskedCrc(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    private void summary(long step, Protobuf value) throws IOException {
        record(event(step).message(5, new Protobuf().message(1, value)));
    }

    private static Protobuf event(long step) {
        Protobuf event = new Protobuf().real(1, System.currentTimeMillis() / 1000.0);
        return step == 0 ? event : event.integer(2, step);
    }

    private void record(Protobuf event) throws IOException {
        byte[] data = event.toByteArray();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.write(length);
        out.write(littleEndian(maskedCrc(length)));
        out.write(data);
        out.write(littleEndian(maskedCrc(data)));
        out.flush();
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
