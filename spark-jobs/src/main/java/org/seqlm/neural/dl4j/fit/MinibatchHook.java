package org.seqlm.neural.dl4j.fit;

import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;

/**
 * What else is to be done around each minibatch, where it is trained.
 *
 * @param <S> a minibatch
 */
public interface MinibatchHook<S> extends Serializable {
  /** Before the update. */
  void before(S minibatch, Model model);

  /** After the update. */
  void after(S minibatch, Model model);

  /** Nothing else. */
  static <S> MinibatchHook<S> none() {
    return new MinibatchHook<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public void before(S minibatch, Model model) {}

      @Override
      public void after(S minibatch, Model model) {}
    };
  }
}
