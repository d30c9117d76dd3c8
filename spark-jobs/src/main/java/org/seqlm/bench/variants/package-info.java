/**
 * Ways to train, compared: {@link org.seqlm.bench.variants.Trial}s of each, with several seeds and
 * learning rates, go in; what each variant reaches on held-out text with its best rate, and how far
 * that is from another's, comes out.
 */
package org.seqlm.bench.variants;
