package org.seqlm.spark.models;

import java.io.IOException;
import java.io.Serializable;
import org.seqlm.lm.LanguageModel;

/**
 * How an executor comes by a model. Called by every task; implementations keep what they loaded.
 */
@FunctionalInterface
public interface ModelSupplier extends Serializable {
  /** The model. */
  LanguageModel model() throws IOException;
}
