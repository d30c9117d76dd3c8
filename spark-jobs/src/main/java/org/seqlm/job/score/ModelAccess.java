package org.seqlm.job.score;

/** How tasks come by a model of counted n-grams. All of them give the same numbers, bit for bit. */
enum ModelAccess {
  /** What suits the model and the cluster. */
  AUTO,
  /** Each process loads it into its heap. */
  HEAP,
  /** It is compiled first, if it is not yet, and mapped by all processes of a host. */
  COMPILED,
  /** It stays in its slices, to which the text is sent. */
  SLICES
}
