package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
    @Test
    void pngPixelsComeOutAsTheyWentIn() throws IOException {
        BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(2, 1, 0x0A141E);
        Image image = ImageDecoder.decode(encoded(picture, "png"), "a.png");
        assertThat(image.width()).isEqualTo(3);
        assertThat(image.height()).isEqualTo(2);
        assertThat(new int[] {image.at(2, 1, 0), image.at(2, 1, 1), image.at(2, 1, 2)})
                .containsExactly(10, 20, 30);
        assertThat(image.at(0, 0, 0)).isZero();
    }

    @Test
    void alphaIsDroppedNotBlended() throws IOException {
        BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        picture.setRGB(0, 0, 0x10FF8040);
        Image image = ImageDecoder.decode(encoded(picture, "png"), "a.png");
        assertThat(new int[] {image.at(0, 0, 0), image.at(0, 0, 1), image.at(0, 0, 2)})
                .containsExactly(0xFF, 0x80, 0x40);
    }

    @Test
    void sixteenBitGreyKeepsItsHighByte() throws IOException {
        BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        short[] samples = ((DataBufferUShort) picture.getRaster().getDataBuffer()).getData();
        samples[0] = (short) (200 * 257);
        samples[1] = (short) 0x1234;
        Image image = ImageDecoder.decode(encoded(picture, "png"), "a.png");
        assertThat(image.at(0, 0, 1)).isEqualTo(200);
        assertThat(image.at(1, 0, 2)).isEqualTo(0x12);
    }

    @Test
    void paletteMaskKeepsItsIndices() throws IOException {
        byte[] ramp = new byte[256];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) (255 - i);
        }
        BufferedImage mask =
                new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 256, ramp, ramp, ramp));
        mask.getRaster().setSample(0, 0, 0, 7);
        mask.getRaster().setSample(1, 0, 0, 200);
        LabelMap labels = ImageDecoder.decodeMask(encoded(mask, "png"), "m.png");
        assertThat(labels.at(0, 0)).isEqualTo(7);
        assertThat(labels.at(1, 0)).isEqualTo(200);
    }

    @Test
    void oneBitMaskIsZeroAndOne() throws IOException {
        BufferedImage mask = new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY);
        mask.getRaster().setSample(8, 0, 0, 1);
        LabelMap labels = ImageDecoder.decodeMask(encoded(mask, "png"), "m.png");
        assertThat(labels.at(7, 0)).isZero();
        assertThat(labels.at(8, 0)).isEqualTo(1);
    }

    @Test
    void sixteenBitMaskIsReadUpTo255() throws IOException {
        BufferedImage mask = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        mask.getRaster().setSample(0, 0, 0, 150);
        assertThat(ImageDecoder.decodeMask(encoded(mask, "png"), "m.png").at(0, 0))
                .isEqualTo(150);
        mask.getRaster().setSample(0, 0, 0, 300);
        byte[] wide = encoded(mask, "png");
        assertThatThrownBy(() -> ImageDecoder.decodeMask(wide, "m.png"))
                .isInstanceOf(DecodeException.class)
                .hasMessage("m.png: class number 300 is above 255");
    }

    @Test
    void colourMaskAndJpegMaskAreRefused() throws IOException {
        BufferedImage picture = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        byte[] png = encoded(picture, "png");
        byte[] jpeg = encoded(picture, "jpg");
        assertThatThrownBy(() -> ImageDecoder.decodeMask(png, "m.png"))
                .hasMessage("m.png: a mask has one channel, this file has 3");
        assertThatThrownBy(() -> ImageDecoder.decodeMask(jpeg, "m.jpg"))
                .hasMessage("m.jpg: a JPEG cannot hold class numbers; save masks as PNG");
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 1200; i++) {
            picture.setRGB(i % 40, i / 40, i * 7919);
        }
        for (String format : new String[] {"jpg", "png"}) {
            byte[] whole = encoded(picture, format);
            for (int length = 0; length < whole.length - 4; length += 13) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> ImageDecoder.decode(cut, "cut." + format))
                        .isInstanceOf(DecodeException.class)
                        .hasMessageStartingWith("cut." + format + ": ");
            }
        }
    }

    @Test
    void bytesThatAreNoImageAreRefusedByName() {
        assertThatThrownBy(() -> ImageDecoder.decode(new byte[0], "x.jpg")).hasMessage("x.jpg: the file is empty");
        assertThatThrownBy(() -> ImageDecoder.decode("hello world".getBytes(), "x.jpg"))
                .hasMessage("x.jpg: not an image that can be decoded (it starts with 68 65 6c 6c 6f 20 77 6f)");
    }

    @Test
    void damagedDataIsToldFromAnUnknownFormat() throws IOException {
        byte[] png = encoded(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png");
        Arrays.fill(png, 12, 20, (byte) 0); // the header's type and width
        assertThatThrownBy(() -> ImageDecoder.decode(png, "x.png"))
                .hasMessage("x.png: the data of the PNG file is damaged");
    }

    private static byte[] encoded(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(picture, format, out)).isTrue();
        return out.toByteArray();
    }
}
