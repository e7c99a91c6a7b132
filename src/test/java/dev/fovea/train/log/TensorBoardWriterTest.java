package dev.fovea.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {
    @TempDir
    Path folder;

    /** The first 12 bytes of every event file that TensorFlow writes: length 24 and its masked CRC. */
    @Test
    void theMaskedCrcIsTensorFlows() {
        byte[] length = {24, 0, 0, 0, 0, 0, 0, 0};
        assertThat(Integer.reverseBytes(TensorBoardWriter.maskedCrc(length))).isEqualTo(0xa37f4b22);
    }

    /** RFC 3720, B.4. */
    @Test
    void theChecksumIsCastagnolis() {
        CRC32C crc = new CRC32C();
        crc.update(new byte[32]);
        assertThat(crc.getValue()).isEqualTo(0x8a9136aaL);
        assertThat(TensorBoardWriter.maskedCrc(new byte[32]))
                .isEqualTo((0x8a9136aa >>> 15 | 0x8a9136aa << 17) + 0xa282ead8);
    }

    @Test
    void scalarsComeBackFromTheFile() throws IOException {
        try (TensorBoardWriter writer = TensorBoardWriter.open(folder)) {
            writer.write(new MetricRow(300, 1, "train", Map.of("loss", 0.5)));
        }
        List<Map<Integer, Object>> events = events(onlyFile());
        assertThat(text(events.get(0).get(3))).isEqualTo("brain.Event:2");
        Map<Integer, Object> value = value(events.get(1));
        assertThat(events.get(1).get(2)).isEqualTo(300L);
        assertThat(text(value.get(1))).isEqualTo("train/loss");
        assertThat(value.get(2)).isEqualTo(0.5f);
    }

    @Test
    void imagesComeBackFromTheFile() throws IOException {
        BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
        image.setRGB(4, 2, 0x123456);
        try (TensorBoardWriter writer = TensorBoardWriter.open(folder)) {
            writer.image("reconstruction", 1L << 33, image);
        }
        Map<Integer, Object> event = events(onlyFile()).get(1);
        Map<Integer, Object> picture = message(value(event).get(4));
        assertThat(event.get(2)).isEqualTo(1L << 33);
        assertThat(picture).containsEntry(1, 3L).containsEntry(2, 5L).containsEntry(3, 3L);
        BufferedImage back = ImageIO.read(new ByteArrayInputStream((byte[]) picture.get(4)));
        assertThat(back.getRGB(4, 2) & 0xffffff).isEqualTo(0x123456);
    }

    @Test
    void aResumedRunForgetsLaterSteps() throws IOException {
        TensorBoardWriter.resume(folder, 40).close();
        Map<Integer, Object> event = events(onlyFile()).get(1);
        assertThat(event.get(2)).isEqualTo(41L);
        assertThat(message(event.get(7))).containsEntry(1, 1L);
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> found = files.toList();
            assertThat(found).hasSize(1);
            assertThat(found.get(0).getFileName().toString()).startsWith("events.out.tfevents.");
            return found.get(0);
        }
    }

    private static Map<Integer, Object> value(Map<Integer, Object> event) {
        return message(message(event.get(5)).get(1));
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static List<Map<Integer, Object>> events(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Map<Integer, Object>> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(TensorBoardWriter.maskedCrc(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(TensorBoardWriter.maskedCrc(data));
            events.add(message(data));
        }
        return events;
    }

    private static Map<Integer, Object> message(Object bytes) {
        ByteBuffer in = ByteBuffer.wrap((byte[]) bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, Object> fields = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            fields.put(
                    (int) (tag >> 3),
                    switch ((int) (tag & 7)) {
                        case 0 -> varint(in);
                        case 1 -> in.getDouble();
                        case 2 -> {
                            byte[] data = new byte[(int) varint(in)];
                            in.get(data);
                            yield data;
                        }
                        case 5 -> in.getFloat();
                        default -> throw new AssertionError("wire type " + (tag & 7));
                    });
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
