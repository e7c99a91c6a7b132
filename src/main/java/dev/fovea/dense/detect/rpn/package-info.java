/** The region proposal network (Ren et al. 2015): where objects may be, whatever their class. */
package dev.fovea.dense.detect.rpn;
