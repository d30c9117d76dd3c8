package org.seqlm.metrics;

import java.util.List;

/**
 * The result of {@code evaluate}: models on the same held-out text.
 *
 * @param dataset folder; or the text, as it was given
 * @param split for instance {@code test}; {@link #TEXT} of plain text
 * @param tokens of the split; of a text as the first model cuts it
 * @param characters of the split; of a text as the first model normalises it
 * @param models in the order given
 * @param pairs by model and group; empty if no pairs were asked for
 * @param floor the source's true entropy, null for a real corpus
 * @param notes what a reader must know before comparing
 */
public record Evaluation(
    String dataset,
    String split,
    long tokens,
    long characters,
    List<ModelScore> models,
    List<PairScore> pairs,
    Floor floor,
    List<String> notes)
    implements Evaluated {
  /** In a split's place: what was scored is no dataset. */
  public static final String TEXT = "text";

  /** Whether a split of a dataset was scored, and no plain text. */
  public boolean ofSplit() {
    return !split.equals(TEXT);
  }

  /**
   * The entropy of the source the text was drawn from: no model can do better in expectation.
   *
   * @param bitsPerToken of the source
   * @param bitsPerCharacter of the source
   * @param bitsPerTokenOnSplit what the true distribution gives the very text that was scored
   * @param bitsPerCharacterOnSplit the same by characters
   */
  public record Floor(
      double bitsPerToken,
      double bitsPerCharacter,
      double bitsPerTokenOnSplit,
      double bitsPerCharacterOnSplit) {}
}
