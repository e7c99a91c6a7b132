package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

class FlaxFileTest {
    private static final Path RECORDED = Path.of("src/test/resources/parity/loca/checkpoint");
    private static final int CHUNK_OF_RECORDED = 700;

    @TempDir
    Path folder;

    /** Writes the content of a map with one key {@code w}. */
    private interface Content {
        void write(MessagePacker out) throws IOException;
    }

    private Path file(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MessagePacker out = MessagePack.newDefaultPacker(bytes)) {
            out.packMapHeader(1).packString("w");
            content.write(out);
        }
        return Files.write(folder.resolve("file.msgpack"), bytes.toByteArray());
    }

    private static void array(MessagePacker out, long[] shape, String dtype, int said, byte... data)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MessagePacker inner = MessagePack.newDefaultPacker(bytes)) {
            inner.packArrayHeader(3).packArrayHeader(shape.length);
            for (long side : shape) {
                inner.packLong(side);
            }
            inner.packString(dtype).packBinaryHeader(said).writePayload(data);
        }
        out.packExtensionTypeHeader((byte) 1, bytes.size()).writePayload(bytes.toByteArray());
    }

    private void assertRefused(Content content, String why) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> FlaxFile.read(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessage(file + ": Flax checkpoint: " + why);
    }

    @Test
    void aRecordedFileThatIsReadAndWrittenHasTheSameBytes() throws IOException {
        Path whole = RECORDED.resolve("train_state.msgpack"), cut = RECORDED.resolve("chunked.msgpack");
        FlaxFile.read(whole).write(folder.resolve("whole"));
        FlaxFile.read(whole).write(folder.resolve("cut"), CHUNK_OF_RECORDED);
        assertThat(folder.resolve("whole")).hasSameBinaryContentAs(whole);
        assertThat(folder.resolve("cut")).hasSameBinaryContentAs(cut);
    }

    @Test
    void aFileThatWentThroughSafetensorsComesBackWithTheSameBytes() throws IOException {
        Path original = RECORDED.resolve("train_state.msgpack");
        Path middle = folder.resolve("x.safetensors"), back = folder.resolve("x.msgpack");
        assertThat(WeightConversion.convert(original, middle)).isEqualTo(274);
        assertThat(WeightConversion.convert(middle, back)).isEqualTo(274);
        assertThat(back).hasSameBinaryContentAs(original);
        assertThat(WeightInspection.of(original).source()).isEqualTo(KnownSource.LOCA.description());
        assertThat(WeightInspection.of(middle).source()).isEqualTo(KnownSource.LOCA.description());
    }

    @Test
    void partOfAFileBecomesAMapOfThatPart() {
        Path original = RECORDED.resolve("train_state.msgpack"), back = folder.resolve("x.msgpack");
        WeightConversion.convert(original, back, Names.below("ema_params/encoder_norm/"), Dtype.F16);
        Map<String, Tensor> tensors = FlaxFile.read(back).tensors();
        assertThat(tensors).containsOnlyKeys("bias", "scale");
        assertThat(Dtype.of(tensors.get("scale"))).isEqualTo(Dtype.F16);
    }

    @ParameterizedTest
    @EnumSource(FlaxDtype.class)
    void everyElementTypeSurvives(FlaxDtype dtype) throws IOException {
        byte[] data = new byte[2 * dtype.bytes()];
        data[0] = 1;
        data[data.length - 1] = (byte) (dtype == FlaxDtype.UINT16 || dtype == FlaxDtype.UINT32 ? 0x80 : 0);
        Path file = file(out -> array(out, new long[] {2}, dtype.numpyName(), data.length, data));
        FlaxFile read = FlaxFile.read(file);
        Path again = folder.resolve("again");
        FlaxFile.of(read.tensors(), read.skeleton()).write(again);
        assertThat(again).hasSameBinaryContentAs(file);
        if (dtype == FlaxDtype.UINT32) {
            assertThat(Tensors.toLongs(read.tensors().get("w"))).containsExactly(1, 0x80000000L);
        }
    }

    @Test
    void chunksAreJoinedByNumberAndNotByText() {
        Map<String, Tensor> tensors = Map.of("a", Tensors.range(0, 24).reshape(2, 12));
        FlaxFile.of(tensors, null).write(folder.resolve("cut"), 16);
        Tensor read = FlaxFile.read(folder.resolve("cut")).tensors().get("a");
        assertThat(Tensors.toLongs(read)).isSorted().hasSize(24);
        assertThat(read.size(0)).isEqualTo(2);
    }

    @Test
    void whatIsNoTensorIsKept() throws IOException {
        Path file = file(out -> out.packMapHeader(5)
                .packString("nil")
                .packNil()
                .packString("text")
                .packString("array")
                .packString("number")
                .packDouble(0.5)
                .packString("flag")
                .packBoolean(true)
                .packString("empty")
                .packMapHeader(0));
        FlaxFile read = FlaxFile.read(file);
        assertThat(read.tensors()).isEmpty();
        FlaxFile.of(Map.of(), read.skeleton()).write(folder.resolve("again"));
        assertThat(folder.resolve("again")).hasSameBinaryContentAs(file);
    }

    @Test
    void lengthsAreHeldAgainstTheFileBeforeMemoryIsTaken() throws IOException {
        assertRefused(
                out -> array(out, new long[] {1L << 40}, "float32", Integer.MAX_VALUE),
                "'w' has the shape 1099511627776 in a file of 30 bytes");
        assertRefused(out -> array(out, new long[] {4}, "float32", 8, new byte[8]), "'w' has 8 bytes for 4 of float32");
        assertRefused(
                out -> array(out, new long[] {2}, "float32", 8, new byte[3]),
                "'w' has 8 bytes from byte 18 on, and by its length ends at byte 21");
        assertRefused(out -> array(out, new long[] {-1}, "float32", 0), "'w' has the shape -1 in a file of 19 bytes");
    }

    @Test
    void whatFlaxDoesNotWriteIsRefused() throws IOException {
        assertRefused(out -> out.packArrayHeader(0), "'w' is a msgpack ARRAY, which Flax does not write");
        assertRefused(
                out -> out.packExtensionTypeHeader((byte) 9, 1).writePayload(new byte[1]),
                "'w' has the unknown extension type 9");
        assertRefused(
                out -> out.packExtensionTypeHeader((byte) 2, 1).writePayload(new byte[1]),
                "'w' is a complex number; none is read here");
        assertRefused(
                out -> array(out, new long[] {1}, "object", 8, new byte[8]),
                "'w' has the element type 'object', which is not read");
        assertRefused(
                out -> out.packMapHeader(2)
                        .packString("a")
                        .packNil()
                        .packString("a")
                        .packNil(),
                "'w' has the key 'a' twice");
        assertRefused(out -> out.packMapHeader(1).packInt(1).packNil(), "'w' has a key that is no text");
        assertRefused(
                out -> out.packMapHeader(1).packString("a/b").packNil(),
                "'w' has the key 'a/b'; keys are not empty and hold no '/'");
        assertRefused(out -> out.packNil().packNil(), "1 bytes follow the map");
        assertRefused(
                out -> {
                    for (int i = 0; i < 10_000; i++) {
                        out.packMapHeader(1).packString("a");
                    }
                    out.packNil();
                },
                "maps are nested more than 64 deep");
    }

    @Test
    void anyBrokenFileIsToldOfAndNothingElseHappens() throws IOException {
        byte[] good = Files.readAllBytes(RECORDED.resolve("train_state.msgpack"));
        Path broken = folder.resolve("broken.msgpack");
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = i % 2 == 0 ? java.util.Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (i % 2 == 1) {
                bytes[random.nextInt(2000)] = (byte) random.nextInt();
            }
            Files.write(broken, bytes);
            try {
                FlaxFile.read(broken).tensors();
            } catch (WeightFileException e) {
                assertThat(e).hasMessageStartingWith(broken + ": Flax checkpoint: ");
            }
        }
    }

    @Test
    void aPlaceWithoutItsArrayIsToldOf() {
        String form = "{\"a\":\"array\",\"b\":{\"c\":\"array\"}}";
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", torch.ones(2));
        assertThatThrownBy(() -> FlaxFile.of(tensors, form))
                .hasMessage("'b/c' is missing, an array of the Flax checkpoint");
        tensors.put("b/c", torch.ones(2).to(ScalarType.BFloat16));
        tensors.put("d", torch.ones(2));
        assertThatThrownBy(() -> FlaxFile.of(tensors, form))
                .hasMessage("the Flax checkpoint that this file was made of has no [d]");
        assertThatThrownBy(() -> FlaxFile.of(Map.of("a", torch.ones(1), "a/b", torch.ones(1)), null))
                .hasMessageContaining("cannot be written");
    }
}
