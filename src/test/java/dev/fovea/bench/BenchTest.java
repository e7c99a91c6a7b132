package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchTest {
    @Test
    void theFigureIsImagesPerSecondOverThePeak() {
        BenchResult result = new BenchResult(
                "mae", "fovea", 8, new BenchResult.Seconds(0.3, 0.6, 0.1, 1.0, 1.8), 1.5e12, 2.0, 3.01, 1);

        assertThat(result.imagesPerSecond()).isEqualTo(8);
        assertThat(result.perTflops()).isEqualTo(4);
        assertThat(result.shareOfPeak()).isEqualTo(0.75);
        assertThat(result.againstReference()).isCloseTo(4 / 3.01, within(1e-12));
    }

    /** 111.9 M, 108.5 M: facebookresearch/mae, and the notes on sunsmarterjie/iTPN. */
    @Test
    void whatIsMeasuredHasThePublishedSize() {
        assertThat(BenchModel.MAE.build().parameterCount()).isEqualTo(111_907_840);
        assertThat(Math.round(BenchModel.ITPN.build().parameterCount() / 1e5)).isEqualTo(1085);
    }

    /** The adapter's own 13.68 M (the released constructor's) beside the ViT's 85.9 M, its scales and its position table. */
    @Test
    void theMeasuredAdapterIsTheReleasedOneInBothFormulations() {
        long adapter = BenchModel.ADAPTER.build().parametersByName().entrySet().stream()
                .filter(entry -> entry.getKey()
                        .matches("backbone\\.(spm|interactions|up|norm[1-4])\\..*|backbone\\.level_embed"))
                .mapToLong(entry -> entry.getValue().numel())
                .sum();
        assertThat(adapter).isEqualTo(13_680_608);
        assertThat(BenchModel.ADAPTER.imageSize()).isEqualTo(512);
        assertThat(BenchModel.ADAPTER_GRID_SAMPLER.sampling()).isNotEqualTo(BenchModel.ADAPTER.sampling());
    }

    @Test
    void anUnknownModelIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> BenchModel.named("beit"))
                .hasMessage(
                        "bench model 'beit' is not one of [mae, convmae, convmae-full-grid, itpn, loca, beit2, beit2-tokenizer,"
                                + " adapter, adapter-grid-sampler]");
    }

    @Test
    void whatIsSpentOutsideTheNetworkIsAShareOfTheStep() {
        DetectBenchResult.Parts parts = new DetectBenchResult.Parts(8, Map.of("targets", 0.5, "regions", 1.5));
        assertThat(parts.shareOutside()).isCloseTo(0.25, within(1e-12));
    }
}
