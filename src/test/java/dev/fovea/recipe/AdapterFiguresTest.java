package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ViT-Adapter's official recipes with other heads than UperNet against the recorded facts of the reference code, and
 * Semantic FPN's against whai362/PVT segmentation/configs/sem_fpn, which the article names.
 */
class AdapterFiguresTest {
    private static final String LARGE = "beit-adapter-l16_ade20k_mask2former";
    private static final String BASE = "beit-adapter-b16_context59_mask2former";
    private static final String FPN = "vit-adapter-b16_ade20k_semantic-fpn";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    LARGE ; optimizer.lr ; 2.0E-5 ; UPerNet / Mask2Former BEiT-L | 2e-5 | 0.05 | decay 0.90 | ADE 160k at 640
                    LARGE ; optimizer.weightDecay ; 0.05 ; UPerNet / Mask2Former BEiT-L | 2e-5 | 0.05 | decay 0.90 | ADE 160k at 640
                    LARGE ; optimizer.layerDecay ; 0.9 ; UPerNet / Mask2Former BEiT-L | 2e-5 | 0.05 | decay 0.90 | ADE 160k at 640
                    LARGE ; schedule.length ; 160000 steps ; UPerNet / Mask2Former BEiT-L | 2e-5 | 0.05 | decay 0.90 | ADE 160k at 640
                    LARGE ; backbone.vit.imageSize ; 640 ; UPerNet / Mask2Former BEiT-L | 2e-5 | 0.05 | decay 0.90 | ADE 160k at 640
                    LARGE ; backbone.vit.dim ; 1024 ; | L | 1024 | 24 | 16 | 16 | 0.5 | 0.4 / 0.4 (BEiT seg 0.3) |
                    LARGE ; backbone.vit.depth ; 24 ; | L | 1024 | 24 | 16 | 16 | 0.5 | 0.4 / 0.4 (BEiT seg 0.3) |
                    LARGE ; backbone.vit.heads ; 16 ; | L | 1024 | 24 | 16 | 16 | 0.5 | 0.4 / 0.4 (BEiT seg 0.3) |
                    LARGE ; backbone.attention ; {"reach":"deformable","heads":16,"points":4,"ratio":0.5} ; | L | 1024 | 24 | 16 | 16 | 0.5 | 0.4 / 0.4 (BEiT seg 0.3) |
                    LARGE ; backbone.vit.dropPath ; 0.3 ; | L | 1024 | 24 | 16 | 16 | 0.5 | 0.4 / 0.4 (BEiT seg 0.3) |
                    LARGE ; backbone.interactions ; [6,6,6,6] ; [0,5][6,11][12,17][18,23]
                    LARGE ; backbone.vit.layerScale ; 1.0E-6 ; BEiTAdapter passes one init_values (1e-6 in configs)
                    BASE ; backbone.vit.layerScale ; 1.0E-6 ; BEiTAdapter passes one init_values (1e-6 in configs)
                    LARGE ; backbone.gammaStart ; 1.0E-6 ; BEiTAdapter passes one init_values (1e-6 in configs)
                    LARGE ; backbone.vitFeature ; each ; segmentation adds x after interaction i to level i
                    LARGE ; inference.stride ; 426 ; 640/426
                    LARGE ; inference.multiple ; 32 ; then both sides up to a multiple of 32 (aspect may change), then slide
                    LARGE ; inference.imageScale ; absent ; single scale = keep-ratio resize to the train scale
                    BASE ; inference.multiple ; 32 ; then both sides up to a multiple of 32 (aspect may change), then slide
                    LARGE ; optimizer.betas ; [0.9,0.999] ; All AdamW (0.9, 0.999), no clipping unless said
                    LARGE ; optimizer.clip ; absent ; All AdamW (0.9, 0.999), no clipping unless said
                    LARGE ; head.slowQueries ; true ; decode_head.{mask_embed,cls_embed,level_embed,query_embed,query_feat} get the patch-embedding scale
                    BASE ; optimizer.lr ; 3.0E-5 ; Mask2Former BEiT-B (10k, Context) | 3e-5 | 0.05 | decay 0.95 | 40k | 2 per GPU | crop 512 / 480
                    BASE ; optimizer.weightDecay ; 0.05 ; Mask2Former BEiT-B (10k, Context) | 3e-5 | 0.05 | decay 0.95 | 40k | 2 per GPU | crop 512 / 480
                    BASE ; optimizer.layerDecay ; 0.95 ; Mask2Former BEiT-B (10k, Context) | 3e-5 | 0.05 | decay 0.95 | 40k | 2 per GPU | crop 512 / 480
                    BASE ; schedule.length ; 40000 steps ; Mask2Former BEiT-B (10k, Context) | 3e-5 | 0.05 | decay 0.95 | 40k | 2 per GPU | crop 512 / 480
                    BASE ; run.microBatch ; 2 ; Mask2Former BEiT-B (10k, Context) | 3e-5 | 0.05 | decay 0.95 | 40k | 2 per GPU | crop 512 / 480
                    BASE ; backbone.vit.imageSize ; 480 ; Mask2Former BEiT-B (10k, Context) | 3e-5 | 0.05 | decay 0.95 | 40k | 2 per GPU | crop 512 / 480
                    BASE ; backbone.vit.dim ; 768 ; | B | 768 | 12 | 12 | 12 | 0.5 |
                    BASE ; backbone.attention ; {"reach":"deformable","heads":12,"points":4,"ratio":0.5} ; | B | 768 | 12 | 12 | 12 | 0.5 |
                    BASE ; inference.stride ; 320 ; 480/320
                    """)
    void aSettingEqualsTheFactOfTheAdapter(String recipe, String path, String value, String fact) throws IOException {
        assertThat(RecipeFiguresTest.notes("vitadapter/")).contains(fact);
        assertThat(RecipeFiguresTest.at(name(recipe), path)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    LARGE ; head.channels ; 1024 ; BEiT-L uses feat/out channels 1024, 32 heads, FFN 4096
                    LARGE ; head.heads ; 32 ; BEiT-L uses feat/out channels 1024, 32 heads, FFN 4096
                    LARGE ; head.encoder.hidden ; 4096 ; BEiT-L uses feat/out channels 1024, 32 heads, FFN 4096
                    LARGE ; head.decoder.hidden ; 4096 ; BEiT-L uses feat/out channels 1024, 32 heads, FFN 4096
                    BASE ; head.channels ; 256 ; BEiT-B 256 / 8 heads / 1024+2048
                    BASE ; head.heads ; 8 ; BEiT-B 256 / 8 heads / 1024+2048
                    BASE ; head.encoder.hidden ; 1024 ; BEiT-B 256 / 8 heads / 1024+2048
                    BASE ; head.decoder.hidden ; 2048 ; BEiT-B 256 / 8 heads / 1024+2048
                    LARGE ; head.queries ; 100 ; 100 queries (896-crop ADE and COCO-Stuff164k: 200)
                    LARGE ; head.encoder.layers ; 6 ; 6 encoder layers (3 levels, 4 points), 9 decoder layers = 10 predictions
                    LARGE ; head.encoder.points ; 4 ; 6 encoder layers (3 levels, 4 points), 9 decoder layers = 10 predictions
                    LARGE ; head.decoder.layers ; 9 ; 6 encoder layers (3 levels, 4 points), 9 decoder layers = 10 predictions
                    LARGE ; head.groups ; 32 ; GN 32 groups
                    LARGE ; head.loss ; {"points":12544,"oversample":3.0,"importance":0.75,"classes":2.0,"masks":5.0,"dice":5.0,"noObject":0.1} ; Weights: cls 2, mask 5, dice 5, no-object class weight 0.1
                    BASE ; head.loss.points ; 12544 ; num_points 12544, oversample 3, importance 0.75
                    """)
    void aSettingEqualsTheFactOfTheHead(String recipe, String path, String value, String fact) throws IOException {
        assertThat(RecipeFiguresTest.notes("heads/")).contains(fact);
        assertThat(RecipeFiguresTest.at(name(recipe), path)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    vit-adapter-l16_ade20k_upernet ; optimizer.lr ; 2.0E-5
                    vit-adapter-l16_ade20k_upernet ; optimizer.weightDecay ; 0.05
                    vit-adapter-l16_ade20k_upernet ; optimizer.layerDecay ; 0.95
                    vit-adapter-l16_ade20k_upernet ; data.mean ; [0.5,0.5,0.5]
                    vit-adapter-l16_ade20k_upernet ; data.std ; [0.5,0.5,0.5]
                    vit-adapter-l16_ade20k_upernet ; backbone.vit.dropPath ; 0.4
                    vit-adapter-l16_ade20k_upernet ; backbone.vit.dim ; 1024
                    vit-adapter-l16_ade20k_upernet ; backbone.pretrainSize ; 384
                    vit-adapter-l16_ade20k_upernet ; head.channels ; 512
                    vit-adapter-b16_ade20k_upernet-augreg ; optimizer.lr ; 2.0E-5
                    vit-adapter-b16_ade20k_upernet-augreg ; optimizer.weightDecay ; 0.01
                    vit-adapter-b16_ade20k_upernet-augreg ; optimizer.layerDecay ; absent
                    vit-adapter-b16_ade20k_upernet-augreg ; optimizer.keys.4 ; {"contains":"head","lr":10.0,"decay":1.0}
                    vit-adapter-b16_ade20k_upernet-augreg ; data.mean ; [0.5,0.5,0.5]
                    vit-adapter-b16_ade20k_upernet-augreg ; backbone.vit.dropPath ; 0.3
                    vit-adapter-b16_ade20k_upernet-augreg ; backbone.pretrainSize ; 384
                    beit-adapter-l16_ade20k_upernet ; optimizer.lr ; 2.0E-5
                    beit-adapter-l16_ade20k_upernet ; optimizer.weightDecay ; 0.05
                    beit-adapter-l16_ade20k_upernet ; optimizer.layerDecay ; 0.9
                    beit-adapter-l16_ade20k_upernet ; backbone.vit.imageSize ; 640
                    beit-adapter-l16_ade20k_upernet ; backbone.vit.dropPath ; 0.3
                    beit-adapter-l16_ade20k_upernet ; head.channels ; 1024
                    beit-adapter-l16_ade20k_upernet ; head.auxiliary.channels ; 256
                    beit-adapter-l16_ade20k_upernet ; inference.stride ; 426
                    """)
    void uperNetFromOtherFilesIsTrainedAsItsRowsSay(String recipe, String path, String value) throws IOException {
        assertThat(RecipeFiguresTest.notes("vitadapter/"))
                .contains(
                        "| UPerNet AugReg T / B / L | 1.2e-4 / 2e-5 / 2e-5 | 0.01, L 0.05 | 0.95 / plain + \"head\" lr x10 / 0.95"
                                + " | same | 8x2 | B,L: mean=std=127.5 |")
                .contains("| UPerNet / Mask2Former BEiT-L | 2e-5 | 0.05 | decay 0.90 | ADE 160k at 640");
        assertThat(RecipeFiguresTest.at("vitadapter/" + recipe, path)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    optimizer.type ; adamw
                    optimizer.lr ; 1.0E-4
                    optimizer.weightDecay ; 1.0E-4
                    optimizer.layerDecay ; absent
                    schedule.type ; poly
                    schedule.power ; 0.9
                    schedule.length ; 80000 steps
                    schedule.warmup ; 0 steps
                    run.globalBatch ; 16
                    backbone.vit.imageSize ; 512
                    head.neckChannels ; 256
                    head.channels ; 128
                    head.dropout ; 0.1
                    """)
    void semanticFpnIsTrainedAsPvtIs(String path, String value) {
        assertThat(RecipeFiguresTest.at(name("FPN"), path)).isEqualTo(value);
    }

    /** mask2former_beit_adapter_base_480_40k_pascal_context_59_ss.py, where alone the two differ. */
    @Test
    void pascalContextIsMeasuredAtAnotherScaleThanItIsTrainedAt() {
        assertThat(RecipeFiguresTest.at(name("BASE"), "augment.imageScale")).isEqualTo("[520,520]");
        assertThat(RecipeFiguresTest.at(name("BASE"), "inference.imageScale")).isEqualTo("[4096,520]");
    }

    private static String name(String recipe) {
        return "vitadapter/" + (recipe.equals("LARGE") ? LARGE : recipe.equals("BASE") ? BASE : FPN);
    }
}
