package dev.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTest {
    @Test
    void bf16UnitsOfAnX86ProcessorAreReadFromItsFlags() {
        Cpu cpu = Cpu.parse(List.of("model name\t: Some Xeon", "flags\t\t: fpu avx512f avx512_bf16 amx_bf16 amx_tile"));
        assertThat(cpu.model()).isEqualTo("Some Xeon");
        assertThat(cpu.bf16Units()).containsExactly("amx_bf16", "avx512_bf16");
    }

    @Test
    void bf16UnitsOfAnArmProcessorAreReadFromItsFeatures() {
        assertThat(Cpu.parse(List.of("Features\t: fp asimd bf16")).hasBf16Units())
                .isTrue();
    }

    @Test
    void aProcessorWithoutSuchUnitsHasNone() {
        assertThat(Cpu.parse(List.of("flags : fpu avx2")).bf16Units()).isEmpty();
    }
}
