/** Average precision and recall of detections as COCO defines them (cocoapi, pycocotools/cocoeval.py), without tensors. */
package dev.fovea.eval.coco;
