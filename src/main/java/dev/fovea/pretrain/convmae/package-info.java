/** ConvMAE: masked convolution meets masked autoencoders (Gao et al., NeurIPS 2022). */
package dev.fovea.pretrain.convmae;
