package org.seqlm.ngram.files;

import java.io.IOException;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.model.ModelSink;
import org.seqlm.vocab.Vocabulary;

/** Counted n-grams, in whatever form, with the models over them. */
public interface NgramModels {
  /** What the manifest says of them. */
  NgramDetails details();

  /**
   * A model over the counts, or the back-off model that was estimated from them.
   *
   * @param selector for instance {@code estimator=mle,order=2}; what it leaves out, or all of it if
   *     null or blank, is as the count's configuration said, at the highest order
   * @throws UserException with exit code 2 if it selects no model
   */
  LanguageModel model(String selector) throws IOException;

  /**
   * Hands on the back-off model that was estimated, whose order is the counts', without holding it:
   * each context after those that are its beginning (nearest word first).
   *
   * @throws UserException with exit code 3 if the files are damaged
   */
  void writeModel(ModelTarget target) throws IOException;

  /** Whoever takes a model whose words he is told first. */
  @FunctionalInterface
  interface ModelTarget {
    /**
     * Begins.
     *
     * @param vocabulary of the model: that of the counts without what pruning left out
     */
    ModelSink begin(Vocabulary vocabulary) throws IOException;
  }
}
