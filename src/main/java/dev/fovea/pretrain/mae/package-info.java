/** MAE: masked autoencoders are scalable vision learners (He et al., CVPR 2022). */
package dev.fovea.pretrain.mae;
