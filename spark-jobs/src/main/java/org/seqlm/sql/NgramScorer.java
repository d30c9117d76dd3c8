package org.seqlm.sql;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;

/**
 * A {@link ModelScorer} of any model that {@code seqlm score} takes: n-grams, an ARPA file, a
 * mixture, a registry's champion; also what {@link NgramCounter} fits. What is saved of it is the
 * model's path, not the model.
 */
public final class NgramScorer extends ModelScorer<NgramScorer> {
  private static final long serialVersionUID = 1L;

  /** With an id of its own. */
  public NgramScorer() {
    this(Identifiable.randomUID("ngramScorer"));
  }

  /** With an id that is given, as readers and copies do. */
  public NgramScorer(String uid) {
    super(uid);
  }

  @Override
  NgramScorer self() {
    return this;
  }

  /** Reads what {@code save} wrote. */
  public static MLReader<NgramScorer> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote there. */
  public static NgramScorer load(String path) {
    return read().load(path);
  }
}
