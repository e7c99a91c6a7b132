/**
 * Images, samples and batches: decoding, the random numbers of augmentation, and the threaded loader.
 *
 * <p>A {@link dev.fovea.data.Source} reads samples by index, a {@link dev.fovea.data.SampleTransform} turns them into
 * arrays of a fixed size on worker threads, a {@link dev.fovea.data.Collate} makes tensors of them on the consumer's
 * thread. Samples are immutable by agreement: a transform never writes into its input, so that sources may be cached.
 */
package dev.fovea.data;
