package org.seqlm.dataset;

/** Which text a dataset's vocabulary is made from. */
public enum VocabularySource {
  /**
   * The train split alone, so that the rate of unknown tokens in the other splits is what a model
   * will meet in new text.
   */
  TRAIN,
  /** All splits: nothing is unknown unless the limits make it so. */
  ALL
}
