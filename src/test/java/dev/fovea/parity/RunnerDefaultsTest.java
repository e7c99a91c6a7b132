package dev.fovea.parity;

import static dev.fovea.parity.RunnerSettingsTest.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.NeckSpec;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.data.instance.Rle;
import dev.fovea.optim.Schedule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What runners take where a case leaves something out: the defaults of the references' constructors, and what is recorded. */
class RunnerDefaultsTest {
    private static final String HIVIT = "'img_size': 64, 'patch_size': 16, 'embed_dim': 32, 'num_heads': 4";
    private static final String FAST = HIVIT + ", 'depth_stage1': 1, 'depth_stage2': 1, 'depth': 2, 'convmlp': true,"
            + " 'naiveswiglu': true, 'subln': true, 'use_mean_pooling': true";

    @Test
    void fastItpnHasTheDefaultsOfItsConstructor() {
        HiVitSpec spec = ItpnCases.fast(config(FAST, ""));
        assertThat(spec.layerScale()).isEqualTo(0.1);
        assertThat(spec.mlpRatio()).isEqualTo(4);
        assertThat(spec.stemMlpRatio()).isEqualTo(3);
        assertThat(spec.relativePosition()).isFalse();
        assertThat(spec.posEmbed()).isEqualTo(PosEmbed.LEARNED);
        assertThat(ItpnCases.fast(config(FAST, ", 'use_abs_pos_emb': false")).posEmbed())
                .isEqualTo(PosEmbed.NONE);
        assertThat(ItpnCases.fast(config(FAST, ", 'patch_norm': false, 'qkv_bias': true")))
                .isEqualTo(spec);
        for (String none : List.of(", 'init_values': null", ", 'init_values': 0")) {
            assertThat(ItpnCases.fast(config(FAST, none))
                            .build(Use.CLASSIFY_MEAN)
                            .parametersByName())
                    .doesNotContainKey("blocks.4.gamma_1");
        }
        assertThatThrownBy(() -> ItpnCases.fast(config(FAST, ", 'qkv_bias': false")))
                .hasMessageStartingWith("qkv_bias false has no counterpart");
        assertThatThrownBy(() -> ItpnCases.fast(config(FAST, ", 'patch_norm': true")))
                .hasMessageContaining("'patch_norm' is true; only false has a counterpart");
    }

    @Test
    void aNeckIsWiderInTheDenseCodesAndScalesThatStartAtZeroAreThereInThemAlone() {
        Config config = config(HIVIT, ", 'mlp_depth': 1, 'depth': 2, 'init_values': 0");
        HiVitSpec pretrained = ItpnCases.itpn(config);
        HiVitSpec dense = ItpnCases.spec(config, ItpnCases.Code.DENSE, List.of(1, 1, 2));
        assertThat(pretrained.neck()).contains(new NeckSpec(NeckSpec.Kind.MLP, 256, 2, 4));
        assertThat(dense.neck()).contains(new NeckSpec(NeckSpec.Kind.MLP, 512, 2, 4));
        assertThat(pretrained.layerScale()).isZero();
        assertThat(dense.layerScale()).isPositive();
        assertThat(ItpnCases.spec(config, ItpnCases.Code.HIVIT, List.of(1, 1, 2))
                        .neck())
                .isEmpty();
        assertThat(ItpnCases.itpn(config(HIVIT, ", 'depth': 2")).depths()).containsExactly(3, 3, 2);
    }

    @Test
    void biasesAreForClassifiersThatAskForThem() {
        Config mae = config("'img_size': 32, 'patch_size': 8, 'embed_dim': 12, 'depth': 2, 'num_heads': 3", "");
        assertThat(MaeCases.classifierVit(mae, 0).qkvBias()).isFalse();
        assertThat(MaeCases.classifierVit(mae, 0).normEps()).isEqualTo(1e-5);
        String stages = "'img_size': [32, 8, 4], 'patch_size': [4, 2, 2], 'embed_dim': [4, 8, 12], 'depth': [1, 1, 2],"
                + " 'num_heads': 2";
        ConvVitSpec convVit = ConvmaeCases.classifierSpec(config(stages, ""));
        assertThat(convVit.qkvBias()).isFalse();
        assertThat(convVit.mlpRatios()).containsExactly(4.0, 4.0, 4.0);
        assertThat(ConvmaeCases.classifierSpec(config(stages, ", 'qkv_bias': true"))
                        .qkvBias())
                .isTrue();
    }

