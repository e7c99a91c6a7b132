package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made here byte by byte; files that PyTorch wrote are the parity cases {@code checkpoints/*}. */
class TorchFileTest {
    private static final Map<String, byte[]> FOUR = Map.of("0", PickleBytes.floats(1, 2, 3, 4));

    @TempDir
    Path folder;

    @Test
    void plainValuesOfEveryKindAreRead() {
        PickleBytes pickle = PickleBytes.start()
                .ops("}(")
                .text("list")
                .ops("](K")
                .raw(7)
                .ops("N")
                .raw(0x88, 0x8a, 1, 0xff)
                .ops("e")
                .text("float")
                .ops("G")
                .raw(0x3f, 0xf8, 0, 0, 0, 0, 0, 0)
                .text("bytes")
                .ops("C")
                .raw(2, 1, 2)
                .text("huge")
                .raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1)
                .ops("u");

        Map<?, ?> map = read(pickle, Map.of()).map();

        assertThat(map.get("list")).isEqualTo(Arrays.asList(7L, null, true, -1L));
        assertThat(map.get("float")).isEqualTo(1.5);
        assertThat(map.get("bytes")).isEqualTo(new byte[] {1, 2});
        assertThat(map.get("huge")).isEqualTo(BigInteger.ONE.shiftLeft(64));
    }

    @Test
    void framedPicklesWithMemoAndStackNamesAreRead() {
        PickleBytes pickle = new PickleBytes()
                .raw(0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0)
                .raw(0x8c, 11)
                .ops("collections")
                .raw(0x94, 0x8c, 11)
                .ops("OrderedDict")
                .raw(0x94, 0x93, 0x94)
                .ops(")R")
                .raw(0x94, 0x8c, 1)
                .ops("k")
                .ops("h")
                .raw(0)
                .ops("s");

        assertThat(read(pickle, Map.of()).map().get("k")).isEqualTo("collections");
    }

    @Test
    void namespacesAndNumpyScalarsBecomePlainValues() {
        PickleBytes pickle = PickleBytes.start()
                .global("argparse", "Namespace")
                .ops(")")
                .raw(0x81)
                .ops("}(")
                .text("lr")
                .global("numpy.core.multiarray", "scalar")
                .global("numpy", "dtype")
                .text("f8")
                .raw(0x89, 0x88, 0x87)
                .ops("R(K")
                .raw(3)
                .text("<")
                .ops("tb")
                .global("_codecs", "encode")
                .text("\0\0\0\0\0\0\u00f8?")
                .text("latin1")
                .raw(0x86)
                .ops("R")
                .raw(0x86)
                .ops("Rub");

        assertThat(read(pickle, Map.of()).map()).isEqualTo(Map.of("lr", 1.5));
    }

    @Test
    void viewsOfOneStorageShareItsMemory() {
        PickleBytes pickle = PickleBytes.start()
                .ops("}(")
                .text("all")
                .tensor("0", 4, 0, 4, 1)
                .text("odd")
                .tensor("0", 4, 1, 2, 2)
                .ops("u");

        Map<String, Tensor> tensors = read(pickle, FOUR).tensors();

        assertThat(Tensors.toFloats(tensors.get("all"))).containsExactly(1, 2, 3, 4);
        assertThat(Tensors.toFloats(tensors.get("odd"))).containsExactly(2, 4);
        assertThat(tensors.get("all").is_alias_of(tensors.get("odd"))).isTrue();
    }

    @Test
    void theStateDictIsFoundBelowItsUsualKeys() {
        PickleBytes nested = PickleBytes.start().text("state_dict").ops("}").text("w");
        nested.tensor("0", 4, 0, 4, 1).ops("s");
        byte[] body = nested.stop();
        PickleBytes pickle = PickleBytes.start()
                .ops("}")
                .bytes(Arrays.copyOfRange(body, 2, body.length - 1))
                .ops("s");
        TorchFile file = read(pickle, FOUR);

        assertThat(file.stateDict().keySet()).containsExactly("w");
        assertThat(file.tensors().keySet()).containsExactly("state_dict.w");
        assertThatThrownBy(() -> file.tensorsAt("model"))
                .hasMessage(folder.resolve("x.pth") + ": no key 'model' among [state_dict]");
    }

    @Test
    void codeIsRefusedByNameWithFileAndPosition() {
        Path file = folder.resolve("x.pth");
        for (String name : List.of("posix.system", "os.system", "builtins.eval", "builtins.getattr", "nt.system")) {
            int dot = name.indexOf('.');
            PickleBytes pickle = PickleBytes.start()
                    .global(name.substring(0, dot), name.substring(dot + 1))
                    .text("touch /tmp/owned")
                    .raw(0x85)
                    .ops("R");

            assertThatThrownBy(() -> read(pickle, Map.of()))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessage(file + ": archive/data.pkl byte 2: refused: the pickle asks for " + name
                            + "; only tensors and plain containers are built");
        }
    }

    @Test
    void namesAreNotCalledUnlessTheTableSaysSo() {
        refused(PickleBytes.start().global("torch", "FloatStorage").ops(")R"), "refused: the pickle calls torch.Float");
        refused(PickleBytes.start().text("os.system").ops(")R"), "refused: the pickle calls a plain value");
        refused(PickleBytes.start().global("__torch__", "M").ops(")").raw(0x81), "asks for __torch__.M");
        refused(PickleBytes.start().ops("i"), "pickle opcode 0x69 is not read");
        refused(PickleBytes.start().raw(0x82, 1), "pickle opcode 0x82 is not read");
    }

    @Test
    void damagedPicklesAreRefused() {
        refused(PickleBytes.start().ops("X").little(1 << 30), "1073741824 bytes announced");
        refused(PickleBytes.start().ops("X").little(-1), "-1 bytes announced");
        refused(PickleBytes.start().ops("0"), "takes more from its stack than is there");
        refused(PickleBytes.start().ops("t"), "closes a group that it never opened");
        refused(PickleBytes.start().ops("h").raw(3), "recalls object 3 that it never stored");
        refused(PickleBytes.start().ops("NN"), "the pickle stops with 1 objects left over");
        refused(PickleBytes.start().ops("}](NNeNs"), "a dictionary key or set item must be");
        refused(PickleBytes.start().ops("}}").raw(0x85).ops("Ns"), "a dictionary key or set item must be");
        refused(PickleBytes.start().ops("NNa"), "appends to something that is no list");
        refused(new PickleBytes().raw(0x80, 9).ops("N"), "pickle protocol 9; 2 to 5 are read");
        refused(PickleBytes.start().global("torch", "Size").ops("NtR"), "closes a group");
        refused(PickleBytes.start().global("torch", "Size").ops(")R"), "torch.Size was given wrong arguments");
    }

    @Test
    void aStructureThatHoldsItselfEnds() {
        // l = [l]
        TorchFile file =
                read(PickleBytes.start().ops("]q").raw(0).ops("h").raw(0).ops("a"), Map.of());

        assertThatThrownBy(file::tensors)
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("nested deeper than 100 levels");
    }

    @Test
    void sharedPartsThatMultiplyWithoutEndAreBounded() {
        // l0 = [], l(n+1) = [ln, ln, …]: 10^40 paths in a few hundred bytes
        PickleBytes pickle = PickleBytes.start().ops("]q").raw(0).ops("0");
        for (int i = 0; i < 40; i++) {
            pickle.ops("](");
            for (int j = 0; j < 10; j++) {
                pickle.ops("h").raw(i);
            }
            pickle.ops("eq").raw(i + 1).ops("0");
        }
        TorchFile file = read(pickle.ops("h").raw(40), Map.of());

        assertThatThrownBy(file::tensors)
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("more than 10000000 values");
    }

    private static final String TOO_MUCH =
            "refused: the pickle asks for more than 4194304 copied elements and joined characters";

    @Test
    void textsThatDoubleWithEveryJoinAreBounded() {
        for (String name : List.of("torch device", "pathlib PosixPath", "pathlib WindowsPath")) {
            PickleBytes pickle = PickleBytes.start().text("0123456789").ops("q").raw(0);
            for (int i = 0; i < 40; i++) {
                pickle.global(name.split(" ")[0], name.split(" ")[1]);
                pickle.ops("h").raw(i).ops("h").raw(i).raw(0x86).ops("Rq").raw(i + 1);
            }
            refused(pickle, TOO_MUCH);
        }
    }

    @Test
    void copiesOfOneValueAreBoundedTogether() {
        for (String name : List.of("list", "tuple", "set", "frozenset")) {
            refused(copies(thousand("]", "e"), "builtins", name), TOO_MUCH);
        }
        refused(copies(thousand("]", "e"), "torch", "Size"), TOO_MUCH);
        refused(copies(thousand("}", "u"), "collections", "OrderedDict"), TOO_MUCH);
        refused(copies(thousand("}", "u"), "collections", "Counter"), TOO_MUCH);
        refused(copies(PickleBytes.start().text("x".repeat(1000)), "pathlib", "PosixPath"), TOO_MUCH);
        PickleBytes states = thousand("}", "u").ops("q").raw(0);
        for (int i = 0; i < 5000; i++) {
            states.global("argparse", "Namespace")
                    .ops(")")
                    .raw(0x81)
                    .ops("h")
                    .raw(0)
                    .ops("b");
        }
        refused(states, TOO_MUCH);
    }

    /** A container of a thousand entries. */
    private static PickleBytes thousand(String empty, String fill) {
        PickleBytes pickle = PickleBytes.start().ops(empty + "(");
        for (int i = 0; i < 1000; i++) {
            pickle.integer(i).ops(fill.equals("u") ? "N" : "");
        }
        return pickle.ops(fill);
    }

    /** Five thousand calls on one value, whose results all stay. */
    private static PickleBytes copies(PickleBytes value, String module, String name) {
        value.ops("q").raw(0);
        for (int i = 0; i < 5000; i++) {
            value.global(module, name).ops("h").raw(0).raw(0x85).ops("R");
        }
        return value;
    }

    @Test
    void namesOfManyTensorsAreBounded() {
        PickleBytes longName =
                PickleBytes.start().ops("}").text("k".repeat(70_000)).tensor("0", 4, 0, 4, 1);
        TorchFile file = read(longName.ops("s"), FOUR);
        assertThatThrownBy(file::tensors)
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("a name of 65536 characters or more");
        PickleBytes many = PickleBytes.start().ops("}").text("k".repeat(60_000)).ops("](");
        many.tensor("0", 4, 0, 4, 1).ops("q").raw(0);
        for (int i = 0; i < 2000; i++) {
            many.ops("h").raw(0);
        }
        TorchFile other = read(many.ops("es"), FOUR);
        assertThatThrownBy(other::tensors)
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("more than 67108864 characters of tensors' names");
    }

    @Test
    void viewsThatRepeatElementsAreCountedTogether() {
        PickleBytes one = PickleBytes.start().tensor("0", 4, 0, 200_000_000, 0);
        assertThat(read(one, FOUR).tensors()).hasSize(1);
        PickleBytes two = PickleBytes.start().tensor("0", 4, 0, 200_000_000, 0).tensor("0", 4, 0, 200_000_000, 0);
        refused(two, "more than 268435456 repeated elements");
    }

    @Test
    void aCompressedPickleIsRefused() throws IOException {
        Path file = folder.resolve("x.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(PickleBytes.start().text("x".repeat(100_000)).stop());
        }
        assertThatThrownBy(() -> TorchFile.read(file))
                .hasMessage(file + ": archive/data.pkl is compressed; PyTorch stores it as it is");
    }

    @Test
    void viewsBeyondTheirStorageAreRefused() {
        String doesNotFit = "does not fit a storage of 4 elements";
        refused(PickleBytes.start().tensor("0", 4, 1, 4, 1), doesNotFit);
        refused(PickleBytes.start().tensor("0", 4, 0, 3, 2), doesNotFit);
        refused(PickleBytes.start().tensor("0", 4, -1, 1, 1), doesNotFit);
        refused(PickleBytes.start().tensor("0", 4, 0, 4, -1), doesNotFit);
        refused(PickleBytes.start().tensor("0", 4, 0, Integer.MAX_VALUE, 0), doesNotFit);
        refused(PickleBytes.start().tensor("0", 4, 0, -1, 1), doesNotFit);
    }

    @Test
    void storagesThatAreMissingOrOfAnotherSizeAreRefused() {
        refused(PickleBytes.start().tensor("7", 4, 0, 4, 1), "storage 7 is not in the archive");
        refused(PickleBytes.start().tensor("0", 5, 0, 4, 1), "storage 0 has 16 bytes, 5 elements of F32");
        refused(PickleBytes.start().tensor("0", -4, 0, 4, 1), "storage 0 has 16 bytes, -4 elements of F32");
        refused(PickleBytes.start().tensor("../data.pkl", 4, 0, 4, 1), "storage ../data.pkl is not in the archive");
    }

    @Test
    void aFlippedBitInAStorageIsFound() throws IOException {
        Path file = folder.resolve("x.pth");
        PickleBytes.zip(file, PickleBytes.start().tensor("0", 4, 0, 4, 1).stop(), FOUR);
        byte[] bytes = Files.readAllBytes(file);
        byte[] three = PickleBytes.floats(3);
        for (int i = 0; i < bytes.length - 4; i++) {
            if (Arrays.equals(bytes, i, i + 4, three, 0, 4)) {
                bytes[i] ^= 1;
            }
        }
        Files.write(file, bytes);

        assertThatThrownBy(() -> TorchFile.read(file)).hasMessageContaining("storage 0 is damaged: its checksum is");
    }

    @Test
    void otherFilesAreToldApart() throws IOException {
        Path file = folder.resolve("x.pth");
        Files.writeString(file, "not a checkpoint");
        assertThatThrownBy(() -> TorchFile.read(file))
                .hasMessage(file + ": neither a PyTorch zip archive nor its older stream form");
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> TorchFile.read(file)).hasMessageContaining("neither a PyTorch zip");
        PickleBytes.zip(file, Map.of("readme.txt", new byte[3]));
        assertThatThrownBy(() -> TorchFile.read(file))
                .hasMessage(file + ": a zip archive without data.pkl is no PyTorch file");
    }

    @Test
    void everyTruncationOfAStreamFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(resource("beitv2_legacy/checkpoint_legacy.pth"));
        Path file = folder.resolve("x.pth");
        for (int length = whole.length - 1; length > 0; length -= 1 + length / 40) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TorchFile.read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(WeightFileException.class);
        }
    }

    @Test
    void everyTruncationOfAZipFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(resource("beitv2_zip/checkpoint_zip.pth"));
        Path file = folder.resolve("x.pth");
        for (int length = whole.length - 1; length > 0; length -= 1 + length / 40) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TorchFile.read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(WeightFileException.class);
        }
    }

    @Test
    void flippedBytesNeverEscapeAsAnythingButARefusal() throws IOException {
        byte[] whole = Files.readAllBytes(resource("beitv2_fp16_strided_legacy/checkpoint_fp16_legacy.pth"));
        Path file = folder.resolve("x.pth");
        Random random = new Random(3);
        for (int i = 0; i < 400; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
            Files.write(file, flipped);
            try {
                TorchFile.read(file).tensors();
            } catch (WeightFileException refusal) {
                assertThat(refusal).hasMessageStartingWith(file + ": ");
            }
        }
    }

    @Test
    void torchScriptArchivesBecomePlainMaps() {
        Natives.start();
        JitModule inner = new JitModule(new QualifiedName("Inner"));
        inner.register_parameter("weight", Tensors.of(new float[] {1, 2}, 2), false);
        JitModule outer = new JitModule(new QualifiedName("Outer"));
        outer.register_parameter("bias", Tensors.of(new float[] {3}, 1), false);
        outer.register_module("visual", inner);
        outer.define("def forward(self, x: Tensor) -> Tensor:\n  return x + self.bias\n");
        Path file = folder.resolve("script.pt");
        outer.save(file.toString());

        TorchFile read = TorchFile.read(file);

        assertThat(read.tensors().keySet()).containsExactlyInAnyOrder("bias", "visual.weight");
        assertThat(Tensors.toFloats(read.tensors().get("visual.weight"))).containsExactly(1, 2);
    }

    private TorchFile read(PickleBytes pickle, Map<String, byte[]> storages) {
        return TorchFile.read(PickleBytes.zip(folder.resolve("x.pth"), pickle.stop(), storages));
    }

    private void refused(PickleBytes pickle, String reason) {
        assertThatThrownBy(() -> read(pickle, FOUR))
                .isInstanceOf(WeightFileException.class)
                .hasMessageStartingWith(folder.resolve("x.pth") + ": archive/data.pkl byte ")
                .hasMessageContaining(reason);
    }

    private static Path resource(String name) {
        return Path.of("src/test/resources/parity/checkpoints").resolve(name);
    }
}
