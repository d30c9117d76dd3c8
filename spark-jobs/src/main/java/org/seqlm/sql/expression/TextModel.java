package org.seqlm.sql.expression;

import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.seqlm.UserException;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.DocumentScorer;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabulary;

/** A model that a path names, on its way to tasks; an executor opens it once. */
public final class TextModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String fingerprint;
  private final TextRules rules;
  private final boolean network;
  private final ModelSupplier supplier;

  private TextModel(String path, PathModel model, JavaSparkContext spark) {
    this.path = path;
    this.fingerprint = model.fingerprint();
    this.rules = model.rules();
    this.network = model.model() instanceof RecurrentLanguageModel;
    this.supplier = model.supplier(spark);
  }

  /**
   * Opens a model, as {@code seqlm score} takes it.
   *
   * @throws UserException with exit code 3 if there is none, 2 if a selector selects none
   */
  public static TextModel open(SparkSession session, String path) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    return new TextModel(path, PathModel.open(spark.hadoopConfiguration(), path), spark);
  }

  /** As it was given. */
  public String path() {
    return path;
  }

  /** By which text is cut for the model. */
  public TextRules rules() {
    return rules;
  }

  /** Whether it is a recurrent network. */
  public boolean isNetwork() {
    return network;
  }

  DocumentScorer scorer() throws IOException {
    return new DocumentScorer(supplier.model(), rules);
  }

  Vocabulary vocabulary() throws IOException {
    return supplier.model().vocabulary();
  }

  /** What lies at a path may be replaced: the same path with another fingerprint is another. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TextModel that
        && path.equals(that.path)
        && fingerprint.equals(that.fingerprint);
  }

  @Override
  public int hashCode() {
    return 31 * path.hashCode() + fingerprint.hashCode();
  }
}
