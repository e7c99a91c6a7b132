/** BEiT v2: masked image modeling with vector-quantized visual tokenizers (Peng et al. 2022), both of its stages. */
package dev.fovea.pretrain.beit2;
