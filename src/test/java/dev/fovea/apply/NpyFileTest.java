package dev.fovea.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyFileTest {
    @TempDir
    private Path folder;

    @Test
    void theFileIsWhatTheNumpyFormatSays() throws IOException {
        Path file = folder.resolve("x.npy");
        NpyFile.write(file, new float[] {1, 2, 3, 4, 5, 6.5f}, 3);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        bytes.get(magic);
        assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        byte[] header = new byte[bytes.getShort()];
        bytes.get(header);
        assertThat(bytes.position() % 64).isZero();
        assertThat(new String(header, StandardCharsets.US_ASCII))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")
                .endsWith("\n");
        assertThat(bytes.remaining()).isEqualTo(24);
        assertThat(bytes.getFloat(bytes.position() + 20)).isEqualTo(6.5f);
    }

    @Test
    void wholeNumbersMayHaveAnyShape() throws IOException {
        Path file = folder.resolve("x.npy");
        NpyFile.write(file, new int[] {1, 2, 3, 4, 5, 6, 7, 70000}, 2, 2, 2);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .contains("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2, 2), }");
        ByteBuffer last = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(last.getInt(bytes.length - 4)).isEqualTo(70000);
        assertThatThrownBy(() -> NpyFile.write(file, new int[5], 2, 3))
                .hasMessage("5 values do not fill the shape [2, 3]");
    }

    @Test
    void valuesThatDoNotFillTheRowsAreRefused() {
        assertThatThrownBy(() -> NpyFile.write(folder.resolve("x.npy"), new float[5], 3))
                .hasMessage("5 values do not fill rows of 3");
    }
}
