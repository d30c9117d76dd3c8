package org.seqlm.ngram.files;

import java.io.IOException;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;

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
}
