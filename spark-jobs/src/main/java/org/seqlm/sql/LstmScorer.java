package org.seqlm.sql;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.seqlm.sql.expression.TextModel;

/**
 * A {@link ModelScorer} of a recurrent network: a run of {@code seqlm train}, its model or a
 * checkpoint, or a registry's version. What is saved of it is the model's path, not the model.
 */
public final class LstmScorer extends ModelScorer<LstmScorer> {
  private static final long serialVersionUID = 1L;

  /** With an id of its own. */
  public LstmScorer() {
    this(Identifiable.randomUID("lstmScorer"));
  }

  /** With an id that is given, as readers and copies do. */
  public LstmScorer(String uid) {
    super(uid);
  }

  @Override
  LstmScorer self() {
    return this;
  }

  @Override
  void check(TextModel model) {
    if (!model.isNetwork()) {
      throw new IllegalArgumentException(
          uid() + ": model " + model.path() + " is no network: give NgramScorer this one");
    }
  }

  /** Reads what {@code save} wrote. */
  public static MLReader<LstmScorer> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote there. */
  public static LstmScorer load(String path) {
    return read().load(path);
  }
}
