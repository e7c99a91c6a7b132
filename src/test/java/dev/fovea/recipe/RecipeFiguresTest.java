package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official recipes against the recorded facts of the reference code: each row quotes the fact it is held to. */
class RecipeFiguresTest {
    private static final Path NOTES = Path.of("src/test/resources/parity");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    mae/vit-b16_in1k_pretrain       | backbone.dim                   | 768           | base 768 wide / 12 blocks / 12 heads
                    mae/vit-b16_in1k_pretrain       | backbone.depth                 | 12            | base 768 wide / 12 blocks / 12 heads
                    mae/vit-b16_in1k_pretrain       | backbone.heads                 | 12            | base 768 wide / 12 blocks / 12 heads
                    mae/vit-b16_in1k_pretrain       | backbone.patchSize             | 16            | patch 16 otherwise; mlp_ratio 4
                    mae/vit-b16_in1k_pretrain       | backbone.mlpRatio              | 4.0           | patch 16 otherwise; mlp_ratio 4
                    mae/vit-b16_in1k_pretrain       | objective.decoder              | {"dim":512,"depth":8,"heads":16,"mlpRatio":4.0} | Decoder for all sizes: width 512, 8 blocks, 16 heads, mlp_ratio 4
                    mae/vit-b16_in1k_pretrain       | objective.maskRatio            | 0.75          | mask ratio 0.75
                    mae/vit-b16_in1k_pretrain       | objective.normPixels           | true          | on in the published recipe
                    mae/vit-b16_in1k_pretrain       | objective.loss                 | mse           | Loss is MSE
                    mae/vit-b16_in1k_pretrain       | run.globalBatch                | 4096          | Effective batch 4096 (64 x 64 GPUs)
                    mae/vit-b16_in1k_pretrain       | run.microBatch                 | 64            | Effective batch 4096 (64 x 64 GPUs)
                    mae/vit-b16_in1k_pretrain       | optimizer.baseLr               | 1.5E-4        | blr 1.5e-4 -> lr = blr*batch/256 = 2.4e-3
                    mae/vit-b16_in1k_pretrain       | optimizer.betas                | [0.9,0.95]    | AdamW betas (0.9, 0.95)
                    mae/vit-b16_in1k_pretrain       | optimizer.eps                  | 1.0E-8        | eps 1e-8, weight decay 0.05
                    mae/vit-b16_in1k_pretrain       | optimizer.weightDecay          | 0.05          | eps 1e-8, weight decay 0.05
                    mae/vit-b16_in1k_pretrain       | optimizer.clip                 |               | no gradient clipping
                    mae/vit-b16_in1k_pretrain       | optimizer.noDecay              | []            | cls_token and mask_token decay
                    mae/vit-b16_in1k_pretrain       | schedule.type                  | cosine        | half cosine to 0, 800 epochs
                    mae/vit-b16_in1k_pretrain       | schedule.minLr                 | 0.0           | half cosine to 0, 800 epochs
                    mae/vit-b16_in1k_pretrain       | schedule.length                | 800 epochs    | half cosine to 0, 800 epochs
                    mae/vit-b16_in1k_pretrain       | schedule.warmup                | 40 epochs     | warm-up 40 epochs
                    mae/vit-b16_in1k_pretrain       | augment.crop.scale             | [0.2,1.0]     | RandomResizedCrop(224, scale 0.2-1, ratio 3/4-4/3, bicubic)
                    mae/vit-b16_in1k_pretrain       | augment.crop.interpolation     | bicubic       | RandomResizedCrop(224, scale 0.2-1, ratio 3/4-4/3, bicubic)
                    mae/vit-b16_in1k_pretrain       | augment.crop.ratio             | [0.75,1.3333333333333333] | RandomResizedCrop(224, scale 0.2-1, ratio 3/4-4/3, bicubic)
                    mae/vit-b16_in1k_pretrain       | backbone.imageSize             | 224           | RandomResizedCrop(224, scale 0.2-1, ratio 3/4-4/3, bicubic)
                    mae/vit-b16_in1k_pretrain       | augment.flip                   | 0.5           | horizontal flip, ImageNet mean/std
                    mae/vit-b16_in1k_pretrain       | data.mean                      | [0.485,0.456,0.406] | horizontal flip, ImageNet mean/std
                    loca/vit-b16_in1k_pretrain      | backbone.dim                   | 768           | ViT-B/16: width 768, 12 layers, 12 heads, MLP 3072
                    loca/vit-b16_in1k_pretrain      | backbone.depth                 | 12            | ViT-B/16: width 768, 12 layers, 12 heads, MLP 3072
                    loca/vit-b16_in1k_pretrain      | backbone.heads                 | 12            | ViT-B/16: width 768, 12 layers, 12 heads, MLP 3072
                    loca/vit-b16_in1k_pretrain      | backbone.classToken            | false         | no CLS token
                    loca/vit-b16_in1k_pretrain      | backbone.posEmbed              | learned       | learned 14x14 position grid
                    loca/vit-b16_in1k_pretrain      | backbone.gelu                  | tanh          | tanh gelu
                    loca/vit-b16_in1k_pretrain      | backbone.dropPath              | 0.1           | Stochastic depth 0.1
                    loca/vit-b16_in1k_pretrain      | objective.gelu                 | tanh          | tanh gelu
                    loca/vit-b16_in1k_pretrain      | objective.clusters             | {"hidden":2048,"bottleneck":256,"prototypes":4096,"temperature":0.1,"sharpening":0.05,"rounds":3,"weight":1.0,"entropyWeight":1.0} | projection head Dense 2048, gelu, Dense 2048, gelu, Dense 256
                    loca/vit-b16_in1k_pretrain      | objective.maskRatio            | 0.8           | mask ratio eta = 0.8
                    loca/vit-b16_in1k_pretrain      | objective.selection            | consecutive   | 'consecutive' = one run
                    loca/vit-b16_in1k_pretrain      | objective.queryTokens          | 70            | query0 keeps 70 of 196 tokens
                    loca/vit-b16_in1k_pretrain      | objective.positionWeight       | 1.0           | all with weight 1
                    loca/vit-b16_in1k_pretrain      | objective.momentum             | 0.996         | EMA momentum 0.996 -> 1 by cosine
                    loca/vit-b16_in1k_pretrain      | objective.lastMomentum         | 1.0           | EMA momentum 0.996 -> 1 by cosine
                    loca/vit-b16_in1k_pretrain      | augment.reference.scale        | [0.32,1.0]    | Reference: area 32-100 %, 224 px, no flip
                    loca/vit-b16_in1k_pretrain      | augment.reference.flip         | 0.0           | Reference: area 32-100 %, 224 px, no flip
                    loca/vit-b16_in1k_pretrain      | augment.reference.ratio        | [0.75,1.33]   | aspect 0.75..1.33
                    loca/vit-b16_in1k_pretrain      | augment.queries.1.ratio        | [0.75,1.33]   | aspect 0.75..1.33
                    loca/vit-b16_in1k_pretrain      | augment.queries.0.scale        | [0.32,1.0]    | area 32-100 %, 224 px, flip 0.5
                    loca/vit-b16_in1k_pretrain      | augment.queries.0.size         | 224           | area 32-100 %, 224 px, flip 0.5
                    loca/vit-b16_in1k_pretrain      | augment.queries.0.solarize     | 0.2           | solarise p 0.2 (query0 only)
                    loca/vit-b16_in1k_pretrain      | augment.queries.1.count        | 9             | query1..9
                    loca/vit-b16_in1k_pretrain      | augment.queries.1.size         | 96            | area 5-32 %, 96 px, flip 0.5
                    loca/vit-b16_in1k_pretrain      | augment.queries.1.scale        | [0.05,0.32]   | area 5-32 %, 96 px, flip 0.5
                    loca/vit-b16_in1k_pretrain      | augment.colour                 | {"probability":0.8,"brightness":0.4,"contrast":0.4,"saturation":0.2,"hue":0.1,"grey":0.2} | Colour jitter p 0.8 (brightness 0.4 additive, contrast 0.4, saturation 0.2, hue 0.1, random order), grey p 0.2
                    loca/vit-b16_in1k_pretrain      | optimizer.betas                | [0.9,0.999]   | AdamW b1 0.9 b2 0.999 eps 1e-8
                    loca/vit-b16_in1k_pretrain      | optimizer.eps                  | 1.0E-8        | AdamW b1 0.9 b2 0.999 eps 1e-8
                    loca/vit-b16_in1k_pretrain      | optimizer.weightDecay          | 0.1           | weight decay 0.1 on every tensor that is not 1-D
                    loca/vit-b16_in1k_pretrain      | optimizer.alsoDecay            | ["attn.qkv.bias","attn.q.bias","attn.kv.bias"] | so also attention q/k/v biases
                    loca/vit-b16_in1k_pretrain      | optimizer.clip                 | 1.0           | global-norm clip 1
                    loca/vit-b16_in1k_pretrain      | optimizer.lr                   | 0.001         | lr 1e-3 (x batch/1024)
                    loca/vit-b16_in1k_pretrain      | run.globalBatch                | 1024          | batch 1024, 100 epochs
                    loca/vit-b16_in1k_pretrain      | run.precision                  | fp32          | cosine to 1 %, float32
                    loca/vit-b16_in1k_pretrain      | schedule.length                | 100 epochs    | batch 1024, 100 epochs
                    loca/vit-b16_in1k_pretrain      | schedule.warmup                | 15 epochs     | linear warm-up 15 epochs from 0
                    loca/vit-b16_in1k_pretrain      | schedule.minLr                 | 1.0E-5        | cosine to 1 %, float32
                    loca/vit-b16_in1k_pretrain      | run.keepEvery                  | 50000 steps   | one every 50 000
                    mae/vit-l16_in1k_pretrain       | backbone.dim                   | 1024          | large 1024/24/16
                    mae/vit-l16_in1k_pretrain       | backbone.depth                 | 24            | large 1024/24/16
                    mae/vit-l16_in1k_pretrain       | backbone.heads                 | 16            | large 1024/24/16
                    mae/vit-h14_in1k_pretrain       | backbone.dim                   | 1280          | huge 1280/32/16 with patch 14
                    mae/vit-h14_in1k_pretrain       | backbone.depth                 | 32            | huge 1280/32/16 with patch 14
                    mae/vit-h14_in1k_pretrain       | backbone.heads                 | 16            | huge 1280/32/16 with patch 14
                    mae/vit-h14_in1k_pretrain       | backbone.patchSize             | 14            | huge 1280/32/16 with patch 14
                    mae/vit-h14_in1k_pretrain       | objective.decoder.heads        | 16            | Decoder for all sizes: width 512, 8 blocks, 16 heads
                    mae/vit-b16_in1k_finetune       | run.globalBatch                | 1024          | Effective batch 1024
                    mae/vit-b16_in1k_finetune       | optimizer.betas                | [0.9,0.999]   | AdamW default betas (0.9, 0.999)
                    mae/vit-b16_in1k_finetune       | optimizer.weightDecay          | 0.05          | (0.9, 0.999), weight decay 0.05
                    mae/vit-b16_in1k_finetune       | schedule.warmup                | 5 epochs      | warm-up 5 epochs, min_lr 1e-6
                    mae/vit-b16_in1k_finetune       | schedule.minLr                 | 1.0E-6        | warm-up 5 epochs, min_lr 1e-6
                    mae/vit-b16_in1k_finetune       | augment.smoothing              | 0.1           | label smoothing 0.1, mixup 0.8, cutmix 1.0
                    mae/vit-b16_in1k_finetune       | augment.mixup                  | 0.8           | label smoothing 0.1, mixup 0.8, cutmix 1.0
                    mae/vit-b16_in1k_finetune       | augment.cutmix                 | 1.0           | label smoothing 0.1, mixup 0.8, cutmix 1.0
                    mae/vit-b16_in1k_finetune       | augment.erasing                | 0.25          | random erasing 0.25 (pixel mode)
                    mae/vit-b16_in1k_finetune       | augment.randAugment            | {"magnitude":9.0,"magnitudeStd":0.5,"layers":2,"increasing":true} | RandAugment rand-m9-mstd0.5-inc1, bicubic
                    mae/vit-b16_in1k_finetune       | optimizer.baseLr               | 5.0E-4        | base: blr 5e-4, layer decay 0.65, drop path 0.1, 100 epochs
                    mae/vit-b16_in1k_finetune       | optimizer.layerDecay           | 0.65          | base: blr 5e-4, layer decay 0.65, drop path 0.1, 100 epochs
                    mae/vit-b16_in1k_finetune       | backbone.dropPath              | 0.1           | base: blr 5e-4, layer decay 0.65, drop path 0.1, 100 epochs
                    mae/vit-b16_in1k_finetune       | schedule.length                | 100 epochs    | base: blr 5e-4, layer decay 0.65, drop path 0.1, 100 epochs
                    mae/vit-b16_in1k_finetune       | head.pooling                   | mean          | Global average pooling over patch tokens followed by fc_norm is the default
                    mae/vit-b16_in1k_finetune       | head.initStd                   | 2.0E-5        | head.weight is re-drawn with trunc_normal std 2e-5
                    mae/vit-b16_in1k_finetune       | optimizer.noDecay              | ["pos_embed","cls_token"] | no_weight_decay = pos_embed, cls_token
                    mae/vit-b16_in1k_finetune       | augment.evalCrop               | 0.875         | Resize 256 bicubic on the short side, centre crop 224
                    mae/vit-l16_in1k_finetune       | optimizer.baseLr               | 0.001         | large: blr 1e-3, 0.75, 0.2, 50 epochs
                    mae/vit-l16_in1k_finetune       | optimizer.layerDecay           | 0.75          | large: blr 1e-3, 0.75, 0.2, 50 epochs
                    mae/vit-l16_in1k_finetune       | backbone.dropPath              | 0.2           | large: blr 1e-3, 0.75, 0.2, 50 epochs
                    mae/vit-l16_in1k_finetune       | schedule.length                | 50 epochs     | large: blr 1e-3, 0.75, 0.2, 50 epochs
                    mae/vit-h14_in1k_finetune       | optimizer.baseLr               | 0.001         | huge: blr 1e-3, 0.75, 0.3, 50 epochs
                    mae/vit-h14_in1k_finetune       | optimizer.layerDecay           | 0.75          | huge: blr 1e-3, 0.75, 0.3, 50 epochs
                    mae/vit-h14_in1k_finetune       | backbone.dropPath              | 0.3           | huge: blr 1e-3, 0.75, 0.3, 50 epochs
                    mae/vit-h14_in1k_finetune       | schedule.length                | 50 epochs     | huge: blr 1e-3, 0.75, 0.3, 50 epochs
                    mae/vit-b16_in1k_linear-probe   | head.pooling                   | token         | Class token (--cls_token), head = BatchNorm1d
                    mae/vit-b16_in1k_linear-probe   | optimizer.type                 | lars          | LARS (momentum 0.9, trust 0.001), weight decay 0, blr 0.1 with batch 16384
                    mae/vit-b16_in1k_linear-probe   | optimizer.momentum             | 0.9           | LARS (momentum 0.9, trust 0.001), weight decay 0, blr 0.1 with batch 16384
                    mae/vit-b16_in1k_linear-probe   | optimizer.trust                | 0.001         | LARS (momentum 0.9, trust 0.001), weight decay 0, blr 0.1 with batch 16384
                    mae/vit-b16_in1k_linear-probe   | optimizer.weightDecay          | 0.0           | LARS (momentum 0.9, trust 0.001), weight decay 0, blr 0.1 with batch 16384
                    mae/vit-b16_in1k_linear-probe   | optimizer.baseLr               | 0.1           | LARS (momentum 0.9, trust 0.001), weight decay 0, blr 0.1 with batch 16384
                    mae/vit-b16_in1k_linear-probe   | run.globalBatch                | 16384         | LARS (momentum 0.9, trust 0.001), weight decay 0, blr 0.1 with batch 16384
                    mae/vit-b16_in1k_linear-probe   | schedule.length                | 90 epochs     | 90 epochs (50 for large/huge), warm-up 10, min_lr 0
                    mae/vit-b16_in1k_linear-probe   | schedule.warmup                | 10 epochs     | 90 epochs (50 for large/huge), warm-up 10, min_lr 0
                    mae/vit-b16_in1k_linear-probe   | schedule.minLr                 | 0.0           | 90 epochs (50 for large/huge), warm-up 10, min_lr 0
                    mae/vit-l16_in1k_linear-probe   | schedule.length                | 50 epochs     | 90 epochs (50 for large/huge), warm-up 10, min_lr 0
                    mae/vit-h14_in1k_linear-probe   | schedule.length                | 50 epochs     | 90 epochs (50 for large/huge), warm-up 10, min_lr 0
                    mae/vit-b16_in1k_linear-probe   | augment.crop.oneDraw           | true          | one draw, no retry loop; scale 0.08-1), flip
                    mae/vit-b16_in1k_linear-probe   | augment.crop.scale             | [0.08,1.0]    | one draw, no retry loop; scale 0.08-1), flip
                    convmae/convvit-b_in1k_pretrain | backbone.patchSizes            | [4,2,2]       | patch_size [4,2,2], embed_dim [256,384,768], depth [2,2,11], 12 heads
                    convmae/convvit-b_in1k_pretrain | backbone.dims                  | [256,384,768] | patch_size [4,2,2], embed_dim [256,384,768], depth [2,2,11], 12 heads
                    convmae/convvit-b_in1k_pretrain | backbone.depths                | [2,2,11]      | patch_size [4,2,2], embed_dim [256,384,768], depth [2,2,11], 12 heads
                    convmae/convvit-b_in1k_pretrain | backbone.heads                 | 12            | patch_size [4,2,2], embed_dim [256,384,768], depth [2,2,11], 12 heads
                    convmae/convvit-b_in1k_pretrain | backbone.mlpRatios             | [4.0,4.0,4.0] | mlp_ratio [4,4,4]; decoder 512 wide, 8 blocks, 16 heads
                    convmae/convvit-b_in1k_pretrain | objective.decoder              | {"dim":512,"depth":8,"heads":16,"mlpRatio":4.0} | mlp_ratio [4,4,4]; decoder 512 wide, 8 blocks, 16 heads
                    convmae/convvit-b_in1k_pretrain | backbone.kernelSize            | 5             | dwconv_5x5
                    convmae/convvit-b_in1k_pretrain | objective.loss                 | mse           | Loss in code: squared error (not L1)
                    convmae/convvit-b_in1k_pretrain | run.globalBatch                | 3072          | batch 3072 (24 GPUs x 128), blr 1.5e-4 (lr 1.8e-3)
                    convmae/convvit-b_in1k_pretrain | run.microBatch                 | 128           | batch 3072 (24 GPUs x 128), blr 1.5e-4 (lr 1.8e-3)
                    convmae/convvit-b_in1k_pretrain | optimizer.baseLr               | 1.5E-4        | batch 3072 (24 GPUs x 128), blr 1.5e-4 (lr 1.8e-3)
                    convmae/convvit-b_in1k_pretrain | optimizer.betas                | [0.9,0.95]    | AdamW (0.9, 0.95), wd 0.05, 40 warm-up epochs, 1600 epochs, mask 0.75, norm_pix_loss
                    convmae/convvit-b_in1k_pretrain | optimizer.weightDecay          | 0.05          | AdamW (0.9, 0.95), wd 0.05, 40 warm-up epochs, 1600 epochs, mask 0.75, norm_pix_loss
                    convmae/convvit-b_in1k_pretrain | schedule.warmup                | 40 epochs     | AdamW (0.9, 0.95), wd 0.05, 40 warm-up epochs, 1600 epochs, mask 0.75, norm_pix_loss
                    convmae/convvit-b_in1k_pretrain | schedule.length                | 1600 epochs   | AdamW (0.9, 0.95), wd 0.05, 40 warm-up epochs, 1600 epochs, mask 0.75, norm_pix_loss
                    convmae/convvit-b_in1k_pretrain | objective.maskRatio            | 0.75          | AdamW (0.9, 0.95), wd 0.05, 40 warm-up epochs, 1600 epochs, mask 0.75, norm_pix_loss
                    convmae/convvit-b_in1k_pretrain | objective.normPixels           | true          | AdamW (0.9, 0.95), wd 0.05, 40 warm-up epochs, 1600 epochs, mask 0.75, norm_pix_loss
                    convmae/convvit-b_in1k_pretrain | augment.crop.scale             | [0.2,1.0]     | augmentation and schedule as MAE
                    convmae/convvit-b_in1k_finetune | run.globalBatch                | 1024          | batch 1024, blr 5e-4 (lr 2e-3), layer decay 0.65, wd 0.05, drop path 0.1, 100 epochs
                    convmae/convvit-b_in1k_finetune | optimizer.baseLr               | 5.0E-4        | batch 1024, blr 5e-4 (lr 2e-3), layer decay 0.65, wd 0.05, drop path 0.1, 100 epochs
                    convmae/convvit-b_in1k_finetune | optimizer.layerDecay           | 0.65          | batch 1024, blr 5e-4 (lr 2e-3), layer decay 0.65, wd 0.05, drop path 0.1, 100 epochs
                    convmae/convvit-b_in1k_finetune | optimizer.weightDecay          | 0.05          | batch 1024, blr 5e-4 (lr 2e-3), layer decay 0.65, wd 0.05, drop path 0.1, 100 epochs
                    convmae/convvit-b_in1k_finetune | backbone.dropPath              | 0.1           | batch 1024, blr 5e-4 (lr 2e-3), layer decay 0.65, wd 0.05, drop path 0.1, 100 epochs
                    convmae/convvit-b_in1k_finetune | schedule.length                | 100 epochs    | batch 1024, blr 5e-4 (lr 2e-3), layer decay 0.65, wd 0.05, drop path 0.1, 100 epochs
                    convmae/convvit-b_in1k_finetune | schedule.warmup                | 5 epochs      | warm-up 5, min_lr 1e-6, mixup 0.8, cutmix 1.0, smoothing 0.1, erasing 0.25
                    convmae/convvit-b_in1k_finetune | schedule.minLr                 | 1.0E-6        | warm-up 5, min_lr 1e-6, mixup 0.8, cutmix 1.0, smoothing 0.1, erasing 0.25
                    convmae/convvit-b_in1k_finetune | augment.mixup                  | 0.8           | warm-up 5, min_lr 1e-6, mixup 0.8, cutmix 1.0, smoothing 0.1, erasing 0.25
                    convmae/convvit-b_in1k_finetune | augment.cutmix                 | 1.0           | warm-up 5, min_lr 1e-6, mixup 0.8, cutmix 1.0, smoothing 0.1, erasing 0.25
                    convmae/convvit-b_in1k_finetune | augment.smoothing              | 0.1           | warm-up 5, min_lr 1e-6, mixup 0.8, cutmix 1.0, smoothing 0.1, erasing 0.25
                    convmae/convvit-b_in1k_finetune | augment.erasing                | 0.25          | warm-up 5, min_lr 1e-6, mixup 0.8, cutmix 1.0, smoothing 0.1, erasing 0.25
                    convmae/convvit-b_in1k_linear-probe | optimizer.type             | lars          | LARS, blr 0.1 with batch 4096 (lr 1.6), 90 epochs, warm-up 10
                    convmae/convvit-b_in1k_linear-probe | optimizer.baseLr           | 0.1           | LARS, blr 0.1 with batch 4096 (lr 1.6), 90 epochs, warm-up 10
                    convmae/convvit-b_in1k_linear-probe | run.globalBatch            | 4096          | LARS, blr 0.1 with batch 4096 (lr 1.6), 90 epochs, warm-up 10
                    convmae/convvit-b_in1k_linear-probe | schedule.length            | 90 epochs     | LARS, blr 0.1 with batch 4096 (lr 1.6), 90 epochs, warm-up 10
                    convmae/convvit-b_in1k_linear-probe | schedule.warmup            | 10 epochs     | LARS, blr 0.1 with batch 4096 (lr 1.6), 90 epochs, warm-up 10
                    convmae/convvit-b_in1k_linear-probe | head.pooling               | mean          | Use --global_pool as in the multi-node command
                    convmae/convvit-b_ade20k_upernet | backbone.imageSize            | 512           | Input 512, img_size [512,128,64]
                    convmae/convvit-b_ade20k_upernet | inference.stride              | 341           | sliding-window test (crop 512, stride 341)
                    convmae/convvit-b_ade20k_upernet | backbone.layerScale           | 1.0           | gamma_1/gamma_2 initialised to 1, one relative table per block
                    convmae/convvit-b_ade20k_upernet | backbone.relativePosition     | true          | gamma_1/gamma_2 initialised to 1, one relative table per block
                    convmae/convvit-b_ade20k_upernet | optimizer.lr                  | 1.0E-4        | AdamW lr 1e-4, wd 0.05, layer decay 0.75 (num_layers 11), drop path 0.2
                    convmae/convvit-b_ade20k_upernet | optimizer.weightDecay         | 0.05          | AdamW lr 1e-4, wd 0.05, layer decay 0.75 (num_layers 11), drop path 0.2
                    convmae/convvit-b_ade20k_upernet | optimizer.layerDecay          | 0.75          | AdamW lr 1e-4, wd 0.05, layer decay 0.75 (num_layers 11), drop path 0.2
                    convmae/convvit-b_ade20k_upernet | backbone.dropPath             | 0.2           | AdamW lr 1e-4, wd 0.05, layer decay 0.75 (num_layers 11), drop path 0.2
                    convmae/convvit-b_ade20k_upernet | schedule.type                 | poly          | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | schedule.power                | 1.0           | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | schedule.minLr                | 0.0           | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | schedule.warmup               | 1500 steps    | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | schedule.warmupRatio          | 1.0E-6        | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | schedule.length               | 160000 steps  | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | run.globalBatch               | 16            | poly power 1 to 0 with 1500 linear warm-up steps (ratio 1e-6), 160k iterations, batch 16
                    convmae/convvit-b_ade20k_upernet | head.channels                 | 768           | UPerHead 768 channels, FCN aux head on map 2 (256 channels, weight 0.4), dropout 0.1
                    convmae/convvit-b_ade20k_upernet | head.dropout                  | 0.1           | UPerHead 768 channels, FCN aux head on map 2 (256 channels, weight 0.4), dropout 0.1
                    convmae/convvit-b_ade20k_upernet | head.auxiliary                | {"channels":256,"level":2,"weight":0.4,"dropout":0.1} | UPerHead 768 channels, FCN aux head on map 2 (256 channels, weight 0.4), dropout 0.1
                    beit2/beit-b16_in1k_tokenizer | objective.quantizer.codes | 8192 | codebook 8192x32
                    beit2/beit-b16_in1k_tokenizer | objective.quantizer.dim | 32 | codebook 8192x32
                    beit2/beit-b16_in1k_tokenizer | objective.quantizer.commitment | 1.0 | quant_loss = beta(1.0) * MSE
                    beit2/beit-b16_in1k_tokenizer | objective.quantizer.decay | 0.99 | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | objective.quantizer.start | kmeans | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | run.globalBatch | 512 | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | run.microBatch | 64 | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | optimizer.lr | 2.0E-4 | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | optimizer.betas | [0.9,0.99] | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | optimizer.weightDecay | 1.0E-4 | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | optimizer.clip |  | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | optimizer.noDecay | ["pos_embed","cls_token","codebook"] | No weight decay for 1-D tensors, biases, pos_embed, cls_token
                    beit2/beit-b16_in1k_tokenizer | schedule.minLr | 1.0E-5 | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | schedule.length | 100 epochs | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | schedule.warmup | 10 epochs | Tokenizer: batch 512 (8x64), lr 5e-5*batch/128 = 2e-4, min 1e-5, betas 0.9/0.99, wd 1e-4, 100 epochs, warm-up 10, decay 0.99, k-means start, no clipping
                    beit2/beit-b16_in1k_tokenizer | augment.crop.scale | [0.08,1.0] | RandomResizedCrop(0.08..1, bicubic) + flip only
                    beit2/beit-b16_in1k_tokenizer | augment.jitter |  | RandomResizedCrop(0.08..1, bicubic) + flip only
                    beit2/beit-b16_in1k_tokenizer | data.mean | [0.5,0.5,0.5] | x/127.5-1
                    beit2/beit-b16_in1k_tokenizer | data.std | [0.5,0.5,0.5] | x/127.5-1
                    beit2/beit-b16_in1k_tokenizer | backbone.absolutePosition | true | encoder ViT-B/16 with ABSOLUTE position embedding, no relative bias, no layer scale
                    beit2/beit-b16_in1k_tokenizer | backbone.relativePosition | none | encoder ViT-B/16 with ABSOLUTE position embedding, no relative bias, no layer scale
                    beit2/beit-b16_in1k_tokenizer | backbone.layerScale | 0.0 | encoder ViT-B/16 with ABSOLUTE position embedding, no relative bias, no layer scale
                    beit2/beit-b16_in1k_tokenizer | objective.decoder.dim | 768 | decoder ViT 768, depth 1 or 3
                    beit2/beit-b16_in1k_tokenizer | objective.decoder.depth | 3 | The 3x CLIP one is the recommended pre-training tokenizer
                    beit2/beit-b16_in1k_pretrain | backbone.dim | 768 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_pretrain | backbone.depth | 12 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_pretrain | backbone.heads | 12 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_pretrain | backbone.layerScale | 0.1 | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | backbone.relativePosition | shared | Pre-training: ONE shared table
                    beit2/beit-b16_in1k_pretrain | backbone.absolutePosition | false | no absolute position embedding
                    beit2/beit-b16_in1k_pretrain | backbone.dropPath | 0.0 | 300 epochs: beta2 0.98, drop path 0
                    beit2/beit-b16_in1k_pretrain | objective.mask.hidden | 75 | Masks: 75 of 196 (38.3 %
                    beit2/beit-b16_in1k_pretrain | objective.mask.least | 16 | blocks of at least 16 cells, aspect 0.3..1/0.3
                    beit2/beit-b16_in1k_pretrain | objective.mask.minAspect | 0.3 | blocks of at least 16 cells, aspect 0.3..1/0.3
                    beit2/beit-b16_in1k_pretrain | objective.mask.most | 0 | no per-block maximum
                    beit2/beit-b16_in1k_pretrain | objective.classToken.earlyLayer | 9 | early_layers 9 base, 21 large; head_layers 2; shared head true
                    beit2/beit-b16_in1k_pretrain | objective.classToken.depth | 2 | early_layers 9 base, 21 large; head_layers 2; shared head true
                    beit2/beit-b16_in1k_pretrain | objective.classToken.sharedHead | true | early_layers 9 base, 21 large; head_layers 2; shared head true
                    beit2/beit-b16_in1k_pretrain | run.globalBatch | 2048 | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | optimizer.lr | 0.0015 | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | optimizer.betas | [0.9,0.98] | 300 epochs: beta2 0.98, drop path 0
                    beit2/beit-b16_in1k_pretrain | optimizer.weightDecay | 0.05 | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | optimizer.clip | 3.0 | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | optimizer.noDecay | ["pos_embed","cls_token"] | No weight decay for 1-D tensors, biases, pos_embed, cls_token
                    beit2/beit-b16_in1k_pretrain | schedule.minLr | 1.0E-5 | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | schedule.length | 300 epochs | 300 epochs: beta2 0.98, drop path 0
                    beit2/beit-b16_in1k_pretrain | schedule.warmup | 10 epochs | batch 2048, lr 1.5e-3 (not scaled by batch), min 1e-5, wd 0.05, warm-up 10, clip 3.0, layer scale 0.1
                    beit2/beit-b16_in1k_pretrain | augment.crop.scale | [0.2,1.0] | ColorJitter(0.4,0.4,0.4) -> flip 0.5 -> one RandomResizedCrop box (scale 0.2..1, ratio 3/4..4/3)
                    beit2/beit-b16_in1k_pretrain | augment.jitter.brightness | 0.4 | ColorJitter(0.4,0.4,0.4) -> flip 0.5 -> one RandomResizedCrop box (scale 0.2..1, ratio 3/4..4/3)
                    beit2/beit-l16_in1k_pretrain | backbone.dim | 1024 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-l16_in1k_pretrain | backbone.depth | 24 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-l16_in1k_pretrain | backbone.heads | 16 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-l16_in1k_pretrain | backbone.layerScale | 1.0E-5 | Large: the same, layer scale 1e-5
                    beit2/beit-l16_in1k_pretrain | objective.classToken.earlyLayer | 21 | early_layers 9 base, 21 large; head_layers 2; shared head true
                    beit2/beit-b16_in1k_finetune | backbone.dim | 768 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_finetune | backbone.depth | 12 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_finetune | backbone.heads | 12 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_finetune | backbone.mlpRatio | 4.0 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-l16_in1k_finetune | backbone.dim | 1024 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-l16_in1k_finetune | backbone.depth | 24 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-l16_in1k_finetune | backbone.heads | 16 | 768/12/12 and 1024/24/16 (width/depth/heads), mlp 4
                    beit2/beit-b16_in1k_finetune | backbone.relativePosition | block | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-b16_in1k_finetune | backbone.absolutePosition | false | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-b16_in1k_finetune | backbone.layerScale | 0.1 | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-b16_in1k_finetune | head.pooling | mean | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-l16_in1k_finetune | backbone.relativePosition | block | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-l16_in1k_finetune | backbone.absolutePosition | false | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-l16_in1k_finetune | backbone.layerScale | 1.0E-5 | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-l16_in1k_finetune | head.pooling | mean | per-block bias true, absolute false, layer scale 0.1 (base) / 1e-5 (large), mean pooling
                    beit2/beit-b16_in1k_finetune | run.globalBatch | 1024 | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | optimizer.lr | 5.0E-4 | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | schedule.length | 100 epochs | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | schedule.warmup | 20 epochs | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | optimizer.layerDecay | 0.65 | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | backbone.dropPath | 0.1 | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | augment.mixup | 0.8 | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune | augment.cutmix | 1.0 | Fine-tuning base, IN-1k: batch 1024, lr 5e-4, 100 epochs, warm-up 20, layer decay 0.65 (300e) / 0.6 (1600e), drop path 0.1 / 0.2, mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in1k_finetune | run.globalBatch | 1024 | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-l16_in1k_finetune | optimizer.lr | 5.0E-4 | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-l16_in1k_finetune | schedule.length | 50 epochs | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-l16_in1k_finetune | schedule.warmup | 5 epochs | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-l16_in1k_finetune | optimizer.layerDecay | 0.8 | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-l16_in1k_finetune | backbone.dropPath | 0.2 | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-b16_in21k_finetune | run.globalBatch | 4096 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | optimizer.lr | 6.0E-4 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | schedule.length | 90 epochs | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | schedule.warmup | 20 epochs | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | optimizer.layerDecay | 0.75 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | backbone.dropPath | 0.1 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | augment.mixup | 0.8 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in21k_finetune | augment.cutmix | 1.0 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | run.globalBatch | 4096 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | optimizer.lr | 6.0E-4 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | schedule.length | 90 epochs | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | schedule.warmup | 20 epochs | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | optimizer.layerDecay | 0.75 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | backbone.dropPath | 0.2 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | augment.mixup | 0.8 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-l16_in21k_finetune | augment.cutmix | 1.0 | 21k intermediate: batch 4096, lr 6e-4, 90 epochs, warm-up 20, decay 0.75, drop path 0.1 / 0.2 (large), mixup 0.8, cutmix 1.0
                    beit2/beit-b16_in1k_finetune-after-21k | optimizer.lr | 5.0E-5 | After 21k: lr 5e-5, 30 epochs, decay 0.75, drop path 0.1, no mixup/cutmix
                    beit2/beit-b16_in1k_finetune-after-21k | schedule.length | 30 epochs | After 21k: lr 5e-5, 30 epochs, decay 0.75, drop path 0.1, no mixup/cutmix
                    beit2/beit-b16_in1k_finetune-after-21k | optimizer.layerDecay | 0.75 | After 21k: lr 5e-5, 30 epochs, decay 0.75, drop path 0.1, no mixup/cutmix
                    beit2/beit-b16_in1k_finetune-after-21k | backbone.dropPath | 0.1 | After 21k: lr 5e-5, 30 epochs, decay 0.75, drop path 0.1, no mixup/cutmix
                    beit2/beit-b16_in1k_finetune-after-21k | augment.mixup | 0.0 | After 21k: lr 5e-5, 30 epochs, decay 0.75, drop path 0.1, no mixup/cutmix
                    beit2/beit-b16_in1k_finetune-after-21k | augment.cutmix | 0.0 | After 21k: lr 5e-5, 30 epochs, decay 0.75, drop path 0.1, no mixup/cutmix
                    beit2/beit-l16_in1k_finetune-after-21k | optimizer.lr | 7.0E-5 | After 21k: lr 7e-5, 20 epochs, drop path 0.25, no mixup/cutmix
                    beit2/beit-l16_in1k_finetune-after-21k | schedule.length | 20 epochs | After 21k: lr 7e-5, 20 epochs, drop path 0.25, no mixup/cutmix
                    beit2/beit-l16_in1k_finetune-after-21k | backbone.dropPath | 0.25 | After 21k: lr 7e-5, 20 epochs, drop path 0.25, no mixup/cutmix
                    beit2/beit-l16_in1k_finetune-after-21k | augment.mixup | 0.0 | After 21k: lr 7e-5, 20 epochs, drop path 0.25, no mixup/cutmix
                    beit2/beit-l16_in1k_finetune-after-21k | augment.cutmix | 0.0 | After 21k: lr 7e-5, 20 epochs, drop path 0.25, no mixup/cutmix
                    beit2/beit-l16_in1k_finetune-after-21k | optimizer.layerDecay | 0.8 | Fine-tuning large: batch 1024, lr 5e-4 (300e) / 2e-4 (1600e), 50 epochs, warm-up 5, decay 0.8, drop path 0.2
                    beit2/beit-b16_in1k_finetune | schedule.minLr | 1.0E-6 | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | optimizer.weightDecay | 0.05 | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | optimizer.betas | [0.9,0.999] | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | augment.randAugment | {"magnitude":9.0,"magnitudeStd":0.5,"layers":2,"increasing":true} | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | augment.erasing | 0.25 | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | augment.smoothing | 0.1 | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | augment.crop.interpolation | bicubic | Both: min lr 1e-6, wd 0.05, betas default, RandAugment rand-m9-mstd0.5-inc1, random erasing 0.25 (pixel), smoothing 0.1, bicubic
                    beit2/beit-b16_in1k_finetune | optimizer.clip |  | ImageNet mean/std, no clipping; test resize size*256/224
                    beit2/beit-b16_in1k_finetune | augment.evalCrop | 0.875 | ImageNet mean/std, no clipping; test resize size*256/224
                    beit2/beit-b16_in1k_finetune | schedule.fullWarmup | true | warm-up contains both end points, so the first step has lr 0
                    beit2/beit-b16_in1k_finetune | optimizer.eps | 1.0E-8 | AdamW eps 1e-8 throughout
                    beit2/beit-b16_ade20k_upernet | backbone.imageSize | 512 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | schedule.length | 160000 steps | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | run.globalBatch | 16 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | optimizer.betas | [0.9,0.999] | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | optimizer.weightDecay | 0.05 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | schedule.warmup | 1500 steps | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | schedule.warmupRatio | 1.0E-6 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | schedule.power | 1.0 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | schedule.minLr | 0.0 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | optimizer.lr | 5.0E-5 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | backbone.dropPath | 0.15 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | optimizer.layerDecay | 0.75 | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-b16_ade20k_upernet | backbone.taps | [3,5,7,11] | ADE20K UperNet 512, 160k iterations, batch 16, betas 0.9/0.999, wd 0.05, warm-up 1500 it (from ratio 1e-6), poly power 1 to 0: base lr 5e-5, drop path 0.15, decay 0.75 (0.85 after 21k), taps 3/5/7/11 (0-based)
                    beit2/beit-l16_ade20k_upernet | optimizer.lr | 4.0E-5 | large lr 4e-5 (3e-5 after 21k), drop path 0.2, decay 0.9, taps 7/11/15/23
                    beit2/beit-l16_ade20k_upernet | backbone.dropPath | 0.2 | large lr 4e-5 (3e-5 after 21k), drop path 0.2, decay 0.9, taps 7/11/15/23
                    beit2/beit-l16_ade20k_upernet | optimizer.layerDecay | 0.9 | large lr 4e-5 (3e-5 after 21k), drop path 0.2, decay 0.9, taps 7/11/15/23
                    beit2/beit-l16_ade20k_upernet | backbone.taps | [7,11,15,23] | large lr 4e-5 (3e-5 after 21k), drop path 0.2, decay 0.9, taps 7/11/15/23
                    beit2/beit-b16_ade20k_upernet | head.poolScales | [1,2,3,6] | UPerHead (pools 1,2,3,6, channels = width, dropout 0.1) + FCN on map 2 (256 channels, 1 conv, weight 0.4)
                    beit2/beit-b16_ade20k_upernet | head.channels | 768 | UPerHead (pools 1,2,3,6, channels = width, dropout 0.1) + FCN on map 2 (256 channels, 1 conv, weight 0.4)
                    beit2/beit-b16_ade20k_upernet | head.dropout | 0.1 | UPerHead (pools 1,2,3,6, channels = width, dropout 0.1) + FCN on map 2 (256 channels, 1 conv, weight 0.4)
                    beit2/beit-b16_ade20k_upernet | head.auxiliary | {"channels":256,"level":2,"weight":0.4,"dropout":0.1} | UPerHead (pools 1,2,3,6, channels = width, dropout 0.1) + FCN on map 2 (256 channels, 1 conv, weight 0.4)
                    beit2/beit-l16_ade20k_upernet | head.channels | 1024 | UPerHead (pools 1,2,3,6, channels = width, dropout 0.1) + FCN on map 2 (256 channels, 1 conv, weight 0.4)
                    beit2/beit-b16_ade20k_upernet | augment.imageScale | [2048,512] | Resize 2048x512 ratio 0.5..2, crop 512 (one class <= 0.75), flip, photometric; test slide stride 341
                    beit2/beit-b16_ade20k_upernet | augment.scale | [0.5,2.0] | Resize 2048x512 ratio 0.5..2, crop 512 (one class <= 0.75), flip, photometric; test slide stride 341
                    beit2/beit-b16_ade20k_upernet | augment.catMaxRatio | 0.75 | Resize 2048x512 ratio 0.5..2, crop 512 (one class <= 0.75), flip, photometric; test slide stride 341
                    beit2/beit-b16_ade20k_upernet | augment.photometric | true | Resize 2048x512 ratio 0.5..2, crop 512 (one class <= 0.75), flip, photometric; test slide stride 341
                    beit2/beit-b16_ade20k_upernet | inference.stride | 341 | Resize 2048x512 ratio 0.5..2, crop 512 (one class <= 0.75), flip, photometric; test slide stride 341
                    beit2/beit-b16_ade20k_upernet | optimizer.noDecay | [] | so its pos_embed/cls_token are decayed
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.dim | 768 | `B | 768 | 12 | 12 | 12 | 0.5 | 0.3 / 0.3`
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.depth | 12 | `B | 768 | 12 | 12 | 12 | 0.5 | 0.3 / 0.3`
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.heads | 12 | `B | 768 | 12 | 12 | 12 | 0.5 | 0.3 / 0.3`
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.attention | {"reach":"deformable","heads":12,"points":4,"ratio":0.5} | `B | 768 | 12 | 12 | 12 | 0.5 | 0.3 / 0.3`
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.dropPath | 0.3 | `B | 768 | 12 | 12 | 12 | 0.5 | 0.3 / 0.3`
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.interactions | [3,3,3,3] | [0,2][3,5][6,8][9,11]
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.stemDim | 64 | (conv_inplane 64, n_points 4, cffn_ratio 0.25, mlp_ratio 4, patch 16, qkv_bias
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.attention.points | 4 | (conv_inplane 64, n_points 4, cffn_ratio 0.25, mlp_ratio 4, patch 16, qkv_bias
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.ffnRatio | 0.25 | (conv_inplane 64, n_points 4, cffn_ratio 0.25, mlp_ratio 4, patch 16, qkv_bias
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.mlpRatio | 4.0 | (conv_inplane 64, n_points 4, cffn_ratio 0.25, mlp_ratio 4, patch 16, qkv_bias
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.patchSize | 16 | (conv_inplane 64, n_points 4, cffn_ratio 0.25, mlp_ratio 4, patch 16, qkv_bias
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.pretrainSize | 224 | pretrain_size 224
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.layerScale | 1.0 | layer_scale default True in ViTAdapter with gamma1/gamma2 = 1
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.gammaStart | 0.0 | injector gamma init_values (default 0)
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.extraExtractors | 2 | The last interaction has two more extractors
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vitFeature | each | segmentation adds x after interaction i to level i
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.windows | [] | Segmentation: all layers global
                    vitadapter/vit-adapter-b16_ade20k_upernet | optimizer.lr | 6.0E-5 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | optimizer.weightDecay | 0.01 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | optimizer.layerDecay | 0.95 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | schedule.length | 160000 steps | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | schedule.power | 1.0 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | schedule.warmup | 1500 steps | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | schedule.warmupRatio | 1.0E-6 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | run.globalBatch | 16 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | backbone.vit.imageSize | 512 | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | augment.imageScale | [2048,512] | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | augment.scale | [0.5,2.0] | `UPerNet DeiT T / S,B | 1.2e-4 / 6e-5 | 0.01 | decay 0.95 | 160k poly power 1, warm-up 1500 from 1e-6 | 8x2 | ADE20K crop 512, scale 2048x512 * 0.5-2`
                    vitadapter/vit-adapter-b16_ade20k_upernet | optimizer.betas | [0.9,0.999] | All AdamW (0.9, 0.999)
                    vitadapter/vit-adapter-b16_ade20k_upernet | inference.stride | 341 | Segmentation slide (crop, stride): 512/341
                    """)
    void aSettingEqualsTheReferenceFact(String recipe, String path, String value, String fact) throws IOException {
        assertThat(notes(recipe)).contains(fact);
        assertThat(at(recipe, path)).isEqualTo(value == null ? "absent" : value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    mae/vit-b16_in1k_pretrain           | 2.4e-3 | 4096
                    mae/vit-b16_in1k_linear-probe       | 6.4    | lr 6.4
                    convmae/convvit-b_in1k_pretrain     | 1.8e-3 | lr 1.8e-3
                    convmae/convvit-b_in1k_finetune     | 2e-3   | lr 2e-3
                    convmae/convvit-b_in1k_linear-probe | 1.6    | lr 1.6
                    """)
    void thePeakRateEqualsTheReferenceFact(String name, double rate, String fact) throws IOException {
        Recipe recipe = recipe(name);
        assertThat(notes(name)).contains(fact);
        assertThat(recipe.optimizer().peakLr(recipe.run().globalBatch()))
                .isCloseTo(rate, org.assertj.core.data.Offset.offset(1e-12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    mae/vit-b16_in1k_finetune           | 83.66 % | base 83.66
                    mae/vit-l16_in1k_finetune           | 85.95 % | large 85.95
                    mae/vit-h14_in1k_finetune           | 86.93 % | huge 86.93
                    convmae/convvit-b_in1k_finetune     | 85.0 %  | 85.0 % top-1
                    convmae/convvit-b_in1k_linear-probe | 70.9 %  | 70.9 % reported
                    convmae/convvit-b_ade20k_upernet    | 51.7 %  | 51.7 mIoU
                    loca/vit-b16_in1k_pretrain          | 46.2 %  | (B/16, IN-1k, 100 epochs) 46.2
                    """)
    void theExpectedMetricEqualsTheReferenceFact(String name, String metric, String fact) throws IOException {
        assertThat(notes(name)).contains(fact);
        assertThat(Files.readString(Path.of("recipes", name + ".yaml"))).contains("# Expected: " + metric);
    }

    @Test
    void theSmallNetworksAreTheOnesTheReferenceFiguresWereMeasuredWith() throws IOException {
        for (String data : new String[] {"eurosat10k", "flowers96"}) {
            String name = "mae/vit-t8_" + data + "_pretrain";
            assertThat(at(name, "backbone.dim")).isEqualTo("192");
            assertThat(at(name, "backbone.depth")).isEqualTo("8");
            assertThat(at(name, "backbone.patchSize")).isEqualTo("8");
            assertThat(at(name, "objective.decoder.dim")).isEqualTo("128");
            assertThat(at(name, "objective.decoder.depth")).isEqualTo("2");
            assertThat(at(name, "run.globalBatch")).isEqualTo("256");
            assertThat(recipe(name).optimizer().peakLr(256)).isEqualTo(1e-3);
            assertThat(at(name, "augment.crop.minSide") + " " + at(name, "augment.crop.maxSide"))
                    .isEqualTo("36 64");
        }
        assertThat(at("mae/vit-t8_eurosat10k_pretrain", "schedule.length")).isEqualTo("40 epochs");
        assertThat(at("mae/vit-t8_flowers96_pretrain", "schedule.length")).isEqualTo("100 epochs");
    }

    private static Recipe recipe(String name) {
        return RecipeReader.read(Path.of("recipes", name + ".yaml"));
    }

    static String notes(String recipe) throws IOException {
        String method = recipe.substring(0, recipe.indexOf('/'));
        String system = method.equals("beit2") ? "beitv2" : method;
        return Files.readString(NOTES.resolve(system).resolve("NOTES.md")).replaceAll("\\s*\\n\\s*", " ");
    }

    /** A value of the resolved recipe: texts as they are, anything else as JSON. */
    static String at(String recipe, String path) {
        JsonNode node = Yaml.parse(RecipeWriter.write(recipe(recipe)), recipe).at("/" + path.replace('.', '/'));
        return node.isMissingNode() ? "absent" : node.isValueNode() ? node.asText() : node.toString();
    }
}
