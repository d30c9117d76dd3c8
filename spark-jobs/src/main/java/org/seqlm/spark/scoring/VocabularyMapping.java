package org.seqlm.spark.scoring;

import java.nio.charset.StandardCharsets;
import org.seqlm.vocab.Vocabulary;

/** How a model of one vocabulary reads a dataset of another: tokens are matched by string. */
public final class VocabularyMapping {
  /** Both are the same. */
  static final VocabularyMapping SAME = new VocabularyMapping(new int[0], new int[0]);

  private final int[] ids; // (dataset's id): the model's id; empty if both are the same
  private final int[] bytes; // (dataset's id): UTF-8 bytes of a token the model lacks, else 0

  private VocabularyMapping(int[] ids, int[] bytes) {
    this.ids = ids;
    this.bytes = bytes;
  }

  /** From a dataset's vocabulary to a model's. */
  public static VocabularyMapping of(Vocabulary dataset, Vocabulary model) {
    if (dataset.fingerprint().equals(model.fingerprint())) {
      return SAME;
    }
    int[] ids = new int[dataset.size()];
    int[] bytes = new int[dataset.size()];
    for (int id = 0; id < ids.length; id++) {
      // Line ends match line ends; a model of characters has none and reads them as unknown.
      ids[id] = id == Vocabulary.UNKNOWN ? Vocabulary.UNKNOWN : model.id(dataset.token(id));
      if (id >= dataset.reserved() && ids[id] == Vocabulary.UNKNOWN) {
        bytes[id] = dataset.token(id).getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return new VocabularyMapping(ids, bytes);
  }

  static VocabularyMapping of(int[][] tables) {
    return new VocabularyMapping(tables[0], tables[1]);
  }

  /** As arrays, to be sent. */
  int[][] tables() {
    return new int[][] {ids, bytes};
  }

  /**
   * Maps tokens in place.
   *
   * @param from where the tokens to count begin
   * @return how many from there on the model lacks, and their bytes
   */
  long[] map(int[] tokens, int from) {
    long[] lacking = new long[2];
    if (ids.length > 0) {
      for (int i = 0; i < tokens.length; i++) {
        int spelled = bytes[tokens[i]];
        if (i >= from && spelled > 0) {
          lacking[0]++;
          lacking[1] += spelled;
        }
        tokens[i] = ids[tokens[i]];
      }
    }
    return lacking;
  }
}
