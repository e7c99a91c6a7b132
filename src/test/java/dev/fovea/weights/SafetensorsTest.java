package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Dtype.class)
    void everyDtypeSurvivesWritingAndReading(Dtype dtype) {
        Tensor x = Tensors.of(new float[] {0, 1, 0, 1, 1, 100}, 2, 3).to(dtype.scalarType());
        Path file = folder.resolve("x.safetensors");

        Safetensors.write(file, Map.of("x", x));

        Tensor back = Safetensors.read(file).get("x");
        assertThat(Dtype.of(back)).isEqualTo(dtype);
        assertThat(Shapes.text(back)).isEqualTo("2x3");
        assertThat(back.equal(x)).isTrue();
    }

    @Test
    void orderMetadataScalarsAndEmptyTensorsSurvive() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z.bytes", Tensors.of(new byte[] {1, 2, 3}, 3));
        tensors.put("a.scalar", Tensors.of(new double[] {2.5}));
        tensors.put("m.empty", Tensors.zeros(0, 4));
        tensors.put("b", Tensors.ones(2));
        Path file = folder.resolve("sub/model.safetensors");

        Safetensors.write(file, tensors, Map.of("method", "mae", "note", "\"ü\n"));

        Map<String, Tensor> back = Safetensors.read(file);
        assertThat(back.keySet()).containsExactly("z.bytes", "a.scalar", "m.empty", "b");
        assertThat(Shapes.text(back.get("a.scalar"))).isEqualTo("scalar");
        assertThat(Tensors.item(back.get("a.scalar"))).isEqualTo(2.5);
        assertThat(Shapes.text(back.get("m.empty"))).isEqualTo("0x4");
        assertThat(Safetensors.metadata(file)).isEqualTo(Map.of("method", "mae", "note", "\"ü\n"));
    }

    @Test
    void dataIsAlignedToItsElementSize() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("bytes", Tensors.of(new byte[] {1, 2, 3}, 3));
        tensors.put("longs", Tensors.of(new long[] {7, 8}, 2));
        tensors.put("floats", Tensors.ones(3));
        Path file = folder.resolve("x.safetensors");

        Safetensors.write(file, tensors);

        assertThat(Safetensors.entries(file))
                .allSatisfy(e -> assertThat(e.begin() % e.dtype().bytes()).isZero());
        assertThat(Tensors.toLongs(Safetensors.read(file).get("longs"))).containsExactly(7, 8);
    }

    @Test
    void stridedViewsAreWrittenAsTheyRead() {
        Tensor x = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).t();
        Path file = folder.resolve("x.safetensors");

        Safetensors.write(file, Map.of("x", x));

        assertThat(Tensors.toFloats(Safetensors.read(file).get("x"))).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void onlyWantedTensorsAreRead() {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, Map.of("model.a", Tensors.ones(2), "optimizer.a", Tensors.ones(2)));

        assertThat(Safetensors.read(file, name -> name.startsWith("model.")).keySet())
                .containsExactly("model.a");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoOther() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, Map.of("x", Tensors.ones(2)));
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[10]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write " + file + ": No space left on device");

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatAKilledProcessLeftBehindIsRemoved() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path left = Files.write(folder.resolve(".x.safetensors." + dead.pid() + ".tmp"), new byte[10]);
        Path alive = Files.write(folder.resolve(".x.safetensors.1.tmp"), new byte[10]);

        Safetensors.write(folder.resolve("x.safetensors"), Map.of("x", Tensors.ones(2)));

        assertThat(left).doesNotExist();
        assertThat(alive).exists();
    }

    @Test
    void largeTensorsComeThroughMaps() {
        Tensor x = Tensors.range(0, 300_000); // 2.4 MB
        Path file = folder.resolve("x.safetensors");

        Safetensors.write(file, Map.of("x", x, "small", Tensors.ones(3)));

        assertThat(Safetensors.read(file).get("x").equal(x)).isTrue();
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("absent.safetensors");

        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + file + ": java.nio.file.NoSuchFileException: " + file);
    }

    @Test
    void everyTruncationOfAGoodFileIsRefused() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, Map.of("x", Tensors.ones(3), "y", Tensors.ones(2)));
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(WeightFileException.class);
        }
    }

    @Test
    void headersThatLieAreRefused() {
        refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "truncated: tensor 'x' ends");
        refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9, "1 bytes after the last tensor");
        refused(
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
                8,
                "tensor 'x': F32 3 takes 12 bytes, data_offsets give 8");
        refused(
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                8,
                "tensor 'x': data_offsets [8,0] are not [begin, end]");
        refused("{\"x\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "unknown dtype \"F99\"");
        refused(
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                8,
                "tensor 'x': shape is [-2], not a list of whole numbers from 0 up");
        refused(
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
                8,
                "tensor 'x': shape 4294967296x4294967296 overflows");
        refused("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__ must map texts to texts");
        refused("{\"x\":", 0, "the header is not valid JSON");
        refused("[1,2]", 0, "does not start with '{'");
    }

    @Test
    void overlapsHolesAndDuplicatesAreRefused() {
        String first = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},";
        refused(first + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "they overlap");
        refused(first + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}", 20, "no tensor owns");
        refused(first + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", 16, "Duplicate field 'a'");
    }

    @Test
    void aHeaderLengthBeyondTheLimitIsRefusedBeforeAnythingIsAllocated() throws IOException {
        for (long length : List.of(-1L, Long.MAX_VALUE, (100L << 20) + 1)) {
            Path file = folder.resolve("long.safetensors");
            Files.write(
                    file,
                    ByteBuffer.allocate(16)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .array());
            assertThatThrownBy(() -> Safetensors.read(file))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessage(
                            file + ": not a safetensors file: header length " + length + " is outside 2..104857600");
        }
    }

    private void refused(String header, int dataBytes, String reason) {
        Path file = folder.resolve("bad.safetensors");
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        try {
            Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(reason);
    }
}
