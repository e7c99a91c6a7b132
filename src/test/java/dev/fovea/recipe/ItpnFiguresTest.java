package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** iTPN's official recipes against the recorded facts of the reference code: each row quotes the fact it is held to. */
class ItpnFiguresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    itpn-b_in1k_pretrain | backbone.dim | 512 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_in1k_pretrain | backbone.depths | [3,3,24] | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_in1k_pretrain | backbone.heads | 8 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_in1k_finetune | backbone.dim | 512 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_in1k_finetune | backbone.depths | [3,3,24] | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_in1k_finetune | backbone.heads | 8 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_ade20k_upernet | backbone.dim | 512 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_ade20k_upernet | backbone.depths | [3,3,24] | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-b_ade20k_upernet | backbone.heads | 8 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_in1k_pretrain | backbone.dim | 512 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_in1k_pretrain | backbone.depths | [3,3,24] | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_in1k_pretrain | backbone.heads | 8 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_in1k_finetune | backbone.dim | 512 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_in1k_finetune | backbone.depths | [3,3,24] | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_in1k_finetune | backbone.heads | 8 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_ade20k_upernet | backbone.dim | 512 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_ade20k_upernet | backbone.depths | [3,3,24] | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-clip-b_ade20k_upernet | backbone.heads | 8 | base: embed_dim 512 (stages 128/256/512), 3+3 MLP blocks, 24 attention blocks, 8 heads
                    itpn-l_in1k_pretrain | backbone.dim | 768 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_in1k_pretrain | backbone.depths | [2,2,40] | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_in1k_pretrain | backbone.heads | 12 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_in1k_finetune | backbone.dim | 768 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_in1k_finetune | backbone.depths | [2,2,40] | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_in1k_finetune | backbone.heads | 12 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_ade20k_upernet | backbone.dim | 768 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_ade20k_upernet | backbone.depths | [2,2,40] | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-l_ade20k_upernet | backbone.heads | 12 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_in1k_pretrain | backbone.dim | 768 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_in1k_pretrain | backbone.depths | [2,2,40] | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_in1k_pretrain | backbone.heads | 12 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_in1k_finetune | backbone.dim | 768 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_in1k_finetune | backbone.depths | [2,2,40] | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_in1k_finetune | backbone.heads | 12 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_ade20k_upernet | backbone.dim | 768 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_ade20k_upernet | backbone.depths | [2,2,40] | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-clip-l_ade20k_upernet | backbone.heads | 12 | large: 768, 2+2, 40 blocks, 12 heads
                    itpn-b_in1k_pretrain | backbone.stemMlpRatio | 3.0 | bridge_mlp_ratio 3, mlp_ratio 4, patch 16
                    itpn-b_in1k_pretrain | backbone.mlpRatio | 4.0 | bridge_mlp_ratio 3, mlp_ratio 4, patch 16
                    itpn-b_in1k_pretrain | backbone.patchSize | 16 | bridge_mlp_ratio 3, mlp_ratio 4, patch 16
                    itpn-b_in1k_pretrain | backbone.neck | {"kind":"mlp","dim":256,"depth":2,"mlpRatio":4.0} | fpn_dim 256, fpn_depth 2 (pixel) or 1 (CLIP), 3 outputs
                    itpn-clip-b_in1k_pretrain | backbone.neck | {"kind":"mlp","dim":256,"depth":1,"mlpRatio":4.0} | fpn_dim 256, fpn_depth 2 (pixel) or 1 (CLIP), 3 outputs
                    itpn-b_in1k_pretrain | objective.decoder | {"dim":512,"depth":8,"heads":16,"mlpRatio":4.0} | Pixel decoder: 512 wide, 8 blocks, 16 heads
                    itpn-b_in1k_pretrain | backbone.relativePosition | false | Pixel pre-training: rpe=False; fine-tuning: rpe=True
                    itpn-b_in1k_finetune | backbone.relativePosition | true | Pixel pre-training: rpe=False; fine-tuning: rpe=True
                    itpn-clip-b_in1k_pretrain | backbone.relativePosition | true | CLIP: rpe=True in both
                    itpn-clip-b_in1k_finetune | backbone.relativePosition | true | CLIP: rpe=True in both
                    itpn-clip-b_in1k_pretrain | backbone.layerScale | 0.1 | Layer scale only in the CLIP branch (0.1)
                    itpn-b_in1k_finetune | backbone.layerScale | 0.0 | Layer scale only in the CLIP branch (0.1)
                    itpn-b_in1k_pretrain | backbone.posEmbed | sincos | pixel MIM: absolute_pos_embed starts as sin-cos
                    itpn-b_in1k_pretrain | objective.features.lambda | 0.0 | The released pixel code has ONE loss
                    itpn-b_in1k_pretrain | objective.decodes | pyramid | MAE's normalised-pixel MSE on the sum of the three pyramid levels
                    itpn-b_in1k_pretrain | objective.loss | mse | MAE's normalised-pixel MSE on the sum of the three pyramid levels
                    itpn-b_in1k_pretrain | objective.maskRatio | 0.75 | MAE masking, ratio 0.75, only kept tokens encoded
                    itpn-b_in1k_pretrain | objective.normPixels | true | norm_pix_loss is always on
                    itpn-b_in1k_pretrain | run.globalBatch | 4096 | Batch 4096, blr 1.5e-4, AdamW (0.9,0.95), wd 0.05, warm-up 40, 1600 epochs in the command
                    itpn-b_in1k_pretrain | optimizer.baseLr | 1.5E-4 | Batch 4096, blr 1.5e-4, AdamW (0.9,0.95), wd 0.05, warm-up 40, 1600 epochs in the command
                    itpn-b_in1k_pretrain | optimizer.betas | [0.9,0.95] | Batch 4096, blr 1.5e-4, AdamW (0.9,0.95), wd 0.05, warm-up 40, 1600 epochs in the command
                    itpn-b_in1k_pretrain | optimizer.weightDecay | 0.05 | Batch 4096, blr 1.5e-4, AdamW (0.9,0.95), wd 0.05, warm-up 40, 1600 epochs in the command
                    itpn-b_in1k_pretrain | schedule.warmup | 40 epochs | Batch 4096, blr 1.5e-4, AdamW (0.9,0.95), wd 0.05, warm-up 40, 1600 epochs in the command
                    itpn-b_in1k_pretrain | schedule.length | 1600 epochs | Batch 4096, blr 1.5e-4, AdamW (0.9,0.95), wd 0.05, warm-up 40, 1600 epochs in the command
                    itpn-b_in1k_pretrain | optimizer.noDecay | [] | is trainable (and, under timm's grouping, decays)
                    itpn-b_in1k_pretrain | augment.crop.scale | [0.2,1.0] | augmentation as MAE
                    itpn-clip-b_in1k_pretrain | objective.mask | {"hidden":75,"least":16,"most":0,"minAspect":0.3,"maxAspect":0.0} | BEiT block-wise mask: 75 of 196 tokens at most, at least 16 per block, aspect 0.3-1/0.3
                    itpn-clip-b_in1k_pretrain | augment.jitter | {"brightness":0.4,"contrast":0.4,"saturation":0.4,"hue":0.0} | ColorJitter 0.4 x3, flip
                    itpn-clip-b_in1k_pretrain | augment.crop.scale | [0.08,1.0] | two crops of the same box (scale 0.08-1): bicubic for the student
                    itpn-clip-b_in1k_pretrain | augment.crop.interpolation | bicubic | two crops of the same box (scale 0.08-1): bicubic for the student
                    itpn-clip-l_in1k_pretrain | objective.teacher.imageSize | 196 | 196 px with CLIP-L/14, 224 with CLIP-B/16
                    itpn-clip-l_in1k_pretrain | objective.teacher.patchSize | 14 | 196 px with CLIP-L/14, 224 with CLIP-B/16
                    itpn-clip-b_in1k_pretrain | objective.teacher.imageSize | 224 | 196 px with CLIP-L/14, 224 with CLIP-B/16
                    itpn-clip-b_in1k_pretrain | data.mean | [0.5,0.5,0.5] | Student images use mean = std = 0.5
                    itpn-clip-b_in1k_pretrain | data.std | [0.5,0.5,0.5] | Student images use mean = std = 0.5
                    itpn-clip-b_in1k_pretrain | optimizer.lr | 0.0015 | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | run.globalBatch | 2048 | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | optimizer.weightDecay | 0.05 | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | schedule.warmup | 5 epochs | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | schedule.minLr | 1.0E-5 | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | schedule.length | 300 epochs | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | backbone.dropPath | 0.1 | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-l_in1k_pretrain | backbone.dropPath | 0.2 | lr 1.5e-3 absolute (no batch scaling), batch 2048, wd 0.05, warm-up 5 epochs (per-step, from 0), cosine to 1e-5, 300 epochs, drop path 0.1 base / 0.2 large
                    itpn-clip-b_in1k_pretrain | optimizer.betas | [0.9,0.98] | (0.9, 0.98) is meant
                    itpn-clip-b_in1k_pretrain | optimizer.noDecay | ["pos_embed"] | mask_token and relative tables decay
                    itpn-clip-b_in1k_pretrain | schedule.fullWarmup | true | warm-up 5 epochs (per-step, from 0), cosine to 1e-5
                    itpn-clip-l_in1k_pretrain | schedule.fullWarmup | true | warm-up 5 epochs (per-step, from 0), cosine to 1e-5
                    itpn-clip-b_in1k_finetune | schedule.fullWarmup | true | warm-up 5 epochs (per-step, from 0), cosine to 1e-5
                    itpn-clip-l_in1k_finetune | schedule.fullWarmup | true | warm-up 5 epochs (per-step, from 0), cosine to 1e-5
                    itpn-b_in1k_finetune | optimizer.baseLr | 4.0E-4 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-l_in1k_finetune | optimizer.baseLr | 0.001 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | optimizer.layerDecay | 0.6 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-l_in1k_finetune | optimizer.layerDecay | 0.55 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | backbone.dropPath | 0.15 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-l_in1k_finetune | backbone.dropPath | 0.2 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | schedule.length | 100 epochs | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-l_in1k_finetune | schedule.length | 50 epochs | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | run.globalBatch | 1024 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | schedule.warmup | 5 epochs | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | schedule.minLr | 5.0E-6 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | optimizer.weightDecay | 0.05 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | augment.mixup | 0.8 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | augment.cutmix | 1.0 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | augment.erasing | 0.25 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-b_in1k_finetune | head.initStd | 2.0E-5 | batch 1024, blr 4e-4 / 1e-3, layer decay 0.60 / 0.55 (raised to 13/(blocks+1)), drop path 0.15 / 0.2, 100 / 50 epochs, warm-up 5, min_lr 5e-6, wd 0.05, mixup 0.8, cutmix 1.0, erasing 0.25, head trunc_normal 2e-5
                    itpn-clip-b_in1k_finetune | optimizer.lr | 5.0E-4 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-l_in1k_finetune | optimizer.lr | 2.0E-4 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | optimizer.layerDecay | 0.6 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-l_in1k_finetune | optimizer.layerDecay | 0.55 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | backbone.dropPath | 0.1 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-l_in1k_finetune | backbone.dropPath | 0.25 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | schedule.length | 100 epochs | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-l_in1k_finetune | schedule.length | 50 epochs | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | schedule.warmup | 20 epochs | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-l_in1k_finetune | schedule.warmup | 5 epochs | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | schedule.minLr | 1.0E-6 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | backbone.layerScale | 0.1 | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-clip-b_in1k_finetune | data.mean | [0.5,0.5,0.5] | lr 5e-4 / 2e-4 absolute, layer decay 0.60 / 0.55, drop path 0.1 / 0.25, 100 / 50 epochs, warm-up 20 / 5, min_lr 1e-6, init_values 0.1; mean = std = 0.5
                    itpn-b_in1k_finetune | head.pooling | mean | Head: mean over tokens, fc_norm, linear
                    itpn-b_ade20k_upernet | backbone.relativePosition | true | rpe=True with the 32x32 table (checkpoint tables resized bicubically), absolute_pos_embed stays 14x14 and is resized in forward
                    itpn-b_ade20k_upernet | backbone.positionGrid | 14 | rpe=True with the 32x32 table (checkpoint tables resized bicubically), absolute_pos_embed stays 14x14 and is resized in forward
                    itpn-b_ade20k_upernet | backbone.imageSize | 512 | Segmentation (UPerNet 512)
                    itpn-b_ade20k_upernet | optimizer.layerDecay | 0.9 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | backbone.dropPath | 0.1 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | backbone.neck | {"kind":"mlp","dim":256,"depth":2,"mlpRatio":4.0} | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-l_ade20k_upernet | optimizer.layerDecay | 0.95 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-l_ade20k_upernet | backbone.dropPath | 0.2 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-l_ade20k_upernet | backbone.neck | {"kind":"mlp","dim":256,"depth":2,"mlpRatio":4.0} | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-clip-b_ade20k_upernet | optimizer.layerDecay | 0.9 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-clip-b_ade20k_upernet | backbone.dropPath | 0.2 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-clip-b_ade20k_upernet | backbone.neck | {"kind":"mlp","dim":256,"depth":2,"mlpRatio":4.0} | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-clip-l_ade20k_upernet | optimizer.layerDecay | 0.95 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-clip-l_ade20k_upernet | backbone.dropPath | 0.2 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-clip-l_ade20k_upernet | backbone.neck | {"kind":"mlp","dim":256,"depth":2,"mlpRatio":4.0} | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | optimizer.lr | 3.0E-5 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | optimizer.weightDecay | 0.05 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | schedule.length | 160000 steps | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | run.globalBatch | 16 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | schedule.type | poly | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    itpn-b_ade20k_upernet | inference.stride | 341 | fpn_depth 2; eps 1e-5; AdamW lr 3e-5, wd 0.05, layer decay 0.90 / 0.95, drop path 0.1 pixel base, 0.2 others, 160k, batch 16, poly, slide 341
                    """)
    void aSettingEqualsTheReferenceFact(String recipe, String path, String value, String fact) throws IOException {
        assertThat(RecipeFiguresTest.notes("itpn/" + recipe)).contains(fact);
        assertThat(RecipeFiguresTest.at("itpn/" + recipe, path)).isEqualTo(value);
    }

    /** Channels of the maps that UperNet gets: neck and stage side by side. */
    @ParameterizedTest
    @CsvSource({
        "itpn-b, '[384, 512, 768, 768]', 384/512/768/768 base",
        "itpn-clip-b, '[384, 512, 768, 768]', 384/512/768/768 base"
    })
    void theHeadGetsThePublishedChannels(String name, String widths, String fact) throws IOException {
        assertThat(RecipeFiguresTest.notes("itpn/")).contains(fact);
        Recipe recipe = RecipeReader.read(Path.of("recipes/itpn", name + "_ade20k_upernet.yaml"));
        Backbone backbone = recipe.backbone().build(Use.DENSE);
        assertThat(backbone.widths()).hasToString(widths);
    }
}
