/** What self-supervised objectives share: their interface, pixel targets and the pixel decoder. */
package dev.fovea.pretrain;
