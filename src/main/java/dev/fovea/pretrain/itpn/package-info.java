/** iTPN: integrally pre-trained transformer pyramid networks (Tian et al., CVPR 2023). */
package dev.fovea.pretrain.itpn;