    @Test
    void anotherScaleOfLogitsHasNoCounterpart() {
        String vit = "'img_size': [32], 'patch_size': 8, 'embed_dim': 12, 'depth': 2, 'num_heads': 3, 'mlp_ratio': 4";
        String text = "'qk_scale' is 0.5; only null has a counterpart";
        assertThatThrownBy(() -> TeacherCases.dino(config(vit, ", 'qk_scale': 0.5"), Size.square(32)))
                .hasMessageContaining(text);
        assertThatThrownBy(() -> MaeCases.classifierVit(config(vit.replace("[32]", "32"), ", 'qk_scale': 0.5"), 0))
                .hasMessageContaining(text);
    }

    @Test
    void schedulesHaveTheDefaultsOfTheirFunctions() {
        String cosine = "'base_value': 1.0, 'final_value': 0.5, 'epochs': 2, 'niter_per_ep': 3";
        double[] given = ScheduleCases.values(
                config(cosine, ", 'warmup_epochs': 1, 'warmup_steps': -1, 'start_warmup_value': 0"));
        assertThat(ScheduleCases.values(config(cosine, ", 'warmup_epochs': 1"))).containsExactly(given);
        assertThat(ScheduleCases.values(config(cosine, ""))).startsWith(1.0).hasSize(6);
    }

    @Test
    void milestonesAreEpochsOnlyWhereTheScheduleIsByEpoch() {
        String steps = "'policy': 'step', 'step': [2, 4], '_iters_per_epoch': 10, '_max_iters': 50";
        Schedule byEpoch = ScheduleCases.mmcv(config(steps, ""), 1);
        Schedule byIteration = ScheduleCases.mmcv(config(steps, ", 'by_epoch': false"), 1);
        assertThat(List.of(byEpoch.at(19), byEpoch.at(20))).containsExactly(1.0, 0.1);
        assertThat(List.of(byIteration.at(1), byIteration.at(2))).containsExactly(1.0, 0.1);
        assertThat(ScheduleCases.mmcv(config(steps, ", 'min_lr': 0.05"), 1).at(45))
                .isEqualTo(0.05);
        assertThatThrownBy(() -> ScheduleCases.mmcv(config(steps, ", 'warmup_by_epoch': true"), 1))
                .hasMessageContaining("'warmup_by_epoch' is true; only false has a counterpart");
    }

    @Test
    void maskMergesAreThoseThatGiveWhatIsRecorded() {
        List<Rle> masks = Stream.of(new byte[] {1, 1, 0, 0}, new byte[] {0, 1, 1, 0}, new byte[] {0, 1, 0, 1})
                .map(mask -> Rle.encode(2, 2, mask))
                .toList();
        List<Rle> some = List.of(masks.get(0), masks.get(2));
        ObjectNode expected = JsonNodeFactory.instance
                .objectNode()
                .put("merge_union", Rle.union(some).text())
                .put("merge_intersect", Rle.intersection(some).text());
        assertThat(CocoCases.merged(masks, expected)).isEqualTo(some);
        assertThat(CocoCases.merged(masks, expected.put("merge_union", "none"))).isEqualTo(masks);
    }

    @Test
    void aDenseModelHasTheParametersThatAListOfGroupsNames() {
        HiVitSpec own = ItpnCases.itpn(config(HIVIT, ", 'mlp_depth': 1, 'depth': 2"));
        List<String> plain = List.of(
                "backbone.align_dim_16tofpn.weight",
                "backbone.fpn_modules.0.norm2.weight",
                "backbone.fpn_modules.1.norm2.weight",
                "backbone.fpn_modules.2.norm2.weight",
                "backbone.block_16to8.0.norm2.weight");
        List<String> scaled = List.of(
                "backbone.blocks.0.gamma_2",
                "backbone.blocks.4.attn.rel_pos_h",
                "backbone.fpn_modules.0.norm2.weight",
                "backbone.fpn_modules.1.norm2.weight",
                "backbone.fpn_modules.2.norm2.weight");
        assertThat(ItpnParamGroups.dense(own, plain, PyramidForm.Kind.DETECT).parametersByName())
                .containsKeys("backbone.neck.levels.0.lateral.weight", "backbone.neck.levels.1.blocks.0.norm2.weight")
                .doesNotContainKeys("backbone.blocks.0.gamma_2", "backbone.blocks.4.attn.relative_position_bias_table");
        assertThat(ItpnParamGroups.dense(own, scaled, PyramidForm.Kind.DETECT).parametersByName())
                .containsKeys("backbone.blocks.0.gamma_2", "backbone.blocks.4.attn.rel_pos_w")
                .doesNotContainKeys(
                        "backbone.neck.levels.0.lateral.weight", "backbone.neck.levels.1.blocks.0.norm2.weight");
    }
}
